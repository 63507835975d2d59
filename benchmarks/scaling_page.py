"""Writes the figures of grading.py: between the marks of scaling.md, and as a plot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cell_contest
from contest import CELLS, CELLS_ALL, EPOCHS, FEEDBACK, KIT, KIT_ALL, NOTEBOOK, TRAINING
from figures import put_figures, table
from many_handins import HAND_INS, NEEDED, many_handins

# From the colour-blind safe palette of Okabe and Ito (2008).
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#777777"
AUTOGRADE = "`nbgrader autograde`"
# Each way to grade: what it is called, on which cores, and what its time is held against.
WAYS = {
    KIT: ("`gradekit grade --jobs 1`", "one", KIT),
    CELLS: (f"{AUTOGRADE}, the checks as the only code cells", "one", KIT),
    NOTEBOOK: (f"{AUTOGRADE}, the whole notebook but for training", "one", KIT),
    TRAINING: (f"{AUTOGRADE}, the whole notebook", "one", KIT),
    FEEDBACK: ("`nbgrader generate_feedback`", "one", KIT),
    KIT_ALL: ("`gradekit grade --jobs {jobs}`", "all", KIT_ALL),
    CELLS_ALL: (f"{AUTOGRADE}, the checks as the only code cells", "all", KIT_ALL),
}
BARS = {
    KIT: "the kit",
    CELLS: "nbgrader,\nchecks alone",
    NOTEBOOK: "nbgrader,\nall but training",
    TRAINING: "nbgrader,\nwith training",
}
HEADINGS = {
    "1": "Seconds per hand-in, by the kit and by nbgrader",
    "2": "What the kit adds to the student's own code",
    "3": "A large class, everything in it",
    "4": "Cost per hand-in of small and large classes",
    "5": "Grading on a Dask cluster",
    "6": "From Ctrl-C to the end",
    "7": "Code in cells: seconds per hand-in, by the kit and by nbgrader",
}
# Each way to grade code in cells: what it is called, and what its time is held against.
CELL_WAYS = {
    cell_contest.KIT: ("`gradekit grade --jobs 1`", cell_contest.KIT),
    cell_contest.AUTOGRADE: (f"{AUTOGRADE}, one core", cell_contest.KIT),
    cell_contest.FEEDBACK: ("`nbgrader generate_feedback`, one core", cell_contest.KIT),
    cell_contest.KIT_ALL: ("`gradekit grade --jobs {jobs}`", cell_contest.KIT_ALL),
    cell_contest.AUTOGRADE_ALL: (f"{AUTOGRADE}, all cores", cell_contest.KIT_ALL),
}


def write(results: dict[str, Any], folder: Path) -> None:
    """Write the figures that there are into a folder's page, and the plot beside it."""
    put_figures(folder / "scaling.md", "\n\n".join(_figures(results)))
    if {"1", "4"} <= results.keys():
        draw(results, folder / "scaling.png")


def _figures(results: dict[str, Any]) -> Iterator[str]:
    parts = {
        "1": _contest,
        "2": _overhead,
        "3": _large_class,
        "4": _sizes,
        "5": _cluster,
        "6": _stopping,
        "7": _cells,
    }
    for number, found in results.items():
        where = found["machine"]
        yield f"### {number}. {HEADINGS[number]}"
        yield f"{where['python']}, {where['system']}, {where['cores']} cores, {where['date']}."
        yield from parts[number](found)
    if {"1", "4"} <= results.keys():
        yield "![Seconds per hand-in, and the cost per hand-in by size of class](scaling.png)"
    if results.keys() >= NEEDED:
        yield f"### What {HAND_INS:,} hand-ins need"
        yield (
            "Worked out from the figures above. Seconds are this machine's, whose cores are "
            "shared: a cluster's own come from the same script."
        )
        yield from many_handins(results)


def _contest(found: dict[str, Any]) -> Iterator[str]:
    costs = found["costs"]
    rows: list[list[object]] = []
    for way, (name, cores, rival) in WAYS.items():
        one, bundle = costs[way], costs[rival]
        ratios = [f"{one[of] / bundle[of]:.1f}×" for of in ("wall", "cpu")]
        name = name.format(jobs=found["jobs"])
        seconds = [f"{one[of]:.2f}" for of in ("start_up", "wall", "cpu")]
        rows.append([name, cores, one["students"], *seconds, *ratios])
    head = [
        "way to grade",
        "cores",
        "hand-ins",
        "start-up, s",
        "s per hand-in",
        "CPU s per hand-in",
    ]
    yield table([*head, "× the kit's", "× its CPU"], rows)
    if found["training_epochs"] < EPOCHS:
        yield (
            f"With training: scaled from {found['training_epochs']} epochs to {EPOCHS}, so it is "
            "an estimate."
        )
    points = found["points"]
    yield (
        f"Points: of {points['compared']} in nbgrader's gradebook, {len(points['differ'])} differ "
        "from the kit's."
    )


def _overhead(found: dict[str, Any]) -> Iterator[str]:
    names = {
        "wall": "by the clock, gradebook and feedback included",
        "student_cpu": "processor time of the student's own code",
        "overhead": "**the kit's overhead**: the first less the second",
        "cpu": "processor time of all processes",
        "overhead_cpu": "the kit's processor time: that less the student's",
        "first_cpu": "of that, the process that writes the gradebook",
        "pdf": "by the clock, more with PDFs, which are held against the notebooks",
    }
    rows: list[list[object]] = [[name, f"{found[key]:.3f}"] for key, name in names.items()]
    yield table([f"one core, {found['students']} hand-ins", "s per hand-in"], rows)
    places: list[list[object]] = [[f"`{place}`", f"{kb:,}"] for place, kb in found["kb"].items()]
    yield table(["on the disk", "kB per hand-in"], places)


def _large_class(found: dict[str, Any]) -> Iterator[str]:
    first, again, students = found["first"], found["again"], found["students"]
    rows: list[list[object]] = [
        [
            name,
            f"{one['wall']:.1f}",
            f"{one['wall'] / students:.3f}",
            f"{one['peak_mib']:,}",
            f"{one['largest_mib']:,}",
        ]
        for name, one in (("the first time", first), ("the same command again", again))
    ]
    head = [f"{students:,} hand-ins, `--jobs {found['jobs']}`", "s", "s per hand-in"]
    yield table([*head, "memory of all processes, MiB", "of the largest, MiB"], rows)
    yield table(["what is handed in", "hand-ins"], [list(one) for one in found["kinds"].items()])
    outcomes = [list(one) for one in found["outcomes"].items()]
    yield table(["outcome of a check", "hand-ins that have it"], outcomes)


def _sizes(found: dict[str, Any]) -> Iterator[str]:
    rows: list[list[object]] = [
        [f"{int(size):,}", *(f"{one[of]:.3f}" for of in ("start_up", "wall", "cpu"))]
        for size, one in found["costs"].items()
    ]
    head = [f"hand-ins, `--jobs {found['jobs']}`", "start-up, s", "s per hand-in"]
    yield table([*head, "CPU s per hand-in"], rows)


def _cluster(found: dict[str, Any]) -> Iterator[str]:
    seconds = found["seconds"]
    rows: list[list[object]] = [[workers, f"{one:.3f}"] for workers, one in seconds.items()]
    yield table([f"Dask workers, {found['students']} hand-ins", "s per hand-in, graded"], rows)
    yield f"With two workers grading is {found['ratio']:.2f}× as fast as with one."


def _stopping(found: dict[str, Any]) -> Iterator[str]:
    rows: list[list[object]] = [
        [what, *(f"{one[of][which]:.2f}" for of in ("command", "processes") for which in one[of])]
        for what, one in found["seconds"].items()
    ]
    head = [f"{found['stops']} times, `--jobs {found['jobs']}`", "median, s", "most, s"]
    yield table([*head, "to the last process's end, median, s", "most, s"], rows)


def _cells(found: dict[str, Any]) -> Iterator[str]:
    rows: list[list[object]] = []
    compared = differ = 0
    for style, one in found["styles"].items():
        costs, points = one["costs"], one["points"]
        compared, differ = compared + points["compared"], differ + len(points["differ"])
        for way, (name, rival) in CELL_WAYS.items():
            own, bundle = costs[way], costs[rival]
            seconds = [f"{own[of]:.2f}" for of in ("start_up", "wall", "cpu")]
            ratios = [f"{own[of] / bundle[of]:.1f}×" for of in ("wall", "cpu")]
            rows.append(
                [style, name.format(jobs=found["jobs"]), own["students"], *seconds, *ratios]
            )
    head = ["assignment", "way to grade", "hand-ins", "start-up, s", "s per hand-in"]
    yield table([*head, "CPU s per hand-in", "× the kit's", "× its CPU"], rows)
    yield f"Points: of {compared} in nbgrader's gradebook, {differ} differ from the kit's."


def draw(results: dict[str, Any], path: Path) -> None:
    """Draw the ways to grade side by side, and the cost per hand-in against the class's size."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4), layout="constrained", dpi=120)
    left, right = figure.subplots(1, 2)
    costs = results["1"]["costs"]
    seconds = [costs[way]["wall"] for way in BARS]
    colours = [BLUE, *[ORANGE] * (len(BARS) - 1)]
    bars = left.bar(list(BARS.values()), seconds, color=colours, width=0.6)
    left.bar_label(bars, [f"{value:.3g} s" for value in seconds], padding=2)
    left.set_yscale("log")
    left.set_ylim(min(seconds) / 3, max(seconds) * 3)
    left.set_title("Seconds per hand-in on one core (log scale)")
    left.set_ylabel("s")
    by_size = {int(size): one["wall"] for size, one in results["4"]["costs"].items()}
    right.plot(list(by_size), list(by_size.values()), "o-", color=BLUE)
    right.set_xscale("log")
    right.set_xticks(list(by_size), [f"{size:,}" for size in by_size])
    right.minorticks_off()
    right.set_ylim(0, 1.5 * max(by_size.values()))
    right.set_title(f"The kit, by size of class, {results['4']['jobs']} at a time")
    right.set_xlabel("hand-ins")
    right.set_ylabel("s per hand-in")
    for axes in (left, right):
        axes.grid(axis="y", alpha=0.3)
        axes.set_axisbelow(True)
    figure.savefig(path)
