"""An assignment from a solved module: the module with markers, a notebook, hidden checks."""

import ast
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Literal

from gradekit.assignment.import_stubs import is_stubbed
from gradekit.authoring.assignment import importable_name, in_words
from gradekit.authoring.declaration import declaration
from gradekit.authoring.from_module.annotations import given_by_annotations, result_kind
from gradekit.authoring.from_module.asking import MODULE, WayToAsk, imports_for, ways_to_ask
from gradekit.authoring.from_module.doctests import Example, read_examples, visible_lines
from gradekit.authoring.from_module.reading import SolvedModule, Written, read_module
from gradekit.authoring.notebooks import code_cell, notebook_of, text_cell
from gradekit.course import check_assignments_name
from gradekit.errors import UsageError
from gradekit.names import TO_COMPLETE, is_module
from gradekit.python_tree import python_tree
from gradekit.workers.client import ProbeClient
from gradekit.workers.remote.in_test.confined import StudentClient

INTRODUCTION = """\
# {title}

{about}

Run `gradekit check` to see where you are, and `gradekit submit` to hand in.
"""
ITEM = """\
## {heading} ({points} point{s})

{summary}

Complete `{name}`{where}.
"""
HELPERS = "Functions of your own may stand here. Without any, take out the line that raises."
CHECKS = '''\
"""The hidden checks of {title}: other values than the examples', held against the solution."""

{imports}
'''
CHECK = '''

def {ask}({parameters}):
    """Ask for what the examples ask for."""
    {body}


@pytest.mark.item("{name}"{rules})
def {test}(student, reference):
    """{title}"""
    inputs = {inputs}
    expect_same_answers({ask}, {student}, {reference}, inputs{raises})
'''
INCOMPLETE = '''

@pytest.mark.item("{name}"{rules})
def test_{name}(student, reference):
    """{name} gives the right answers."""
    {line}
    raise NotImplementedError("say what {name} is asked with")
'''
SAYS = f"{TO_COMPLETE} {{}}: {{}} in the place of these two lines"
IN_VISIBLE = "`assert {}(...) == ...`, an example,"
IN_HIDDEN = "`expect_alike({student}.{name}(...), {reference}.{name}(...))`"
# A check's `student` and `reference` have these themselves, so no module is asked by such a name.
CLIENTS_OWN = frozenset(
    [*dir(StudentClient), *ProbeClient.__init__.__code__.co_names, "slips", "functions_called"]
)
NEEDED_ANYWAY = frozenset(["numpy", "tqdm"])


@dataclass(frozen=True)
class FromModule:
    """What is made of a module: `files` by their paths in the course, and what is to be known."""

    files: dict[str, str]
    notes: tuple[str, ...]
    incomplete: tuple[str, ...]


def files_from_module(
    name: str, path: Path, code: Literal["cells", "modules"], points: int = 0
) -> FromModule:
    """Return the files of a new assignment, all there but for functions that have no examples.

    `points` are all of it, spread evenly; 0: one for each item. Raises UsageError where nothing
    can be made of the module.
    """
    check_assignments_name(name)
    module = read_module(path)
    if points and points < len(module.asked):
        raise UsageError(
            f"{points} points are too few: {path} has {len(module.asked)} items, of at least 1 each"
        )
    stem = importable_name(path.stem, path)
    stem = f"{stem}_code" if stem in CLIENTS_OWN or not is_module(f"{stem}.py") else stem
    made = _Assignment(name, module, stem, code == "cells", points or len(module.asked))
    packages = sorted(
        one
        for one in {text.split()[1].partition(".")[0] for text in module.imports.values()}
        if one not in NEEDED_ANYWAY and not is_known(one, path) and not is_stubbed(one, ())
    )
    files = {
        f"source/{name}/{name}.ipynb": made.notebook,
        f"source/{name}/assignment.toml": declaration(in_words(name), "", packages=packages),
        f"tests/graders/{name}/test_{stem}.py": made.checks,
    }
    if code == "modules":
        files[f"source/{name}/{stem}.py"] = module.text
    renamed = [f"{path.name} is {stem}.py here: of that name there is another module"]
    return FromModule(
        files,
        (
            *(renamed if stem != path.stem and code == "modules" else []),
            *(f"{path.name}, {note}" for note in module.notes),
        ),
        made.incomplete,
    )


class _Assignment:
    """The texts of an assignment's files."""

    def __init__(
        self, name: str, module: SolvedModule, stem: str, in_cells: bool, points: int
    ) -> None:
        self._name, self._module, self._stem = name, module, stem
        self._in_cells = in_cells
        each, more = divmod(points, len(module.asked))
        self._points = {one.name: each + (n < more) for n, one in enumerate(module.asked)}
        self._examples = {one.name: self._read(one) for one in module.asked}

    def _read(self, asked: Written) -> list[list[Example]]:
        where = f"{self._module.path}:{asked.node.lineno}: {asked.name}"
        return [read_examples(text, where) for text in asked.docstrings]

    @cached_property
    def incomplete(self) -> tuple[str, ...]:
        """The items that nothing is known of."""
        return tuple(
            one.name for one in self._module.asked if not self._shown(one) or not self._ways(one)
        )

    @property
    def notebook(self) -> str:
        """The notebook, solved where students write in its cells."""
        about = self._module.docstring.split("\n\n")[0] or "Change this text first."
        title = in_words(self._name)
        cells = [text_cell(INTRODUCTION.format(title=title, about=about))]
        segments = self._module.segments
        for (asked, is_cut), some in groupby(segments, lambda one: (one.asked, one.is_cut)):
            text = "".join(one.text for one in some)
            if asked is not None:
                cells.append(text_cell(self._item_text(asked)))
                if self._in_cells:
                    cells.append(code_cell(f"{asked.name}_code", text, solution=True))
                points = self._points[asked.name]
                cells.append(code_cell(asked.name, self._visible(asked), points=points))
            elif self._in_cells and is_cut:
                cells.append(text_cell(HELPERS))
                cells.append(code_cell(f"helpers_{len(cells)}", text, solution=True))
            elif self._in_cells and text.strip():
                cells.append(code_cell("", text))
        return notebook_of(cells)

    def _item_text(self, asked: Written) -> str:
        points = self._points[asked.name]
        return ITEM.format(
            heading=in_words(asked.name) if asked.name.islower() else asked.name,
            points=points,
            s="s" * (points != 1),
            summary=asked.summary or f"Write `{asked.name}`.",
            name=asked.name,
            where="" if self._in_cells else f" in `{self._stem}.py`, beside this notebook",
        )

    def _visible(self, asked: Written) -> str:
        lines = self._shown(asked) or [
            SAYS.format(asked.name, IN_VISIBLE.format(asked.name)),
            f'raise NotImplementedError("say what {asked.name} gives")',
        ]
        text = "\n".join(lines)
        imports = list(imports_for(self._module, text))
        used = {one.id for one in ast.walk(python_tree(text)) if isinstance(one, ast.Name)}
        own = sorted({*used & self._module.own_names, asked.name})
        if not self._in_cells:
            imports.append(f"from {self._stem} import {', '.join(own)}")
        return "\n".join([*imports, *([""] if imports else []), *lines])

    def _shown(self, asked: Written) -> list[str]:
        """Return a visible check's lines: the examples, or a call by what is annotated."""
        printing = {one.name for one in self._module.asked if not _returns(one)}
        every = [one for block in self._examples[asked.name] for one in block]
        if any(one.shown or one.raised for one in every):
            lines = [line for one in every for line in visible_lines(one, printing)]
            own = f"from {self._module.path.stem} import"
            return [line for line in lines if not line.startswith(own)]
        node = asked.node
        given = given_by_annotations(node) if isinstance(node, ast.FunctionDef) else []
        kind = result_kind(node) if isinstance(node, ast.FunctionDef) else ""
        if not given or not kind:
            return []
        return [
            "# An example tells more: show one here, with the value that is right.",
            f"assert isinstance({asked.name}({', '.join(given[0])}), {kind})",
        ]

    def _ways(self, asked: Written) -> list[WayToAsk]:
        """Return what the hidden checks ask."""
        found = ways_to_ask(self._module, self._examples[asked.name])
        if found or not isinstance(asked.node, ast.FunctionDef):
            return found
        ways = given_by_annotations(asked.node)
        if not ways:
            return []
        names = [one.arg for one in (*asked.node.args.posonlyargs, *asked.node.args.args)]
        parameters = tuple(f"{one}_2" if one == MODULE else one for one in names[: len(ways[0])])
        body = f"return {MODULE}.{asked.name}({', '.join(parameters)})"
        inputs = tuple(f"({', '.join(one)}{',' * (len(one) == 1)})" for one in ways)
        return [WayToAsk(parameters, (body,), inputs, imports_for(self._module, "\n".join(inputs)))]

    @property
    def checks(self) -> str:
        """The file of hidden checks."""
        parts: list[str] = []
        imports: set[str] = set()
        used: set[str] = set()
        for number, asked in enumerate(self._module.asked, start=1):
            ways = self._ways(asked)
            if not ways:
                used.add("expect_alike")
                parts.append(self._incomplete(asked))
            for count, one in enumerate(ways, start=1):
                imports |= set(one.imports)
                used |= {"expect_same_answers", *(["vary"] if one.parameters else [])}
                parts.append(self._check(asked, one, count, 100 * number + count))
        own = f"from gradekit.checks import {', '.join(sorted(used))}"
        top = "\n".join([*sorted({*imports, "import pytest"}), "", own])
        return CHECKS.format(title=in_words(self._name), imports=top) + "".join(parts)

    def _check(self, asked: Written, asking: WayToAsk, count: int, seed: int) -> str:
        more = f"_{count}" if count > 1 else ""
        title = f"{asked.name} gives the right answers for other values"
        student, reference = self._clients()
        inputs = f"vary({seed}, {', '.join(asking.inputs)})" if asking.parameters else "[()]"
        shown = [one.raised for block in self._examples[asked.name] for one in block]
        kinds = filter(None, map(self._module.pythons_own, [*asked.raised, *filter(None, shown)]))
        named = ", ".join(dict.fromkeys(kinds))
        raises = f", raises=[{named}]" if named else ""
        return CHECK.format(
            ask=f"ask_{asked.name}{more}",
            parameters=", ".join([MODULE, *asking.parameters]),
            body="\n    ".join(asking.body),
            name=asked.name,
            rules=self._rules(asked),
            test=f"test_{asked.name}{more}",
            title=title + (f", asked otherwise ({count})." if more else "."),
            inputs=inputs,
            student=student,
            reference=reference,
            raises=raises,
        )

    def _incomplete(self, asked: Written) -> str:
        student, reference = self._clients()
        told = IN_HIDDEN.format(student=student, reference=reference, name=asked.name)
        line = SAYS.format(asked.name, told)
        return INCOMPLETE.format(name=asked.name, rules=self._rules(asked), line=line)

    def _clients(self) -> tuple[str, str]:
        asked = "notebook" if self._in_cells else self._stem
        return f"student.{asked}", f"reference.{asked}"

    def _rules(self, asked: Written) -> str:
        """Return what a check's marker says beside its item: whose mistakes it counts."""
        if self._in_cells:
            return ""
        parts = _parts(asked, self._module)
        follows = f", follows={_listed(parts)}" if parts else ""
        return f", of={_listed(asked.written)}{follows}"


def _listed(names: Sequence[str]) -> str:
    quoted = ", ".join(f'"{one}"' for one in names)
    return f"[{quoted}]"


def _parts(asked: Written, module: SolvedModule) -> list[str]:
    """Return the functions of other items that one is made of, also by way of others.

    A mistake in a part of a part would else cost the whole as well.
    """
    defined = {
        node.name: {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    used, todo = set[str](), [asked.name]
    while todo:
        new = defined.get(todo.pop(), set()) - used
        used |= new
        todo += new
    others = (one for one in module.asked if one.name in used - {asked.name})
    return [name for one in others for name in one.written]


def _returns(asked: Written) -> bool:
    """Whether a function gives a value."""
    return any(
        isinstance(one, ast.Return | ast.Yield | ast.YieldFrom) and one.value is not None
        for one in ast.walk(asked.node)
    )


def is_known(package: str, path: Path) -> bool:
    """Whether a package is Python's own, or a module that lies beside a file."""
    beside = path.parent / package
    return (
        package in sys.stdlib_module_names or beside.with_suffix(".py").is_file() or beside.is_dir()
    )
