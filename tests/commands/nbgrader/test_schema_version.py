"""A new gradebook notes the version that nbgrader itself would note."""

import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, get_alembic_version
from nbgrader.dbutil import _temp_alembic_ini
from sqlalchemy import text
from traitlets.config import Config

from gradekit.gradebook.config import configure
from gradekit.gradebook.nbgrader_patches import schema_version

ASKED_FOR_BY_NBGRADER = get_alembic_version


@pytest.mark.slow
def test_it_is_what_alembic_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library finds the same version in nbgrader's files as the program does."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    with _temp_alembic_ini("sqlite://"):
        assert schema_version() == ASKED_FOR_BY_NBGRADER()


def test_a_new_gradebook_needs_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made where no program is on the path, as in an environment that is not activated."""
    monkeypatch.setenv("PATH", str(tmp_path))
    configure(Config(), tmp_path)
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        noted = gradebook.db.execute(text("SELECT version_num FROM alembic_version")).scalar()
    assert noted == schema_version()
