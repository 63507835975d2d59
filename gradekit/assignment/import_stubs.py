"""Stand-ins for what draws and shows: a hand-in may import and call it, and nothing is drawn.

Answers import matplotlib at their top for plots that no check looks at, and use the names that only
a notebook has. The packages themselves write caches and start threads on import, which no worker
may. `gradekit check` imports a student's modules with the same stand-ins.
"""

import builtins
import dis
import importlib
import importlib.machinery
import io
import json
import sys
import types
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from gradekit.assignment.code_cells.text import CAPTURE, RUN, to_python

DRAWING = (
    *("matplotlib", "matplotlib_inline", "mpl_toolkits", "pylab", "ipympl", "seaborn"),
    *("plotly", "altair", "bokeh"),
)
NOTEBOOK = ("IPython", "ipywidgets", "google.colab")
TESTING = ("pytest", "hypothesis", "nbgrader", "nest_asyncio")  # a cell of staff's imports them
# What a package does not load itself, and code that uses it soon needs.
ALSO = {
    "matplotlib": ("matplotlib.pyplot",),
    "PIL": ("PIL.Image",),
    "sklearn": ("sklearn.base",),
    "statsmodels": ("statsmodels.api", "statsmodels.formula.api"),
}
BELOW = {"matplotlib": "mpl_toolkits"}  # what comes with a package under another name
NAMES = frozenset([*DRAWING, *NOTEBOOK, *TESTING])
NOTEBOOK_BAR = "tqdm.notebook"  # draws with ipywidgets; here the plain bar takes its place


class Stub:
    """A stub: every call, attribute and item returns another stub."""

    def __call__(self, *arguments: Any, **named: Any) -> "Stub":  # noqa: ARG002, D102
        return self

    def __getattr__(self, name: str) -> "Stub":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: Any) -> "Stub":
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        return None

    def __delitem__(self, key: Any) -> None:
        return None

    def __contains__(self, key: Any) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter([self] * _wanted(sys._getframe(1)))

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()

    def __instancecheck__(self, value: Any) -> bool:
        return False

    def __subclasscheck__(self, kind: Any) -> bool:
        return False

    def __bool__(self) -> bool:
        return False

    def __enter__(self) -> "Stub":
        return self

    def __exit__(self, *error: object) -> None:
        return None


def _wanted(frame: types.FrameType) -> int:
    """Return into how many names a frame unpacks just now, as in `figure, axes = …`; else 0."""
    code, place = frame.f_code.co_code, frame.f_lasti
    operation, count = dis.opname[code[place]], code[place + 1]
    return count if operation in ("UNPACK_SEQUENCE", "UNPACK_EX") else 0


def is_stubbed(name: str, declared: Collection[str] = ()) -> bool:
    """Whether a stand-in is imported under this name; `declared` are an assignment's own."""
    parts = name.split(".")
    heads = {".".join(parts[:count]) for count in (1, 2)}
    known = name == NOTEBOOK_BAR or name == "google" or not NAMES.isdisjoint(heads)
    return known or parts[0] in declared


class Captured:
    """What `%%capture out` gives the name `out`: it has what is printed from then on.

    Where the cell ends, whoever runs it has its own output again.
    """

    def __init__(self) -> None:
        self._printed, self._told = io.StringIO(), io.StringIO()
        self.outputs: list[Any] = []
        sys.stdout, sys.stderr = self._printed, self._told

    @property
    def stdout(self) -> str:
        """What was printed."""
        return self._printed.getvalue()

    @property
    def stderr(self) -> str:
        """What was written to stderr."""
        return self._told.getvalue()

    def show(self) -> None:
        """Print it."""
        sys.stdout.write(self.stdout)

    __call__ = show


class _Module(types.ModuleType):
    __version__ = "99.0"  # new enough for whoever asks

    def __getattr__(self, name: str) -> Stub:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub()


class StubFinder:
    """Finds the packages above, and those `declared`, but those that are `real`.

    It finds whatever is asked for below them, too.
    """

    real: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()

    @classmethod
    def find_spec(
        cls,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG003
        target: object = None,  # noqa: ARG003
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a stand-in, or nothing for other modules."""
        if not is_stubbed(name, cls.declared) or name.partition(".")[0] in cls.real:
            return None
        loader: Any = StubFinder
        return importlib.machinery.ModuleSpec(name, loader, is_package=True)

    @staticmethod
    def create_module(spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return an empty module."""
        return _Module(spec.name)

    @staticmethod
    def exec_module(module: types.ModuleType) -> None:
        """Run nothing; `import *` of it brings nothing."""
        module.__dict__["__all__"] = []
        if module.__name__ == NOTEBOOK_BAR:
            std = importlib.import_module("tqdm.std")
            bars = dict.fromkeys(("tqdm", "tqdm_notebook"), std.tqdm)
            bars |= dict.fromkeys(("trange", "tnrange"), std.trange)
            module.__dict__.update(bars, __all__=list(bars))


class MissingFinder(StubFinder):
    """Finds the packages that are `declared`, for a process in which they may be installed."""

    @classmethod
    def find_spec(
        cls,
        name: str,
        path: Sequence[str] | None = None,
        target: object = None,
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a stand-in, or nothing for modules that are not declared."""
        declared = name.partition(".")[0] in cls.declared
        return super().find_spec(name, path, target) if declared else None


def stand_in_for_missing(declared: Collection[str]) -> None:
    """Give this process, which runs no student's code, stand-ins for what it has not installed."""
    MissingFinder.declared = frozenset(declared)
    finder: Any = MissingFinder
    if finder not in sys.meta_path:
        sys.meta_path.append(finder)


def script(file: str) -> types.CodeType:
    """Return the code of a module or of a notebook's cells, as `%run` runs it."""
    with open(file, encoding="utf-8") as opened:  # noqa: PTH123  # a worker has its own `open`
        text = opened.read()
    if file.endswith(".ipynb"):
        cells = (cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")
        text = "\n\n".join(to_python("".join(cell["source"])).python for cell in cells)
    return compile(text, file, "exec", dont_inherit=True)


def add_notebook_names() -> None:
    """Give modules the names that IPython gives them in a notebook; they do nothing."""
    nothing = Stub()
    names = {"get_ipython": lambda: nothing, "display": nothing, "__IPYTHON__": False}
    names |= {CAPTURE: Captured, RUN: script}
    for name, value in names.items():
        setattr(builtins, name, value)


def limit_imports(
    library: Sequence[str], real: Collection[str] = (), declared: Collection[str] = ()
) -> None:
    """Let imports find Python's library and the stand-ins, and no other package.

    What is `real`, and loaded, has no stand-in; what is `declared` has one.
    """
    StubFinder.declared = frozenset(declared)
    StubFinder.real = frozenset([*real, *(BELOW[one] for one in real if one in BELOW)])
    add_notebook_names()
    sys.meta_path[:] = [
        importlib.machinery.BuiltinImporter,
        importlib.machinery.FrozenImporter,
        StubFinder,
        importlib.machinery.PathFinder,
    ]
    sys.path[:] = library
    sys.path_importer_cache.clear()
