"""How much of hidden inputs a hand-in can tell by how it fails: measured, and no more than said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import leaks_suite
from hostile.leaky_course import MODULE

from gradekit.model import Outcome, Result

# What docs/security.md derives: bits for each array, and the most arrays of one check.
ARRAY_BITS, MOST_ARRAYS = 7.0, 6
TYPE_BITS = 4.1


@pytest.fixture(scope="module")
def running() -> Iterator[leaks_suite.Suite]:
    """A small assignment and a warm grader."""
    with leaks_suite.Suite() as made:
        yield made


def read(name: str, message: str, alphabet: list[object]) -> leaks_suite.Said:
    """Return what one reader reads of a message."""
    return leaks_suite.READERS[name](Result("i", "c", "t", Outcome.FAIL, message), alphabet)


def test_messages_are_read_letter_by_letter() -> None:
    """Errors, shapes, kinds and what is right each stand for a letter."""
    message = (
        "dwx has 4 dimensions; db is not made of real numbers; dx differs by 9e-02, dc by 2e+00 "
        "(at most 1e-06 is allowed); right: dwh, dh."
    )
    alphabet = ["right", 0.085, 1.5, 4, "complex", "infinite"]
    assert read("by_values", message, alphabet) == {
        "dwx": 3,
        "db": 4,
        "dx": 1,
        "dc": 2,
        "dwh": 0,
        "dh": 0,
    }
    line = f"ValueError at {MODULE}, line 9: raise ValueError"
    assert read("by_lines", line, [0, 1]) == {"": 7}
    kind = "an exception was raised, which other inputs of these sizes do not raise"
    assert read("by_exceptions", kind, ["KeyError", "LookupError"]) == {"": 1}


@pytest.mark.slow
@pytest.mark.parametrize("path", leaks_suite.SPIES, ids=lambda path: path.stem)
def test_no_more_is_told_than_the_docs_say(running: leaks_suite.Suite, path: Path) -> None:
    """Values tell some bits for each array, kinds of exceptions a few, and lines nothing."""
    most = {"by_values": ARRAY_BITS * MOST_ARRAYS, "by_exceptions": TYPE_BITS, "by_lines": 0.0}
    leak = running.run(path)
    assert leak.letters
    assert leak.most_bits <= most[path.stem]
    # What was said was read: the measure would see more, if there were more.
    assert leak.wrong == (leak.letters if path.stem == "by_lines" else 0)
