"""Reads a notebook's JSON from bytes, and says precisely why where that cannot be.

The same words stand in what `gradekit submit` and `gradekit grade` tell.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from gradekit import bounds
from gradekit.errors import SubmissionError
from gradekit.formats import FORMAT_BYTES, NOTEBOOK, is_web_page, other_format

MAX_NOTEBOOK_BYTES = bounds.NOTEBOOK_BYTES
MAX_SHOWN = 40
_POINTER = b"version https://git-lfs"
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.M)
_PYTHON = re.compile(
    r"[\ufeff\s]*(?:#!|# ?%%|# ?In\[|#[^\n]*coding|%\w|(?:import|def|class) \w|from [\w.]+ import)"
)
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
# For people: how each is called where a notebook was saved in it.
ENCODINGS = {"utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "cp1252"}


def parse_notebook(data: bytes, name: str) -> dict[str, Any]:
    """Return a notebook's JSON, with a list of cells; raise SubmissionError where there is none.

    UTF-8 with and without its mark, UTF-16 and cp1252 are read; `name` names it in the message.
    """
    return decode_notebook(data, name)[0]


def decode_notebook(data: bytes, name: str) -> tuple[dict[str, Any], str]:
    """Return a notebook's JSON, and the encoding that it is in."""
    if len(data) > MAX_NOTEBOOK_BYTES:
        most = f"{MAX_NOTEBOOK_BYTES // 1_000_000} MB"
        raise _damaged(name, f"it has more than {most}: clear large outputs, and save it again")
    problem = _no_json(data)
    if problem:
        raise _damaged(name, problem)
    if data.count(b"[") + data.count(b"{") > bounds.NOTEBOOK_BRACKETS:
        most = f"{bounds.NOTEBOOK_BRACKETS:,} lists and objects"
        raise _damaged(name, f"it has more than {most}: clear large outputs, and save it again")
    text, encoding = _decoded(data, name)
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        raise _damaged(name, _why(text, error)) from error
    except RecursionError as error:
        raise _damaged(name, "it is nested too deeply") from error
    except ValueError as error:
        raise _damaged(name, f"it is no JSON ({str(error)[:80]})") from error
    if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        notebook = of_today(notebook, name)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise _damaged(name, "it has no list of cells")
    if len(notebook["cells"]) > bounds.CELLS:
        raise _damaged(name, f"it has more than {bounds.CELLS:,} cells")
    return notebook, encoding


def other_format_number(notebook: Mapping[str, Any]) -> str:
    """Return what to say of a notebook whose format is not 4, the one that is read, or ""."""
    number = notebook.get("nbformat")
    if number == 4 and type(number) is int:
        return ""
    if type(number) is int and 4 < number < 100:
        return f"is in notebook format {number}, newer than the 4 that is read here; save it as 4"
    return "does not say that its notebook format is 4; save it again in Jupyter"


def utf_8(data: bytes, name: str) -> tuple[bytes, str]:
    """Return a notebook's bytes in UTF-8, and the encoding that they were in, "" where it was that.

    A mark at the start is dropped: nbformat takes it for damage. What cannot be read stays as it
    is.
    """
    try:
        encoding = decode_notebook(data, name)[1]
    except SubmissionError:
        return data, ""
    if encoding == "utf-8":
        return data, ""
    text = data.decode(encoding).removeprefix("\ufeff")
    return text.encode("utf-8", "replace"), ENCODINGS.get(encoding, "")


def _damaged(name: str, what: str) -> SubmissionError:
    return SubmissionError(f"{name} is damaged: {what}")


def _no_json(data: bytes) -> str:
    """Return what a file is that is another thing than a damaged notebook, or ""."""
    head = data[:FORMAT_BYTES]
    if not data.strip():
        return "it is empty" if not data else "there is nothing but blanks in it"
    if not data.strip(b"\0 \r\n\t"):
        return "there are only zero bytes in it; the disk or the transfer lost it"
    if head.startswith(_POINTER):
        return "it is a Git LFS pointer, which stands for the notebook; get that by `git lfs pull`"
    if head.startswith(b"PK"):
        return "it is a zip, or a document in one"
    other = other_format(head)
    if other == "a web page":
        return "it is a web page; download the notebook itself (“raw”)"
    return "" if other in ("", "a text", NOTEBOOK) else f"it is {other}"


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    encoding = next((known for mark, known in _MARKS.items() if data.startswith(mark)), "")
    # Every second byte of a plain text in UTF-16 is zero.
    if not encoding and data[1:2] == b"\0":
        encoding = "utf-16-le"
    elif not encoding and data[0:1] == b"\0":
        encoding = "utf-16-be"
    for one in filter(None, [encoding] if encoding else ["utf-8", "cp1252"]):
        try:
            return data.decode(one), one
        except UnicodeDecodeError as error:
            problem = error
    if encoding in ENCODINGS:
        raise _damaged(name, f"it is in UTF-16, and broken at byte {problem.start}") from problem
    raise _damaged(name, f"byte {problem.start} is no letter of UTF-8") from problem


def _why(text: str, error: json.JSONDecodeError) -> str:
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return f"there is a merge conflict in line {line} ({conflict[0]}); resolve it"
    where = f"line {error.lineno} column {error.colno} (char {error.pos})"
    if is_web_page(text):
        return "it is a web page; download the notebook itself (“raw”)"
    if error.msg == "Extra data":
        behind = " ".join(text[error.pos : error.pos + 4 * MAX_SHOWN].split())[:MAX_SHOWN]
        return f"there is something behind its end, in line {error.lineno}: {behind!r}"
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"it ends in the middle, in line {text.rstrip().count(chr(10)) + 1}; it was cut off"
    if _PYTHON.match(text):
        return "it is a Python file; save and hand in the notebook itself"
    return f"it is no JSON ({error.msg}: {where})"


def of_today(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a notebook of the format of before 2015 in that of today; else SubmissionError."""
    import nbformat

    try:
        return dict(nbformat.convert(nbformat.from_dict(notebook), 4))
    except Exception as error:  # whatever an old and odd file makes nbformat raise
        raise _damaged(
            name, "it is in notebook format 3, of before 2015; save it again in today's Jupyter"
        ) from error
