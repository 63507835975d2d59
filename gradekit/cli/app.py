"""What the verbs of both sides share: one line per error, and the exit codes."""

import atexit
import gc
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from typer.core import TyperCommand
from typer.models import CommandFunctionType

from gradekit import __version__
from gradekit.cli.interrupts import EXIT_STOPPED, STOPPED
from gradekit.errors import GradekitError
from gradekit.fault_log import log_to_stderr, note, traced
from gradekit.files import is_machines, storage_error
from gradekit.text import printable

DEBUG = "--debug"  # anywhere on the line: tracebacks are printed, too
MIN_WIDTH = 20  # of a terminal, in columns
# What help calls the types of parameters.
WORDS = {"str": "text", "list[str]": "text", "list[Path]": "path", "int": "number"}
EXIT_DONE, EXIT_LOOK, EXIT_USAGE, EXIT_GRADER = 0, 1, 2, 3


class Interrupted(GradekitError):
    """Somebody pressed Ctrl-C; the message says what is done and how to go on."""

    exit_code = EXIT_STOPPED


console = Console(highlight=False, soft_wrap=True)
errors = Console(highlight=False, soft_wrap=True, stderr=True)


@contextmanager
def saying(text: str) -> Iterator[None]:
    """Say what is being done while it is: a line that goes again on a terminal, one that stays
    elsewhere.
    """
    if console.is_interactive:
        with console.status(text):
            yield
    else:
        console.print(text, markup=False)
        yield


def shown_path(path: Path) -> str:
    """Return a path as it is typed from here: relative where it lies below this folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


class _Command(TyperCommand):
    """A command whose help says in words what a parameter takes, and not in Python's types."""

    def get_params(self, ctx: typer.Context) -> list[Any]:  # type: ignore[override]
        """Return the parameters, each with such a word."""
        params = super().get_params(ctx)
        for one in params:
            if hasattr(one, "display_type"):
                one.display_type = partial(_in_words, one.display_type)
        return params


def _in_words(typed: Callable[[typer.Context], str], ctx: typer.Context) -> str:
    shown = typed(ctx)
    return f"<{WORDS.get(shown[1:-1], shown[1:-1])}>"


class App(typer.Typer):
    """An application whose commands say in words what their parameters take."""

    def command(self, *args: Any, **options: Any) -> Callable[[CommandFunctionType], Any]:
        """Return what makes a command of a function."""
        return super().command(*args, **{"cls": _Command, **options})


def indented(line: str, width: int | None) -> str:
    """Return a line, two spaces in, that goes on four spaces in where it is wider than `width`.

    None for the width keeps one line whole, as programs read it.
    """
    if width is None:
        return f"  {line}"
    return textwrap.fill(
        line,
        max(width, MIN_WIDTH),
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def print_indented(line: str) -> None:
    """Print a line below a title; on a terminal it breaks between words."""
    console.print(indented(line, console.width if console.is_terminal else None), markup=False)


def new_app(help_text: str) -> App:
    """Return an application whose errors `run` turns into lines and exit codes."""
    app = App(
        help=help_text,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.callback()
    def options(
        version: Annotated[
            bool,
            typer.Option(
                "--version", help="Print the version.", callback=_print_version, is_eager=True
            ),
        ] = False,
        debug: Annotated[
            bool, typer.Option(DEBUG, help="Print tracebacks of faults; it may stand anywhere.")
        ] = False,
    ) -> None:
        del version, debug  # `run` takes --debug off the line, wherever it stands

    return app


def example(command: str) -> str:
    """Return the last line of a command's help: how it is typed."""
    return f"Example: gradekit {command}"


def _print_version(asked: bool) -> None:
    if asked:
        console.print(f"gradekit {__version__}", markup=False)
        raise typer.Exit


def run_app(app: typer.Typer) -> NoReturn:
    """Run an application and exit: 0 done, 1 look at it, 2 usage, 3 the grader's own fault."""
    # Before it ends, Python would search all that was imported for cycles: that takes a while.
    atexit.register(gc.freeze)
    if DEBUG in sys.argv:
        sys.argv.remove(DEBUG)
        log_to_stderr()
    try:
        app()
    except GradekitError as error:
        _fail(error)
    except OSError as error:
        if not is_machines(error):
            raise
        _fail(storage_error(error))
    except SystemExit as ended:  # typer's, which ends with this code when one presses Ctrl-C
        if ended.code == EXIT_STOPPED:
            errors.print(STOPPED, markup=False)
        raise
    sys.exit(EXIT_DONE)


def _fail(error: GradekitError) -> NoReturn:
    note(f"gradekit: {printable(error)}", traced(error))
    errors.print(f"gradekit: {printable(error)}", markup=False, style="bold red")
    for line in getattr(error, "__notes__", ()):
        errors.print(line, markup=False)
    sys.exit(error.exit_code)
