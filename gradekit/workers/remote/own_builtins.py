"""Keeps what a test replaces among Python's builtins, as `sorted`, from the kit's own code."""

import builtins
import sys
from types import BuiltinFunctionType

# These are replaced for the kit's code, too: what it reads and writes is a test's, or a student's.
_FOLLOWED = frozenset(["open", "input", "print", "__import__", "__build_class__"])
_OWN = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, BuiltinFunctionType | type) and name not in _FOLLOWED
}


def keep_own_builtins() -> None:
    """Have the kit's modules keep the builtins that there were when this one was loaded."""
    for name, module in list(sys.modules.items()):
        if name.startswith("gradekit.") and module is not None:
            for builtin, value in _OWN.items():
                vars(module).setdefault(builtin, value)
