"""Which version of its tables nbgrader notes in a new gradebook, without another process.

nbgrader asks for it by running the program `alembic`, which takes seconds and is not found in an
environment that is not activated. Alembic's own library reads the same files here.
"""

from functools import cache
from pathlib import Path

import nbgrader.api
from alembic.script import ScriptDirectory

SCRIPTS = Path(nbgrader.api.__file__).with_name("alembic")


def read_schema_version_here() -> None:
    """Have nbgrader ask for the version in this process, from now on."""
    nbgrader.api.get_alembic_version = schema_version


@cache
def schema_version() -> str:
    """Return the newest version of nbgrader's tables."""
    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    if head is None:
        raise LookupError(f"{SCRIPTS}: nbgrader's tables have no version")
    return head
