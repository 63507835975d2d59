"""Lets nbconvert build the PDF: `jupyter nbconvert --to gradekit-pdf homework_1.ipynb`.

JupyterLab's menu "Save and Export Notebook As" has it, too, as `Hand_in_PDF`: the menu shows the
name itself, and the server's route takes letters, digits and `_` alone.
"""

import sys
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException
from nbformat import NotebookNode
from traitlets import Bool, Unicode, default

from gradekit.errors import SubmissionError
from gradekit.notebook.cells import title_of
from gradekit.submission.parts.find import missing
from gradekit.submission.parts.in_folder import parts_in
from gradekit.submission.pdf.build import build_pdf, made_at

SUFFIX = "_solution"


class IncompleteNotebook(SubmissionError, ConversionException):
    """The notebook lacks parts of the hand-in; the message has one line for each."""


class HandinPDFExporter(Exporter):
    """Exports the parts that are handed in, and nothing else, as `<notebook>_solution.pdf`."""

    export_from_notebook = "Hand-in PDF"
    output_mimetype = "application/pdf"
    student = Unicode("", help="The student's id, written under the title.").tag(config=True)

    @default("file_extension")
    def _pdf(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF and nbconvert's resources, or raise IncompleteNotebook."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        parts = parts_in(Path(resources["metadata"].get("path") or "."), notebook)
        lines = missing(parts)
        if lines:
            raise IncompleteNotebook("\n".join(["the hand-in is not complete:", *lines]))
        if not parts:
            raise IncompleteNotebook("this notebook asks for no PDF: `gradekit submit` packs it")
        name = resources["metadata"]["name"]
        # nbconvert drops its own `output_suffix` where an output folder is given.
        if resources.get("unique_key") == name:
            resources["unique_key"] = f"{name}{SUFFIX}"
        elif "unique_key" not in resources:  # in a server, which names the file by its ending
            resources["output_extension"] = f"{SUFFIX}{self.file_extension}"
        return build_pdf(parts, title_of(notebook, name), self.student, made_at()), dict(resources)


class CommandPDFExporter(HandinPDFExporter):
    """The same by the name that commands have, which no server can reach: no menu has it."""

    enabled = Bool(help="Whether nbconvert and its menus have it.").tag(config=True)

    @default("enabled")
    def _outside_of_servers(self) -> bool:
        server = sys.modules.get("jupyter_server.serverapp")
        return server is None or not server.ServerApp.initialized()
