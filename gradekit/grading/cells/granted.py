"""What the tests of a notebook are granted, by their cells' names."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from gradekit.workers.remote.in_test.answers.wrong_answers import WrongAt


@dataclass(frozen=True)
class Granted:
    """What the tests of a notebook are granted in one run.

    Staff's cells are `allowed` seconds of their own by their labels, and else as many as one
    question. What a test may have `asked` of objects is by its cell's name; None allows all. Of
    some tests arguments come back changed of some calls only, and some answers come `wrong`. Tests
    that want changes get them where they use what is returned, too; None says that this is not
    known. Tests see staff's data as the student's code has left them if they want these, and never
    if that is not so, by `wants_left`; of all others the end counts that earns less. Cells of
    staff's that are `left_out`, by their labels, do not run, nor do the student's `endless` ones,
    of which is told what is given. With `only` nothing runs behind the last of these tests.
    """

    allowed: Mapping[str, float] = field(default_factory=dict)
    asked: Mapping[str, Mapping[str, int]] | None = field(default_factory=dict)
    changes_only_of: Mapping[str, Collection[str]] = field(default_factory=dict)
    wrong: Mapping[str, WrongAt] = field(default_factory=dict)
    wants_changes: Collection[str] | None = ()
    wants_left: Mapping[str, bool] = field(default_factory=dict)
    left_out: Collection[str] = ()
    endless: Mapping[str, str] = field(default_factory=dict)
    only: Collection[str] = ()


GRANTS_NOTHING = Granted()
