"""Notices what a person should know about a hand-in: what is missing, damaged, or was changed."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from gradekit.handin.contents import read_manifest
from gradekit.handin.modules import absent, asked_for
from gradekit.handin.names import MANIFEST, pdf_name
from gradekit.handin.oneline import at_most
from gradekit.handin.released import Released
from gradekit.handin.repairs import repairs
from gradekit.handin.strangers import without_effect

MAX_LINES = 10


def noticed(files: Mapping[str, bytes], assignment: str, released: Released) -> list[str]:
    """Return one line for each thing to notice; the same files give the same lines."""
    notebook, lines = _notebook(files, f"{assignment}.ipynb")
    wanted = sorted({*released.modules, *asked_for(notebook, files)})
    lines += [f"{path} is missing" for path in absent(wanted, files)]
    if pdf_name(assignment) not in files:
        lines.append(f"no {pdf_name(assignment)}")
    lines = at_most([*lines, *_manifest(files, assignment)], MAX_LINES)
    lines += at_most(without_effect(files, released), MAX_LINES)
    if notebook and released.notebook:
        lines += repairs(notebook, released.notebook)
    return lines


def _notebook(files: Mapping[str, bytes], name: str) -> tuple[dict[str, Any], list[str]]:
    if name not in files:
        return {}, [f"no {name}"]
    if not files[name].strip():
        return {}, [f"{name} is damaged: it is empty, or too large to be read"]
    try:
        notebook = json.loads(files[name].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}, [f"{name} is damaged: it is no JSON"]
    if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        return {}, [f"{name} is in the format of before 2015, whose cells are not compared"]
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        return {}, [f"{name} is damaged: it has no list of cells"]
    return notebook, [] if notebook["cells"] else [f"{name} is damaged: it has no cells"]


def _manifest(files: Mapping[str, bytes], assignment: str) -> Iterator[str]:
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
        if hashlib.sha256(files[name]).hexdigest() != hashes[name]:
            yield f"{name} was changed after `gradekit submit`"
    for name in sorted(hashes.keys() - files.keys()):
        yield f"{str(name)[:100]!r} is in the manifest and not in the hand-in"
    stated = manifest.get("missing")
    if isinstance(stated, list) and stated:
        yield f"handed in with --anyway; missing then: {len(stated)} ({str(stated[0])[:100]})"
