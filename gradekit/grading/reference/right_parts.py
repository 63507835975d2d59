"""Puts right parts in the place of a hand-in's own: how a whole is judged whose parts are wrong.

Only what is named is there to be used: beside the hand-in's modules lies the release's module, in
which those functions are solved and no others. The last lines of the hand-in's module set them, so
nothing of it is parsed or changed: it may hold tabs, a byte-order mark, or no such class.
"""

import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gradekit.files import Files
from gradekit.solution.definitions import owners
from gradekit.solution.regions import cut
from gradekit.workers.client import ProbeClient
from gradekit.workers.snapshots import snapshot

BINDER = '''


def put_into_(namespace, names):
    """Set functions, methods or classes of this module in a module's namespace."""
    import types

    def of(place, path):
        for name in path:
            place = place[name] if isinstance(place, dict) else vars(place)[name]
        return place

    for name in names:
        *path, own = name.split(".")
        right, place = of(globals(), [*path, own]), of(namespace, path)
        if not path:
            namespace[own] = right
            continue
        if isinstance(right, types.FunctionType) and "__class__" in right.__code__.co_freevars:
            cells = {"__class__": types.CellType(place)}
            closure = tuple(
                cells.get(free, cell)
                for free, cell in zip(right.__code__.co_freevars, right.__closure__, strict=True)
            )
            code, defaults = right.__code__, right.__defaults__
            named = right.__kwdefaults__
            right = types.FunctionType(code, right.__globals__, own, defaults, closure)
            right.__kwdefaults__ = named
        setattr(place, own, right)
'''


class RightParts:
    """Makes the files of a hand-in in which some functions are the reference's.

    `sources` are the solved modules with their markers, by path; snapshots are made in a folder.
    """

    def __init__(self, sources: Mapping[str, str], snapshots: Path) -> None:
        self._sources, self._snapshots = sources, snapshots
        self._homes = {
            owner: name for name, text in sources.items() for owner in set(owners(text).values())
        }

    def has(self, function: str) -> bool:
        """Whether a module that students complete has a function, by its qualified name."""
        return function in self._homes

    @contextmanager
    def client(
        self, student: ProbeClient, functions: Collection[str]
    ) -> Iterator[ProbeClient | None]:
        """Keep a fresh client of a hand-in with some functions replaced, or None where none can be.

        What it takes is the hand-in's time.
        """
        files = self.put_into(files_of(student.snapshot), functions)
        if files is None:
            yield None
            return
        with snapshot(self._snapshots, files) as folder:
            client = student.with_right(functions, folder)
            try:
                yield client
            finally:
                client.renew()
                student.cpu_seconds += client.cpu_seconds

    def put_into(self, files: Files, functions: Collection[str]) -> dict[str, bytes] | None:
        """Return a hand-in's files with some functions replaced; None where it lacks a module."""
        changed = dict(files)
        for home in sorted({self._homes[function] for function in functions}):
            if home not in files:
                return None
            own = sorted(name for name in functions if self._homes[name] == home)
            module = f"right_parts_{secrets.token_hex(8)}"
            text = cut(self._sources[home], home, own) + BINDER
            changed[f"{module}.py"] = text.encode()
            changed[home] = files[home] + (
                f"\n\nfrom {module} import put_into_\nput_into_(globals(), {own!r})\n".encode()
            )
        return changed


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a snapshot by their relative paths."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}
