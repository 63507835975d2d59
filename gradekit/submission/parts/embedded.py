"""Takes the pictures out of a Markdown text that are written into it as `data:` addresses.

Each gets a name, by which it is shown as an attachment is.
"""

import re

from gradekit import bounds
from gradekit.submission.parts.figures import PIXELS, figure_of
from gradekit.submission.parts.images import is_svg

NAME = "embedded-picture-"
MAX_CHARACTERS = bounds.NOTEBOOK_BYTES  # nothing that stands behind pictures gets lost

_KINDS = "|".join(kind.removeprefix("image/") for kind in PIXELS)
# In quotes, as HTML has it, the lines may be broken.
_EMBEDDED = re.compile(
    rf"""(?<=["'])data:image/(?:{_KINDS}|jpg);base64,([A-Za-z0-9+/=\s]++)(?=["'])"""
    rf"|data:image/(?:{_KINDS}|jpg);base64,([A-Za-z0-9+/=]++)",
    re.I,
)


def without_pictures(text: str, most: int) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """Return a text with a name in the place of each picture in it, and the first ones by name.

    They are raster images; how many there are is bounded by `most`, and each one's size.
    """
    pictures: list[tuple[str, bytes]] = []
    count = 0

    def named(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        name = f"{NAME}{count}"
        figure = figure_of({PIXELS[0]: found[1] or found[2]}) if count <= most else None
        if figure and figure.image and not is_svg(figure.image):
            pictures.append((name, figure.image))
        return f"attachment:{name}"

    return _EMBEDDED.sub(named, text[:MAX_CHARACTERS]), tuple(pictures)
