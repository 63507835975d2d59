"""What problem_2 asks for besides code, and its rules for it, on the notebooks of `pdfs`."""

import shutil
from pathlib import Path
from typing import Any

import pdfs

from gradekit.assignment.parts import write_parts
from gradekit.assignment.spec import FILE, read_spec
from gradekit.names import RULES
from gradekit.submission.parts import find as found_parts
from gradekit.submission.parts.find import Part
from gradekit.submission.parts.images import Decode, decode_image
from gradekit.submission.rules import load_rules

SOURCE = Path(__file__).resolve().parents[2] / "source" / "problem_2"
SPECS = read_spec(SOURCE).parts
HANDIN_RULES = load_rules(SOURCE / RULES)
ASKED = {"gradekit": {"parts": write_parts(SPECS)}}


def find_parts(notebook: Any, decode: Decode = decode_image) -> tuple[Part, ...]:
    """Return the parts of a notebook that problem_2 asks for, held against its rules."""
    return found_parts.find_parts(notebook, SPECS, decode, HANDIN_RULES)


def notebook(**changes: Any) -> Any:
    """Return a notebook with all parts, which asks for them as problem_2's release does."""
    made = pdfs.notebook(**changes)
    made.metadata.update(ASKED)
    return made


def declare(source: Path) -> None:
    """Put what problem_2 declares, and its rules, into the source of an assignment."""
    source.mkdir(parents=True, exist_ok=True)
    for name in (FILE, RULES):
        shutil.copyfile(SOURCE / name, source / name)
