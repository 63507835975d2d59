"""Whether a test uses what a call returns: `sort(xs)` changes xs, `y = f(x)` leaves x as it was.

Else a function could answer rightly by changing what it is measured by: with x set to zeros, zeros
are the right answer to `np.allclose(f(x), 2 * x)`.
"""

import dis
import sys

_KIT = "gradekit.workers."
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
