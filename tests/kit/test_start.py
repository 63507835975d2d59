"""What commands need before they can begin."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["gradekit.gradebook.recorder", "gradekit.handin.exporter"])
def test_no_parser_is_made_that_nobody_needs(module: str) -> None:
    """Reading notebooks imports no grammar of addresses, which takes longer than all else."""
    code = f"import sys, {module}; assert 'nbformat' in sys.modules; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "'lark'" not in done.stdout
