"""What a hand-in gets to know of hidden inputs by its messages: nothing by lines or texts."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Submission

SECRETS = [bytes([n]) * 32 for n in (1, 2, 3)]
HEAD = '''\
"""Tells what it was asked by how it fails."""

import builtins
import zlib

import numpy as np


def code_of(x, most):
    return zlib.crc32(np.ascontiguousarray(x).tobytes()) % most


class Doubler:
    def forward(self, x):
        self.x = np.asarray(x)
        code = code_of(self.x, 200)
'''
LINES = "\n".join(f"        if code == {n}: raise ValueError" for n in range(200))
TYPES = """\
        kinds = [o for o in vars(builtins).values() if isinstance(o, type)]
        kinds = [o for o in kinds if issubclass(o, Exception)]
        raise kinds[code % len(kinds)]
"""
NAMES = """\
        raise type(f"Told{code}Error", (Exception,), {})
"""
FILES = """\
        exec(compile("\\n" * code + "raise ValueError", __file__, "exec"))
"""
FORGED = """\
        class Forged(SyntaxError):
            pass
        raise Forged("told", (__file__, 1 + code % 20, 1, ""))
"""
TEXTS = """\
        raise NotImplementedError(f"told {code}")
"""
ATTACKS = {
    "lines": LINES,
    "types": TYPES,
    "names": NAMES,
    "lines of a text of its own": FILES,
    "lines of a broken file": FORGED,
    "texts": TEXTS,
}


@pytest.fixture(scope="module")
def messages(tiny_kit: GradingBundle) -> Callable[[str], list[tuple[str, ...]]]:
    """Grades an attack with several secrets; returns what its student reads each time."""

    def grade(text: str) -> list[tuple[str, ...]]:
        told = []
        for secret in SECRETS:
            with Grader(replace(tiny_kit, secret=secret)) as grader:
                report = grader.grade(Submission("ada", {"lib/thing.py": text.encode()}))
            told.append(tuple(f"{r.outcome} {r.message}" for r in report.results))
        return told

    return grade


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_how_it_fails_tells_nothing_of_what_it_was_asked(
    messages: Callable[[str], list[tuple[str, ...]]], name: str
) -> None:
    """A student who may choose among hundreds of lines or types reads the same for any inputs."""
    told = messages(HEAD + ATTACKS[name])
    assert len(set(told)) == 1
    assert all(line.startswith("CRASH") for line in told[0])


@pytest.mark.parametrize(
    ("kind", "told"), [("KeyError", "KeyError"), ("Told25Error", "an exception")]
)
def test_one_that_fails_for_hidden_inputs_only_tells_a_kind_of_exception(
    messages: Callable[[str], list[tuple[str, ...]]], kind: str, told: str
) -> None:
    """Whoever tells the public inputs from the hidden ones has one of a few words to choose."""
    raised = "KeyError" if kind == "KeyError" else "type(kind, (Exception,), {})"
    text = HEAD + f"        kind = {kind!r}\n        if (self.x == 1).all(): raise {raised}\n"
    for fixed, *_ in messages(text + "        return 2 * self.x\n"):
        assert fixed == f"CRASH {told} was raised, which other inputs of these sizes do not raise"


def test_an_honest_student_reads_the_line(messages: Callable[[str], list[tuple[str, ...]]]) -> None:
    """Code that breaks for any inputs is quoted where it breaks."""
    told = messages(HEAD.replace("code = ", "code = missing + "))
    assert set(told[0]) == {
        "CRASH NameError at lib/thing.py, line 16: code = missing + code_of(self.x, 200)"
    }
