"""The parts of what is handed in: what an assignment asks for, each by its kind and never its name.

An assignment declares them in its `assignment.toml`. Where it declares none, they are the answers
that a person grades, as nbgrader's metadata have them. `gradekit release` notes them in the
notebook, where a student's command reads them; staff read the course's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from gradekit.notebook.cells import Cell, cells_of
from gradekit.notebook.headings import titles_of

PartKind = Literal["figure", "printed", "answer", "file"]
# Which keys only some kinds have.
ONLY_FOR: dict[str, tuple[PartKind, ...]] = {
    "path": ("file",),
    "cell": ("figure", "printed", "answer"),
    "after": ("figure", "printed"),
    "max_words": ("answer",),
    "match": ("printed", "answer"),
}
# The share of a text's pieces that a PDF must show. An answer may hold formulas, which look
# different on paper.
SAME_SHARE = {"printed": 0.85, "answer": 0.6}
FACTS = "parts"  # in what a released notebook says about itself
SPELLED = r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$"


def _key(text: str, **limits: Any) -> Meta:
    return Meta(description=text, **limits)


class PartSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One part of what is handed in; the parts stand in the PDF in the order of the file."""

    name: Annotated[str, _key("what reports call it: letters, digits and `_ . -`", pattern=SPELLED)]
    kind: Annotated[
        PartKind,
        _key(
            "`figure`: what a code cell draws; `printed`: the text that a code cell prints, or "
            "gives as its value; `answer`: what is written in a cell; `file`: a file beside the "
            "notebook"
        ),
    ]
    cell: Annotated[
        str,
        _key(
            "the cell that makes it: its `grade_id`, a tag of it, or `handin` in its metadata "
            "below `gradekit`; else the one with the part's name"
        ),
    ] = ""
    path: Annotated[str, _key("where a `file` lies, from the notebook's folder, with slashes")] = ""
    title: Annotated[str, _key("what people call it; else the heading above its cell")] = ""
    section: Annotated[
        str,
        _key("the PDF's heading above it; parts of one section may stand in any order; else title"),
    ] = ""
    called: Annotated[
        str, _key("what it is called within a sentence, such as `the drawing`; else its title")
    ] = ""
    after: Annotated[
        str,
        _key(
            "the cell that it is made from, named as in `cell`: a part that was run before it is "
            "told as older"
        ),
    ] = ""
    max_words: Annotated[int, _key("the most words of an `answer`; 0: any number", ge=0)] = 0
    match: Annotated[
        float,
        _key(
            "the share of its text that a PDF must show; 0: as is usual for its kind, 0.85 of what "
            "is `printed` and 0.6 of an `answer`",
            ge=0,
            le=1,
        ),
    ] = 0.0
    optional: Annotated[bool, _key("whether one may hand in without it")] = False
    rules: Annotated[
        list[str],
        _key("functions in `handin_rules.py` beside the notebook that it is held against"),
    ] = []

    def __post_init__(self) -> None:
        """Raise ValueError where keys do not go together."""
        for key, kinds in ONLY_FOR.items():
            if getattr(self, key) and self.kind not in kinds:
                raise ValueError(f"a part of kind {self.kind!r} has no {key!r}")
        if self.kind == "file" and not is_plain_path(self.path):
            raise ValueError("a part of kind 'file' needs a 'path' below the notebook's folder")

    @property
    def share(self) -> float:
        """The share of the text that a PDF must show."""
        return self.match or SAME_SHARE.get(self.kind, 1.0)

    def is_cell(self, cell: Cell) -> bool:
        """Whether a cell is the one that makes this part, by its names."""
        return not cell.names.isdisjoint({self.name, self.cell} - {""})

    def is_before(self, cell: Cell) -> bool:
        """Whether a cell is the one that this part is made from."""
        return bool(self.after) and self.after in cell.names


def is_plain_path(path: str) -> bool:
    """Whether a path with slashes stays in its folder and names no hidden file."""
    parts = path.split("/")
    return "\\" not in path and ":" not in path and all(p and not p.startswith(".") for p in parts)


def default_parts(cells: Iterable[Cell]) -> tuple[PartSpec, ...]:
    """Return the answers that a person grades, each by its `grade_id`, in the notebook's order."""
    found = {cell.name: cell.heading for cell in reversed(list(cells)) if _is_manual(cell)}
    titles = titles_of(reversed(found.items()))
    return tuple(_answer(name, title) for name, title in titles.items())


def parts_asked_for(notebook: Mapping[str, Any]) -> tuple[PartSpec, ...]:
    """Return the parts that a notebook says its release asks for, or else the default ones.

    What has another form counts as not said.
    """
    said = _mapping(_mapping(notebook.get("metadata")).get("gradekit")).get(FACTS)
    if not isinstance(said, list):
        return default_parts(cells_of(notebook))
    return tuple(part for part in map(_part, said) if part)


def write_parts(parts: Sequence[PartSpec]) -> list[dict[str, Any]]:
    """Return parts as they stand in a released notebook's metadata."""
    return [msgspec.to_builtins(part) for part in parts]


def _is_manual(cell: Cell) -> bool:
    both = cell.grading.get("grade") is True and cell.grading.get("solution") is True
    return bool(cell.name) and both and not cell.grading.get("task")


def _answer(name: str, title: str) -> PartSpec:
    return PartSpec(name, "answer", title=title)


def _part(said: object) -> PartSpec | None:
    try:
        return msgspec.convert(said, PartSpec)
    except msgspec.ValidationError:
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
