"""What stands in for modules that test cells import: `nose.tools`, which has no home any more, as
code for both sides, and pyplot, whose figures are in the student's process.
"""

import sys
import types
from collections.abc import Callable
from typing import Any

PYPLOT = ("matplotlib.pyplot", "pylab")


class _Elsewhere(types.ModuleType):
    """A module whose names are those of the student's process."""

    def __init__(self, name: str, find: Callable[[str], Any]) -> None:
        super().__init__(name)
        self._gradekit_find = find

    def __getattr__(self, name: str) -> Any:
        """Return what the module there binds; it is asked each time, as processes change."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._gradekit_find(self.__name__), name)


def draw_elsewhere(find: Callable[[str], Any]) -> None:
    """Have imports of pyplot in this process give what `find` returns for its name.

    A test sees there what a student has drawn; what it compares comes back as plain values.
    """
    for name in PYPLOT:
        stand_in = sys.modules[name] = _Elsewhere(name, find)
        package, _, short = name.rpartition(".")
        if package in sys.modules:
            setattr(sys.modules[package], short, stand_in)


NOSE = """
def _gradekit_nose():
    import importlib
    import re
    import sys
    import types
    import unittest

    try:
        importlib.import_module("nose.tools")
        return
    except Exception:
        pass
    nose, tools = types.ModuleType("nose"), types.ModuleType("nose.tools")

    class Case(unittest.TestCase):
        def runTest(self):
            pass

    case = Case()
    case.maxDiff = None
    for name in dir(case):
        if name.startswith("assert") and "_" not in name:
            short = re.sub("([A-Z]+)", "_\\\\1", name).lower()
            setattr(tools, short, getattr(case, name))

    def ok_(value, message=None):
        if not value:
            raise AssertionError(message)

    def eq_(one, other, message=None):
        if not one == other:
            raise AssertionError(message or "%r != %r" % (one, other))

    def raises(*kinds):
        def decorated(function):
            def checked(*arguments, **named):
                try:
                    function(*arguments, **named)
                except kinds:
                    return
                raise AssertionError("did not raise")

            return checked

        return decorated

    for name in ("equals", "almost_equals", "not_equals", "not_almost_equals"):
        setattr(tools, "assert_" + name, getattr(tools, "assert_" + name[:-1]))
    tools.assert_items_equal = tools.assert_count_equal
    tools.assert_raises_regexp = tools.assert_raises_regex
    tools.assert_regexp_matches = tools.assert_regex
    tools.assert_ = tools.assert_true
    tools.ok_, tools.eq_, tools.raises = ok_, eq_, raises
    tools.__all__ = [name for name in vars(tools) if not name.startswith("__")]
    nose.tools, nose.__path__ = tools, []
    sys.modules["nose"], sys.modules["nose.tools"] = nose, tools


_gradekit_nose()
del _gradekit_nose
"""
