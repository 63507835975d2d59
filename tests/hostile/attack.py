"""What attacks share: an answer that is right only where the attack has got what it tried for."""

import ctypes
import os
import platform
from collections.abc import Callable

import numpy as np

from gradekit.sandbox.escape_calls import FORBIDDEN


def doubler(attack: Callable[[], object]) -> type:
    """Return a Doubler whose answers are right if `attack()` returns, and wrong if it raises.

    An attack that returns False has failed as well.
    """

    class Doubler:
        def forward(self, x: np.ndarray) -> np.ndarray:
            self.factor = 2.0 if _succeeds(attack) else 3.0
            return self.factor * np.asarray(x, dtype=float)

        def backward(self, dout: np.ndarray) -> np.ndarray:
            return self.factor * np.asarray(dout, dtype=float) + (self.factor != 2.0)

    return Doubler


def _succeeds(attack: Callable[[], object]) -> bool:
    try:
        return attack() is not False
    except Exception:
        return False


def syscall(name: str, *arguments: object) -> int:
    """Make a system call by its number; raise OSError where it fails."""
    libc = ctypes.CDLL(None, use_errno=True)
    number = FORBIDDEN[name][platform.machine() == "aarch64"]
    as_c = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(libc.syscall(ctypes.c_long(number), *as_c))
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
