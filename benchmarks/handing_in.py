"""Shows what becomes of PDFs and notebooks that are wrong, and what ways to make the PDF cost.

    python benchmarks/handing_in.py [--out docs]

Makes each bad PDF and notebook that the tests know, and writes the line that it gets; then makes
the PDF of a solved notebook with the kit, with LaTeX (`nbconvert --to pdf`) and by a browser's
print, where these are installed, and holds each against the notebook. The figures go between the
marks of handing-in.md in the folder of --out. It takes about a minute.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import nbformat
from figures import machine, put_figures, table
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import bad_handins  # noqa: E402
import pdfs  # noqa: E402

from gradekit.model import PdfState  # noqa: E402
from gradekit.pdf_check.compare import colours_of, compare_pdf  # noqa: E402
from gradekit.pdf_check.reader import PdfReader  # noqa: E402
from gradekit.submission.parts.images import decode_image  # noqa: E402

NOTEBOOK, PDF = "problem_2.ipynb", "problem_2.pdf"
ROUNDS = 3
TYPESETTERS = ("typst", "pypandoc_binary")
LATEX = "xelatex"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MEGABYTE = 10**6
JUPYTER = [sys.executable, "-m", "jupyter", "nbconvert"]
# A browser that root runs, in a container, has no sandbox of its own.
PRINT = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]


@dataclass(frozen=True)
class Way:
    """A way to make a PDF: what it is called, the commands, and what has to be installed for it."""

    name: str
    commands: Callable[[Path], Sequence[Sequence[str]]]
    needs: str
    set_up_bytes: Callable[[], int]


def folder_bytes(folder: Path) -> int:
    """Return the size of a folder's files."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def package_bytes(name: str) -> int:
    """Return the size of an installed package's files."""
    found = distribution(name)
    paths = (Path(str(found.locate_file(file))) for file in found.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())


def latex_bytes() -> int:
    """Return the size of TeX's files, its fonts and formats among them."""
    names = ("TEXMFDIST", "TEXMFVAR", "TEXMFSYSVAR")
    places = {_kpsewhich(name) for name in names} - {""}
    programs = Path(shutil.which(LATEX) or "").resolve().parent
    return sum(folder_bytes(Path(place)) for place in places) + sum(
        path.stat().st_size for path in programs.glob("*tex*") if path.is_file()
    )


def _kpsewhich(name: str) -> str:
    done = subprocess.run(
        ["kpsewhich", "-var-value", name], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def browser() -> str:
    """Return the command of a browser that prints, or nothing."""
    return next(filter(None, map(shutil.which, BROWSERS)), "")


def browser_bytes() -> int:
    """Return the size of the browser's folder."""
    for place in (Path("/usr/lib/chromium"), Path(browser()).resolve().parent):
        if place.is_dir() and place.name != "bin":
            return folder_bytes(place)
    return 0


def printed(folder: Path) -> Sequence[Sequence[str]]:
    """Return the commands that print a notebook from a browser."""
    to_pdf = f"--print-to-pdf={folder / PDF}"
    page = (folder / NOTEBOOK).with_suffix(".html").as_uri()
    return [[*JUPYTER, "--to", "html", NOTEBOOK], [browser(), *PRINT, to_pdf, page]]


WAYS = (
    Way(
        "the kit: `gradekit-pdf`",
        lambda _: [[*JUPYTER, "--to", "gradekit-pdf", NOTEBOOK, "--output", "problem_2"]],
        sys.executable,
        lambda: sum(map(package_bytes, TYPESETTERS)),
    ),
    Way(
        "LaTeX: `nbconvert --to pdf`",
        lambda _: [[*JUPYTER, "--to", "pdf", NOTEBOOK]],
        LATEX,
        latex_bytes,
    ),
    Way("a browser: `--to html`, then printed", printed, browser() or "chromium", browser_bytes),
)


def bad_table(cases: Sequence[tuple[str, str]], head: str, said: str) -> str:
    """Return a table of what is handed in and the line that it gets."""
    return table([head, said], [list(case) for case in cases])


def bad_cases() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return for each bad PDF and notebook the line that it gets."""
    with closing(PdfReader()) as reader:
        found = [
            (case.what, bad_handins.pdf_line(reader, case))
            for case in tqdm(bad_handins.PDFS, desc="PDFs", unit="file")
        ]
    notebooks = tqdm(bad_handins.NOTEBOOKS, desc="notebooks", unit="file")
    return found, [(case.what, bad_handins.notebook_line(case)) for case in notebooks]


def measured(way: Way, reader: PdfReader) -> list[object]:
    """Return a row: seconds, size and set-up, and how the PDF compares with the notebook."""
    if not shutil.which(way.needs):
        return [way.name, "not installed here", "", "", ""]
    with tempfile.TemporaryDirectory(prefix="gradekit-ways-") as name:
        folder = Path(name)
        nbformat.write(pdfs.notebook(), folder / NOTEBOOK)
        commands, seconds = way.commands(folder), []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            for command in commands:
                subprocess.run(command, cwd=folder, check=True, capture_output=True)
            seconds.append(time.perf_counter() - started)
        made = next(folder.glob("*.pdf"))
        size = made.stat().st_size
        with reader.open(made) as opened:
            content = opened.read(colours_of(pdfs.parts(), decode_image))
    findings = [one.finding for one in compare_pdf(content, pdfs.parts(), decode_image)]
    wrong = [one.what for one in findings if one.state is not PdfState.SAME]
    set_up = f"{way.set_up_bytes() / MEGABYTE:,.0f}"
    verdict = "; ".join(wrong) or bad_handins.ALL_SAME
    return [way.name, f"{min(seconds):.1f}", f"{size / 1000:,.0f}", set_up, verdict]


def figures() -> Iterator[str]:
    """Yield the tables for the page."""
    where = machine()
    found, notebooks = bad_cases()
    with closing(PdfReader()) as reader:
        rows = [measured(way, reader) for way in tqdm(WAYS, desc="ways to make a PDF", unit="way")]
    yield "### Ways to make the PDF"
    yield f"{where['python']}, {where['system']}, {where['date']}; the quickest of {ROUNDS} runs."
    yield table(["way", "seconds", "kB", "set-up, MB", "held against the notebook"], rows)
    yield "### PDFs, and what the report says of them"
    yield bad_table(found, "what is handed in", "what is said first")
    yield "### Notebooks, and what `gradekit submit` says of them"
    yield bad_table(notebooks, "what is handed in", "what is said first")


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    options = parser.parse_args()
    put_figures(options.out / "handing-in.md", "\n\n".join(figures()))


if __name__ == "__main__":
    main()
