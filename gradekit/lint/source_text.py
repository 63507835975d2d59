"""What the texts of a source show: solutions that stand in no region, probes that know answers."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from gradekit.checks.carry_forward import Rules
from gradekit.course import Assignment, notebook_json, read_text
from gradekit.grading.check_files import PROBE_FILES
from gradekit.names import NOT_DONE
from gradekit.python_tree import python_tree
from gradekit.release.secret_lines import can_be_cut
from gradekit.solution.regions import BEGIN, STUB, find_regions, region_owners

# What says that a student is to write something.
TO_DO = re.compile(r"#\s*(?:TODO|YOUR CODE HERE)\b")
LINES_TO_REGION = 12  # of instructions, between what says so and the region
# A number with so many digits was computed; a list of so many numbers may be an answer.
DIGITS, NUMBERS = 5, 4
COMPARING = frozenset(
    """allclose isclose array_equal assert_allclose assert_equal assert_array_equal approx
    assert_almost_equal rel_error""".split()  # noqa: SIM905
)


def left_solved(assignment: Assignment, rules: Mapping[str, Rules]) -> Iterator[str]:
    """Yield what students may get solved: a TODO without a region, and checked functions that have
    none.

    `rules` are those of the checks, by their names.
    """
    every = {str(path): read_text(path) for path in assignment.modules}
    texts = {file: text for file, text in every.items() if can_be_cut(text, file)}
    for file, text in texts.items():
        if find_regions(text, file):
            yield from _to_do(text, file)
            yield from _without_stub(text, file)
    for path in assignment.notebooks:
        for number, cell in enumerate(notebook_json(path)["cells"], start=1):
            marked = cell.get("metadata", {}).get("nbgrader", {})
            if cell.get("cell_type") == "code" and not marked.get("solution"):
                yield from _to_do("".join(cell.get("source", "")), f"{path} cell {number}")
    owners = {name for file, text in texts.items() for name in region_owners(text, file)}
    for check, one in rules.items():
        for name in one.of if owners else ():
            if not any(owner == name or owner.startswith(f"{name}.") for owner in owners):
                yield (
                    f"{assignment.graders}: {check} is of {name}, which has no {BEGIN}: "
                    "students get it solved"
                )


def _to_do(text: str, file: str) -> Iterator[str]:
    lines = text.split("\n")
    regions = find_regions(text, file) if can_be_cut(text, file) else []
    cut_lines = {number for one in regions for number in range(one.begin + 1, one.end + 1)}
    for number, line in enumerate(lines, start=1):
        if (
            number not in cut_lines
            and TO_DO.search(line)
            and not any(map(_is_left_open, _block(lines[number - 1 :])))
        ):
            yield (
                f"{file}:{number}: says what is to do, and no {BEGIN} follows: what stands there "
                "is released as it is"
            )


def _block(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines after the first one that are indented as it is, or deeper: some of them."""
    depth = _depth(lines[0])
    for line in lines[1 : LINES_TO_REGION + 1]:
        if line.strip() and _depth(line) < depth:
            return
        yield line


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_left_open(line: str) -> bool:
    return BEGIN in line or NOT_DONE in line


def _without_stub(text: str, file: str) -> Iterator[str]:
    """Yield the regions at the level of a module whose stub would keep it from being imported."""
    lines = text.split("\n")
    for region in find_regions(text, file):
        inside = lines[region.begin : region.end]
        if not lines[region.begin][:1].isspace() and not any(STUB in line for line in inside):
            yield (
                f"{file}:{region.begin + 1}: a region at the level of the module: what is released "
                "raises when it is imported, and all of it fails; put the markers inside of each "
                f"function, so that its head stays, or add a line `{STUB} ...` with what students "
                "get"
            )


def knowing_probes(assignment: Assignment) -> Iterator[str]:
    """Yield what in probes looks like an expected value: student code runs beside them."""
    for name in PROBE_FILES[:1]:
        for path in sorted(assignment.graders.rglob(name)):
            try:
                tree = python_tree(read_text(path))
            except SyntaxError:
                continue  # told where the checks are tried
            for line, what in _known(tree):
                yield (
                    f"{path}:{line}: {what}: student code can read what stands here, so keep what "
                    "is expected in the check, and have the probe return what the student's code "
                    "gives"
                )


def _known(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield node.lineno, "a probe asserts something"
        elif isinstance(node, ast.Call) and _called(node) in COMPARING:
            yield node.lineno, f"a probe compares, with {_called(node)}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            if _digits(node.value) >= DIGITS:
                yield node.lineno, f"a probe holds {node.value!r}"
        elif isinstance(node, ast.List | ast.Tuple) and _numbers(node.elts) >= NUMBERS:
            yield node.lineno, "a probe holds a list of numbers"
        elif isinstance(node, ast.Return) and _is_compared(node.value):
            yield node.lineno, "a probe compares, and gives what comes of it"


def _is_compared(value: ast.expr | None) -> bool:
    """Whether what a probe returns, or an array of it, is the end of a comparison."""
    given = value.values if isinstance(value, ast.Dict) else [value]
    return any(isinstance(one, ast.Compare) for one in given)


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _digits(value: float) -> int:
    mantissa = f"{value!r}".lower().partition("e")[0]
    return len(mantissa.replace("-", "").replace(".", "").strip("0"))


def _numbers(values: Sequence[ast.expr]) -> int:
    """Return how many numbers stand there, if they are no even steps such as shapes and grids."""
    found = [
        one.value
        for one in values
        if isinstance(one, ast.Constant) and isinstance(one.value, int | float)
    ]
    steps = {b - a for a, b in pairwise(found)}
    return len(found) if len(steps) > 1 else 0
