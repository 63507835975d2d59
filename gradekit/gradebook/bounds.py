"""How much of a cell is shown: a page of feedback stays readable, and is made in seconds."""

import re
from dataclasses import dataclass
from typing import Any

from nbformat.v4 import new_output

MAX_SOURCE, MAX_SOURCES = 10_000, 200_000
MAX_CELLS = 1000
# nbconvert's time grows with the square of a text's colours.
MAX_COLOURS = 1000
CUT = "[… cut here by gradekit: the rest is in what was handed in]"
PICTURES = ("image/png", "image/jpeg")

_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_COLOUR = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~])?")


@dataclass
class Budget:
    """How much may still be shown: outputs, characters of text, and of encoded pictures."""

    outputs: int
    text: int
    pictures: int

    def take(self, output: Any) -> bool:
        """Count an output; return whether there was room for it."""
        self.outputs -= 1
        self.text -= sum(map(len, _texts(output)))
        self.pictures -= sum(len(output.get("data", {}).get(kind, "")) for kind in PICTURES)
        return min(self.outputs, self.text, self.pictures) >= 0


def cell_budget() -> Budget:
    """Return what one cell may show."""
    return Budget(100, 50_000, 5_000_000)


def notebook_budget() -> Budget:
    """Return what all cells of a notebook may show."""
    return Budget(1_000, 500_000, 20_000_000)


def bounded(text: str, most: int = MAX_SOURCE) -> str:
    """Return a text, cut with a visible note where it is longer than may be."""
    return text if len(text) <= most else f"{text[: max(most, 0)]}\n\n{CUT}\n"


def plain_outputs(outputs: list[Any], whole: Budget) -> list[Any]:
    """Return the texts and pictures of a cell's outputs, cut with a note where they are many.

    `whole` is what all cells may still show, and becomes less.
    """
    kept: list[Any] = []
    budget = cell_budget()
    for output in outputs:
        plain = _plain(output)
        if not (budget.take(plain) and whole.take(plain)):
            over = min(budget.text, whole.text)
            beginning = "\n".join(filter(None, _texts(plain)))[:over] if over < 0 else ""
            kept.append(new_output("stream", name="stdout", text=f"{beginning}\n\n{CUT}\n"))
            break
        kept.append(plain)
    return kept


def is_picture(kind: str, data: object) -> bool:
    """Whether something in an output is a picture that is nothing else besides."""
    return kind in PICTURES and isinstance(data, str) and bool(_BASE64.fullmatch(data))


def _plain(output: Any) -> Any:
    if output.output_type == "stream":
        name = output.name if output.name in ("stdout", "stderr") else "stdout"
        return new_output("stream", name=name, text=_calm([output.text])[0])
    if output.output_type == "error":
        texts = {"ename": output.ename, "evalue": output.evalue}
        return new_output("error", **texts, traceback=_calm(output.traceback))
    data = {k: v for k, v in output.data.items() if is_picture(k, v)}
    text = output.data.get("text/plain")
    if isinstance(text, str):
        data["text/plain"] = _calm([text])[0]
    return new_output(output.output_type, data=data)


def _calm(texts: list[str]) -> list[str]:
    """Return texts without their colours where these are very many."""
    if sum(text.count("\x1b") for text in texts) <= MAX_COLOURS:
        return texts
    return [_COLOUR.sub("", text) for text in texts]


def _texts(output: Any) -> list[str]:
    if output.output_type == "error":
        return [output.ename, output.evalue, *output.traceback]
    return [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
