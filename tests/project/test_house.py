"""The house: floors, circles, sizes, docstrings, exact versions."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from gradekit.assignment.spec import read_spec
from gradekit.names import RULES

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "gradekit"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE_LINES, LONGEST_FUNCTION_LINES = 400, 40

# From the ground up; a module imports from its own floor's folder or from floors below it.
FLOORS = (
    ("gradekit", "gradekit.model", "gradekit.bounds", "gradekit.python_tree"),
    ("gradekit.errors", "gradekit.text", "gradekit.formats", "gradekit.names"),
    ("gradekit.files", "gradekit.imports", "gradekit.fault_log", "gradekit.sandbox"),
    ("gradekit.notebook", "gradekit.processes"),
    ("gradekit.assignment",),
    ("gradekit.course", "gradekit.solution", "gradekit.workers", "gradekit.submission"),
    ("gradekit.authoring", "gradekit.checks", "gradekit.findings", "gradekit.release"),
    ("gradekit.grading", "gradekit.intake"),
    ("gradekit.batch", "gradekit.pdf_check"),
    ("gradekit.verification",),
    ("gradekit.lint",),
    ("gradekit.gradebook",),
    ("gradekit.commands",),
    ("gradekit.cli",),
    ("gradekit.__main__",),
)


def name_of(path: Path) -> str:
    """Return a file's name as a module."""
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it."""
    known = {name_of(module) for module in MODULES}
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(below & known or {node.module})
    return found


def floor_of(module: str) -> int:
    """Return the floor that a module stands on."""
    places = {place: number for number, floor in enumerate(FLOORS) for place in floor}
    while module not in places:
        module = module.rpartition(".")[0]
    return places[module]


def room_of(module: str) -> str:
    """Return the package of gradekit's that a module stands in, or gradekit itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and (PACKAGE / parts[1]).is_dir() else "gradekit"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_from_its_own_folder_or_from_below(path: Path) -> None:
    """No module reaches up to a higher floor, nor across its own."""
    name = name_of(path)
    for imported in imports_of(path):
        if imported.partition(".")[0] == "gradekit":
            same_room = room_of(name) == room_of(imported) != "gradekit"
            assert same_room or floor_of(imported) < floor_of(name), f"{name} → {imported}"


def test_there_are_no_circles() -> None:
    """Following imports from a module never leads back to it."""
    graph = {name_of(path): imports_of(path) for path in MODULES}

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(graph[start])
        while waiting:
            module = waiting.pop()
            if module in graph and module not in seen:
                seen.add(module)
                waiting += graph[module]
        return seen

    assert [module for module in graph if module in reached(module)] == []


def test_the_two_sides_of_remote_names_share_what_they_say_only() -> None:
    """What stands in a worker imports nothing of the test's side, nor the other way."""
    sides = [f"gradekit.workers.remote.{side}" for side in ("in_test", "in_worker")]
    for path in MODULES:
        for own, other in (sides, sides[::-1]):
            if name_of(path).startswith(own):
                assert not [name for name in imports_of(path) if name.startswith(other)], path


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nbgrader_is_imported_below_gradebook_only(path: Path) -> None:
    """One package knows nbgrader, so that a change of nbgrader's is mended in one place."""
    known = any(name.partition(".")[0] == "nbgrader" for name in imports_of(path))
    assert not known or name_of(path).startswith("gradekit.gradebook")


def test_what_students_install_needs_nothing_of_the_staff() -> None:
    """The student's wheel imports only itself and the packages that it declares."""
    from gradekit.release.student_wheel import STUDENT_PACKAGES, STUDENT_PARTS

    roots = [PACKAGE / part for part in STUDENT_PARTS]
    files = [file for root in roots for file in ([root] if root.is_file() else root.rglob("*.py"))]
    ours = {name_of(file) for file in files}
    spelled = {"PIL": "pillow", "pypandoc": "pypandoc-binary", "traitlets": "nbconvert"}
    spelled |= {"jupyter_client": "nbclient", "resvg_py": "resvg-py"}
    spelled |= {"manimgx_fonts": "manimgx-fonts", "manimgx_fonts_cjk": "manimgx-fonts-cjk"}
    for file in files:
        for imported in imports_of(file):
            top = imported.partition(".")[0]
            allowed = imported in ours if top == "gradekit" else True
            declared = spelled.get(top, top) in STUDENT_PACKAGES or top in sys.stdlib_module_names
            assert allowed, f"{file.name} → {imported}"
            assert top == "gradekit" or declared, f"{file.name} → {imported}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_and_functions_are_short_and_say_what_they_are(path: Path) -> None:
    """Every module opens with a docstring, and nothing grows beyond what one takes in at a look."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{path.name} has no docstring"
    assert len(text.splitlines()) <= LONGEST_FILE_LINES
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION_LINES, (
                f"{path.name}:{node.lineno} {node.name}: {lines}"
            )


def test_every_test_says_in_a_sentence_what_it_holds() -> None:
    """Each test function of the kit and of the graders has a docstring like a sentence."""
    for path in (REPOSITORY / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                title = (ast.get_docstring(node) or "").splitlines()[:1]
                assert title, f"{path.name}:{node.lineno}"
                assert title[0][-1] in ".?!,;:" or len(title[0]) > 60, f"{path.name}:{node.lineno}"


def test_the_kits_own_tests_need_no_assignment_of_the_repository() -> None:
    """Only tests/assignments knows problem_1 and problem_2, and nothing imports a conftest."""
    theirs = {"real_assignments", "problem_2_parts", "bad_handins"}
    tests = REPOSITORY / "tests"
    kinds = ("unit/**/*.py", "commands/**/test_*.py", "hostile/*.py", "hostile/*/suite.py")
    ours = [path for kind in kinds for path in tests.glob(kind)]
    for path in [*ours, *tests.glob("assignments/**/*.py"), *tests.glob("*.py")]:
        imported = {name.partition(".")[0] for name in imports_of(path)}
        assert "conftest" not in imported, path.name
        assert path not in ours or not imported & theirs, path.name


# Names that several modules may give to different things, and why.
REPEATED = {
    "app": "each command line's own",
    "main": "where a process begins",
    "collect": "a verb of the command line, whose function does it elsewhere",
    "lint": "a verb of the command line, whose function does it elsewhere",
    "verify": "a verb of the command line, whose function does it elsewhere",
}


def names_in(path: Path) -> set[str]:
    """Return the public names that a module defines at its top."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        names = (one for target in targets for one in ast.walk(target))
        stored = (one for one in names if isinstance(one, ast.Name))
        found |= {one.id for one in stored if isinstance(one.ctx, ast.Store)}
    return {name for name in found if not name.startswith("_")}


def test_a_public_name_means_one_thing() -> None:
    """No class, function or type has another's name; no two constants that are imported do.

    A constant that only its own module uses may be called what it is there.
    """
    imported = {name for path in MODULES for name in imported_names(path)}
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for name in names_in(path):
            if not name.isupper() or (name_of(path), name) in imported:
                homes.setdefault(name, []).append(name_of(path))
    assert {name: found for name, found in homes.items() if len(found) > 1} == {
        name: homes[name] for name in REPEATED
    }


def imported_names(path: Path) -> set[tuple[str, str]]:
    """Return what a module imports by name, each with the module that it comes from."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    lines = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {(str(line.module), alias.name) for line in lines for alias in line.names}


# Of its subjects nothing in the package knows; one name of them is everybody's.
SUBJECTS = ["rnn", "lstm", "vanilla", "perplex", "recurren", "curves", "epoch", "alice", "sampled"]
SUBJECTS += ["word embedding", "hidden state", "language model", "pentagon", "polygon", "prism"]
SUBJECTS += ["bigram", "n-gram", "smoothing"]
EVERYBODYS = "SOURCE_DATE_EPOCH"


def words_of_assignments() -> set[str]:
    """Return names and pairs of words that only one assignment would have, and its subjects."""
    found = set(SUBJECTS)
    for path in [*REPOSITORY.glob("source/*"), *REPOSITORY.glob("examples/*/source/*")]:
        spec = read_spec(path)
        declared = [*spec.mutants.functions, *spec.bonus]
        for part in spec.parts:
            declared += [part.name, part.cell, part.after, part.title, *part.rules]
        declared += [path.name, *(module.stem for module in path.rglob("*.py"))]
        found |= {word for word in declared if {"_", " "} & set(word.strip("_"))}
    return {word.casefold() for word in found}


def test_the_package_knows_no_assignment() -> None:
    """No word of an assignment stands in it: what one needs, it declares, or has rules of its own.

    Nor does `[[part]]` have a name that means something there: a part is known by its kind.
    """
    words = words_of_assignments()
    assert {"problem_2", "curves_rnn", "vanilla", "why_it_works", "are_two_sizes"} <= words
    assert RULES.removesuffix(".py") in words
    words -= {RULES.removesuffix(".py")}
    kept = [path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".j2", ".typ", ".css")]
    for path in kept:
        text = path.read_text(encoding="utf-8").replace(EVERYBODYS, "").casefold()
        assert sorted(word for word in words if word in text) == [], name_of(path)


def test_the_package_knows_no_folder_of_an_assignment() -> None:
    """Which folders hold a student's modules comes of the source; only a system has its own lib."""
    sources = [*REPOSITORY.glob("source/*"), *REPOSITORY.glob("examples/*/source/*")]
    modules = [path.relative_to(source) for source in sources for path in source.rglob("*.py")]
    folders = {path.parts[0] for path in modules if len(path.parts) > 1}
    assert {"lib", "geometry"} <= folders
    for path in MODULES:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        named = {str(node.value).rstrip("/") for node in nodes if isinstance(node, ast.Constant)}
        assert path.parent.name == "sandbox" or not named & folders, name_of(path)


def test_every_file_is_linted() -> None:
    """A folder of the kit's that is called like one of a course's (`release`) is passed over."""
    command = [sys.executable, "-m", "ruff", "check", "--show-files"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    linted = set(map(Path, done.stdout.splitlines()))
    files = {
        path.resolve() for path in (*PACKAGE.rglob("*.py"), *REPOSITORY.glob("tests/**/test_*.py"))
    }
    assert files - linted == set()


def test_the_known_good_versions_are_names_and_versions_only() -> None:
    """The file of exact versions names no place that packages come from."""
    for line in (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or line.count("==") == 1, line
        assert "://" not in line
        assert "@" not in line
