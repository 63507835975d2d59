"""The packages that an assignment's workers may import besides NumPy: loaded once, before forks."""

import contextlib
import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from gradekit.assignment.import_stubs import ALSO
from gradekit.sandbox.places import THIRD_PARTY

_NAME = re.compile(r"[\w.-]*")  # that a requirement begins with
# Before the names of packages, and of those that have a stand-in, among what a fork server is told.
MARK, STUB_MARK = "package:", "stub:"
# What looks at the machine once, as no worker can: scikit-learn asks for threads.
_PREPARING = {"sklearn": ("sklearn.utils.parallel", "_get_threadpool_controller")}


def is_installed(name: str) -> bool:
    """Whether a package can be imported here."""
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


@lru_cache(maxsize=16)
def with_required(names: tuple[str, ...]) -> frozenset[str]:
    """Return packages and what these need themselves, as seaborn needs pandas."""
    found = set(names)
    others = found - {"pandas", "scipy", "matplotlib"}  # most often, and quick
    known = packages_distributions() if others else {}
    for name in others:
        try:
            lines = requires(known.get(name, [name])[0]) or []
        except PackageNotFoundError:
            continue
        found |= {_NAME.match(line)[0] for line in lines if "extra ==" not in line}  # type: ignore[index]
    return frozenset(found)


def load(names: Iterable[str]) -> list[ModuleType]:
    """Import packages; return them and whatever else of third parties they have brought along.

    Raises OSError where one cannot be imported.
    """
    before = set(sys.modules)
    for name in names:
        try:
            for one in (name, *ALSO.get(name, ())):
                import_module(one)
            _load_required(name)
            _prepare(name)
        except Exception as error:  # whatever a package raises
            raise OSError(f"the package {name} cannot be imported here: {error!r}") from error
    tops = {name.partition(".")[0] for name in set(sys.modules) - before}
    found = (sys.modules[name] for name in sorted({*tops, *names}) if name in sys.modules)
    return [module for module in found if _is_third_party(module)]


def _prepare(name: str) -> None:
    if name in _PREPARING:
        module, function = _PREPARING[name]
        with contextlib.suppress(ImportError, AttributeError):  # its own name for it, which changes
            getattr(import_module(module), function)()


def _load_required(name: str) -> None:
    """Import what a package needs: its own modules may, when a submission imports them."""
    needed = with_required((name,)) - {name}
    if not needed:
        return
    modules = [one for one, of in packages_distributions().items() if needed.intersection(of)]
    for module in modules:
        # What one of them needs besides, and is not there, is missed by whoever imports it.
        with contextlib.suppress(Exception):
            import_module(module)


def _is_third_party(module: ModuleType) -> bool:
    places = [*getattr(module, "__path__", ()), getattr(module, "__file__", None) or ""]
    return any(part in THIRD_PARTY for place in places for part in Path(str(place)).parts)
