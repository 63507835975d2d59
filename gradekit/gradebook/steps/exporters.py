"""nbconvert's exporters with one copy of a notebook instead of four, and its file written faster.

nbgrader reads and writes a hand-in's notebook twice, and nbconvert copies it before each step of
that; Python's JSON encoder is slow where lines are indented. Both took a fifth of recording.
"""

import copy
import json
from typing import IO, Any

import msgspec
import nbformat
from nbconvert.exporters import Exporter, NotebookExporter
from nbformat import NotebookNode, reader, validator
from nbformat.v4.rwbase import split_lines, strip_transient
from nbgrader.nbgraderformat import SCHEMA_VERSION, MetadataValidator

from gradekit.errors import SubmissionError

Resources = dict[str, Any]


class OneCopy(Exporter):
    """Runs the steps on one copy of the notebook, and holds what they made against the schema.

    nbformat does that with each notebook that it reads as well, and only logs what it finds.
    """

    def from_file(
        self, file_stream: IO[str], resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, Resources]:
        """Return a notebook's file as it is exported, and the resources."""
        notebook = upgraded(nbformat.convert(reader.reads(file_stream.read()), 4))
        return self.from_notebook_node(notebook, resources, **kw)

    def _preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        if not _cells_are_named(nb):
            _, nb = validator.normalize(nb)
        for step in self._preprocessors:
            nb, resources = step(nb, resources)
        self._validate_preprocessor(nb, "the last one")
        return nb, resources


def upgraded(nb: NotebookNode) -> NotebookNode:
    """Return a notebook with nbgrader's metadata as they are today, as `nbgrader update` does.

    nbgrader refuses older ones. Where these are none of any version, it says so itself.
    """
    if not any(_is_old(cell) for cell in nb.cells):
        return nb
    try:
        made: NotebookNode = MetadataValidator().upgrade_notebook_metadata(copy.deepcopy(nb))
        return made
    except Exception:  # whatever odd metadata make it raise
        return nb


def _is_old(cell: NotebookNode) -> bool:
    marks = cell.metadata.get("nbgrader")
    version = marks.get("schema_version", 0) if isinstance(marks, dict) else SCHEMA_VERSION
    return isinstance(version, int) and version < SCHEMA_VERSION


def _cells_are_named(nb: NotebookNode) -> bool:
    """Whether each cell has an id of its own, so that nothing is to be normalized."""
    names = {cell.get("id") for cell in nb.cells}
    return None not in names and len(names) == len(nb.cells)


class NotebookFile(OneCopy, NotebookExporter):
    """Writes what nbconvert's own exporter of notebooks writes."""

    def from_notebook_node(  # type: ignore[override, unused-ignore]
        self, nb: NotebookNode, resources: Resources | None = None, **_: Any
    ) -> tuple[str, Resources]:
        """Return a notebook as JSON after all steps, and the resources; raise where it is none."""
        nb, resources = self._preprocess(nb, self._init_resources(resources))
        resources["output_suffix"] = ".nbconvert"
        return written(nb), resources


def written(nb: NotebookNode) -> str:
    """Return a notebook as nbformat writes it, to the byte; its texts are split into lines.

    Raises SubmissionError where a text in it has halves of characters, which no file can.
    """
    plain = strip_transient(split_lines(nb))
    # Without an indent Python encodes in C.
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    try:
        encoded = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SubmissionError("halves of characters") from error
    return msgspec.json.format(encoded, indent=1).decode("utf-8") + "\n"
