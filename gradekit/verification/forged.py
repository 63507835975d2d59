"""Forged answers: a whole that was never written, above parts made to excuse it.

Each stands beside one with right parts: whatever the parts do, they may earn the whole nothing
more. How they are forged is code at the end of the module, which knows no function's shapes: it
lets the right one run and puts other numbers in the place of its own. The same code makes a
function that never ends.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradekit.checks.carry_forward import Rules
from gradekit.solution.definitions import function_nodes
from gradekit.solution.regions import region_owners

CONSTANT, LINEAR, REMEMBERED, BY_SIZE = "constant", "linear", "remembered", "by size"
MANNERS = (CONSTANT, LINEAR, REMEMBERED, BY_SIZE)
UNWRITTEN, ENDLESS = "zeros", "endless"
FORGE = '''


def forge_(namespace, name, manner):
    """Have a function give other values than its own: of the same shapes, in some manner.

    What holds no number is left as it is within a larger result. Where the whole result holds
    none, it is empty or of another truth, and what the function changes in place stays unchanged.
    """
    import copy
    import functools

    import numpy as np

    seen = {}
    containers, plain = (dict, list, tuple, set), (bool, int, str, bytes, dict, list, tuple, set)
    numbers = (np.ndarray, np.number, float)

    def number(right, given):
        value = np.asarray(right)
        if value.dtype.kind not in "fiu":
            return right
        arrays = [one for one in given if isinstance(one, np.ndarray)]
        total = float(sum(np.sum(one) for one in arrays))
        sizes = [len(one) for one in arrays if one.ndim]
        forged = {
            "zeros": lambda: np.zeros(value.shape),
            "constant": lambda: np.full(value.shape, 0.5),
            "linear": lambda: np.full(value.shape, total),
            "remembered": lambda: np.resize(seen.setdefault(value.shape, total), value.shape),
            "by size": lambda: value if sizes and sizes[0] % 2 else np.zeros(value.shape),
        }[manner]()
        return forged if isinstance(right, np.ndarray) else type(right)(forged)

    def other(right, given):
        nothing = type(right)() if type(right) in plain else None
        sizes = [len(one) for one in given if hasattr(one, "__len__")]
        return {
            "zeros": lambda: nothing,
            "constant": lambda: True if type(right) is bool else nothing,
            "linear": lambda: next((one for one in given if type(one) is type(right)), nothing),
            "remembered": lambda: copy.deepcopy(seen.setdefault("first", right)),
            "by size": lambda: right if sizes and sizes[0] % 2 else nothing,
        }[manner]()

    def has_number(value):
        held = value.values() if isinstance(value, dict) else value
        return isinstance(value, numbers) or (
            isinstance(value, containers) and any(has_number(one) for one in held)
        )

    def forged(right, given):
        if isinstance(right, dict):
            return {key: forged(one, given) for key, one in right.items()}
        if isinstance(right, (list, tuple)):
            return type(right)(forged(one, given) for one in right)
        return number(right, given) if isinstance(right, numbers) else right

    def kept(owner):
        dicts = [one for one in vars(owner).values() if isinstance(one, dict)]
        return [(one, key, v) for one in dicts for key, v in one.items() if type(v) is np.ndarray]

    def state(owner):
        return {key: value for key, value in vars(owner).items() if not has_number(value)}

    *path, own = name.split(".")
    place = namespace
    for step in path:
        place = place[step] if isinstance(place, dict) else getattr(place, step)
    original = place[own] if isinstance(place, dict) else vars(place)[own]

    @functools.wraps(original)
    def wrapped(*given, **named):
        while manner == "endless":
            pass
        values = [copy.deepcopy(a) if type(a) in (list, dict, set) else a for a in given]
        arrays = [np.array(a) for a in (*values, *named.values()) if isinstance(a, np.ndarray)]
        arrays = [array for array in arrays if array.dtype.kind in "fiu"]
        owner = given[0] if path and given and hasattr(given[0], "__dict__") else None
        before = {(id(one), key): v.tobytes() for one, key, v in kept(owner)} if owner else {}
        unchanged = copy.deepcopy(state(owner)) if owner and manner == "zeros" else {}
        result = original(*(values if manner == "zeros" else given), **named)
        if has_number(result):
            result = forged(result, arrays)
        else:
            result = other(result, values[bool(path) :])
        for one, key, value in kept(owner) if owner else ():
            if before.get((id(one), key)) != value.tobytes():
                one[key] = number(value, arrays)
        for key in state(owner).keys() & unchanged.keys() if owner else ():
            setattr(owner, key, unchanged[key])
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
    return [
        owner
        for name, text in sources.items()
        for owner in region_owners(text, name)
        if owner in function_nodes(text) and not owner.endswith("__init__")
    ]


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
