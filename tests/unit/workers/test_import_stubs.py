"""Stand-ins for what draws: the ways that answers use matplotlib cost them nothing."""

from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from gradekit.assignment.import_stubs import Stub, StubFinder
from gradekit.workers.client import ProbeClient
from gradekit.workers.pool import WorkerPool

Snapshots = Callable[..., Path]

USES = """
plt.rcParams["figure.figsize"] = (10.0, 8.0)
figure, axes = plt.subplots()
figure, (left, right) = plt.subplots(1, 2)
(line,) = left.plot([1, 2], "o-", label="loss")
first, *others = axes
counts, bins, patches = plt.hist([1, 2])
for axis in axes.flat: axis.grid()
del plt.rcParams["figure.figsize"]
assert "agg" not in plt.get_backend()
assert len(axes) == 0
with plt.style.context("ggplot"): plt.show()
assert not isinstance(3, plt.Axes) and not issubclass(int, plt.Axes)
"""


@pytest.mark.parametrize("use", USES.strip().splitlines())
def test_what_draws_takes_every_use(use: str) -> None:
    """Settings, figures that are unpacked, loops and contexts: nothing happens, and no error."""
    names = {"plt": Stub(), "left": Stub(), "axes": Stub()}
    exec(compile(use, "answer.py", "exec"), names)


def test_a_stand_in_says_which_version_it_is() -> None:
    """Cells print it, and packages compare it: SymPy asks IPython's before it shows anything."""
    made = StubFinder.create_module(ModuleSpec("IPython", None))
    assert float(made.__version__) > 20


def test_a_notebooks_bar_is_the_plain_one(pool: WorkerPool, snapshot_of: Snapshots) -> None:
    """A hand-in that takes its progress bar from `tqdm.notebook` runs like any other."""
    text = "from tqdm.notebook import tqdm, trange\ntotal = sum(tqdm([1, 2])) + sum(trange(3))\n"
    probe = "def total():\n    import bars\n    return {'total': bars.total}\n"
    client = ProbeClient(pool, snapshot_of(pool, bars_py=text), probe)
    try:
        assert client.ask("total")["total"] == 6
    finally:
        client.renew()


NOTEBOOK_USES = """
get_ipython().run_line_magic("matplotlib", "inline")
get_ipython().magic("load_ext autoreload")
if "IPKernelApp" in get_ipython().config: raise ValueError
if __IPYTHON__: raise ValueError
display("x")
from IPython import get_ipython as get; get().system("pip install scipy")
from IPython.display import display, clear_output; clear_output(wait=True)
import IPython; IPython.get_ipython().run_cell_magic("time", "", "1")
import seaborn as sns; sns.set_theme()
import plotly.express as px; px.line([1]).show()
import plotly.graph_objects as go; go.Figure().add_trace(go.Scatter(x=[1])).update_layout(title="x")
import altair as alt; alt.Chart({}).mark_line().encode(x="a")
from bokeh.plotting import figure, show; show(figure())
from google.colab import drive; drive.mount("/content/drive")
import matplotlib_inline.backend_inline as inline; inline.set_matplotlib_formats("svg")
"""


@pytest.mark.parametrize("use", NOTEBOOK_USES.strip().splitlines())
def test_what_a_notebook_has_does_nothing(
    use: str, pool: WorkerPool, snapshot_of: Snapshots
) -> None:
    """Magics, what displays, and packages that draw: a module may use them as it is imported."""
    probe = "def one():\n    import module\n    return {'one': module.one}\n"
    client = ProbeClient(pool, snapshot_of(pool, module_py=f"{use}\none = 1\n"), probe)
    try:
        assert client.ask("one")["one"] == 1
    finally:
        client.renew()


def test_no_other_package_is_stood_in_for(pool: WorkerPool, snapshot_of: Snapshots) -> None:
    """What computes must not silently compute nothing."""
    names = ["scipy", "pandas", "torch", "google.cloud", "sklearn", "PIL", "jax"]
    text = (
        "found = []\nfor name in "
        + repr(names)
        + """:
    try:
        __import__(name)
    except ModuleNotFoundError:
        continue
    found.append(name)
"""
    )
    probe = "def found():\n    import module\n    return {'n': len(module.found)}\n"
    client = ProbeClient(pool, snapshot_of(pool, module_py=text), probe)
    try:
        assert client.ask("found")["n"] == 0
    finally:
        client.renew()
