"""Says why a PDF should not be opened: what would run, or what viewers show differently.

It is read by pypdf, which unpacks nothing without a bound, before PDFium draws any page of it.
"""

from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf.generic import DictionaryObject

# What can run when a PDF is opened, in its catalogue, its pages and what can be clicked.
RUNS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData")
ACTIONS = ("/OpenAction", "/AA", "/A")
MOST_ACTIONS, MOST_LINKS = 50, 2000
# Annotations that every viewer shows as they say they look.
_SHOWN = """
/Text /FreeText /Line /Square /Circle /Highlight /Underline /Squiggly /StrikeOut /Stamp /Caret /Ink
/Popup /FileAttachment /Widget /Redact
"""
SHOWN = frozenset(_SHOWN.split())


def why_refused(name: str) -> str:
    """Return in one line what a PDF would run or show as an XFA form; "" where it does not.

    Raises what pypdf raises for a damaged file or a page that unpacks to too much, ValueError where
    it has too many links.
    """
    reader = pypdf.PdfReader(name)
    if reader.is_encrypted:  # and opens without a password, or nobody would ask
        reader.decrypt("")
    root = reader.root_object
    names, form = resolved(root.get("/Names")), resolved(root.get("/AcroForm"))
    if isinstance(names, DictionaryObject) and "/JavaScript" in names:
        return "there is JavaScript in it"
    if isinstance(form, DictionaryObject) and "/XFA" in form:
        return "it is an XFA form, which viewers show differently"
    pages = list(reader.pages)
    if any(_is_shown_differently(one) for page in pages for one in _annotations(page)):
        return "viewers show an annotation in it differently: it is in a layer, or of a rare kind"
    for action in _actions([root, *pages]):
        if action.get("/S") in RUNS or "/JS" in action:
            return f"it runs something when it is read ({str(action.get('/S'))[1:40]})"
    for page in pages:
        contents = page.get_contents()
        if contents is not None:
            contents.get_data()
    return ""


def _is_shown_differently(annotation: DictionaryObject) -> bool:
    kind = str(annotation.get("/Subtype"))
    is_common = kind in SHOWN or kind.startswith("/Poly")  # of many lines, closed or not
    return "/OC" in annotation or ("/AP" in annotation and not is_common)


def _actions(holders: list[Any]) -> Iterator[DictionaryObject]:
    """Yield the actions of a catalogue and of pages, with those that follow one another."""
    links = 0
    for holder in holders:
        annotations = _annotations(holder)
        links += len(annotations)
        if links > MOST_LINKS:
            raise ValueError("more links than anybody follows")
        for one in (holder, *annotations):
            for key in ACTIONS:
                yield from _chain(resolved(one.get(key)))


def _annotations(holder: Any) -> list[DictionaryObject]:
    """Return the annotations of a page, as far as these are any; of a catalogue none."""
    found = resolved(holder.get("/Annots"))
    listed = map(resolved, found[: MOST_LINKS + 1]) if isinstance(found, list) else []
    return [one for one in listed if isinstance(one, DictionaryObject)]


def _chain(first: Any) -> Iterator[DictionaryObject]:
    waiting, seen = [first], 0
    while waiting and seen < MOST_ACTIONS:
        action = resolved(waiting.pop())
        if isinstance(action, list):
            waiting += action
        if isinstance(action, DictionaryObject):
            seen += 1
            yield action
            # What may follow, and the actions of an /AA, which are named for what sets them off.
            waiting += [resolved(value) for value in action.values()] if seen == 1 else []
            waiting += [action["/Next"]] if "/Next" in action else []


def resolved(value: Any) -> Any:
    """Return what a reference refers to, or the value itself."""
    return value.get_object() if hasattr(value, "get_object") else value
