"""Stand-ins for what draws: the ways that answers use matplotlib cost them nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gradekit.grading.bench import Bench
from gradekit.grading.pool import WorkerPool
from gradekit.grading.standins import Nothing

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
"""


@pytest.mark.parametrize("use", USES.strip().splitlines())
def test_what_draws_takes_every_use(use: str) -> None:
    """Settings, figures that are unpacked, loops and contexts: nothing happens, and no error."""
    names = {"plt": Nothing(), "left": Nothing(), "axes": Nothing()}
    exec(compile(use, "answer.py", "exec"), names)


def test_a_notebooks_bar_is_the_plain_one(pool: WorkerPool, snapshot_of: Snapshots) -> None:
    """A hand-in that takes its progress bar from `tqdm.notebook` runs like any other."""
    text = "from tqdm.notebook import tqdm, trange\ntotal = sum(tqdm([1, 2])) + sum(trange(3))\n"
    probe = "def total():\n    import bars\n    return {'total': bars.total}\n"
    bench = Bench(pool, snapshot_of(pool, bars_py=text), probe)
    try:
        assert bench.ask("total")["total"] == 6
    finally:
        bench.renew()
