"""The rule for names that the kit gives to folders: of assignments, and of students.

Folders of students that lie there already may have laxer names: `course.is_folder_name`.
"""

import re

MAX_NAME = 100
ALLOWED = "use letters, digits and _ . @ - (first no . or -)"

_NAME = re.compile(r"[A-Za-z0-9_@][A-Za-z0-9_.@-]*")


def is_name(text: str) -> bool:
    """Whether a text is a name: letters, digits and _ . @ - (not first . or -), not too long."""
    return len(text) <= MAX_NAME and bool(_NAME.fullmatch(text))
