"""What the kit's own processes, and no others, pass over when they import packages."""

import sys
from types import ModuleType
from typing import NoReturn

# jsonschema, which comes with notebooks, makes a parser for internationalised addresses when it is
# imported. It takes 1.3 s, longer than most commands' own work, and no notebook's schema has such.
SLOW = "rfc3987_syntax"
# nbgrader imports these for its pages in Jupyter, and for zips that it takes in itself: a sixth of
# the time that it takes to import.
NEVER_CALLED = (
    *(
        f"nbgrader.server_extensions.{name}"
        for name in ("assignment_list", "course_list", "formgrader", "validate_assignment")
    ),
    "setuptools.archive_util",
)


class _PassedOver(ModuleType):
    """Stands for a module: its names may be imported, and not called."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._refuse

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise RuntimeError(f"{self.__name__} is passed over in processes of the kit's own")


def pass_over_slow_imports() -> None:
    """Let this process go without what is slow to import and not needed; it must be the kit's own.

    In anybody else's process, such as a student's Jupyter, the packages may be wanted.
    """
    sys.modules.setdefault(SLOW, None)  # type: ignore[arg-type]
    for name in NEVER_CALLED:
        sys.modules.setdefault(name, _PassedOver(name))
