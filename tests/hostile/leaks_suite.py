"""Measures how much of its hidden inputs a hand-in can tell its student by how it fails.

A spy is a file `leaks/name.py`, put at the end of the solved layers of leaky_course.py. It says
letters of its `ALPHABET`: which one, its `symbol` computes from the first array of a question, so
whoever reads the messages has as many bits of that array as a letter has. Here the questions are
known, and so is which letters were read rightly.
"""

import math
import os
import re
import runpy
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from hostile.leaky_course import LONG, MODULE, TOLD, write_leaky_course

from gradekit.checks.compare import in_one_digit
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Result
from gradekit.workers.client import Clock, ProbeClient

FOLDER = Path(__file__).parent / "leaks"
SPIES = sorted(FOLDER.glob("*.py"))
OTHER_KIND = "an exception"
SECRET = b"hidden inputs of this suite".ljust(32)
_NAME = r"(?P<name>\w{1,20})"
_ERROR = re.compile(rf"\b{_NAME} (?:differs )?by (?P<said>\d+e[+-]\d+|nan)")
_KIND = re.compile(
    rf"\b{_NAME} (?:has (?P<axes>\d+) dimensions|is not made of (?P<complex>real)|"
    r"holds values that are not (?P<infinite>finite))"
)
_RIGHT = re.compile(r"right: (?P<names>[\w, ]{1,200})")
_TYPE = re.compile(r"^(?P<said>\w+|an exception) was raised, which other inputs")
_LINE = re.compile(rf" at {re.escape(MODULE)}, line (?P<said>\d+):")

Asked = dict[str, list[Mapping[str, Any]]]  # what each check asks
Said = Mapping[str, int]  # the letters' numbers by the names of arrays, "" where there is only one


@dataclass(frozen=True)
class Leak:
    """What was read of one spy's messages: bits by check, and how many letters there were at most.

    `letters` is how many letters were read in all, `wrong` how many of them were others than said.
    """

    name: str
    tries: str
    alphabet: int
    bits: dict[str, float]
    letters: int
    wrong: int

    @property
    def most_bits(self) -> float:
        """The bits that the check tells which tells most."""
        return max(self.bits.values(), default=0.0)

    @property
    def all_bits(self) -> float:
        """The bits that all checks of a hand-in tell."""
        return sum(self.bits.values())


class Suite(AbstractContextManager["Suite"]):
    """That course and a warm grader; use as a context manager."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hostile-leaks-")
        bundle = write_leaky_course(Path(self._folder.name))
        # The same inputs each time: what is read by chance alone is the same, too.
        self._bundle: GradingBundle = replace(bundle, secret=SECRET)
        self._grader = Grader(self._bundle, new_clock=lambda: Clock(20.0, 120.0))

    def __exit__(self, *error: object) -> None:
        self._grader.close()
        self._folder.cleanup()

    def run(self, path: Path) -> Leak:
        """Grade one spy, read what its student reads, and compare that with what it was asked."""
        spy, text = runpy.run_path(str(path)), path.read_text(encoding="utf-8")
        modules = {name: self._bundle.reference[name] for name in self._bundle.student_files}
        modules[MODULE] += f"\n\n{text}\n{TOLD}{LONG}".encode()
        asked: Asked = defaultdict(list)
        with mock.patch.object(ProbeClient, "_ask_many", _noting(asked)):
            report = self._grader.grade(Submission("spy", modules))
        read = READERS[path.stem]
        bits, letters, wrong = dict[str, float](), 0, 0
        for result in report.results:
            said = read(result, spy["ALPHABET"])
            right = _right(said, asked[result.check], spy["symbol"])
            bits[result.check] = right * math.log2(len(spy["ALPHABET"]))
            letters, wrong = letters + len(said), wrong + len(said) - right
        tries = text.partition('"""')[2].partition("\n")[0].rstrip('."')
        return Leak(path.stem, tries, len(spy["ALPHABET"]), bits, letters, wrong)


def _noting(asked: Asked) -> Callable[..., Any]:
    """Return a method of a client that keeps what hand-ins are asked by each check, and asks it."""
    ask_many = ProbeClient._ask_many

    def noting(
        self: ProbeClient, probe: str, calls: Sequence[Mapping[str, Any]], shapes: Any
    ) -> Any:
        if self._reference is not None:
            check = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
            asked[check.replace(".py::", "::")].extend(calls)
        return ask_many(self, probe, calls, shapes)

    return noting


def _right(said: Said, asked: Sequence[Mapping[str, Any]], symbol: Callable[..., int]) -> int:
    """Return how many letters of a check are those of the question that fits best."""
    if not said:
        return 0
    arrays = [np.asarray(question["x"]) for question in asked]
    return max(
        sum(symbol(array, name) == number for name, number in said.items()) for array in arrays
    )


def _by_values(result: Result, alphabet: Sequence[Any]) -> Said:
    numbers = {
        in_one_digit(one) if isinstance(one, float) else one: number
        for number, one in enumerate(alphabet)
    }
    message = result.message.partition(" (at most")[0] + " "
    found: dict[str, int] = {}
    for one in _ERROR.finditer(result.message):
        if one["said"] in numbers:
            found[one["name"]] = numbers[one["said"]]
    for one in _KIND.finditer(message):
        kind = "complex" if one["complex"] else "infinite" if one["infinite"] else int(one["axes"])
        found[one["name"]] = numbers[kind]
    right = _RIGHT.search(result.message)
    names = right["names"].split(", ") if right and found else []
    return {**found, **{name.strip(): numbers["right"] for name in names}}


def _by_exceptions(result: Result, alphabet: Sequence[Any]) -> Said:
    told = _TYPE.search(result.message)
    if not told:
        return {}
    return {"": alphabet.index("LookupError" if told["said"] == OTHER_KIND else told["said"])}


def _by_lines(result: Result, alphabet: Sequence[Any]) -> Said:
    told = _LINE.search(result.message)
    # Of the text that raises, the first line is a head, and each letter has one.
    return {"": int(told["said"]) - 2} if told and len(alphabet) > 1 else {}


READERS: dict[str, Callable[[Result, Sequence[Any]], Said]] = {
    "by_values": _by_values,
    "by_exceptions": _by_exceptions,
    "by_lines": _by_lines,
}
