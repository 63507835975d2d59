"""gradekit authors, releases, grades and takes in assignments made of notebooks and modules."""

import sys

__version__ = "0.1.0"

# jsonschema, which comes with notebooks, makes a parser for internationalised addresses when it is
# imported. It takes 1.3 s, longer than most commands' own work, and no notebook's schema has such.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
