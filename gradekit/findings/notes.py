"""Notices what a person should know about a hand-in: what is missing, damaged, or was changed."""

import hashlib
import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from gradekit.assignment.modules import absent, asked_for
from gradekit.errors import SubmissionError
from gradekit.findings.cell_changes import repairs
from gradekit.findings.module_conflicts import without_effect
from gradekit.findings.released import Released
from gradekit.findings.stray_answers import stray_answers
from gradekit.notebook.lost_names import given_back, with_names
from gradekit.notebook.reading import ENCODINGS, decode_notebook, parse_notebook
from gradekit.submission.names import (
    MANIFEST,
    may_be_answer,
    may_be_notebook,
    no_pdf,
    pdf_name,
    read_manifest,
)
from gradekit.text import at_most, one_line

MAX_LINES = 10
MAX_STATED = 100  # characters of what a manifest says
_COSTLY = re.compile(
    r" is damaged: | stands in for it|; a person looks| all their metadata[^;]{0,80}; those "
)


def noticed(files: Mapping[str, bytes], assignment: str, released: Released) -> list[str]:
    """Return one line for each thing to notice; the same files give the same lines."""
    given = released.of(assignment)
    read = {name: _notebook(files, f"{name}.ipynb") for name in given}
    lines = [line for _, said in read.values() for line in said]
    near = [*files, *released.modules, *released.provided]
    asked = (asked_for(notebook, near) for notebook, _ in read.values())
    wanted = sorted({*released.modules, *chain.from_iterable(asked)})
    lines += [f"{path} is missing" for path in absent(wanted, files)]
    needed = [part.path for part in released.parts if part.kind == "file" and not part.optional]
    lines += [f"no {path}" for path in needed if path not in files]
    if released.asks_for_pdf and pdf_name(assignment) not in files:
        lines.append(no_pdf(assignment))
    stray = {name: stray_in(files, name, given) for name in given}
    for name, found in stray.items():
        if "" in found:  # one that has another name is told in one line
            lines.remove(f"no {name}.ipynb")
    repaired = {f"{name}.ipynb" for name, (notebook, _) in read.items() if given_back(notebook)}
    lines = at_most([*lines, *_manifest(files, assignment, repaired)], MAX_LINES)
    lines += at_most(without_effect(files, released), MAX_LINES)
    for name, theirs in given.items():
        if read[name][0] and theirs:
            lines += _of_notebook(name, given, repairs(read[name][0], theirs))
    return [*lines, *chain.from_iterable(_of_notebook(n, given, stray[n].values()) for n in given)]


def _of_notebook(name: str, given: Collection[str], lines: Iterable[str]) -> list[str]:
    """Return lines about a notebook; where there are several they say which."""
    return [f"{name}.ipynb: {line}" if len(given) > 1 else line for line in lines]


def stray_in(
    files: Mapping[str, bytes], name: str, given: Mapping[str, Mapping[str, Any] | None]
) -> dict[str, str]:
    """Return for each answer that may stand elsewhere than in its cell a line that says where.

    `name` is that of one of the notebooks that were `given`. Without one that can be read it may
    stand in another file, of which one is named.
    """
    released, known = given[name], {f"{one}.ipynb" for one in given}
    name = f"{name}.ipynb"
    others = {n: _parsed(d, n) for n, d in files.items() if may_be_notebook(n) and n not in known}
    read = {n: with_names(nb, released or {}) for n, nb in others.items() if nb}
    notebook = _parsed(files.get(name, b""), name)
    if notebook and released:
        documents = sorted(filter(may_be_answer, set(files) - set(read)))
        return stray_answers(notebook, released, read, documents)
    if name not in files and read:
        found = sorted(read)[0]
        return {"": f"no {name}; {one_line(found, 60)!r} may be it; a person looks"}
    return {}


def _parsed(data: bytes, name: str) -> Mapping[str, Any] | None:
    try:
        return parse_notebook(data, name)
    except SubmissionError:
        return None


def may_cost_points(note: str) -> bool:
    """Whether a note tells of something without which what was done earns nothing."""
    return note.endswith((" is missing", ".ipynb")) or bool(_COSTLY.search(note))


def _notebook(files: Mapping[str, bytes], name: str) -> tuple[Mapping[str, Any], list[str]]:
    if name not in files:
        return {}, [f"no {name}"]
    try:
        notebook, encoding = decode_notebook(files[name], name)
    except SubmissionError as error:
        return {}, [str(error)]
    lines = [f"{name} is in {ENCODINGS[encoding]}"] if encoding in ENCODINGS else []
    return notebook, lines if notebook["cells"] else [f"{name} is damaged: it has no cells"]


def _manifest(
    files: Mapping[str, bytes], assignment: str, repaired: Collection[str]
) -> Iterator[str]:
    if MANIFEST not in files:
        return
    manifest = read_manifest(files[MANIFEST])
    hashes = manifest.get("files")
    if not isinstance(hashes, dict):
        yield f"{MANIFEST} is damaged"
        return
    if manifest.get("assignment") != assignment:
        yield f"the manifest is of another assignment: {str(manifest.get('assignment'))[:60]!r}"
    for name in sorted(hashes.keys() & files.keys()):
        if name not in repaired and hashlib.sha256(files[name]).hexdigest() != hashes[name]:
            yield f"{name} was changed after `gradekit submit`"
    for name in sorted(hashes.keys() - files.keys()):
        yield f"{str(name)[:100]!r} is in the manifest and not in the hand-in"
    stated = manifest.get("missing")
    if isinstance(stated, list) and stated:
        first = textwrap.shorten(str(stated[0])[: 4 * MAX_STATED], MAX_STATED, placeholder=" …")
        yield f"handed in with --anyway; missing then: {len(stated)} ({first})"
