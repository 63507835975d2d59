"""No regular expression of the kit takes time that grows with the square of what it reads.

Each pattern is tried, in the ways in which it is used, on texts that are made from its own pieces
so that it backtracks: pieces and pairs of pieces again and again, behind what it begins with and
before what it cannot take. Time is processor time, and only its growth counts.
"""

import ast
import importlib
import itertools
import pkgutil
import re
import re._constants as codes  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from processor_time import least_cpu_seconds
from some_of_each import one_of

import gradekit

PACKAGE = Path(gradekit.__file__).parent
METHODS = {"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
# What no pattern should be compiled for anew, or by the way.
INLINE = METHODS | {"compile"}
SIZES = (200, 800, 3200)  # characters, each four times as many as before
SUSPICIOUS_SECONDS = 0.001  # a linear one takes a tenth of it for the largest text
MOST_GROWTH = 9.0  # from one size to the next; the square's is 16
RUNS = 5
MOST_PIECES = 8
ENDS = ("", "\0", "/x", "\n", " !")


def modules() -> Iterator[Any]:
    """Yield the modules of the package."""
    for found in pkgutil.walk_packages(gradekit.__path__, "gradekit."):
        if found.name not in ("gradekit.batch.dask_cluster",):  # which needs Dask
            yield importlib.import_module(found.name)


@cache
def patterns() -> dict[str, re.Pattern[Any]]:
    """Return the package's patterns by module and name."""
    found = {}
    for module in modules():
        for name, value in vars(module).items():
            several = value.items() if isinstance(value, dict) else [("", value)]
            for key, one in several:
                if isinstance(one, re.Pattern):
                    found[f"{module.__name__}.{name} {key}".strip()] = one
    return found


@cache
def uses() -> dict[str, set[str]]:
    """Return by a pattern's name the methods that are called on it, anywhere in the package."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                value = node.value
                value = value.value if isinstance(value, ast.Subscript) else value
                name = value.id if isinstance(value, ast.Name) else getattr(value, "attr", "")
                found[name].add(node.attr)
    return found


def sample(tree: Any) -> str:
    """Return a short text that a piece of a pattern takes."""
    return "".join(sample_of(code, argument) for code, argument in tree)


def sample_of(code: Any, argument: Any) -> str:
    """Return a short text that one node of a parsed pattern takes."""
    if code is codes.LITERAL:
        return chr(argument)
    if code in (codes.NOT_LITERAL, codes.ANY):
        return "x" if argument != ord("x") else "y"
    if code is codes.IN:
        return letter_of(argument)
    if code is codes.BRANCH:
        return sample(argument[1][0])
    if code is codes.SUBPATTERN:
        return sample(argument[-1])
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, _, inner = argument
        return sample(inner) * max(int(least), 1)
    if code is codes.ATOMIC_GROUP:
        return sample(argument)
    return ""  # anchors, references back, looking around


def letter_of(members: Any) -> str:
    """Return a character of a set."""
    text = "x1 _-.#/a\"'([{<$\\\t\n"
    pattern = [(codes.IN, members)]
    state = parser.State()
    compiled = re._compiler.compile(parser.SubPattern(state, pattern))  # type: ignore[attr-defined]
    every = itertools.chain(text, map(chr, range(1, 0x250)))
    return next((letter for letter in every if compiled.fullmatch(letter)), "x")


def pieces(tree: Any) -> Iterator[str]:
    """Yield samples of a pattern's pieces: words, repeated ones, branches, what stands before."""
    before = ""
    for is_word, group in itertools.groupby(tree, lambda node: node[0] is codes.LITERAL):
        nodes = list(group)
        for node in [nodes] if is_word else [[one] for one in nodes]:
            piece = sample(node)
            before += piece
            yield piece
            yield before
            if not is_word:
                yield from inner_pieces(*node[0])


def inner_pieces(code: Any, argument: Any) -> Iterator[str]:
    """Yield samples of what is within a node."""
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        yield from pieces(argument[2])
    elif code is codes.SUBPATTERN:
        yield from pieces(argument[-1])
    elif code is codes.BRANCH:
        for branch in argument[1]:
            yield from pieces(branch)
    elif code in (codes.ASSERT, codes.ASSERT_NOT):
        yield from pieces(argument[1])


def attacks(pattern: re.Pattern[Any]) -> Iterator[Callable[[int], Any]]:
    """Yield functions that make a text, or bytes, of about so many characters."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    found = list(dict.fromkeys(filter(None, pieces(tree))))
    short = sorted(found, key=len)[:MOST_PIECES]
    starts = dict.fromkeys(["", *short[:4], *sorted(found, key=len)[-4:]])
    pumped = [*found, *(a + b for a, b in itertools.permutations(short, 2))]
    in_bytes = isinstance(pattern.pattern, bytes)
    for start, pump, end in itertools.product(starts, pumped, ENDS):

        def make(size: int, start: str = start, pump: str = pump, end: str = end) -> Any:
            text = start + pump * (size // len(pump)) + end
            return text.encode("latin-1", "replace") if in_bytes else text

        yield make


def used(pattern: re.Pattern[Any], method: str) -> Callable[[str], object]:
    """Return a function that uses a pattern on a text."""
    if method in ("sub", "subn"):
        nothing = pattern.pattern[:0]
        return lambda text: getattr(pattern, method)(nothing, text)
    if method == "finditer":
        return lambda text: list(pattern.finditer(text))
    return lambda text: getattr(pattern, method)(text)


def growth(use: Callable[[str], object], make: Callable[[int], str]) -> float:
    """Return how many times as long a text takes as one that is a quarter as long, if that is long.

    The sizes go up until it is: a text that grows with the cube would not end with the largest.
    """
    for before, size in itertools.pairwise(SIZES):
        text = make(size)
        if least_cpu_seconds(use, text) <= SUSPICIOUS_SECONDS:
            continue
        least = least_cpu_seconds(use, text, RUNS)
        if least > SUSPICIOUS_SECONDS:
            return least / least_cpu_seconds(use, make(before), RUNS)
    return 0.0


def growing(pattern: re.Pattern[Any], methods: set[str]) -> list[str]:
    """Return a text, in short, on which a pattern's time grows faster than the text does."""
    for method, make in itertools.product(methods, attacks(pattern)):
        found = growth(used(pattern, method), make)
        if found > MOST_GROWTH:
            text = make(SIZES[0])
            return [f"{method}: {text[:30]!r}…{text[-6:]!r}: times {found:.1f}"]
    return []


def methods_of(name: str) -> set[str]:
    """Return the methods that are called on a pattern of this module and name."""
    return uses().get(name.split()[0].rpartition(".")[2], set())


def test_how_each_pattern_is_used_is_known() -> None:
    """One whose methods are called by another name would be tried in no way at all."""
    assert [name for name in patterns() if not methods_of(name)] == []


@pytest.mark.slow
def test_each_pattern_is_linear(pytestconfig: pytest.Config) -> None:
    """Four times as much text takes about four times as long, whatever stands in it.

    No test for each of them: their names would need all of the package, wherever tests are named.
    """
    tried = one_of([*patterns().items()], 3, pytestconfig)
    grow = {name: growing(one, methods_of(name)) for name, one in tried}
    assert {name: texts for name, texts in grow.items() if texts} == {}


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"^#+\s+(?P<title>.+?)\s*$", "finditer"),
        (r"(a+)+$", "match"),
        (r"\]\([^)]*\)", "sub"),
        (r"(?: copy)+$", "sub"),
        (r"(?s)\\begin\{(\w+)\}.*?\\end\{\1\}", "sub"),
        (r"<img (?![^>]*\balt=)", "sub"),
        (r"[^/]+?_\d+_(?:\d+_(?P<original>[^/]+)|text)", "fullmatch"),
    ],
)
def test_patterns_that_are_not_linear_are_found(pattern: str, method: str) -> None:
    """The test can fail: these are of the kinds that hung the kit."""
    # A pattern that takes for ever would hang this, too.
    text = pattern if pattern != r"(a+)+$" else r"(a+)(a+)$"
    assert growing(re.compile(text, re.M), {method})


def test_patterns_have_names() -> None:
    """None is written where it is used: then it would not be tried here."""
    inline = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        top = {id(node) for statement in tree.body for node in constants(statement)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and is_of_re(node.func) and id(node) not in top:
                inline.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert inline == []


def constants(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield what is computed once, when a module is imported."""
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        yield from ast.walk(statement)


def is_of_re(function: ast.expr) -> bool:
    """Whether a function is one of `re` that takes a pattern."""
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "re"
        and function.attr in INLINE
    )
