"""Chooses from what was sent the files of a hand-in, under the names that they should have."""

import json
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from gradekit.handin.archive import Sent
from gradekit.handin.modules import is_junk, is_module
from gradekit.handin.names import MANIFEST, TIMESTAMP, pdf_name
from gradekit.handin.oneline import listed
from gradekit.report import HandinError

# Left out without a word: what the release brought along.
EXPECTED = ("README.md", "requirements.txt", "data/", ".whl", ".zip")
MAX_NAMED = 5


def choose(
    where: str, sent: Sent, assignment: str, modules: Sequence[str] = ()
) -> tuple[dict[str, bytes], list[str]]:
    """Return the files of a hand-in, and notes on those renamed and on surprising ones left out.

    The hand-in may lie one folder down, and of `modules`, the paths that students complete, each
    may lie loose. Raises HandinError where there is no hand-in, or more than one.
    """
    names = [name for name in sent.names if not is_junk(PurePosixPath(name).parts)]
    root = _root(where, names, modules)
    inside = [name.removeprefix(root) for name in names if name.startswith(root)]
    chosen, notes = _renamed(inside, assignment)
    loose = _loose(inside, modules)
    notes += [f"{name} is taken as {path}" for path, name in loose.items()]
    chosen = {path: name for path, name in chosen.items() if path not in loose.values()}
    chosen |= loose
    files = {name: sent.read(f"{root}{source}") for name, source in sorted(chosen.items())}
    used = {*chosen.values(), TIMESTAMP}
    left = [name for name in inside if name not in used and not _is_expected(name)]
    return files, [*notes, *_left_out(left)]


def holds_handin(names: Sequence[str]) -> bool:
    """Whether there is a hand-in among some files, or one folder down."""
    inside = [name.partition("/")[2] for name in names]
    return any(_is_notebook(name) or _is_known(name) for name in [*names, *inside])


def read_manifest(data: bytes) -> dict[str, Any]:
    """Return what a manifest says; nothing where it is damaged."""
    try:
        manifest = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _root(where: str, names: Sequence[str], modules: Sequence[str]) -> str:
    def holds(root: str) -> bool:
        inside = [name.removeprefix(root) for name in names if name.startswith(root)]
        whole = any(_is_notebook(name) or _is_known(name, modules) for name in inside)
        return whole or bool(_loose(inside, modules))

    if holds(""):
        return ""
    tops = dict.fromkeys(f"{name.split('/')[0]}/" for name in names if "/" in name)
    found = [top for top in tops if holds(top)]
    if not found:
        raise HandinError(f"{where}: no notebook and no module in it, so there is nothing to take")
    if len(found) > 1:
        raise HandinError(f"{where}: several hand-ins in it ({', '.join(found[:MAX_NAMED])})")
    return found[0]


def _loose(names: Sequence[str], modules: Sequence[str]) -> dict[str, str]:
    """Return the modules that lie outside of their folders, by the paths that they should have."""
    bases = [PurePosixPath(path).name for path in modules]
    return {
        path: base
        for path, base in zip(modules, bases, strict=True)
        if base in names and path not in names and bases.count(base) == 1
    }


def _is_notebook(name: str) -> bool:
    return "/" not in name and name.endswith(".ipynb")


def _is_pdf(name: str) -> bool:
    return "/" not in name and name.lower().endswith(".pdf")


def _is_known(name: str, modules: Sequence[str] = ()) -> bool:
    return is_module(name) and (name in modules or name.startswith("lib/"))


def _renamed(names: Sequence[str], assignment: str) -> tuple[dict[str, str], list[str]]:
    """Return for each name that a file should have the one that it has, and notes on changes."""
    chosen = {n: n for n in names if is_module(n) or n == MANIFEST}
    notes = []
    notebooks, pdfs = filter(_is_notebook, names), filter(_is_pdf, names)
    for wanted, found in ((f"{assignment}.ipynb", [*notebooks]), (pdf_name(assignment), [*pdfs])):
        if wanted in found:
            chosen[wanted] = wanted
        elif len(found) == 1:
            chosen[wanted] = found[0]
            notes.append(f"{found[0]} is taken as {wanted}")
    return chosen, notes


def _is_expected(name: str) -> bool:
    return name.startswith(EXPECTED) or name.endswith(EXPECTED)


def _left_out(names: list[str]) -> list[str]:
    return [f"left out: {listed(names, MAX_NAMED)}"] if names else []
