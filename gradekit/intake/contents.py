"""Chooses from what was sent the files of a hand-in, under the names that they should have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from gradekit.errors import SubmissionError
from gradekit.findings.released import Released
from gradekit.findings.stray_answers import is_unanswered
from gradekit.formats import ASK, NOTEBOOK
from gradekit.intake.find_notebook import FoundNotebook, choose_notebooks, notebook_in
from gradekit.intake.limits import Sent, check_chosen
from gradekit.intake.places import put_in_place, same_stem
from gradekit.names import RULES, is_module, is_name
from gradekit.submission.names import (
    MANIFEST,
    TIMESTAMP,
    is_named_like,
    may_be_answer,
    may_be_notebook,
    pdf_name,
)
from gradekit.text import listed, one_line

# Left out without a word: what the release brought along.
EXPECTED = ("README.md", "requirements.txt", "data/", ".whl", RULES)
MAX_WRAPPERS = 20  # folders around a download, each in the other
MAX_NAMED = 5
MAX_DEPTH, MAX_NAME = 30, 60
MAX_TEXT = 10_000_000  # bytes of a text beside a notebook


@dataclass(frozen=True)
class Chosen:
    """The files of a hand-in by the names that they should have, notes on what was done for that.

    `folder` is the name of the folder that they lay in, or "".
    """

    files: Mapping[str, bytes]
    notes: tuple[str, ...]
    folder: str = ""


def choose_files(where: str, sent: Sent, assignment: str, released: Released) -> Chosen:
    """Return the files of a hand-in, wherever in what was sent they lie.

    What lies elsewhere than in the release is put there where only one place can be meant. Raises
    SubmissionError where there is no hand-in, or more than one.
    """
    if sent.bare and released.modules:
        raise SubmissionError(
            f"{where} is {NOTEBOOK}, without {listed([*released.modules], MAX_NAMED)}: {ASK}"
        )
    root = find_root(where, sent.names, assignment, released)
    chosen, notes = put_in_place(where, sent, root, released)
    parts, about = _declared(sent, root, released)
    chosen |= parts
    notes += about
    names = [name for name in sent.names if name.startswith(root) and name not in chosen.values()]
    found = choose_notebooks(where, sent, root, assignment, released)
    pdf = _pdf([name.removeprefix(root) for name in names], pdf_name(assignment))
    chosen |= {f"{notebook}.ipynb": one.name for notebook, one in found.items() if one.name}
    if not chosen:
        raise _nothing(where, sent.names)
    for name, why in _beside(sent, root, found, released.of(assignment)).items():
        chosen[name] = f"{root}{name}"
        notes.append(f"{one_line(name, MAX_NAME)} {why}")
    if pdf:
        chosen[pdf_name(assignment)] = f"{root}{pdf}"
    if f"{root}{MANIFEST}" in sent.names:
        chosen[MANIFEST] = f"{root}{MANIFEST}"
    told = {f"{notebook}.ipynb": one.line for notebook, one in found.items() if one.line}
    for wanted in (*(f"{notebook}.ipynb" for notebook in found), pdf_name(assignment)):
        if wanted in chosen and chosen[wanted] != f"{root}{wanted}" and wanted not in told:
            notes.append(f"{chosen[wanted].removeprefix(root)} is taken as {wanted}")
    notes += told.values()
    check_chosen(where, sent, sorted(set(chosen.values())))
    files = {name: sent.read(source) for name, source in sorted(chosen.items())}
    used = {*chosen.values(), f"{root}{TIMESTAMP}"}
    left = [name for name in sent.names if name not in used]
    lines = (*sent.notes, *notes, *_left_out(left, root, sent))
    return Chosen(files, lines, PurePosixPath(root).name)


def _beside(
    sent: Sent,
    root: str,
    found: Mapping[str, FoundNotebook],
    given: Mapping[str, Mapping[str, Any] | None],
) -> dict[str, str]:
    """Return what else may hold answers, by its name in the hand-in's folder, and why."""
    others = (name.removeprefix(root) for one in found.values() for name in one.others)
    worked = "was worked in as well, and is kept beside it"
    texts = dict.fromkeys(_texts(sent, root, found, given), "is kept beside the notebook")
    return dict.fromkeys(filter(may_be_notebook, others), worked) | texts


def _texts(
    sent: Sent,
    root: str,
    found: Mapping[str, FoundNotebook],
    given: Mapping[str, Mapping[str, Any] | None],
) -> list[str]:
    """Return the texts beside a notebook in which an answer is not written: they may be it."""
    unanswered = False
    for notebook, released in given.items():
        mine = notebook_in(sent, found[notebook].name) if found[notebook].name else None
        unanswered |= bool(mine and released and is_unanswered(mine, released))
    names = [name.removeprefix(root) for name in sent.names if name.startswith(root)]
    texts = [name for name in names if may_be_answer(name) and is_name(name)]
    readable = [
        name
        for name in texts
        if f"{root}{name}" not in sent.problems and sent.sizes.get(f"{root}{name}", 0) < MAX_TEXT
    ]
    return sorted(readable)[:MAX_NAMED] if unanswered else []


def _declared(sent: Sent, root: str, released: Released) -> tuple[dict[str, str], list[str]]:
    """Return the sources of the files that are parts, by their paths, and notes.

    Platforms and students flatten folders and mark copies: one elsewhere is taken where only one
    can be meant.
    """
    chosen, notes = dict[str, str](), list[str]()
    there = {f"{root}{path}": path for path in released.files if f"{root}{path}" in sent.names}
    for path in released.files:
        if f"{root}{path}" in there:
            chosen[path] = f"{root}{path}"
            continue
        alike = [name for name in sent.names if name not in there and _is_like(name, path)]
        shown = [one_line(name.removeprefix(root), MAX_NAME) for name in sorted(alike)]
        if len(alike) == 1:
            chosen[path] = alike[0]
            notes.append(f"{shown[0]} is taken as {path}")
        elif alike:
            notes.append(f"{path} may be {listed(shown, MAX_NAMED)}: ask which of them counts")
    return chosen, notes


def _is_like(name: str, path: str) -> bool:
    """Whether a file has the name of another, but for case, its folder and what marks a copy."""
    one, other = PurePosixPath(name), PurePosixPath(path)
    same_ending = one.suffix.casefold() == other.suffix.casefold()
    return same_ending and same_stem(one.stem, other.stem)


def holds_submission(names: Sequence[str], assignment: str, released: Released) -> bool:
    """Whether there is a hand-in among some files, in whatever folder."""
    return bool(_candidates(names, assignment, released))


def find_root(where: str, names: Sequence[str], assignment: str, released: Released) -> str:
    """Return the folder of the hand-in, "" or with a slash at its end.

    It is the one that holds most of a hand-in, and of those the one that lies highest. Raises
    SubmissionError where there is none, or several hold as much.
    """
    found = _candidates(names, assignment, released)
    if not found:
        raise _nothing(where, names)
    best = max((score, -root.count("/")) for root, score in found.items())
    roots = [root for root, score in found.items() if (score, -root.count("/")) == best]
    own = [root for root in roots if PurePosixPath(root).name == assignment]
    roots = own if len(own) == 1 else roots
    if len(roots) > 1:
        raise SubmissionError(
            f"{where}: several hand-ins in it ({listed(roots, MAX_NAMED)}): ask which one counts"
        )
    return roots[0]


def class_folder(names: Sequence[str]) -> str:
    """Return the folder that a class's hand-ins lie in, whatever else lies beside its own folders.

    Several folders in it hold a notebook or a zip; where none is so, all lie in it.
    """
    work = [name for name in names if name.lower().endswith((".ipynb", ".zip"))]
    top = _common(work) if work else ""
    inside = {name.removeprefix(top).partition("/")[:2] for name in work}
    return top if len([name for name, slash in inside if slash]) > 1 else _common(names)


def _common(names: Sequence[str]) -> str:
    """Return the folder that all files lie in, as far down as it holds but one folder."""
    top = ""
    for _ in range(MAX_WRAPPERS):
        firsts = {name.removeprefix(top).partition("/")[:2] for name in names}
        if len(firsts) != 1:
            return top
        name, slash = firsts.pop()
        if not slash:
            return top
        top = f"{top}{name}/"
    return top


def _nothing(where: str, names: Sequence[str]) -> SubmissionError:
    held = listed([one_line(name, MAX_NAME) for name in names], MAX_NAMED)
    if sum(name.lower().endswith(".zip") for name in names) > 1:
        return SubmissionError(f"{where}: several zips and nothing else: ask which counts: {held}")
    return SubmissionError(
        f"{where}: no notebook and no module of the assignment, so there is nothing to take"
        f"{held and f', of {held}'}: {ASK}"
    )


def _candidates(names: Sequence[str], assignment: str, released: Released) -> dict[str, int]:
    """Return the folders that hold something of a hand-in, and how much that says."""
    found: dict[str, int] = {}

    def add(root: str, score: int) -> None:
        found[root] = found.get(root, 0) + score

    known = {module.casefold(): module for module in released.modules}
    bases = {PurePosixPath(path).name for path in known}
    own, notebooks = {f"{name}.ipynb" for name in released.of(assignment)}, set()
    for name in names:
        folder, _, base = name.rpartition("/")
        root = f"{folder}/" if folder else ""
        if base in own:
            add(root, 5)
        elif root not in notebooks and (
            base.lower().endswith(".ipynb")
            or any(is_named_like(base, notebook) for notebook in released.of(assignment))
        ):
            notebooks.add(root)
            add(root, 1)
        if not is_module(name):
            continue
        parts = name.split("/")
        if base.casefold() not in bases or len(parts) > MAX_DEPTH:
            continue
        for count in range(len(parts)):
            if "/".join(parts[count:]).casefold() in known:
                add("".join(f"{part}/" for part in parts[:count]), 10)
    return found or _by_modules(names, known)


def _by_modules(names: Sequence[str], known: Mapping[str, str]) -> dict[str, int]:
    """Return the folders of modules where nothing else says what a hand-in is."""
    modules = [name for name in names if is_module(name)]
    bases = {PurePosixPath(path).name for path in known}
    folders = {path.partition("/")[0] for path in known.values() if "/" in path}
    found = {}
    for name in modules:
        parts = name.split("/")
        if len(parts) > MAX_DEPTH:
            continue
        inside = [number for number, part in enumerate(parts[:-1]) if part in folders]
        if inside:
            found["".join(f"{part}/" for part in parts[: inside[0]])] = 1
        elif parts[-1].casefold() in bases:
            found["".join(f"{part}/" for part in parts[:-1])] = 1
    return found


def _pdf(names: Sequence[str], wanted: str) -> str:
    found = [name for name in names if "/" not in name and name.lower().endswith(".pdf")]
    if wanted in found:
        return wanted
    return found[0] if len(found) == 1 else ""


def _left_out(names: Sequence[str], root: str, sent: Sent) -> list[str]:
    told = []
    for name in names:
        inner = one_line(name.removeprefix(root), MAX_NAME)
        if not (inner.startswith(EXPECTED) or inner.endswith(EXPECTED)):
            told.append(f"{inner} ({sent.problems[name]})" if name in sent.problems else inner)
    return [f"left out: {listed(told, MAX_NAMED)}"] if told else []
