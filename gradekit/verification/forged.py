"""Forged answers: a whole that was never written, above parts made to excuse it.

Each stands beside one with right parts: whatever the parts do, they may earn the whole nothing
more. How they are forged is code at the end of the module, which knows no function's shapes: it
lets the right one run and puts other numbers in the place of its own. The same code makes a
function that never ends.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradekit.checks.carry_forward import Rules
from gradekit.solution.regions import region_owners

CONSTANT, LINEAR, REMEMBERED, BY_SIZE = "constant", "linear", "remembered", "by size"
MANNERS = (CONSTANT, LINEAR, REMEMBERED, BY_SIZE)
UNWRITTEN, ENDLESS = "zeros", "endless"
FORGE = '''


def forge_(namespace, name, manner):
    """Have a function give other numbers than its own: of the same shapes, in some manner."""
    import functools

    import numpy as np

    seen = {}

    def number(right, given):
        value = np.asarray(right)
        if value.dtype.kind not in "fiu":
            return right
        total = float(sum(np.sum(one) for one in given))
        sizes = [len(one) for one in given if one.ndim]
        forged = {
            "zeros": lambda: np.zeros(value.shape),
            "constant": lambda: np.full(value.shape, 0.5),
            "linear": lambda: np.full(value.shape, total),
            "remembered": lambda: np.resize(seen.setdefault(value.shape, total), value.shape),
            "by size": lambda: value if sizes and sizes[0] % 2 else np.zeros(value.shape),
        }[manner]()
        return forged if isinstance(right, np.ndarray) else type(right)(forged)

    def forged(right, given):
        if isinstance(right, dict):
            return {key: forged(one, given) for key, one in right.items()}
        if isinstance(right, (list, tuple)):
            return type(right)(forged(one, given) for one in right)
        if isinstance(right, (np.ndarray, np.number, float)):
            return number(right, given)
        return right

    def kept(owner):
        dicts = [one for one in vars(owner).values() if isinstance(one, dict)]
        return [(one, key, v) for one in dicts for key, v in one.items() if type(v) is np.ndarray]

    *path, own = name.split(".")
    place = namespace
    for step in path:
        place = place[step] if isinstance(place, dict) else getattr(place, step)
    original = place[own] if isinstance(place, dict) else vars(place)[own]

    @functools.wraps(original)
    def wrapped(*given, **named):
        while manner == "endless":
            pass
        arrays = [np.array(a) for a in (*given, *named.values()) if isinstance(a, np.ndarray)]
        arrays = [array for array in arrays if array.dtype.kind in "fiu"]
        owner = given[0] if path and given and hasattr(given[0], "__dict__") else None
        before = {(id(one), key): v.tobytes() for one, key, v in kept(owner)} if owner else {}
        result = forged(original(*given, **named), arrays)
        for one, key, value in kept(owner) if owner else ():
            if before.get((id(one), key)) != value.tobytes():
                one[key] = number(value, arrays)
        return result

    if isinstance(place, dict):
        place[own] = wrapped
    else:
        setattr(place, own, wrapped)
'''


@dataclass(frozen=True)
class Forgery:
    """A whole that is not written, a part of it, and how that is forged; "" is the right part."""

    whole: str
    part: str = ""
    manner: str = ""

    @property
    def functions(self) -> dict[str, str]:
        """What is forged, and how."""
        return {self.whole: UNWRITTEN, **({self.part: self.manner} if self.part else {})}


def forgeries(rules: Mapping[str, Rules], wholes: Sequence[str]) -> Iterator[Forgery]:
    """Yield for each whole the one with right parts, then each pair and manner that rules declare.

    `wholes` are those that give numbers; a constructor that is not written has nothing to forge.
    """
    pairs = dict.fromkeys(
        (whole, part) for one in rules.values() for whole in one.of for part in one.parts
    )
    for whole in wholes:
        parts = [part for other, part in pairs if other == whole]
        if parts:
            yield Forgery(whole)
        yield from (Forgery(whole, part, manner) for part in parts for manner in MANNERS)


def wholes_of(sources: Mapping[str, str]) -> list[str]:
    """Return the functions that students write, but for constructors and whole classes."""
    owners = [owner for name, text in sources.items() for owner in region_owners(text, name)]
    return [owner for owner in owners if not owner.endswith("__init__")]


def forged_modules(
    solved: Mapping[str, str], homes: Mapping[str, str], functions: Mapping[str, str]
) -> dict[str, bytes]:
    """Return the solved modules with some functions forged, each in its manner.

    `homes` has each function's module.
    """
    changed = dict(solved)
    for home in dict.fromkeys(homes[name] for name in functions):
        calls = [
            f"forge_(globals(), {name!r}, {manner!r})\n"
            for name, manner in functions.items()
            if homes[name] == home
        ]
        changed[home] += FORGE + "\n\n" + "".join(calls)
    return {name: text.encode() for name, text in changed.items()}
