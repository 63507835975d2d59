"""Validates names, counts and sizes of the files of an upload."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from gradekit import bounds
from gradekit.assignment.modules import MAX_MODULE_BYTES, too_many
from gradekit.errors import SubmissionError
from gradekit.formats import ASK
from gradekit.intake.archive import HOSTILE, Box, Entry, is_zip, refusing_damage, zip_box
from gradekit.intake.filenames import check_names, leads_out
from gradekit.names import is_module
from gradekit.text import listed, one_line

# Of what is taken from one hand-in; what is left out may be more.
MAX_FILES = bounds.FILES
MAX_BYTES = bounds.SUBMISSION_BYTES
# A zip within a download is unpacked to the disk first.
MAX_PACKED_BYTES = 500_000_000
# Zips in zips, each in the other.
MAX_NESTED = 10
MAX_NAMED, MAX_NAME = 5, 60
CHUNK_BYTES = 2**20


@dataclass(frozen=True)
class Sent:
    """The names of the files that were sent, and a way to read one of them.

    `sizes` are what a zip states; `problems` why a file cannot be read; `notes` what was put right;
    `bare` is whether it is a notebook that came alone.
    """

    names: tuple[str, ...]
    read: Callable[[str], bytes]
    sizes: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    bare: bool = False


def checked(box: Box) -> Sent:
    """Return what a box holds for a hand-in.

    Raises SubmissionError in one line for what is wrong.
    """
    for entry in box.entries:
        hostile = entry.problem if entry.problem in HOSTILE else ""
        problem = leads_out(entry.name) or hostile
        if problem:
            raise SubmissionError(f"{box.where}: {entry.name[:100]!r} is refused: {problem}: {ASK}")
    files = {entry.name: entry for entry in box.entries}
    names = tuple(entry.name for entry in box.entries)
    sizes = {name: entry.size for name, entry in files.items()}
    problems = {name: entry.problem for name, entry in files.items() if entry.problem}
    return Sent(names, _reader(box.where, files), sizes, problems, box.notes, box.bare)


def check_chosen(where: str, sent: Sent, chosen: Iterable[str]) -> None:
    """Raise SubmissionError, with the file, where what is to be taken is too much or unfit."""
    chosen = list(chosen)
    for name in chosen:
        if name in sent.problems:
            problem = sent.problems[name]
            raise SubmissionError(f"{where}: {name[:100]!r} is refused: {problem}: {ASK}")
    taken = set(chosen)
    repeated = [name for name, count in Counter(sent.names).items() if count > 1 and name in taken]
    check_names(where, [*chosen, *repeated], (name for name in sent.names if name not in taken))
    if len(chosen) > MAX_FILES:
        raise SubmissionError(f"{where}: more than {MAX_FILES} files")
    _check_bytes(where, sum(sent.sizes.get(name, 0) for name in chosen), sent.sizes, chosen)
    modules = [name for name in chosen if is_module(name)]
    if too_many(modules):
        raise SubmissionError(f"{where}: {too_many(modules)}")
    for name in modules:
        if sent.sizes.get(name, 0) > MAX_MODULE_BYTES:
            raise SubmissionError(
                f"{where}: {name[:100]!r} has {sent.sizes[name]} bytes, more than the "
                f"{MAX_MODULE_BYTES} that a module may have: ask for it without the data in it"
            )


def _check_bytes(where: str, size: int, sizes: Mapping[str, int], names: Iterable[str]) -> None:
    if size > MAX_BYTES:
        largest = max(names, key=lambda name: sizes.get(name, 0), default="")
        raise SubmissionError(
            f"{where}: more than {MAX_BYTES // 1_000_000} MB; the largest is {largest[:100]!r}"
        )


@contextmanager
def open_nested(where: str, entry: Entry) -> Iterator[Sent]:
    """Open a zip that is a file of a download; raise SubmissionError for whatever is wrong with it.

    A zip that holds nothing of a hand-in but one zip is opened as that one.
    """
    with ExitStack() as stack:
        with refusing_damage(where):
            sent = checked(_innermost(_unpacked(where, entry, stack), stack))
        yield sent


@contextmanager
def open_checked(box: Box) -> Iterator[Sent]:
    """Open what a box holds for a hand-in, or the one zip in it.

    Raises SubmissionError for the rest.
    """
    with ExitStack() as stack:
        with refusing_damage(box.where):
            sent = checked(_innermost(box, stack))
        yield sent


def _innermost(box: Box, stack: ExitStack) -> Box:
    """Return the box of the zip in a box, of the zip in that, and so on: whichever has more."""
    for _ in range(MAX_NESTED):
        zips = [entry for entry in box.entries if is_zip(entry.name)]
        work = any(entry.name.lower().endswith((".py", ".ipynb")) for entry in box.entries)
        if len(zips) != 1 or work:
            return box
        checked(box)
        rest = [one_line(entry.name, MAX_NAME) for entry in box.entries if entry is not zips[0]]
        notes = [f"left out: {listed(rest, MAX_NAMED)}"] if rest else []
        inner = _unpacked(f"{box.where}: {zips[0].name}", zips[0], stack)
        box = replace(inner, notes=(*box.notes, *notes, *inner.notes))
    return box


def _unpacked(where: str, entry: Entry, stack: ExitStack) -> Box:
    if entry.problem:
        raise SubmissionError(f"{where} is refused: {entry.problem}")
    if entry.size > MAX_PACKED_BYTES:
        raise SubmissionError(f"{where}: more than {MAX_PACKED_BYTES // 1_000_000} MB")
    aside = stack.enter_context(tempfile.SpooledTemporaryFile(CHUNK_BYTES))  # noqa: SIM115
    for chunk in entry.chunks(CHUNK_BYTES):
        aside.write(chunk)
        # What a zip says about its sizes need not be true.
        if aside.tell() > MAX_PACKED_BYTES:
            raise SubmissionError(f"{where}: more than {MAX_PACKED_BYTES // 1_000_000} MB")
    return zip_box(where, aside, stack)


def _reader(where: str, files: Mapping[str, Entry]) -> Callable[[str], bytes]:
    left, known = MAX_BYTES, dict[str, bytes]()

    def read(name: str) -> bytes:
        nonlocal left
        if name not in known:
            data = files[name].read(left + 1)
            left -= len(data)
            # What a zip says about its sizes need not be true.
            _check_bytes(where, MAX_BYTES - left, {name: len(data)}, [name])
            known[name] = data
        return known[name]

    return read
