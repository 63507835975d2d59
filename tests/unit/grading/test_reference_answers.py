"""What references answer is computed once, by one of all processes, and a damaged file is none."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit.errors import StudentCrash
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Submission
from gradekit.grading.reference.answers_cache import (
    ReferenceAnswers,
    _seal,
    _unseal,
    answers_folder,
    read_answers,
    write_answers,
)
from gradekit.model import Report
from gradekit.solution.mistakes import read_mistakes
from gradekit.workers.pool import Worker
from gradekit.workers.wire import Probes

KEY = "ab" * 32
ANSWER = [{"h": np.arange(6.0).reshape(2, 3), "lengths": np.array([1, 2])}]
LISTED = """
[[mistake]]
in = ["Doubler.forward"]
old = "x"
new = "x"
hint = "it is tripled: how many times does x count?"
"""
# Says that it computes, waits until told, and answers.
SLOWLY = """
import sys
from pathlib import Path
import numpy as np
from gradekit.grading.reference.answers_cache import ReferenceAnswers

def compute():
    print("computing", flush=True)
    sys.stdin.readline()
    return [{"h": np.array([1.0])}]

found = ReferenceAnswers(Path(sys.argv[1])).get("ab" * 32, compute)
print("had", found[0]["h"].tolist(), flush=True)
"""


def never() -> list[Any]:
    """Stands for what must not be computed again."""
    raise AssertionError("computed again")


def same(found: Any, want: Any) -> bool:
    """Whether two answers are the same, and their arrays of the same types."""
    return len(found) == len(want) and all(
        one.keys() == other.keys()
        and all(one[k].dtype == v.dtype and np.array_equal(one[k], v) for k, v in other.items())
        for one, other in zip(found, want, strict=True)
    )


def test_what_one_has_computed_others_have(tmp_path: Path) -> None:
    """A folder's answers are there for whoever comes later, and as files for other machines."""
    folder, first = tmp_path / "answers", ReferenceAnswers(tmp_path / "answers")
    assert same(first.get(KEY, lambda: ANSWER), ANSWER)
    assert same(ReferenceAnswers(folder).get(KEY, never), ANSWER)
    elsewhere = ReferenceAnswers(known=read_answers(folder))
    assert same(elsewhere.get(KEY, never), ANSWER)
    assert first.files() == elsewhere.files() == read_answers(folder)
    write_answers(tmp_path / "other", first.files())
    assert same(ReferenceAnswers(tmp_path / "other").get(KEY, never), ANSWER)


def test_who_comes_while_another_computes_waits_for_it(tmp_path: Path) -> None:
    """Of two processes that need an answer at the same time one computes it."""
    command = [sys.executable, "-c", SLOWLY, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as first:  # type: ignore[call-overload]
        assert first.stdout.readline() == "computing\n"
        with ThreadPoolExecutor() as others:
            second = others.submit(ReferenceAnswers(tmp_path).get, KEY, never)
            other = ReferenceAnswers(tmp_path).get("cd" * 32, lambda: ANSWER)
            assert same(other, ANSWER)  # another question need not wait
            assert not second.done()
            first.stdin.write("\n")
            first.stdin.flush()
            assert second.result(30)[0]["h"] == 1.0
        assert first.stdout.read() == "had [1.0]\n"


def test_who_is_killed_while_computing_holds_nobody_up(tmp_path: Path) -> None:
    """A question that a killed process held is computed by the next one."""
    command = [sys.executable, "-c", SLOWLY, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as first:  # type: ignore[call-overload]
        assert first.stdout.readline() == "computing\n"
        first.kill()
    assert same(ReferenceAnswers(tmp_path).get(KEY, lambda: ANSWER), ANSWER)


def test_what_cannot_be_computed_is_not_kept(tmp_path: Path) -> None:
    """A fault is raised to whoever asked, and the next one computes anew."""
    answers = ReferenceAnswers(tmp_path)

    def crash() -> list[Any]:
        raise StudentCrash("no")

    with pytest.raises(StudentCrash):
        answers.get(KEY, crash)
    assert read_answers(tmp_path) == {}
    assert same(answers.get(KEY, lambda: ANSWER), ANSWER)


def test_a_folder_that_cannot_be_used_costs_no_answer(tmp_path: Path) -> None:
    """Where a file is in the folder's place, answers are computed and kept in memory."""
    place = tmp_path / "file"
    place.write_text("no folder")
    answers = ReferenceAnswers(place)
    assert same(answers.get(KEY, lambda: ANSWER), ANSWER)
    assert same(answers.get(KEY, never), ANSWER)
    assert read_answers(place) == {}


@given(st.data())
def test_a_damaged_file_is_none(data: st.DataObject) -> None:
    """Whatever byte of a kept answer is changed, cut or added, it is not taken for an answer."""
    sealed = bytearray(_seal(ANSWER))
    place = data.draw(st.integers(0, len(sealed) - 1))
    kind = data.draw(st.sampled_from(["change", "cut", "add"]))
    if kind == "change":
        sealed[place] ^= data.draw(st.integers(1, 255))
    elif kind == "cut":
        del sealed[place:]
    else:
        sealed.insert(place, data.draw(st.integers(0, 255)))
    assert _unseal(bytes(sealed)) is None


def test_a_damaged_file_is_computed_again(tmp_path: Path) -> None:
    """An answer that a full disk or a person cut short is replaced by a whole one."""
    ReferenceAnswers(tmp_path).get(KEY, lambda: ANSWER)
    (tmp_path / KEY).write_bytes((tmp_path / KEY).read_bytes()[:-1])
    assert same(ReferenceAnswers(tmp_path).get(KEY, lambda: ANSWER), ANSWER)
    assert same(ReferenceAnswers(tmp_path).get(KEY, never), ANSWER)


def test_a_changed_reference_has_other_answers(tiny: Any, tiny_kit: GradingBundle) -> None:
    """Answers are kept for the reference and the probes that gave them; those of older kits go."""
    folder = answers_folder(tiny, tiny_kit)
    write_answers(folder, {KEY: b"data"})
    assert answers_folder(tiny, replace(tiny_kit, mistakes=())) == folder
    assert folder.is_dir()
    changed = {"lib/thing.py": tiny_kit.reference["lib/thing.py"] + b"\n"}
    for bundle in (
        replace(tiny_kit, reference={**tiny_kit.reference, **changed}),
        replace(tiny_kit, checks={**tiny_kit.checks, "probes.py": b"# none"}),
    ):
        write_answers(folder, {KEY: b"data"})
        assert answers_folder(tiny, bundle) != folder
        assert not folder.exists()


def test_graders_share_what_references_answer(tiny_kit: GradingBundle, tmp_path: Path) -> None:
    """A second grader asks neither the reference nor a mistaken one what a first one has asked."""
    text = tiny_kit.reference["lib/thing.py"].decode()
    old, new = "doubled = self.meta + np.multiply(self.meta, 1.0)", "doubled = 3 * self.meta"
    listed = LISTED.replace('old = "x"', f'old = "{old}"').replace('new = "x"', f'new = "{new}"')
    bundle = replace(
        tiny_kit, mistakes=read_mistakes(listed, "mistakes.toml", {"lib/thing.py": text})
    )
    wrong = Submission(
        "ada", {"lib/thing.py": text.replace(old, "doubled = self.meta * 3").encode()}
    )

    def graded() -> tuple[Report, int]:
        with Grader(bundle, ReferenceAnswers(tmp_path)) as grader:
            spawned = _counted(grader)
            return grader.grade(wrong), len(spawned)

    (first, before), (second, after) = graded(), graded()
    assert any("it is tripled" in result.message for result in first.results)
    assert [one.message for one in second.results] == [one.message for one in first.results]
    assert before - after >= 2  # the reference's worker, and the mistaken one's


def _counted(grader: Grader) -> list[Any]:
    spawned: list[Any] = []
    spawn = grader.pool.spawn

    def counting(snapshot: Path, probes: Probes) -> Worker:
        spawned.append((snapshot, probes))
        return spawn(snapshot, probes)

    grader.pool.spawn = counting  # type: ignore[method-assign]
    return spawned
