"""What the kit's own processes, and no others, pass over when they import packages."""

import sys

# jsonschema, which comes with notebooks, makes a parser for internationalised addresses when it is
# imported. It takes 1.3 s, longer than most commands' own work, and no notebook's schema has such.
SLOW = "rfc3987_syntax"


def pass_over_slow_imports() -> None:
    """Let this process go without what is slow to import and not needed; it must be the kit's own.

    In anybody else's process, such as a student's Jupyter, the package may be wanted.
    """
    sys.modules.setdefault(SLOW, None)  # type: ignore[arg-type]
