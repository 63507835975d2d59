"""Makes mutants of a solution: its text with one small mistake each, as students make them.

Text in, texts out; only what stands in a solution region is changed. The operators follow the
classes of Offutt et al. (1996), "An experimental determination of sufficient mutant operators",
and the mistakes that answers to such assignments hold.
"""

import ast
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from keyword import iskeyword

from gradekit.assignment.spec import Mutants
from gradekit.python_tree import python_tree
from gradekit.solution.definitions import owners
from gradekit.solution.operators import OPERATORS, Operator, declared_operators
from gradekit.solution.regions import Region, find_regions, solve

NONE_DECLARED = Mutants()

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Mutant:
    """A solved module with one mistake: where it is, in words what it is, and the whole text."""

    file: str
    line: int
    owner: str
    mistake: str
    text: str

    def difference(self, right: str) -> str:
        """Return the changed lines beside the right ones, as a short diff."""
        lines = difflib.unified_diff(right.splitlines(), self.text.splitlines(), lineterm="", n=0)
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def mutants(
    text: str,
    file: str,
    owner: str = "",
    declared: Mutants = NONE_DECLARED,
    more: Sequence[Operator] = (),
) -> list[Mutant]:
    """Return the mutants of a module's source with markers, in the order of its lines.

    Each text is another one, is Python, and differs from the right one by more than layout. With
    `owner` only those in one function or class, by its full name. `declared` are mistakes of the
    assignment's own, beside the general ones, and `more` are other operators.
    """
    right = solve(text, file)
    known = {ast.dump(python_tree(right))}
    names = owners(text)
    made: list[Mutant] = []
    for node, replacement, mistake in _changes(text, file, (*declared_operators(declared), *more)):
        if owner and names.get(node.lineno) != owner:
            continue
        changed = solve(_spliced(text, node, replacement), file)
        shape = _shape(changed)
        if shape and shape not in known:
            known.add(shape)
            if replacement.startswith("("):  # as an author would write it
                bare = solve(_spliced(text, node, replacement[1:-1]), file)
                changed = bare if _shape(bare) == shape else changed
            made.append(Mutant(file, node.lineno, names.get(node.lineno, file), mistake, changed))
    return sorted(made, key=lambda mutant: mutant.line)


def _changes(
    text: str, file: str, more: Sequence[Operator]
) -> Iterator[tuple[ast.expr | ast.stmt, str, str]]:
    words = set(_WORD.findall(text))
    tree = python_tree(text)
    # Python 3.11 says of what stands in a formatted string that it stands elsewhere.
    formatted = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for inner in ast.walk(node)
    }
    inside = {index + 1 for region in find_regions(text, file) for index in range(*_span(region))}
    for node in ast.walk(tree):
        if not isinstance(node, ast.expr | ast.stmt) or id(node) in formatted:
            continue
        if node.lineno in inside:
            for operator in (*OPERATORS, *more):
                for replacement, mistake in operator(node):
                    # A name that nobody has given would not be a mistake but a crash.
                    named = replacement.isidentifier() and not iskeyword(replacement)
                    if not named or replacement in words:
                        yield node, replacement, mistake


def _span(region: Region) -> tuple[int, int]:
    return region.begin + 1, region.end


def _shape(text: str) -> str:
    try:
        return ast.dump(python_tree(text))
    except (SyntaxError, ValueError):
        return ""


def _spliced(text: str, node: ast.expr | ast.stmt, replacement: str) -> str:
    """Return a text with a node's part of it replaced; columns count bytes of UTF-8."""
    lines = text.encode().split(b"\n")
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before = lines[first][: node.col_offset]
    after = lines[last][node.end_col_offset :]
    lines[first : last + 1] = [before + replacement.encode() + after]
    return b"\n".join(lines).decode()
