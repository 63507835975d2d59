"""Chooses from all that one person uploaded what counts: the newest, and what of it is older.

Blackboard and Brightspace keep each attempt whole, and say when it was made: the newest counts as a
whole, whatever its files are called. Canvas numbers later uploads of one name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gradekit.intake.archive import Entry
from gradekit.intake.identity.lms_names import RECEIPT, LmsName, split_version
from gradekit.text import listed, one_line

MAX_NAMED, MAX_NAME = 5, 60


@dataclass(frozen=True)
class UploadedFile:
    """A file of a download: the entry, and what its name tells."""

    entry: Entry
    told: LmsName


@dataclass(frozen=True)
class Newest:
    """What counts of a person's files, by their own names; the names of older ones; lines on that.

    `unclear` says why nothing can count, or is "".
    """

    files: list[tuple[str, UploadedFile]]
    older: list[str]
    notes: list[str]
    unclear: str = ""


def newest(group: Sequence[UploadedFile]) -> Newest:
    """Return what counts of the files of one person, who uploaded once or several times."""
    found: dict[str, list[UploadedFile]] = {}
    for file in group:
        found.setdefault(file.told.attempt, []).append(file)
    full = {when: files for when, files in found.items() if any(map(_is_work, files))} or found
    if len(full) > 1 and not are_ordered([files[0] for files in full.values()]):
        shown = listed(_shown(full), MAX_NAMED)
        return Newest([], [], [], f"several attempts ({shown}): ask which one counts")
    last = max(full, key=lambda when: full[when][0].told.order)
    work = [file for file in full[last] if _is_work(file)]
    files, versions = _newest_versions(work or full[last])
    rest = [file for when, files in full.items() if when != last for file in files]
    older = [file.told.original for file in rest if _is_work(file)]
    return Newest(files, older + versions, _lines(found, full, last))


def are_ordered(files: Sequence[UploadedFile]) -> bool:
    """Whether the platform says of each which is newer."""
    orders = [file.told.order for file in files]
    return len(set(orders)) == len(orders) and 0 not in orders


def _is_work(file: UploadedFile) -> bool:
    return file.told.original != RECEIPT


def _shown(attempts: Iterable[str]) -> list[str]:
    return [one_line(when, MAX_NAME) for when in attempts]


def _lines(
    found: Mapping[str, list[UploadedFile]], full: Mapping[str, list[UploadedFile]], last: str
) -> list[str]:
    """Return what staff should know where there were several attempts."""
    lines = []
    if len(full) > 1:
        lines.append(f"of {len(full)} attempts the newest counts as a whole: {_shown([last])[0]}")
    order = full[last][0].told.order
    bare = [when for when in found if when not in full and found[when][0].told.order > order]
    if bare:
        lines.append(f"a newer attempt has no file: {listed(_shown(bare), MAX_NAMED)}")
    return lines


def _newest_versions(
    group: Sequence[UploadedFile],
) -> tuple[list[tuple[str, UploadedFile]], list[str]]:
    """Return files by their own names, of later uploads of one name the last, and the older."""
    versions: dict[str, list[tuple[tuple[int, int], UploadedFile]]] = {}
    for file in group:
        canvas = file.told.system == "Canvas"
        name, version = split_version(file.told.original) if canvas else (file.told.original, 0)
        versions.setdefault(name, []).append(((version, file.told.order), file))
    last, older = [], []
    for name, found in versions.items():
        newest_version = max(version for version, _ in found)
        last += [(name, file) for version, file in found if version == newest_version]
        older += [file.told.original for version, file in found if version < newest_version]
    return last, older
