"""What forgeries of cells and forgeries of what checks ask for have in common."""

import importlib
import pkgutil
from typing import Any

HONEST, HONEST_AGAIN = "aaa_honest", "zzz_honest"  # graded first and last


def forgeries_by_kind(package: str) -> dict[str, list[Any]]:
    """Return the `FORGERIES` of a package's modules by what the modules say of their kind."""
    found = {}
    for place in pkgutil.iter_modules(importlib.import_module(package).__path__):
        module = importlib.import_module(f"{package}.{place.name}")
        if hasattr(module, "FORGERIES"):
            found[(module.__doc__ or "").partition("\n")[0].rstrip(".")] = module.FORGERIES
    return found
