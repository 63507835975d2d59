"""What recording processes are forked from: nbgrader, which takes long to import, is there."""

from gradekit.imports import pass_over_slow_imports

pass_over_slow_imports()

import gradekit.gradebook.recording.process  # noqa: E402, F401  (without what was passed over)
