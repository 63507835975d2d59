"""Which files Python needs to run a hand-in: its library, some packages, shared libraries.

Third-party packages that lie in the library's own folder are left out, but for those asked for.
"""

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

THIRD_PARTY = ("site-packages", "dist-packages")
_LIBRARY_ROOTS = ("/lib", "/usr/lib", "/lib64", "/usr/lib64")  # of the system
NULL = Path("/dev/null")


def library_paths() -> list[str]:
    """Return the entries of sys.path that hold Python's own library, and no other."""
    stdlib = sysconfig.get_path("stdlib")
    return [entry for entry in sys.path if entry == stdlib or _is_of_library(Path(entry))]


def _is_of_library(entry: Path) -> bool:
    return entry.name == "lib-dynload" or entry.suffix == ".zip"


def readable_places(packages: Iterable[ModuleType]) -> list[Path]:
    """Return the files and folders that may be read; none of them holds another one."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    found = [
        *_without_third_party(stdlib),
        *_dynamic_modules(stdlib),
        *(path for package in packages for path in _of_package(package)),
        *_shared_libraries(),
        Path("/etc/ld.so.cache"),
        Path("/dev/urandom"),
    ]
    return [path for path in dict.fromkeys(found) if os.access(path, os.R_OK)]


def listable_folders() -> list[Path]:
    """Return the folders whose names may be listed, though not all in them may be read."""
    return [folder for folder in [Path(sysconfig.get_path("stdlib"))] if _holds_third_party(folder)]


def _holds_third_party(folder: Path) -> bool:
    return any((folder / name).is_dir() for name in THIRD_PARTY)


def _without_third_party(folder: Path) -> Iterator[Path]:
    if not _holds_third_party(folder):
        yield folder
        return
    yield from (path for path in sorted(folder.iterdir()) if path.name not in THIRD_PARTY)


def _dynamic_modules(stdlib: Path) -> Iterator[Path]:
    """Yield the folders of compiled modules that lie outside of the library's folder."""
    yield from (path for path in map(Path, library_paths()) if not path.is_relative_to(stdlib))


def _of_package(package: ModuleType) -> Iterator[Path]:
    if not hasattr(package, "__path__"):  # a package that is one file
        yield Path(package.__file__ or os.devnull)
        return
    for folder in map(Path, package.__path__):  # a stand-in has none, and some packages several
        yield folder
        yield folder.with_name(f"{folder.name}.libs")  # where a wheel keeps its shared libraries


def _shared_libraries() -> Iterator[Path]:
    triplet = sysconfig.get_config_var("MULTIARCH") or ""
    own = (Path(sys.base_prefix) / name for name in ("lib", "lib64"))  # as Conda has them
    for root in dict.fromkeys([*map(Path, _LIBRARY_ROOTS), *own]):
        if triplet and (root / triplet).is_dir():
            yield root / triplet
        else:
            yield from (path for path in sorted(root.glob("*.so*")) if path.is_file())
