"""Keys of single results: a change of one check makes only that check run again."""

import ast
import re
from functools import cached_property
from pathlib import PurePosixPath

from gradekit.files import hash_files, hash_texts
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.check_files import holds_checks
from gradekit.python_tree import python_tree

AFTER = re.compile(r"""\bafter=["'](?P<name>\w{1,200})["']""")


class ResultKeys:
    """The keys of what one kit's checks say of hand-ins."""

    def __init__(self, bundle: GradingBundle) -> None:
        self._bundle = bundle

    def of(self, check: str, modules: str) -> str:
        """Return the hash of all that a check's result depends on.

        `check` is the result's name, FILE::FUNCTION[PARAMETERS], or NOTEBOOK.ipynb::CELL for a test
        cell; `modules` is the hand-in's hash.
        """
        file, _, name = check.partition("::")
        cells = self._cells.get(file)
        if cells:
            return hash_texts(self._bundle.base_key, cells, name, modules)
        function = self._functions.get((file, name.partition("[")[0]), "")
        rest = self._rests.get(file, "")
        notebooks = repr(sorted(self._cells.items()))
        shared = (self._bundle.base_key, self._shared, notebooks)
        texts = (*shared, rest, function, self._first(file, function))
        return hash_texts(*texts, name, modules)

    def _first(self, file: str, function: str) -> str:
        """Return the text of the check that one counts only together with, or nothing."""
        found = AFTER.search(function)
        return self._functions.get((file, found["name"]), "") if found else ""

    @cached_property
    def _cells(self) -> dict[str, str]:
        """The cells that a test cell may need, as text, by the notebook's file."""
        return {f"{name}.ipynb": repr(cells) for name, cells in self._bundle.notebooks.items()}

    @cached_property
    def _shared(self) -> str:
        return hash_files({k: v for k, v in self._bundle.checks.items() if not holds_checks(k)})

    @cached_property
    def _files(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, data in sorted(self._bundle.checks.items()):
            if holds_checks(name):
                text = data.decode("utf-8", errors="surrogateescape")
                found.setdefault(PurePosixPath(name).stem, []).append(text)
        return found

    @cached_property
    def _rests(self) -> dict[str, str]:
        return {
            file: "\0".join(split_checks(text)[0] for text in texts)
            for file, texts in self._files.items()
        }

    @cached_property
    def _functions(self) -> dict[tuple[str, str], str]:
        return {
            (file, name): function
            for file, texts in self._files.items()
            for text in texts
            for name, function in split_checks(text)[1].items()
        }


def split_checks(text: str) -> tuple[str, dict[str, str]]:
    """Return a file of checks without its check functions, and these by name.

    One that other code names is no check alone, and stays with the rest, as all does that is no
    Python.
    """
    try:
        tree = python_tree(text)
    except (SyntaxError, ValueError):
        return text, {}
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: dict[str, str] = {}
    for node in reversed(tree.body):
        if isinstance(node, ast.FunctionDef) and _is_check(node.name, named):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
            function = "\n".join(lines[first : node.end_lineno])
            found[node.name] = function + found.get(node.name, "")
            del lines[first : node.end_lineno]
    return "\n".join(lines), found


def _is_check(name: str, named: set[str]) -> bool:
    return name.startswith("test") and name not in named
