"""Hidden inputs are drawn with a secret of the course and assignment, which nobody can guess."""

import multiprocessing
import os
import shutil
import stat
import textwrap
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from gradekit.checks.inputs import draw, drawn_with, generator
from gradekit.commands.release import make_release
from gradekit.course import Assignment
from gradekit.errors import AuthoringError, StorageError
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.cache_keys import ResultKeys
from gradekit.grading.input_secret import SECRET_BYTES, read_secret
from gradekit.grading.pytest_session.session import CheckSession
from gradekit.grading.pytest_session.turn import Turn

ONE, OTHER = b"1" * SECRET_BYTES, b"2" * SECRET_BYTES


def test_inputs_depend_on_the_seed_and_on_the_secret() -> None:
    """The same secret gives the same inputs each time, another one or another seed others."""
    drawn = []
    for secret, seed in ((ONE, 1), (ONE, 1), (OTHER, 1), (ONE, 2)):
        with drawn_with(secret):
            drawn.append(draw(seed, x=(3, 2))["x"])
    assert np.array_equal(drawn[0], drawn[1])
    assert not any(np.isclose(drawn[0], other).any() for other in drawn[2:])


def test_what_the_text_of_a_check_tells_gives_no_input() -> None:
    """Who knows the seed and tries generators without the secret finds none of the inputs."""
    with drawn_with(ONE):
        hidden = draw(7, x=(4,))["x"]
    assert not np.isclose(draw(7, x=(4,))["x"], hidden).any()
    assert not np.isclose(np.random.default_rng(7).standard_normal(4), hidden).any()


def test_whole_numbers_are_drawn_with_it_too() -> None:
    """A check draws words or choices from the same kind of generator."""
    with drawn_with(ONE):
        one = generator(3).integers(0, 1000, 8)
    with drawn_with(OTHER):
        other = generator(3).integers(0, 1000, 8)
    assert not np.array_equal(one, other)


def test_checks_draw_with_the_secret_of_their_session(tmp_path: Path) -> None:
    """A session's checks, and what they draw while they are imported, have its secret."""
    folder, told = tmp_path / "checks", tmp_path / "told"
    folder.mkdir()
    (folder / "test_it.py").write_text(
        textwrap.dedent(f'''
            import pytest
            from pathlib import Path
            from gradekit.checks.inputs import draw
            AT_IMPORT = draw(1, x=(2,))["x"]

            @pytest.mark.item("double")
            def test_it():
                """Tells what it draws."""
                drawn = AT_IMPORT.tobytes() + draw(1, x=(2,))["x"].tobytes()
                Path({str(told)!r}).write_bytes(drawn)
        ''')
    )
    for secret in (ONE, OTHER):
        with closing(CheckSession(folder, NoClient(), secret=secret)) as session:  # type: ignore[arg-type]
            session.run(Turn(NoClient()))  # type: ignore[arg-type]
        with drawn_with(secret):
            want = draw(1, x=(2,))["x"].tobytes()
        assert told.read_bytes() == want + want


class NoClient:
    """Stands where a check that asks nothing has its client."""

    seconds = thread_seconds = new_cpu_seconds = 0.0
    asked_cpu_seconds: ClassVar[dict[str, float]] = {}
    staff_message = staff_trace = remark = ""

    def renew(self) -> None:
        """Do nothing."""

    def charge(self, cpu_seconds: float) -> None:
        """Take no time."""


def test_it_is_made_once_for_its_owner_alone(tiny: Assignment) -> None:
    """The first who needs it makes it, in a file that others cannot read; all get the same."""
    path = tiny.graders / "secret.key"
    path.unlink(missing_ok=True)
    first = read_secret(tiny)
    assert len(first) == SECRET_BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_secret(tiny) == first
    assert [p.name for p in tiny.graders.iterdir() if p.name.startswith(".")] == []


def test_processes_that_need_it_at_once_agree(tiny: Assignment) -> None:
    """Whoever comes second takes the first one's."""
    (tiny.graders / "secret.key").unlink(missing_ok=True)
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        found = pool.map(read_secret, [tiny] * 8)
    assert len(set(found)) == 1


def test_one_that_is_gone_is_not_replaced_without_a_word(tiny: Assignment) -> None:
    """Who lost it reads what to do; who means it removes the note of the old one as well."""
    first = read_secret(tiny)
    tiny.submission("ann").mkdir(parents=True)
    (tiny.graders / "secret.key").unlink()
    with pytest.raises(AuthoringError, match=r"secret\.key: gone, .*Put it back"):
        read_secret(tiny)
    (tiny.root / ".gradekit" / "secrets" / "tiny.sha256").unlink()
    assert read_secret(tiny) != first


def test_one_that_nobody_was_graded_with_may_go(tiny: Assignment) -> None:
    """Who begins an assignment again, by removing its files, need not know of any secret."""
    first = read_secret(tiny)
    shutil.rmtree(tiny.graders)
    assert read_secret(tiny) != first
    for there in (tiny.report_file("ann"), tiny.autograded("ann") / "one.ipynb"):
        there.parent.mkdir(parents=True)
        there.write_text("{}")
        (tiny.graders / "secret.key").unlink()
        with pytest.raises(AuthoringError, match="gone"):
            read_secret(tiny)
        there.unlink()
        there.parent.rmdir()
        read_secret(tiny)


@pytest.mark.parametrize("text", ["", "12", "g" * 64, "0" * 66, "0" * 64 + "\n\n", "\x00" * 10**6])
def test_one_that_is_damaged_is_told(tiny: Assignment, text: str) -> None:
    """What is no secret is never drawn with."""
    (tiny.graders / "secret.key").write_text(text)
    with pytest.raises(AuthoringError, match=r"secret\.key: damaged: .*Put it back"):
        read_secret(tiny)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_takes_none_is_told(tiny: Assignment) -> None:
    """Without a place for it nothing is graded."""
    (tiny.graders / "secret.key").unlink(missing_ok=True)
    tiny.graders.chmod(0o500)
    with pytest.raises(StorageError, match=r"secret\.key"):
        read_secret(tiny)
    tiny.graders.chmod(0o700)


def test_another_secret_is_another_grade(tiny_kit: GradingBundle) -> None:
    """Every report and every result depends on it; it stands in no representation of a kit."""
    other = replace(tiny_kit, secret=OTHER)
    assert other.key != tiny_kit.key
    check = "test_thing::test_random"
    assert ResultKeys(other).of(check, "") != ResultKeys(tiny_kit).of(check, "")
    assert OTHER.hex() not in repr(other)
    assert repr(OTHER) not in repr(other)


@pytest.mark.slow
def test_it_is_never_released(tiny: Assignment) -> None:
    """No file that students get has it, by name or by content."""
    secret = load_bundle(tiny).secret
    make_release(tiny)
    released = [path for path in tiny.release.rglob("*") if path.is_file()]
    assert released
    for path in released:
        assert path.name != "secret.key"
        assert secret.hex().encode() not in path.read_bytes()
