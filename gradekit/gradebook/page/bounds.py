"""How much of a cell is shown: a page of feedback stays readable, and is made in seconds."""

import re
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode, from_dict

from gradekit.gradebook.page.picture_size import pixels_of
from gradekit.gradebook.page.printed import joined_streams
from gradekit.notebook.printed import as_shown

MAX_SOURCE, MAX_SOURCES = 10_000, 200_000
MAX_CELLS = 1000
MOST_KEPT = 1024  # cells whose HTML is kept: most of a class's are the release's
# nbconvert's time grows with the square of a text's colours.
MAX_COLOURS = 1000
CUT = "[… cut here by gradekit: the rest is in what was handed in]"
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
NOT_SHOWN = "[a picture that is damaged, too large or a drawing such as SVG: it is not shown here]"

_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_COLOUR = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~])?")


@dataclass
class Budget:
    """How much may still be shown: outputs, characters of text and of encoded pictures, pixels."""

    outputs: int
    text: int
    pictures: int
    pixels: int

    def take(self, output: Any) -> bool:
        """Count an output; return whether there was room for it."""
        self.outputs -= 1
        self.text -= sum(map(len, _texts(output)))
        encoded = [data for kind in PICTURES if (data := output.get("data", {}).get(kind))]
        self.pictures -= sum(map(len, encoded))
        self.pixels -= sum(map(pixels_of, encoded))
        return min(self.outputs, self.text, self.pictures, self.pixels) >= 0


def cell_budget() -> Budget:
    """Return what one cell may show."""
    return Budget(100, 50_000, 5_000_000, 80_000_000)


def notebook_budget() -> Budget:
    """Return what all cells of a notebook may show."""
    return Budget(1_000, 500_000, 20_000_000, 400_000_000)


def bounded(text: str, most: int = MAX_SOURCE) -> str:
    """Return a text, cut with a visible note where it is longer than may be."""
    return text if len(text) <= most else f"{text[: max(most, 0)]}\n\n{CUT}\n"


def plain_outputs(outputs: list[Any], whole: Budget) -> list[Any]:
    """Return the texts and pictures of a cell's outputs, cut with a note where they are many.

    `whole` is what all cells may still show, and becomes less.
    """
    kept: list[Any] = []
    budget = cell_budget()
    for name, group in joined_streams(outputs):
        plain = _stream(name, group) if name else _plain(group[0])
        if not (budget.take(plain) and whole.take(plain)):
            over = min(budget.text, whole.text)
            beginning = "\n".join(filter(None, _texts(plain)))[:over] if over < 0 else ""
            kept.append(output("stream", name="stdout", text=f"{beginning}\n\n{CUT}\n"))
            break
        kept.append(plain)
    return kept


def is_picture(kind: str, data: object) -> bool:
    """Whether something in an output is a picture that is nothing else besides."""
    return kind in PICTURES and isinstance(data, str) and bool(_BASE64.fullmatch(data))


def output(kind: str, **content: Any) -> NotebookNode:
    """Return an output of a cell; nbformat's own function would hold each against its schema.

    That is done with the whole notebook later.
    """
    made: NotebookNode = from_dict({"output_type": kind, **content})
    return made


def _stream(name: str, group: list[Any]) -> Any:
    text = as_shown("".join(one.text for one in group))
    name = name if name in ("stdout", "stderr") else "stdout"
    return output("stream", name=name, text=_calm([text])[0])


def _plain(one: Any) -> Any:
    if one.output_type == "error":
        texts = {"ename": one.ename, "evalue": one.evalue}
        return output("error", **texts, traceback=_calm(one.traceback))
    data = {k: v for k, v in one.data.items() if is_picture(k, v) and pixels_of(v)}
    text = one.data.get("text/plain")
    if not data and any(str(kind).startswith("image/") for kind in one.data):
        text = f"{text}\n{NOT_SHOWN}" if isinstance(text, str) else NOT_SHOWN
    if isinstance(text, str):
        data["text/plain"] = _calm([text])[0]
    count = {"execution_count": None} if one.output_type == "execute_result" else {}
    return output(one.output_type, data=data, metadata={}, **count)


def _calm(texts: list[str]) -> list[str]:
    """Return texts without their colours where these are very many."""
    if sum(text.count("\x1b") for text in texts) <= MAX_COLOURS:
        return texts
    return [_COLOUR.sub("", text) for text in texts]


def _texts(one: Any) -> list[str]:
    if one.output_type == "error":
        return [one.ename, one.evalue, *one.traceback]
    return [one.get("text", ""), one.get("data", {}).get("text/plain", "")]
