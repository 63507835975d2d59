"""Whether a test uses what a call returns: `sort(xs)` changes xs, `y = f(x)` leaves x as it was.

Else a function could answer rightly by changing what it is measured by: with x set to zeros, zeros
are the right answer to `np.allclose(f(x), 2 * x)`.
"""

import dis
import sys
from types import FrameType

_KIT = "gradekit.workers."
_RUNNERS = ("gradekit.", "_pytest.", "pluggy.")
_POP = dis.opmap["POP_TOP"]
_CACHE = 0


def result_is_used() -> bool:
    """Whether the code that has called into this package does something with what it gets."""
    frame = sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith(_KIT):
        if frame.f_back is None:
            return True
        frame = frame.f_back
    code = frame.f_code.co_code
    place = frame.f_lasti + 2
    while place < len(code) and code[place] == _CACHE:
        place += 2
    return place >= len(code) or code[place] != _POP


def is_asked_by_kit() -> bool:
    """Whether the kit's own code asks for an attribute, of which a method of a mirror's asks."""
    return str(sys._getframe(3).f_globals.get("__name__", "")).startswith("gradekit.")


def is_named_by_test(name: str) -> bool:
    """Whether the code of a test that has called into this package names something.

    Else StopIteration would end a loop over `map(f, xs)`, with all that it tests.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if not module.startswith(_KIT):
            if module.startswith(_RUNNERS):
                return False
            if name in frame.f_code.co_names:
                return True
        frame = frame.f_back
    return False
