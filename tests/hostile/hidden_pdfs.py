"""PDFs that hold what the notebook has and show something else, each beside one that shows it.

They are written by hand, operator by operator: what a reader sees is told by rendering alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pdfs

WRONG = pdfs.pixels(pdfs.curves(end=0.6, rate=0.03))
RIGHT = pdfs.pixels(pdfs.LSTM)
DECOY = "nothing of what was asked for stands here and nobody who reads this will find any of it"
LAYER = b"/OC /Hidden BDC "
# Of the objects that follow, numbered from 6 on.
RIGHT_IMAGE, WRONG_IMAGE, HIDDEN, FORM, MASKED, ANNOTATION = 6, 7, 8, 9, 10, 11
DRAW_RIGHT = b"q 500 0 0 185 50 550 cm /Right Do Q "
DRAW_WRONG = b"q 500 0 0 185 50 550 cm /Wrong Do Q "
STRIPES = b"q 1 g " + b"".join(b"50 %d 500 3 re f " % (550 + 6 * n) for n in range(31)) + b"Q "
WHITE_BOX = b"q 1 g 30 520 560 240 re f Q "


@dataclass(frozen=True)
class HiddenPdf:
    """A PDF: what it tries, how it is made, and whether it shows what the notebook has."""

    what: str
    make: Callable[[], bytes]
    shows: bool = False


def document(
    content: bytes, page: bytes = b"", form: bytes = b"", annotation: bytes = b""
) -> bytes:
    """Return a PDF of one page; `page` is put into the page's dictionary.

    It knows the images /Right and /Wrong, the font /F1, the states /Clear, /Half, /Screen, /Dodge,
    /Darken and /Masked, the layer /Hidden, and the form /Form whose content is `form`.
    """
    resources = (
        b"/Font << /F1 3 0 R >> /XObject << /Right 6 0 R /Wrong 7 0 R /Form 9 0 R >> "
        b"/ExtGState << /Clear << /ca 0 /CA 0 >> /Half << /ca 0.8 >> "
        b"/Screen << /BM /Screen >> /Dodge << /BM /ColorDodge >> /Darken << /BM /Darken >> "
        b"/Masked << /SMask << /S /Luminosity /G 10 0 R >> >> >> "
        b"/Properties << /Hidden 8 0 R >>"
    )
    body = form or b"BT ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [8 0 R] "
        b"/D << /ON [] /OFF [8 0 R] >> >> >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R "
        b"/Resources << %s >> /Annots [11 0 R] %s >>" % (resources, page),
        _stream(content),
        pdfs.image_object(RIGHT, 0),
        pdfs.image_object(WRONG, 0),
        b"<< /Type /OCG /Name (Hidden) >>",
        _stream(
            body,
            b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << %s >>" % resources,
        ),
        _stream(
            b"0 g 0 0 600 800 re f",
            b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] "
            b"/Group << /S /Transparency /CS /DeviceGray >>",
        ),
        annotation or b"<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] /Border [0 0 0] >>",
        _stream(b"1 g 0 0 600 800 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 600 800]"),
    ]
    return pdfs.file_of(objects)


def _stream(content: bytes, head: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(content), content)


def written(text: str, before: bytes = b"", size: float = 10, leading: float = 14) -> bytes:
    """Return operators that write a text in lines, from the upper third of the page on."""
    words, lines = text.split(), []
    for start in range(0, len(words), 10):
        line = " ".join(words[start : start + 10]).encode("latin-1", "replace")
        escaped = line.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        lines.append(b"(" + escaped + b") Tj T*")
    head = b"BT /F1 %.2f Tf %.2f TL 50 500 Td " % (size, leading)
    return b"q " + head + before + b" ".join(lines) + b" ET Q "


SAMPLE = written(pdfs.SAMPLE)
OTHER = written(DECOY)
COVER = b"q 1 g 30 380 560 140 re f Q "


def scattered() -> bytes:
    """Return operators that write the sample's letters all over the page."""
    generator = np.random.default_rng(1)
    places = generator.permutation(2000)[: len(pdfs.SAMPLE)]
    shown = [
        b"1 0 0 1 %d %d Tm (%s) Tj " % (40 + 13 * (n % 40), 30 + 14 * (n // 40), letter.encode())
        for n, letter in zip(places, pdfs.SAMPLE, strict=True)
    ]
    return b"BT /F1 10 Tf " + b"".join(shown) + b"ET "


def ciphered(turned: int = 0) -> bytes:
    """Return a PDF that shows other letters than those that its font names them for."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    shown = {letter: letters[(n + 11) % 26] for n, letter in enumerate(letters)}
    pairs = "".join(f"<{ord(shown[x]):02x}> <{ord(x):04x}>\n" for x in letters)
    content = "".join(shown.get(letter, letter) for letter in pdfs.SAMPLE)
    page = b"/Rotate %d" % (90 * turned)
    pdf = document(written(content), page=page, annotation=_names(pairs))
    return _renamed(pdf, b"/Encoding /WinAnsiEncoding")


def halved() -> bytes:
    """Return a PDF that shows every second letter, each named for two."""
    pairs = [pdfs.SAMPLE[n : n + 2].strip() for n in range(0, len(pdfs.SAMPLE), 2)]
    pairs = list(dict.fromkeys(pair for pair in pairs if pair.isalpha()))
    codes = {pair: 128 + number for number, pair in enumerate(pairs)}
    named = "".join(
        f"<{code:02x}> <{''.join(f'{ord(letter):04x}' for letter in pair)}>\n"
        for pair, code in codes.items()
    )
    shown = [
        chr(codes[pair]) if (pair := pdfs.SAMPLE[n : n + 2].strip()) in codes else " "
        for n in range(0, len(pdfs.SAMPLE), 2)
    ]
    glyphs = " ".join(f"/{pair[0]}" for pair in pairs)
    encoding = f"/Encoding << /Differences [128 {glyphs}] >>".encode()
    return _renamed(document(written("".join(shown)), annotation=_names(named)), encoding)


def _names(pairs: str) -> bytes:
    return _stream(
        (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /N def "
            "1 begincodespacerange <00> <ff> endcodespacerange\n"
            f"{pairs.count(chr(10))} beginbfchar\n{pairs}endbfchar endcmap end end"
        ).encode()
    )


def _renamed(pdf: bytes, encoding: bytes) -> bytes:
    pdf = pdf.replace(b"/Annots [11 0 R]", b"/Tabs /S        ")
    font = b"/BaseFont /Helvetica >>"
    return pdf.replace(font, b"/BaseFont /Helvetica /ToUnicode 11 0 R %s >>" % encoding)


def _text(what: str, content: bytes, shows: bool = False, **more: bytes) -> HiddenPdf:
    return HiddenPdf(what, lambda: document(content, **more), shows)


SQUARE = b"<< /Type /Annot /Subtype /Square /F %d /Rect [0 0 600 800] /AP << /N 12 0 R >> >>"
STAMP = b"<< /Type /Annot /Subtype /Stamp %s /Rect [0 0 600 800] /AP << /N 9 0 R >> >>"
SHOWN = b"/Span << /ActualText (" + pdfs.SAMPLE.encode() + b") >> BDC " + OTHER + b"EMC "
TEXTS = (
    _text("the sample as it is", SAMPLE, shows=True),
    _text("grey", written(pdfs.SAMPLE, b"0.45 g "), shows=True),
    _text(
        "white on black", b"q 0 g 0 0 600 800 re f Q " + written(pdfs.SAMPLE, b"1 g "), shows=True
    ),
    _text("four fifths opaque", b"/Half gs " + SAMPLE, shows=True),
    _text("in small letters", written(pdfs.SAMPLE, size=6, leading=8), shows=True),
    _text("printed twice for bold letters", SAMPLE + b"1 0 0 1 0.3 0 cm " + SAMPLE, shows=True),
    _text("in a form, moved", b"q 0.9 0 0 0.9 30 20 cm /Form Do Q", form=SAMPLE, shows=True),
    _text("on a page that is turned", SAMPLE, page=b"/Rotate 90", shows=True),
    _text("on a page upside down", SAMPLE, page=b"/Rotate 180", shows=True),
    _text("lines that run upwards", b"0 1 -1 0 700 0 cm " + SAMPLE, shows=True),
    _text("within a crop box", SAMPLE, page=b"/CropBox [30 300 590 700]", shows=True),
    _text("over a white rectangle", COVER + SAMPLE, shows=True),
    _text("below a square that is hidden", SAMPLE, annotation=SQUARE % 2, shows=True),
    _text("white on white", OTHER + written(pdfs.SAMPLE, b"1 g ")),
    _text("nearly white", OTHER + written(pdfs.SAMPLE, b"0.97 g ")),
    _text("covered by a white rectangle", SAMPLE + COVER),
    _text("covered, and another text on the cover", SAMPLE + COVER + OTHER),
    _text("covered by an image", SAMPLE + b"q 560 0 0 140 30 380 cm /Wrong Do Q"),
    _text("covered by an annotation", SAMPLE, annotation=SQUARE % 4),
    _text(
        "covered but for a stripe",
        SAMPLE
        + b"q 1 g "
        + b"".join(b"30 %d 560 11.5 re f " % (500 - 3 + 14 - 14 * n - 14) for n in range(5))
        + b"Q",
    ),
    _text("invisible by its mode", OTHER + written(pdfs.SAMPLE, b"3 Tr ")),
    _text("a clip by its mode", OTHER + written(pdfs.SAMPLE, b"7 Tr ")),
    _text("beside the page", OTHER + b"1 0 0 1 900 0 cm " + SAMPLE),
    _text(
        "outside of the crop box",
        OTHER + b"1 0 0 1 0 200 cm " + SAMPLE,
        page=b"/CropBox [0 0 600 560]",
    ),
    _text("in a hidden layer", OTHER + LAYER + SAMPLE + b"EMC"),
    _text("clipped away", OTHER + b"q 10 10 5 5 re W n " + SAMPLE + b"Q"),
    _text(
        "clipped to its upper half",
        b"q "
        + b"".join(b"30 %d 560 3 re " % (500 + 5 - 14 * n) for n in range(5))
        + b"W n "
        + SAMPLE
        + b"Q",
    ),
    _text("transparent", OTHER + b"q /Clear gs " + SAMPLE + b"Q"),
    _text("blended away: screen", OTHER + b"q /Screen gs " + SAMPLE + b"Q"),
    _text("blended away: dodge", OTHER + b"q /Dodge gs " + SAMPLE + b"Q"),
    _text("covered by what is blended", SAMPLE + b"q /Screen gs 1 g 0 0 600 800 re f Q"),
    _text("raised off the page", OTHER + written(pdfs.SAMPLE, b"5000 Ts ")),
    _text("under a thick white outline", written(pdfs.SAMPLE, b"2 Tr 1 G 9 w ")),
    _text("behind a mask", OTHER + b"q /Masked gs " + SAMPLE + b"Q"),
    _text("of no size", OTHER + written(pdfs.SAMPLE, size=0.05, leading=0.07)),
    _text("in letters of one point", OTHER + written(pdfs.SAMPLE, size=1.5, leading=2)),
    _text("squeezed flat", OTHER + b"q 1 0 0 0.05 0 300 cm " + SAMPLE + b"Q"),
    _text("in a form that is cut off", OTHER + b"q 10 10 5 5 re W n /Form Do Q", form=SAMPLE),
    _text("all lines in one place", written(pdfs.SAMPLE, leading=0)),
    _text("below another text", SAMPLE + OTHER),
    _text("letters all over the page", scattered()),
    HiddenPdf("letters that are named for others", ciphered),
    HiddenPdf("every second letter, each named for two", halved),
    HiddenPdf("letters that are named for others, on a turned page", lambda: ciphered(1)),
    _text("named so, and shown as another text", SHOWN),
)


def _figure(what: str, content: bytes, shows: bool = False, **more: bytes) -> HiddenPdf:
    return HiddenPdf(what, lambda: document(content, **more), shows)


FIGURES = (
    _figure("the figure as it is", DRAW_RIGHT, shows=True),
    _figure("in a form", b"q 0.8 0 0 0.8 30 20 cm /Form Do Q", form=DRAW_RIGHT, shows=True),
    _figure("at half its size", b"q 0.5 0 0 0.5 0 0 cm " + DRAW_RIGHT + b"Q", shows=True),
    _figure("over another one", DRAW_WRONG + DRAW_RIGHT, shows=True),
    _figure(
        "on a page that lies on its side, turned to stand",
        b"0 1 -1 0 800 0 cm " + DRAW_RIGHT,
        page=b"/MediaBox [0 0 800 600] /Rotate 90",
        shows=True,
    ),
    _figure("mirrored", b"-1 0 0 1 600 0 cm " + DRAW_RIGHT),
    _figure("upside down", b"-1 0 0 -1 600 1300 cm " + DRAW_RIGHT),
    _figure("covered by another one", DRAW_RIGHT + DRAW_WRONG),
    _figure(
        "covered by a rectangle, another one below",
        DRAW_RIGHT + WHITE_BOX + b"1 0 0 1 0 -300 cm " + DRAW_WRONG,
    ),
    _figure("its right half covered", DRAW_RIGHT + b"1 g 300 540 260 200 re f"),
    _figure("a curve painted over it", DRAW_RIGHT + b"0 0.45 0.7 RG 1.5 w 335 590 m 540 640 l S"),
    _figure("covered by an annotation", DRAW_RIGHT, annotation=SQUARE % 4),
    _figure(
        "an annotation that screens show", b"", annotation=STAMP % b"", form=DRAW_RIGHT, shows=True
    ),
    _figure(
        "an annotation that is only printed",
        DRAW_WRONG,
        annotation=STAMP % b"/F 36",
        form=DRAW_RIGHT,
    ),
    _figure(
        "covered by an annotation that would be hidden if it were of no known kind",
        DRAW_RIGHT,
        annotation=STAMP % b"/F 1",
        form=DRAW_WRONG,
    ),
    _figure(
        "an annotation of a kind that some viewers show",
        DRAW_WRONG,
        annotation=(STAMP % b"").replace(b"/Stamp", b"/Watermark"),
        form=DRAW_RIGHT,
    ),
    _figure(
        "an annotation in a hidden layer",
        DRAW_WRONG,
        annotation=STAMP % b"/OC 8 0 R",
        form=DRAW_RIGHT,
    ),
    _figure("of no size", b"q 0.001 0 0 0.001 0 0 cm " + DRAW_RIGHT + b"Q " + DRAW_WRONG),
    _figure("as small as a stamp", b"q 0.1 0 0 0.1 9 9 cm " + DRAW_RIGHT + b"Q " + DRAW_WRONG),
    _figure("beside the page", b"q 1 0 0 1 900 0 cm " + DRAW_RIGHT + b"Q " + DRAW_WRONG),
    _figure(
        "outside of the crop box",
        DRAW_RIGHT + b"1 0 0 1 0 -400 cm " + DRAW_WRONG,
        page=b"/CropBox [0 0 600 500]",
    ),
    _figure("in a hidden layer", LAYER + DRAW_RIGHT + b"EMC " + b"1 0 0 1 0 -300 cm " + DRAW_WRONG),
    _figure("clipped away", b"q 10 10 5 5 re W n " + DRAW_RIGHT + b"Q " + DRAW_WRONG),
    _figure("transparent", b"q /Clear gs " + DRAW_RIGHT + b"Q " + DRAW_WRONG),
    _figure("behind a mask", b"q /Masked gs " + DRAW_RIGHT + b"Q 1 0 0 1 0 -300 cm " + DRAW_WRONG),
    _figure(
        "in a form that is cut off", b"q 9 9 5 5 re W n /Form Do Q " + DRAW_WRONG, form=DRAW_RIGHT
    ),
    _figure("blended with another one", DRAW_WRONG + b"q /Darken gs " + DRAW_RIGHT + b"Q"),
    _figure("below white stripes", DRAW_RIGHT + STRIPES),
    _figure("not drawn at all", DRAW_WRONG),
)
