"""What docs/security.md shows of the attacks that were measured, and of what a worker may ask."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from figures import put_figures, table

from gradekit.sandbox.allowed_calls import ALLOWED_CALLS, allowed_if
from gradekit.sandbox.syscalls import X86_64

MAIN = ("with namespaces", "without namespaces")
MIB = 2**20


def write(results: dict[str, Any], folder: Path) -> None:
    """Write the figures to security.json and between the marks of security.md."""
    save(results, folder)
    put_figures(folder / "security.md", "\n\n".join(figures(results)))


def save(results: dict[str, Any], folder: Path) -> None:
    """Write what was measured to security.json."""
    (folder / "security.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def figures(results: dict[str, Any]) -> Iterator[str]:
    """Yield the parts of what goes between the marks."""
    machine = results["machine"]
    yield f"Measured with {machine['python']} on {machine['system']}, {machine['date']}."
    yield table(["", "tried", "succeeded"], list(_all_rows(results)))
    yield "By layers, attacks on the tiny assignment, and escapes that are tried at each start:"
    heads = ["layers", "attacks", "succeeded", "escapes at each start"]
    yield table(heads, list(_layer_rows(results)))
    yield "“Not stopped” is only “seeing that a file outside is there”, without namespaces."
    yield (
        "What the dearest hand-in of each kind costs the process that decides, by layers: "
        "processor time, and the memory that is added at most:"
    )
    yield table(["kind", *results["attacks"]], list(_cost_rows(results)))
    tried = ", ".join(str(len(results["points"][layers])) for layers in results["attacks"])
    yield f"Attacks on the points of problem_2 that were tried, by layers in this order: {tried}."
    yield (
        "What the dearest hand-in of each kind costs who collects and grades it: the processor "
        "time of both commands and all their processes above that of an honest hand-in, and the "
        "memory of the largest process. No layer changes that:"
    )
    heads = ["kind", "tried", "succeeded", "the dearest", "its time", "the largest", "its process"]
    yield table(heads, list(_handin_rows(results)))
    yield (
        "What the dearest hand-ins of code in cells cost, in two notebooks of an assignment: the "
        "processor time of the grader and of their own code together, above that of a right one:"
    )
    yield table(["each function", "time", "its tests"], list(_cell_rows(results)))
    cells = results["cells"]["attacks"]
    fooled = [one["in_nbgrader"] for one in cells if one["in_nbgrader"]]
    yield (
        f"The {len(cells)} forgeries of test cells were graded as one class. In nbgrader's own "
        f"grading {len(fooled)} of them have all points of one test cell at least: there, test "
        "cells run beside the student's code."
    )
    yield (
        f"The {len(_forged_checks(results))} forgeries of names that checks ask for were graded as "
        "one class as well, each as a module and as cells of a notebook."
    )
    yield (
        "What a hand-in to an assignment of one layer can tell its student of the hidden inputs: "
        "letters that it was made to say, and that were read in the messages:"
    )
    heads = [
        "says it",
        "letters to choose from",
        "read rightly",
        "bits of a check",
        "of all checks",
    ]
    yield table(heads, list(_message_rows(results)))
    yield table(["a worker's start, in ms", "least", "median", "most"], list(_start_rows(results)))
    ends, largest = dict(results["fuzz"]), results["largest frames"]
    crashes, peak = ends.pop("crashes"), ends.pop("peak")
    yield (
        f"Fuzzed frames: {sum(ends.values()):,}; crashes: {crashes}; peak of memory: {peak} MiB, "
        f"and {largest['peak']} MiB with the largest frames there can be, for both ends of the "
        f"wire in one process. "
        f"Of the frames, {', '.join(f'{n:,} ended as “{name}”' for name, n in ends.items())}."
    )
    yield "### What a worker may ask of the kernel"
    yield "All else gives “operation not permitted”; numbers of another machine end the worker."
    yield table(["calls", "only", "why that does no harm"], list(call_rows()))
    yield "### Every attack"
    yield table(["attack", "what it tries", "what it came to"], list(_attack_rows(results)))


def call_rows() -> Iterator[list[object]]:
    """Yield a row for each rule of what a worker may ask of the kernel."""
    for some in allowed_if(X86_64):
        yield [f"`{some.names}`", some.only, some.why]
    for calls in ALLOWED_CALLS:
        yield [f"`{calls.names}`", "", calls.why]


def _all_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    kinds: dict[str, list[bool]] = defaultdict(list)
    for one in results["attacks"][MAIN[0]]["attacks"]:
        again = [a for name in results["attacks"] for a in results["attacks"][name]["attacks"]]
        through = any(a["succeeded"] for a in again if a["name"] == one["name"])
        kinds[f"modules: {one['kind']}"].append(through)
    for name, through in _points_through(results).items():
        kind = next(one["kind"] for one in _main_points(results) if one["name"] == name)
        kinds[f"points of problem_2: {kind}"].append(through)
    for kind, found in results["hand-ins"].items():
        kinds[f"hand-ins: {kind}"] += [one["succeeded"] for one in found["attacks"]]
    for one in results["cells"]["attacks"]:
        kinds[f"test cells: {one['kind']}"].append(one["succeeded"])
    for one in _forged_checks(results):
        kinds[f"names that checks ask for: {one['kind']}"].append(one["succeeded"])
    rows = [(name, len(found), sum(found)) for name, found in kinds.items()]
    rows += [(one["kind"], one["tried"], one["succeeded"]) for one in results["tested"]]
    yield from map(list, rows)
    yield ["**all**", sum(row[1] for row in rows), f"**{sum(row[2] for row in rows)}**"]
    yield ["points that were earned and should not be", "", _unearned(results)]
    yield ["faults of the grader that a hand-in caused", "", _faults(results)]


def _unearned(results: dict[str, Any]) -> str:
    every = [one for attacks in results["points"].values() for one in attacks]
    points = sum(sum(one["unearned"].values()) for one in every)
    tiny = [a for one in results["attacks"].values() for a in one["attacks"]]
    passed = sum("PASS" in a["outcomes"] for a in tiny if a["expected"] != "PASS")
    points += sum(sum(one["earned"].values()) for one in results["cells"]["attacks"])
    points += sum(len(one["earned"]) for one in results["checks"]["attacks"])
    return f"**{points + passed:g}**"


def _faults(results: dict[str, Any]) -> str:
    lists = [one["attacks"] for one in results["attacks"].values()]
    lists += [
        *results["points"].values(),
        *(one["attacks"] for one in results["hand-ins"].values()),
        results["cells"]["attacks"],
        results["checks"]["attacks"],
    ]
    told = [harm for attacks in lists for one in attacks for harm in one["harm"]]
    faults = [one for one in told if one.startswith(("no grade", "could not", "grade ended"))]
    wrong = [a for one in lists for a in one if "ERROR" in a.get("outcomes", ())]
    return f"**{len(faults) + len(wrong)}**"


def _forged_checks(results: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each forgery of names once: in modules and in cells it tries the same."""
    found: dict[str, dict[str, Any]] = {}
    for one in results["checks"]["attacks"]:
        known = found.setdefault(one["name"], dict(one))
        known["succeeded"] |= one["succeeded"]
        known["earned"] = [
            *known["earned"],
            *(i for i in one["earned"] if i not in known["earned"]),
        ]
    return list(found.values())


def _layer_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    for name, one in results["attacks"].items():
        attacks, tried = one["attacks"], results["escapes"][name]
        known = len(tried["known"])
        escapes = f"{tried['tried']}, {f'{known} not stopped' if known else 'all stopped'}"
        through = sum(attack["succeeded"] for attack in attacks) + len(tried["succeeded"])
        yield [name, len(attacks), through, escapes]


def _cost_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    """Yield a row for each kind, and one for all: the most time and memory by layers."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for layers, one in results["attacks"].items():
        for attack in one["attacks"]:
            found[f"modules: {attack['kind']}"][layers].append(attack)
    for layers, attacks in results["points"].items():
        for attack in attacks:
            found[f"points of problem_2: {attack['kind']}"][layers].append(attack)
    for kind, by_layers in found.items():
        yield [kind, *(_dearest(by_layers[layers]) for layers in results["attacks"])]
    every = {
        layers: [a for one in found.values() for a in one[layers]] for layers in results["attacks"]
    }
    yield ["**all**", *(f"**{_dearest(attacks)}**" for attacks in every.values())]


def _dearest(attacks: Sequence[Mapping[str, Any]]) -> str:
    measured = [attack for attack in attacks if "cpu_seconds" in attack]
    if not measured:
        return "not measured"
    seconds = max(attack["cpu_seconds"] for attack in measured)
    return f"{seconds:.2f} s, {max(a['memory_bytes'] for a in measured) / MIB:.0f} MiB"


def _main_points(results: dict[str, Any]) -> list[dict[str, Any]]:
    return list(results["points"][MAIN[0]])


def _points_through(results: dict[str, Any]) -> dict[str, bool]:
    """Return the attacks on points by name, and whether one succeeded with any layers."""
    through: dict[str, bool] = {}
    for attacks in results["points"].values():
        for one in attacks:
            through[one["name"]] = through.get(one["name"], False) or one["succeeded"]
    return through


def _handin_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    for kind, found in results["hand-ins"].items():
        attacks = found["attacks"]
        row = [kind, len(attacks), sum(one["succeeded"] for one in attacks)]
        measured = [one for one in attacks if "cpu_seconds" in one]
        if not measured:
            yield [*row, *(["not measured"] * 4)]
            continue
        slow = max(measured, key=lambda one: one["cpu_seconds"])
        large = max(measured, key=lambda one: one["memory_bytes"])
        size = f"{large['memory_bytes'] / MIB:.0f} MiB"
        yield [*row, slow["name"], f"{slow['cpu_seconds']:.1f} s", large["name"], size]


def _cell_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    for one in results["costly cells"]:
        ends = ", ".join(f"{count} {end}" for end, count in sorted(one["ends"].items()))
        yield [one["tries"], f"{one['cpu_seconds']:.1f} s", ends]


def _message_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    for one in results["messages"]:
        read = f"{one['letters'] - one['wrong']} of {one['letters']}"
        bits = f"{one['most_bits']:g} at most", f"{one['all_bits']:g} in {one['checks']} checks"
        yield [one["name"], one["alphabet"], read, *bits]


def _start_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    for name, spread in results["start"].items():
        yield [name, *spread.values()]


def _attack_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    for one in results["attacks"][MAIN[0]]["attacks"]:
        yield [one["name"], one["tries"], " ".join(sorted(set(one["outcomes"])))]
    for one in _main_points(results):
        yield [one["name"], _plain(one["tries"]), _points(one["unearned"])]
    for kind in results["hand-ins"].values():
        for one in kind["attacks"]:
            yield [one["name"], one["tries"], f"{one['outcome']}, {one['points']:g} points"]
    for one in results["cells"]["attacks"]:
        yield [one["name"], one["tries"], f"{sum(one['earned'].values()):g} points"]
    for one in _forged_checks(results):
        yield [one["name"], one["tries"], f"{len(one['earned'])} points"]


def _points(unearned: Mapping[str, float]) -> str:
    points = sum(unearned.values())
    return f"{points:g} points" if points else "no point that it has not earned"


def _plain(text: str) -> str:
    return text.replace("|", "\\|")
