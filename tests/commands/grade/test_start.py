"""What commands need before they can begin."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module", ["gradekit.gradebook.recording.recorder", "gradekit.submission.exporter"]
)
def test_no_parser_is_made_that_no_command_needs(module: str) -> None:
    """In a command, reading notebooks imports no grammar of addresses, which takes long."""
    code = f"""
import sys
from gradekit.cli.interrupts import run_stoppable

def command():
    import {module}
    assert 'nbformat' in sys.modules
    print(sorted(sys.modules))

run_stoppable(command)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "'nbformat'" in done.stdout
    assert "'lark'" not in done.stdout


@pytest.mark.slow
def test_importing_the_kit_switches_nothing_off() -> None:
    """In anybody else's process, such as a student's Jupyter, every package can be imported."""
    code = """
import sys, gradekit.submission.exporter, gradekit.gradebook.config
import gradekit.gradebook.recording.recorder
print([name for name, module in sys.modules.items() if module is None])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
