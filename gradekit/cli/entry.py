"""Where the commands begin; nothing heavy is imported before Ctrl-C stops them with one line."""

import importlib

from gradekit.cli.interrupts import run_stoppable


def staff() -> None:
    """Run the staff's `gradekit` command."""
    run_stoppable(lambda: importlib.import_module("gradekit.cli.staff").main())


def student() -> None:
    """Run the students' `gradekit` command."""
    run_stoppable(lambda: importlib.import_module("gradekit.cli.student").main())
