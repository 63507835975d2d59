"""Reads a PDF in a worker: its text, its pictures, and their order; or why nobody should.

A PDF is a student's file, and its reader takes whatever stands in it. So this runs confined, as
student code does, and answers with arrays of numbers alone.
"""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import PIL
import pypdf
import resvg_py
from PIL import Image
from pypdf.generic import DictionaryObject, StreamObject

from gradekit.handin.png import decode_image, font_files, on_white

# The fonts that SVGs are drawn with, as a package that workers may read.
FONTS = ModuleType("fonts")
FONTS.__path__ = [str(path.parent) for path in font_files()]
Image.init()  # Pillow loads its readers late otherwise, when a worker may read no packages
# What a worker has to read besides Python's own library.
PACKAGES = [PIL, pypdf, resvg_py, *([FONTS] if FONTS.__path__ else [])]

PROBE = "from gradekit.pdf.probe import read_image, read_pdf\n"
# Between the texts: where a picture stands, and where a page ends.
PICTURE, PAGE_END = "\x01", "\x0c"
MOST_PICTURES, MOST_TEXT = 24, 400_000
LEAST_SIDE, MOST_SIDE = 64, 2400  # pixels
MOST_PIXELS = 40_000_000  # of one picture, as it is unpacked
# What can run when a PDF is opened, in its catalogue, its pages and what can be clicked.
RUNS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData")
ACTIONS = ("/OpenAction", "/AA", "/A")
MOST_ACTIONS, MOST_LINKS = 50, 2000

Arrays = dict[str, Any]


def read_pdf(name: str, most_pages: int) -> Arrays:
    """Return what a PDF shows, or under "refused" in one line why it is not read.

    `text` is UTF-8 with PICTURE and a number for each picture, and PAGE_END after each page;
    `picture_0` and so on are the pictures (height, width, 3) on white, in 8-bit colours.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    reader = pypdf.PdfReader(name)
    refused = _refused(reader, most_pages)
    if refused:
        return {"refused": _bytes(refused)}
    pictures: list[np.ndarray] = []
    text = "".join(_page(page, pictures) for page in reader.pages)[:MOST_TEXT]
    found = {f"picture_{number}": picture for number, picture in enumerate(pictures)}
    return {"pages": len(reader.pages), "text": _bytes(text), **found}


def read_image(data: np.ndarray) -> Arrays:
    """Return the `picture` that the bytes of an image show; nothing where it is damaged."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    shown = decode_image(data.tobytes())
    return {} if shown is None else {"picture": _smaller(Image.fromarray(shown))}


def _bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)


def _refused(reader: pypdf.PdfReader, most_pages: int) -> str:
    if reader.is_encrypted:
        return "it is encrypted"
    if len(reader.pages) > most_pages:
        return f"it has {len(reader.pages)} pages, more than {most_pages}"
    root = reader.root_object
    names = _resolved(root.get("/Names"))
    if isinstance(names, DictionaryObject) and "/JavaScript" in names:
        return "there is JavaScript in it"
    for action in _actions([root, *reader.pages]):
        if action.get("/S") in RUNS or "/JS" in action:
            return f"it runs something when it is read ({str(action.get('/S'))[1:40]})"
    return ""


def _actions(holders: list[Any]) -> Iterator[DictionaryObject]:
    """Yield the actions of a catalogue and of pages, with those that follow one another."""
    links = 0
    for holder in holders:
        annotations = _resolved(holder.get("/Annots"))
        clicked = annotations if isinstance(annotations, list) else []
        links += len(clicked)
        if links > MOST_LINKS:
            raise ValueError("more links than anybody follows")
        for one in (holder, *map(_resolved, clicked)):
            if isinstance(one, DictionaryObject):
                for key in ACTIONS:
                    yield from _chain(_resolved(one.get(key)))


def _chain(first: Any) -> Iterator[DictionaryObject]:
    waiting, seen = [first], 0
    while waiting and seen < MOST_ACTIONS:
        action = _resolved(waiting.pop())
        if isinstance(action, list):
            waiting += action
        if isinstance(action, DictionaryObject):
            seen += 1
            yield action
            # What may follow, and the actions of an /AA, which are named for what sets them off.
            waiting += [_resolved(value) for value in action.values()] if seen == 1 else []
            waiting += [action["/Next"]] if "/Next" in action else []


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _page(page: Any, pictures: list[np.ndarray]) -> str:
    """Return a page's text, and add its pictures, in the order in which it draws both."""
    pieces: list[str] = []
    images = dict(_images(_resolved(page.get("/Resources")), set()))

    def draw(operator: bytes, operands: Any, *_: Any) -> None:
        if operator == b"Do" and operands and str(operands[0]) in images:
            picture = _picture(images[str(operands[0])])
            if picture is not None and len(pictures) < MOST_PICTURES:
                pieces.append(f"{PICTURE}{len(pictures)}{PICTURE}")
                pictures.append(picture)

    def write(text: str, *_: Any) -> None:
        pieces.append(text.replace(PICTURE, "").replace(PAGE_END, ""))

    contents = page.get_contents()
    if contents is not None:
        contents.get_data()  # raises where it unpacks to too much, which extract_text only logs
    page.extract_text(visitor_operand_before=draw, visitor_text=write)
    return "".join(pieces) + PAGE_END


def _images(resources: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """Yield the pictures that a page may draw, by name, with those of the forms that it draws."""
    objects = _resolved(resources.get("/XObject")) if isinstance(resources, dict) else None
    for name, value in objects.items() if isinstance(objects, dict) else ():
        found = _resolved(value)
        if id(found) in seen or not isinstance(found, StreamObject):
            continue
        seen.add(id(found))
        if found.get("/Subtype") == "/Image":
            yield str(name), found
        else:
            yield from _images(_resolved(found.get("/Resources")), seen)


def _picture(stream: Any) -> np.ndarray | None:
    """Return a picture on white, of at most MOST_SIDE pixels; None where it is small or damaged."""
    try:
        size = int(stream["/Width"]), int(stream["/Height"])
        if min(size) < LEAST_SIDE or size[0] * size[1] > MOST_PIXELS:
            return None
        # pypdf also makes a file of the picture, which nobody wants: at least in no time.
        return _smaller(on_white(stream.decode_as_image({"compress_level": 0})))
    except MemoryError:
        raise
    except Exception:  # whatever an odd picture makes its reader raise: it is not shown, either
        return None


def _smaller(image: Image.Image) -> np.ndarray:
    """Return a picture's colours, of fewer pixels where it has more than anybody looks at."""
    image.thumbnail((MOST_SIDE, MOST_SIDE))
    return np.asarray(image)
