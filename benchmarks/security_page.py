"""What docs/security.md shows of the attacks that were measured, and of what a worker may ask."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from figures import put_figures, table

from gradekit.sandbox.allowed_calls import ALLOWED, allowed_if
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
    if not results["tested"] or len(results["hand-ins"]) < 2:
        yield (
            "Not all was measured anew in this run: other kinds of hostile hand-ins are in "
            "`tests/kit/hostile/handins/`, and measured by `--only hand-ins tested`."
        )
    yield "By layers, attacks on the tiny assignment and what grading one of them took at most:"
    yield table(
        ["layers", "attacks", "escapes at each start", "succeeded", "most time", "most memory"],
        list(_layer_rows(results)),
    )
    yield (
        "“Not stopped” is only “seeing that a file outside is there”, without namespaces. Time is "
        "processor time, and memory what is added, both of the process that decides; with an older "
        "Landlock the attacks are those that go for files."
    )
    yield "Hostile hand-ins, each kind collected and graded as a class beside an honest one:"
    yield table(
        ["kind", "tried", "succeeded", "all of them took", "largest process"],
        list(_handin_rows(results)),
    )
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
    for calls in ALLOWED:
        yield [f"`{calls.names}`", "", calls.why]


def _all_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    kinds: dict[str, list[bool]] = defaultdict(list)
    for one in results["attacks"][MAIN[0]]["attacks"]:
        again = [a for name in results["attacks"] for a in results["attacks"][name]["attacks"]]
        through = any(a["succeeded"] for a in again if a["name"] == one["name"])
        kinds[f"modules: {one['kind']}"].append(through)
    for one in results["points"]:
        kinds[f"points of problem_2: {one['kind']}"].append(one["succeeded"])
    for kind in results["hand-ins"]:
        name = f"hand-ins: {kind['kind']}"
        kinds[name] += [one["succeeded"] for one in kind["attacks"]]
    rows = [(name, len(found), sum(found)) for name, found in kinds.items()]
    rows += [(one["kind"], one["tried"], one["succeeded"]) for one in results["tested"]]
    yield from map(list, rows)
    yield ["**all**", sum(row[1] for row in rows), f"**{sum(row[2] for row in rows)}**"]
    yield ["points that were earned and should not be", "", _unearned(results)]
    yield ["faults of the grader that a hand-in caused", "", _faults(results)]


def _unearned(results: dict[str, Any]) -> str:
    points = sum(sum(one["unearned"].values()) for one in results["points"])
    tiny = [a for one in results["attacks"].values() for a in one["attacks"]]
    passed = sum("PASS" in a["outcomes"] for a in tiny if a["expected"] != "PASS")
    return f"**{points + passed:g}**"


def _faults(results: dict[str, Any]) -> str:
    lists = [one["attacks"] for one in results["attacks"].values()]
    lists += [results["points"], *(one["attacks"] for one in results["hand-ins"])]
    told = [harm for attacks in lists for one in attacks for harm in one["harm"]]
    faults = [one for one in told if one.startswith(("no grade", "could not", "grade ended"))]
    wrong = [a for one in lists for a in one if "ERROR" in a.get("outcomes", ())]
    return f"**{len(faults) + len(wrong)}**"


def _layer_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    for name, one in results["attacks"].items():
        attacks, tried = one["attacks"], results["escapes"][name]
        known = len(tried["known"])
        escapes = f"{tried['tried']}, {f'{known} not stopped' if known else 'all stopped'}"
        yield [
            name,
            len(attacks),
            escapes,
            sum(attack["succeeded"] for attack in attacks) + len(tried["succeeded"]),
            f"{max(attack['cpu_seconds'] for attack in attacks):.2f} s",
            f"{max(attack['memory_bytes'] for attack in attacks) / MIB:.0f} MiB",
        ]


def _handin_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    for kind in results["hand-ins"]:
        attacks = kind["attacks"]
        yield [
            kind["kind"],
            len(attacks),
            sum(one["succeeded"] for one in attacks),
            f"{max(0.0, kind['cpu_seconds']):.0f} s of processor time",
            f"{kind['memory_bytes'] / MIB:.0f} MiB",
        ]


def _start_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    for name, spread in results["start"].items():
        yield [name, *spread.values()]


def _attack_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    for one in results["attacks"][MAIN[0]]["attacks"]:
        yield [one["name"], one["tries"], " ".join(sorted(set(one["outcomes"])))]
    for one in results["points"]:
        yield [one["name"], _plain(one["tries"]), _points(one["unearned"])]
    for kind in results["hand-ins"]:
        for one in kind["attacks"]:
            yield [one["name"], one["tries"], f"{one['outcome']}, {one['points']:g} points"]


def _points(unearned: Mapping[str, float]) -> str:
    points = sum(unearned.values())
    return f"{points:g} points" if points else "no point that it has not earned"


def _plain(text: str) -> str:
    return text.replace("|", "\\|")
