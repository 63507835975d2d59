"""Builds the PDF of a hand-in from its parts, with typst: no LaTeX, no browser, no network.

Whatever the student wrote goes to the template as data. The same parts, title, student and time
give the same bytes, on any computer: its own fonts are not used.
"""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import typst

from gradekit.errors import SubmissionError
from gradekit.submission.parts.find import MAX_FIGURES, Part
from gradekit.submission.parts.images import open_image
from gradekit.submission.parts.texts import clean, count_words
from gradekit.submission.pdf.fonts import families, folders, has_other_scripts, named, not_shown
from gradekit.submission.pdf.formulas import functions
from gradekit.submission.pdf.markdown import images_of, read_answer
from gradekit.text import listed

MADE_BY = "gradekit hand-in"
MAX_TEXT = 20_000
MAX_TITLE = 300
NOTHING_LOST = "Nothing is lost: the notebook is handed in"
MAX_NAMED, MAX_NAME = 3, 60  # pictures that are told of, and characters of each one's name
POINTS_PER_PIXEL = 0.75  # of a screen


def made_at() -> datetime:
    """Return the time that a PDF made now gets, in UTC and whole seconds.

    It is SOURCE_DATE_EPOCH where the environment sets that, as for all reproducible builds.
    """
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(stated) if stated.isdecimal() else int(time.time()), UTC)


def build_pdf(parts: Sequence[Part], title: str, student: str, made: datetime) -> bytes:
    """Return the PDF; in the place of what is missing it says so.

    Raises SubmissionError where typst cannot make it, which no content of a part should cause: an
    answer that cannot be drawn is shown as plain text.
    """
    problem: Exception | None = None
    for plain in (False, True):
        try:
            return _compile(parts, _data(parts, title, student, made, plain), made)
        except SubmissionError as error:
            problem = error
    raise SubmissionError(f"the PDF cannot be made: {problem}") from problem


def not_in_pdf(parts: Iterable[Part]) -> list[str]:
    """Return a line for each part with letters that no font of the PDF has, or without pictures."""
    lines = []
    for part in parts:
        letters, pictures = not_shown(part.text), _pictures_left_out(part)
        if letters:
            what = f"no font of the PDF has {named(letters)}"
            lines.append(f"{part.title}: {what}. {NOTHING_LOST} with them.")
        if pictures:
            what = f"the PDF lacks {listed(pictures, MAX_NAMED)}"
            lines.append(f"{part.title}: {what}. {_remedy(part)}")
    return lines


def _remedy(part: Part) -> str:
    if len(part.pictures) >= MAX_FIGURES:
        return f"It shows {MAX_FIGURES} pictures of a cell. {NOTHING_LOST} with the others."
    return "Paste each into the cell as a picture, then save."


def _pictures_left_out(part: Part) -> list[str]:
    """Return the names or addresses of an answer's pictures that the notebook does not hold."""
    if not _is_markdown(part) or not ("![" in part.text or "<img" in part.text.lower()):
        return []
    try:
        images = images_of(read_answer(part.text))
    except SubmissionError:  # it is drawn as it was typed
        return []
    names = [picture_name(node["c"][2][0]) for node in images if not _is_shown(node, part)]
    return [f"“{name.partition(';')[0] if _holds(name) else name[:MAX_NAME]}”" for name in names]


def _holds(address: str) -> bool:
    """Whether an address is itself some data, such as a drawing in base64."""
    return address.lower().startswith("data:")


def _is_shown(node: dict[str, Any], part: Part) -> bool:
    _show_picture(node, part)
    return bool(node["t"] == "Picture")


def _data(
    parts: Sequence[Part], title: str, student: str, made: datetime, plain: bool
) -> dict[str, Any]:
    drawn = [_part(part, plain) for part in parts]
    sections = [
        {"title": section, "parts": list(members)}
        for section, members in groupby(drawn, key=lambda part: part["section"])
    ]
    return {
        "title": clean(title)[:MAX_TITLE],
        "student": clean(student)[:MAX_TITLE],
        "keywords": [MADE_BY],
        "made": f"{made.day} {made:%B %Y, %H:%M} UTC",
        "date": {"year": made.year, "month": made.month, "day": made.day},
        "sections": sections,
    }


def _part(part: Part, plain: bool) -> dict[str, Any]:
    kind, content = _content(part, plain)
    return {
        "kind": kind,
        "content": content,
        "section": part.section,
        "caption": (part.caption or (part.title if part.figures else ""))[:MAX_TITLE],
        "note": _note(part),
        "problems": [_first_sentence(problem) for problem in part.problems],
    }


def _first_sentence(problem: str) -> str:
    # The second one tells the student what to do.
    return f"{problem.partition('. ')[0]}."


def _note(part: Part) -> str:
    return f"{count_words(part.text)} words" if _is_markdown(part) and part.text else ""


def _is_markdown(part: Part) -> bool:
    return part.spec.kind == "answer" and not part.is_code


def _content(part: Part, plain: bool) -> tuple[str, Any]:
    if part.spec.kind == "figure":
        return "figures", [_figure(part, n) for n in range(len(part.figures))]
    if not _is_markdown(part):
        return "text", _cut(part.text)
    if plain or len(part.text) > MAX_TEXT:
        return "plain", _cut(part.text)
    blocks = read_answer(part.text)
    for node in images_of(blocks):
        _show_picture(node, part)
    return "blocks", blocks


def _show_picture(node: dict[str, Any], part: Part) -> None:
    """Turn a picture that the notebook holds into one that the template draws."""
    name = picture_name(node["c"][2][0])
    number = next((n for n, (known, _) in enumerate(part.pictures) if known == name), None)
    if number is None:
        return
    try:
        image = open_image(part.pictures[number][1])
    except Exception:  # whatever a damaged picture makes its reader raise: it is left out
        return
    points = (_asked_width(node) or image.width) * POINTS_PER_PIXEL
    ratio = image.width / image.height
    node["t"] = "Picture"
    node["c"] = {"file": _picture_file(part, number), "points": points, "ratio": ratio}


def _asked_width(node: dict[str, Any]) -> int:
    """Return the width in pixels that HTML asks for, as in `<img width="200">`, or 0."""
    width = dict(node["c"][0][2]).get("width", "").removesuffix("px")
    return int(width) if width.isascii() and width.isdigit() and len(width) <= 4 else 0


def picture_name(address: str) -> str:
    """Return the name of an attachment that a picture's address names."""
    return unquote(address.removeprefix("attachment:"))


def _picture_file(part: Part, number: int) -> str:
    return f"{part.name}-picture-{number + 1}.png"


def _figure(part: Part, number: int) -> dict[str, Any]:
    image = open_image(part.figures[number])
    ratio = image.width / image.height
    points = image.width * POINTS_PER_PIXEL
    return {"file": _file(part, number), "ratio": ratio, "points": points}


def _file(part: Part, number: int) -> str:
    return f"{part.name}-{number + 1}.png"


def _cut(text: str) -> str:
    left = len(text) - MAX_TEXT
    return f"{text[:MAX_TEXT]}\n[{left} more characters are left out here]" if left > 0 else text


def _compile(parts: Iterable[Part], data: dict[str, Any], made: datetime) -> bytes:
    # A folder of its own is all that the template can reach.
    text = json.dumps(data, ensure_ascii=False)
    text = json.dumps({**data, "fonts": families(text)}, ensure_ascii=False)
    with tempfile.TemporaryDirectory(prefix="gradekit-pdf-") as folder:
        root = Path(folder).resolve()
        template = (
            files("gradekit.submission.pdf").joinpath("templates", "solution.typ").read_bytes()
        )
        (root / "solution.typ").write_bytes(template)
        (root / "formulas.typ").write_text(functions(), encoding="utf-8")
        (root / "data.json").write_text(text, encoding="utf-8", errors="replace")
        for part in parts:
            for number, figure in enumerate(part.figures):
                (root / _file(part, number)).write_bytes(_plain_png(figure))
            for number, (_, picture) in enumerate(part.pictures):
                with contextlib.suppress(Exception):  # a damaged one is left out
                    (root / _picture_file(part, number)).write_bytes(_plain_png(picture))
        return _typst(root, made, folders() if has_other_scripts(text) else [])


def _typst(root: Path, made: datetime, fonts: Sequence[Path]) -> bytes:
    try:
        pdf = typst.compile(
            root / "solution.typ",
            root=root,
            font_paths=list(fonts),
            ignore_system_fonts=True,
            timestamp=int(made.timestamp()),
            format="pdf",
        )
    except Exception as error:  # typst's errors, and whatever its binding makes of others
        raise SubmissionError(str(error).splitlines()[0]) from error
    if not isinstance(pdf, bytes):
        raise SubmissionError("typst gave no PDF")
    return pdf


def _plain_png(figure: bytes) -> bytes:
    """Return a PNG of the same pixels, in 8-bit colours and with nothing besides them."""
    plain = open_image(figure)
    if plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    buffer = BytesIO()
    plain.save(buffer, "PNG")
    return buffer.getvalue()
