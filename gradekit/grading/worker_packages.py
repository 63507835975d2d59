"""Which packages a submission may import while it is graded, besides NumPy."""

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.remote_names import (
    modules_in,
    names_imported,
    names_in,
    packages_in,
)
from gradekit.assignment.code_cells.written_modules import staffs_modules, students_modules
from gradekit.assignment.import_stubs import is_stubbed
from gradekit.errors import GraderError
from gradekit.workers.packages import is_installed

_NAME = re.compile(r"[^A-Za-z0-9._-]")  # what ends a package's name in a requirement
_SAVES = re.compile(r"\.(?:savefig|imsave)\(")
# Parts of what Matplotlib and plotly draw.
_LOOKS = re.compile(
    r"\.(?:get_(?:title|[xy]label|[xy]lim|[xy]ticks|[xy]ticklabels|legend|lines|children)"
    r"|patches|collections|layout)\b"
)
DRAWN = ("matplotlib", "seaborn", "plotly")
# Packages whose objects are there where a test cell uses their classes, and functions of theirs
# that show something, by which it does not.
SHOWN = ("IPython", "ipywidgets")
_SHOWING = frozenset(["display", "clear_output", "get_ipython", "interact", "Javascript"])
# Packages that workers have been tried with: submissions of code in cells may import them unasked.
TRIED = frozenset(
    "pandas scipy sklearn sympy networkx statsmodels PIL matplotlib seaborn".split()  # noqa: SIM905
)
_WORD = re.compile(r"\w+")
# They are there anyway, or have no place beside a student's code.
NOT_GIVEN = frozenset(
    ["__main__", "numpy", "tqdm", "gradekit", "nbgrader", "pytest", "nose", "msgspec"]
)


def imported(
    notebooks: Mapping[str, Iterable[SourceCell]],
    files: Iterable[str],
    stubs: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the packages that a source's cells import, sorted; `files` are those beside them.

    Those that have a stand-in are none; `stubs` are what the assignment declares of these.
    """
    own = _own(notebooks, files)
    found = {name for text in _texts(notebooks) for name in packages_in(text)}
    others = found - own - NOT_GIVEN - sys.stdlib_module_names - {""}
    return tuple(sorted(name for name in others if not is_stubbed(name, stubs)))


def imported_by_source(
    notebooks: Mapping[str, Iterable[SourceCell]], files: Iterable[str]
) -> tuple[str, ...]:
    """Return the modules of packages that are installed and that a source's cells import.

    Those of its answers, too: an object is known as one of a library's class that is there.
    """
    own = _own(notebooks, files)
    found = {name for text in _texts(notebooks) for name in modules_in(text)}
    left_out = own | NOT_GIVEN | sys.stdlib_module_names | {""}
    tops = {name: name.partition(".")[0] for name in found}
    return tuple(sorted(n for n, top in tops.items() if top not in left_out and is_installed(top)))


def _own(notebooks: Mapping[str, Iterable[SourceCell]], files: Iterable[str]) -> set[str]:
    """Return the names of an assignment's own modules: files, and what cells write."""
    every = [cell for cells in notebooks.values() for cell in cells]
    named = {name.partition("/")[0].removesuffix(".py") for name in files}
    return named | staffs_modules(every).keys() | students_modules(every)


def _texts(notebooks: Mapping[str, Iterable[SourceCell]]) -> Iterator[str]:
    """Yield the code of all cells, and of the modules that they write."""
    for cells in notebooks.values():
        for cell in cells:
            yield cell.python
            if cell.text.file.endswith(".py"):
                yield cell.text.content


def looked_at(notebooks: Mapping[str, Iterable[SourceCell]]) -> tuple[str, ...]:
    """Return the packages that draw or show, where what is drawn or shown matters.

    That is where a test cell uses a name that is imported from them, or asks for parts of what is
    drawn, or where a cell saves what it draws.
    """
    found = dict[str, None]()
    for cells in map(list, notebooks.values()):
        drawn = {one for one in DRAWN if any(names_imported(cell.python, one) for cell in cells)}
        names = {n for one in drawn for cell in cells for n in names_imported(cell.python, one)}
        tests = [cell for cell in cells if cell.kind is CellKind.TEST]
        for one in filter(is_installed, SHOWN):
            classes = {n for cell in cells for n in names_imported(cell.python, one)} - _SHOWING
            if any(classes & names_in(cell.python).loaded for cell in tests):
                found |= {one: None}
        if (
            any(_SAVES.search(cell.python) for cell in cells)
            or any(_LOOKS.search(cell.python) for cell in tests)
            or any(names & names_in(cell.python).loaded for cell in tests)
        ):
            found |= dict.fromkeys(one for one in DRAWN if one in drawn and is_installed(one))
    if "seaborn" in found:
        found = {"matplotlib": None, **found}
    return tuple(found)


def require_installed(names: Iterable[str]) -> None:
    """Raise GraderError for a package that is not there."""
    for name in names:
        if not is_installed(name):
            raise GraderError(
                f"this assignment's code may import {name}, which is not installed where it is "
                f"graded: pip install {name}"
            )


def versions_of(names: Iterable[str]) -> list[str]:
    """Return the versions of packages, as far as they say."""
    return [f"{name} {_version(name)}" for name in names]


def also_given(packages: Collection[str]) -> tuple[str, ...]:
    """Return the tried packages that are installed here and are not among `packages`, sorted.

    What draws does nothing, unless what is drawn is looked at.
    """
    others = TRIED - set(packages)
    if "matplotlib" not in packages:
        others -= set(DRAWN)
    return tuple(sorted(filter(is_installed, others)))


def named_in_imports(texts: Iterable[str], packages: Iterable[str]) -> tuple[str, ...]:
    """Return those of some packages that stand in a line with the word `import`."""
    lines = (line for text in texts for line in text.splitlines() if "import" in line)
    words = {word for line in lines for word in _WORD.findall(line)}
    return tuple(one for one in packages if one in words)


def requirements(declared: Iterable[str], imported: Iterable[str]) -> list[str]:
    """Return what students install: what is declared, and what else workers may import.

    Packages are named as pip names them: scikit-learn for sklearn.
    """
    asked = list(dict.fromkeys(declared))
    names = {_plain(_NAME.split(one, maxsplit=1)[0]) for one in asked}
    others = (_distributions().get(name, [name])[0] for name in imported)
    return [*asked, *(one for one in dict.fromkeys(others) if _plain(one) not in names)]


def _plain(distribution: str) -> str:
    return distribution.lower().replace("_", "-").replace(".", "-")


@lru_cache
def _version(name: str) -> str:
    try:
        return version(_distributions().get(name, [name])[0])
    except PackageNotFoundError:
        return "?"


@lru_cache
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()
