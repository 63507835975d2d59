"""gradebook.db and reports → the class in one PDF, under report/."""

import datetime
import io
import json
import math
import shlex
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import typst
from matplotlib.figure import Figure

from gradekit.assignment.spec import read_spec
from gradekit.batch.report_store import items_compared_by_students, load_report
from gradekit.course import Assignment
from gradekit.errors import GradekitError
from gradekit.files import write_whole
from gradekit.gradebook.store.scores import (
    MANUAL,
    ClassScores,
    ItemScore,
    StudentScores,
    read_scores,
)
from gradekit.gradebook.store.unscored import read_unscored
from gradekit.model import Outcome, most_points
from gradekit.text import one_line

# From the colour-blind safe palette of Okabe and Ito (2008).
BLUE, ORANGE, GREY, PURPLE = "#0072b2", "#d55e00", "#777777", "#cc79a7"
COLOURS = {
    "#000000": "all points",
    ORANGE: "some",
    GREY: "none",
    PURPLE: "given by hand, or to be given",
}
MOST_BARS = 13
CAPTION = (
    "Left: how many students have how many points. Right: the mean share of each item's points, "
    "of the students who have a grade for it."
)

NO_OTHERS: Mapping[str, str] = MappingProxyType({})


def make_class_report(assignment: Assignment) -> Path:
    """Write the class's PDF and return its path; raise GradekitError where nobody is graded."""
    scores = read_scores(assignment)
    others = read_unscored(assignment, frozenset(scores)).without_scores
    if not scores:
        raise GradekitError(
            f"nobody is graded yet: run `gradekit grade {shlex.quote(assignment.name)}`"
        )
    target = assignment.root / "report" / f"{assignment.name}.pdf"
    with tempfile.TemporaryDirectory(prefix="gradekit-report-") as folder:
        root = Path(folder)
        (root / "report.json").write_text(json.dumps(report_data(assignment, scores, others)))
        (root / "overview.png").write_bytes(overview(scores))
        template = resources.files("gradekit.commands") / "templates" / "class_report.typ"
        (root / "main.typ").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        write_whole(target, typst.compile(str(root / "main.typ")))
    return target


def report_data(
    assignment: Assignment, scores: ClassScores, others: Mapping[str, str] = NO_OTHERS
) -> dict[str, Any]:
    """Return what the template shows, as plain JSON; `others` are who has no scores, and why."""
    items = assignment.items()
    counts = Counter(others.values())
    numbers = [f"{len(scores)} graded", *(f"{n} {why}" for why, n in counts.items())]
    today, kits = datetime.date.today().isoformat(), _kits(assignment, scores)
    return {
        "title": f"{read_spec(assignment.source).title or assignment.name}: the class",
        "subtitle": f"{', '.join([*numbers, *kits])} · {today}",
        "caption": " ".join([CAPTION, *forged_lines(assignment)]),
        "items": [
            {"name": item.name, "points": f"{'+' * item.bonus}{item.points:g}"} for item in items
        ],
        "points": f"{most_points(items):g}",
        "colours": [{"colour": one, "meaning": means} for one, means in COLOURS.items()],
        "students": [_student(name, one) for name, one in scores.items()],
        "others": [{"name": one_line(name), "why": why} for name, why in others.items()],
        "late": [f"{one_line(name)}: {one.late_penalty:g} points" for name, one in _late(scores)],
        "waiting": list(_waiting(scores)),
    }


def forged_lines(assignment: Assignment) -> list[str]:
    """Return a line that names the items whose points can be forged; none where there are none."""
    names = ", ".join(assignment.forgeable())
    classes = ", ".join(read_spec(assignment.source).operators)
    lines = [f"Can be forged, as their tests run beside the student's code: {names}."] * bool(names)
    sources = ", ".join(assignment.items_by_source())
    if sources:
        lines.append(f"Can be forged, as their tests read the student's source: {sources}.")
    if classes:
        lines.append(f"Can be forged where tests compare objects of these classes: {classes}.")
    own = ", ".join(items_compared_by_students(assignment))
    if own:
        lines.append(f"Can be forged, as their tests compare by the student's own class: {own}.")
    return lines


def _kits(assignment: Assignment, scores: ClassScores) -> list[str]:
    """Return the versions of the kit that made the students' reports, each once."""
    reports = (load_report(assignment.report_file(student)) for student in scores)
    found = {report.kit_version for report in reports if report and report.kit_version}
    return [f"by gradekit {version}" for version in sorted(found)]


def overview(scores: ClassScores) -> bytes:
    """Return a PNG with the distribution of totals and the mean share of points per item."""
    figure = Figure(figsize=(11, 3.4), layout="constrained", dpi=150)
    totals, shares = figure.subplots(1, 2, width_ratios=(1, 1.3))
    _draw_totals(totals, scores)
    _draw_shares(shares, scores)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def _draw_totals(axes: Any, scores: ClassScores) -> None:
    found = next(iter(scores.values())).items.values()
    maximum = sum(item.max for item in found if not item.bonus)
    totals = [one.total for one in scores.values()]
    # Who has extra points may have more than the maximum.
    edges = _edges(max(maximum, *totals))
    axes.hist(totals, bins=edges, color=BLUE, rwidth=0.92)
    axes.set(xlabel=f"total points of {maximum:g}", ylabel="students")
    axes.set_xlim(edges[0], edges[-1])
    for axis in (axes.xaxis, axes.yaxis):
        axis.get_major_locator().set_params(integer=True)
    axes.spines[["top", "right"]].set_visible(False)


def _edges(top: float) -> list[float]:
    """Return where bars begin and end: each stands over whole points, the first over 0."""
    width = max(1, math.ceil((top + 1) / MOST_BARS))
    return [width * (number - 0.5) for number in range(math.ceil(top / width + 0.5) + 1)]


def _draw_shares(axes: Any, scores: ClassScores) -> None:
    found = next(iter(scores.values())).items
    names = [name for name, item in found.items() if item.max][::-1]
    shares = [100 * _mean_share(scores, name) for name in names]
    axes.barh(names, shares, height=min(0.8, 0.2 * len(names)), color=BLUE)
    axes.set(xlabel="mean share of the item's points in %", xlim=(0, 100))
    axes.set_ylim(-0.5, len(names) - 0.5)
    axes.spines[["top", "right"]].set_visible(False)


def _mean_share(scores: ClassScores, item: str) -> float:
    found = [one.items[item] for one in scores.values()]
    shares = [one.score / one.max for one in found if one.score is not None and one.max]
    return sum(shares) / len(shares) if shares else 0.0


def _student(name: str, one: StudentScores) -> dict[str, Any]:
    cells = [{"text": _text(item), "colour": _colour(item)} for item in one.items.values()]
    return {"name": one_line(name), "total": f"{one.total:g}", "scores": cells}


def _text(item: ItemScore) -> str:
    return "–" if item.score is None else f"{item.score:g}"


def _colour(item: ItemScore) -> str:
    if item.outcome == MANUAL or item.score is None:
        return PURPLE
    return "#000000" if item.score == item.max else ORANGE if item.score else GREY


def _late(scores: ClassScores) -> list[tuple[str, StudentScores]]:
    return [(name, one) for name, one in scores.items() if one.late_penalty]


def _waiting(scores: ClassScores) -> Iterator[str]:
    for name, one in scores.items():
        for item, found in one.items.items():
            if found.outcome == Outcome.ERROR:
                yield f"{one_line(name)}: {item} has no grade, the grader's fault; grade again"
            elif found.state == "changed":
                yield f"{one_line(name)}: {item} has changed since it was graded by hand"
            elif found.score is None:
                yield f"{one_line(name)}: {item} is to be graded by hand"
