"""Modules that a hand-in's code writes into its scratch folder, and imports."""

import importlib.util
import linecache
import sys
from collections.abc import Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from gradekit.workers.remote.in_worker.scratch import Scratch


class WrittenModules(MetaPathFinder):
    """Finds modules among the files of a scratch folder that lies over the folder `root`."""

    def __init__(self, scratch: Scratch, root: str) -> None:
        self._scratch, self._root = scratch, root

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is, None where no file of it was written."""
        del target
        last = fullname.rpartition(".")[2]
        for folder in [self._root, *sys.path] if path is None else path:
            place = str(Path(self._root) / folder / last)
            for file, is_package in ((f"{place}/__init__.py", True), (f"{place}.py", False)):
                found = self._scratch.files.get(file)
                if found is not None:
                    loader = _Written(file, bytes(found.content))
                    spec = importlib.util.spec_from_loader(
                        fullname, loader, origin=file, is_package=is_package
                    )
                    if spec is not None and is_package:
                        spec.submodule_search_locations = [place]
                    return spec
        return None


class _Written(InspectLoader):
    def __init__(self, file: str, content: bytes) -> None:
        self._file, self._content = file, content

    def get_source(self, fullname: str) -> str:
        """Return the module's text."""
        del fullname
        return importlib.util.decode_source(self._content)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module; `inspect` finds its text."""
        text = self.get_source(module.__name__)
        linecache.cache[self._file] = (len(text), None, text.splitlines(True), self._file)
        module.__file__ = self._file
        exec(compile(text, self._file, "exec", dont_inherit=True), vars(module))
