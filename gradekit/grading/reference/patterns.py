"""Tells what wrong values look like beside the right ones, without telling any value."""

from collections.abc import Callable, Iterator, Set
from itertools import permutations

import numpy as np

from gradekit.checks.compare import Compared, scaled_error

CLOSE = 1e-6
LEAST_FACTOR = 1e-3
TIMES = 3  # the number of axes of an array (N, T, …)

Pattern = Callable[[np.ndarray, np.ndarray], str]


def describe_patterns(compared: Compared, names: Set[str]) -> Iterator[tuple[str, set[str]]]:
    """Yield what some of the wrong arrays look like, each time with the names it is said of."""
    left = [name for name in compared.wrong if name in names and _numbers(compared, name)]
    for one, other in permutations(left, 2):
        if one < other and _swapped(compared, one, other):
            yield "the one is where the other should be", {one, other}
            left = [name for name in left if name not in (one, other)]
    said: dict[str, set[str]] = {}
    for name in left:
        words = how_it_looks(compared.got[name], compared.want[name])
        if words:
            said.setdefault(words, set()).add(name)
    yield from said.items()


def how_it_looks(got: np.ndarray, want: np.ndarray) -> str:
    """Return in words how an array looks beside the right one, or nothing where it is like none."""
    return next((words for pattern in PATTERNS if (words := pattern(got, want))), "")


def _zeros(got: np.ndarray, want: np.ndarray) -> str:
    same_shape = got.shape == want.shape
    return "all zeros" if same_shape and not np.any(got) and np.any(want) else ""


def _transposed(got: np.ndarray, want: np.ndarray) -> str:
    turned = got.ndim == 2 and got.T.shape == want.shape
    return "transposed" if turned and _close(got.T, want) else ""


def _opposite(got: np.ndarray, want: np.ndarray) -> str:
    return "of the opposite sign" if _close(-got, want) else ""


def _scaled(got: np.ndarray, want: np.ndarray) -> str:
    if got.shape != want.shape or want.size < 2:
        return ""
    with np.errstate(all="ignore"):  # sums of large values are no floats any more
        factor = float(np.vdot(want, got) / max(float(np.vdot(want, want)), np.finfo(float).tiny))
        scaled = factor * want
    # A factor next to one is rounding.
    if not factor or not abs(factor - 1) >= LEAST_FACTOR or not _close(got, scaled):
        return ""
    return "off by the same factor everywhere: is something averaged, summed or counted twice?"


def _in_time(got: np.ndarray, want: np.ndarray) -> str:
    """Say at which timesteps an array (N, T, …) is right."""
    if got.shape != want.shape or got.ndim != TIMES or got.shape[1] < 2:
        return ""
    right = [_close(got[:, t], want[:, t]) for t in range(got.shape[1])]
    if _close(got[:, ::-1], want):
        return "in the opposite order of time"
    return _which(right)


def _which(right: list[bool]) -> str:
    count = sum(right)
    if not 0 < count < len(right):
        return ""
    if right[:count] == [True] * count:
        return "right at the first timestep only" if count == 1 else "right at the first timesteps"
    if right[-count:] == [True] * count:
        return "right at the last timestep only" if count == 1 else "right at the last timesteps"
    return ""


def _first_sequence(got: np.ndarray, want: np.ndarray) -> str:
    same = got.shape == want.shape and got.ndim == TIMES and len(got) > 1
    return (
        "right for the first sequence of the batch only" if same and _close(got[0], want[0]) else ""
    )


PATTERNS: tuple[Pattern, ...] = (_zeros, _transposed, _opposite, _scaled, _in_time, _first_sequence)


def _numbers(compared: Compared, name: str) -> bool:
    """Whether an array is made of finite numbers, whatever its shape."""
    got = compared.got.get(name)
    return got is not None and got.dtype.kind in "iuf" and bool(np.isfinite(got).all())


def _swapped(compared: Compared, one: str, other: str) -> bool:
    got, want = compared.got, compared.want
    return _close(got[one], want[other]) and _close(got[other], want[one])


def _close(got: np.ndarray, want: np.ndarray) -> bool:
    return got.shape == want.shape and bool(scaled_error(got, want) <= CLOSE)
