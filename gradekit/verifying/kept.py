"""Keeps what the checks of one file said of an answer, until something that it depends on changes.

A part is what one file of checks says. Its key is the hash of all that it is made from: the code
that grades, the probes, that file, the reference, the answer. So a change of one file of checks
makes only that file run again, and what was interrupted goes on where it was.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

import msgspec

import gradekit
from gradekit.grading.kit import Files, GradingKit, hash_files
from gradekit.report import Outcome, Report, Result

# What decides how an answer is graded; the rest of the kit only carries it.
DECIDING = ("report.py", "grading", "sandbox")


@dataclass(frozen=True)
class Part:
    """What the checks of one file said, and the hash of all that it depends on."""

    key: str
    results: tuple[Result, ...]

    @property
    def sound(self) -> bool:
        """Whether each check said something: a fault of the grader is not kept."""
        return all(result.outcome is not Outcome.ERROR for result in self.results)


Parts = dict[str, Part]


@dataclass(frozen=True)
class Plan:
    """The checks of a kit: what they are, file by file, and the kit itself."""

    kit: GradingKit
    checks: tuple[Result, ...]

    @property
    def files(self) -> list[str]:
        """The files that hold checks, in the order that they run in."""
        return list(dict.fromkeys(file_of(check) for check in self.checks))

    def only(self, files: Sequence[str]) -> GradingKit:
        """Return the kit with the checks of some files, and with their items alone."""
        left_out = set(self.files) - set(files)
        kept = {k: v for k, v in self.kit.checks.items() if PurePosixPath(k).stem not in left_out}
        asked = {check.item for check in self.checks if file_of(check) in files}
        items = tuple(item for item in self.kit.items if item.name in asked)
        return replace(self.kit, checks=kept, items=items)

    @cached_property
    def _keys(self) -> dict[str, str]:
        return {file: self.only([file]).key for file in self.files}

    def part_key(self, file: str, modules: Files) -> str:
        """Return the hash of all that one file's results of an answer depend on."""
        parts = (code_key(), self._keys[file], hash_files(modules))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def split(self, report: Report, modules: Files) -> Parts:
        """Return a report's results by file."""
        found: dict[str, list[Result]] = {}
        for result in report.results:
            found.setdefault(file_of(result), []).append(result)
        return {
            file: Part(self.part_key(file, modules), tuple(results))
            for file, results in found.items()
        }


def file_of(check: Result) -> str:
    """Return the stem of the file that a check stands in."""
    return check.check.partition("::")[0]


@cache
def code_key(names: tuple[str, ...] = DECIDING) -> str:
    """Return the hash of the code of some folders or files of the package: of what grades."""
    package = Path(gradekit.__file__).parent
    places = [package / name for name in names]
    paths = [p for place in places for p in ([place] if place.is_file() else place.glob("*.py"))]
    return hash_files({str(path.relative_to(package)): path.read_bytes() for path in paths})


def load_parts(path: Path) -> Parts:
    """Return the kept parts of an answer; a file that is missing or damaged counts as none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Parts)
    except (OSError, msgspec.MsgspecError):
        return {}


def save_parts(path: Path, parts: Parts) -> None:
    """Write the parts of an answer in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_bytes(msgspec.json.encode(parts))
    partial.replace(path)
