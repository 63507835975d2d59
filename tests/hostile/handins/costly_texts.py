"""Texts that would cost whoever reads them hours or gigabytes: in notebooks, PDFs and names."""

import json
from collections.abc import Callable
from typing import Any

from hostile.handins.suite import REFUSED, TAKEN, Attack, Scene

KIND = "costly texts"
SIZE = 400_000  # characters
# What is right in the modules counts, whatever the notebook is like.
MODULES = 4.0


def _notebook(change: Callable[[dict[str, Any]], object]) -> Callable[[Scene], object]:
    """Return what hands in a notebook that is changed, beside right modules."""

    def write(scene: Scene) -> object:
        notebook = json.loads(scene.files["tiny.ipynb"])
        change(notebook)
        return scene.upload({**scene.files, "tiny.ipynb": json.dumps(notebook).encode()})

    return write


def _text(name: str, tries: str, piece: str, start: str = "", end: str = "x") -> Attack:
    """Return an attack whose answer, and a cell above it, repeat a piece."""
    text = start + piece * (SIZE // len(piece)) + end

    def change(notebook: dict[str, Any]) -> None:
        notebook["cells"].insert(0, _markdown(text))
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == "question":
                cell["source"] = text

    return Attack(name, KIND, tries, _notebook(change), TAKEN, most_points=MODULES)


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "costly", "metadata": {}, "source": text}


def _code(text: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    metadata = {"gradekit": {"handin": "sample"}}
    made = {"cell_type": "code", "id": "costly", "metadata": metadata, "source": text}
    return {**made, "execution_count": 1, "outputs": list(outputs)}


def _printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def _cell(name: str, tries: str, cell: dict[str, Any]) -> Attack:
    change = lambda notebook: notebook["cells"].append(cell)  # noqa: E731
    return Attack(name, KIND, tries, _notebook(change), TAKEN, most_points=MODULES)


def _raw(name: str, tries: str, data: bytes) -> Attack:
    write = lambda scene: scene.upload({**scene.files, "tiny.ipynb": data})  # noqa: E731
    return Attack(name, KIND, tries, write, TAKEN, most_points=MODULES)


def _module(name: str, tries: str, text: str) -> Attack:
    write = lambda scene: scene.upload({**scene.files, "lib/thing.py": text.encode()})  # noqa: E731
    return Attack(name, KIND, tries, write, TAKEN)


ATTACKS = [
    _text("heading of blanks", "has headings looked for without end", " ", "# a"),
    _text("heading of brackets", "has points looked for without end", "(", "# a "),
    _text("many headings", "has the last of very many headings looked for", "# a\n"),
    _text("fences without end", "has the ends of code looked for", "~~~\n```\n"),
    _text("empty lines", "has the ends of lines looked for", "\n"),
    _text("links without end", "has the ends of links looked for", "]("),
    _text("environments without end", "has the ends of formulas looked for", "\\begin{a}"),
    _text("formulas without end", "has the ends of formulas looked for", "$a$$"),
    _text("brackets", "has links within links read", "[" * 10),
    _text("quotes within quotes", "has quotes within quotes read", "> " * 50),
    _text("lists within lists", "has lists within lists read", "- " * 50),
    _text("emphasis", "has stars matched with stars", "*a **b _c "),
    _text("tags within tags", "has tags within tags read", "<div><b>"),
    _text("tags without end", "has the ends of tags looked for", "<a <img "),
    _text("comments without end", "has the ends of comments looked for", "<!-- <![CDATA["),
    _text("entities", "has names of letters looked up", "&#x" * 3 + "&amp"),
    _text("backticks", "has backticks matched with backticks", "` `` ``` "),
    _text("table", "has a table of very many columns drawn", "| a ", "|", "\n" + "|-" * 1000),
    _text("accents", "has accents put in order without end", "\u0301\u0323", "a"),
    _text("letters that are two", "has a text grow as it is read", "\ufdfa"),
    _text("zero bytes", "ends texts early", "\0a"),
    _cell("million lines", "has very many lines parsed", _code("x=[\n" + "1,\n" * 500_000 + "]")),
    _cell("brackets in code", "has brackets within brackets parsed", _code("(" * SIZE)),
    _cell("huge number", "has a number written out", _code("text_length = 0x" + "F" * 9000)),
    _cell("one long line", "has one line broken into very many", _code("", _printed("a" * SIZE))),
    _cell("carriage returns", "has lines put over lines", _code("", _printed("a\rb" * SIZE))),
    _cell("colours", "has colours within colours drawn", _code("", _printed("\x1b[31ma" * SIZE))),
    _cell("half colours", "has colours looked for", _code("", _printed("\x1b[3" + ";" * SIZE))),
    _cell("tabs", "has tabs become blanks", _code("", _printed("\t" * SIZE))),
    _cell("words over and over", "has circles looked for", _code("", _printed("a b " * SIZE))),
    _raw("deep json", "has lists within lists decoded", b'{"cells":' + b"[" * SIZE),
    _raw(
        "many lists", "takes far more memory than bytes", b'{"cells":[' + b"[]," * 10**7 + b"[]]}"
    ),
    _raw(
        "many cells", "takes far more memory than bytes", b'{"cells":[' + b"{}," * 10**6 + b"{}]}"
    ),
    _raw("huge number in json", "has a number decoded", b'{"cells":[' + b"9" * 10**6 + b"]}"),
    _raw("zeros", "hands in nothing but zero bytes", b"\0" * 10**6),
    _module("module of brackets", "has brackets within brackets parsed", "(" * SIZE),
    _module("module of minus signs", "has the parser call itself", "x = " + "-" * SIZE + "1"),
    _module("module of one line", "has one line shown", "x = '" + "a" * SIZE),
    Attack(
        "long names",
        KIND,
        "has names of numbers read again and again",
        lambda scene: scene.upload(scene.files, f"a{'_1' * 120}.zip"),
        REFUSED,
    ),
    Attack(
        "names of numbers within",
        KIND,
        "has names of numbers read again and again",
        lambda scene: scene.upload({f"a{'_1' * 120}/{n}": b"x" for n in range(1500)}),
        REFUSED,
    ),
]
