"""What IPython reads beyond Python is taken out of cells, and names have their owners."""

import ast

import pytest
from cell_notebooks import cell, notebook

from gradekit.assignment.code_cells.cells import source_cells
from gradekit.assignment.code_cells.remote_names import names_in, ownership
from gradekit.assignment.code_cells.text import to_python


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install it's\nx = 1", "pass\nx = 1"),
        ("pip install nose", "pass"),
        ("y = (3\n % 2)", "y = (3\n % 2)"),
        ("y = 3 \\\n % 2\n%ls", "y = 3 \\\n % 2\npass"),
        ("s = '''\n%no\n!no\n'''\n%ls", "s = '''\n%no\n!no\n'''\npass"),
        ("s = '%d' % 3  # it's\n%ls", "s = '%d' % 3  # it's\npass"),
        ("%time z = 4", "z = 4"),
        ("%%time\nz = 4", "\nz = 4"),
        ("\n%%capture out\n%ls\nz = 4", "\nout = _gradekit_capture()\npass\nz = 4"),
        ("%%bash\nls", ""),
        ("if x:\n    %cd there", "if x:\n    pass"),
        ("x?\n?x.y\nx.y??", "pass\npass\npass"),
        ("files = !ls", "files = []"),
        ("a = %who_ls", "a = None"),
        ("x = 1 if y else 2  # ok?", "x = 1 if y else 2  # ok?"),
    ],
)
def test_magics_and_shell_lines_do_nothing(source: str, python: str) -> None:
    """They become nothing, on lines of the same numbers, and Python stays as it is."""
    assert to_python(source).python == python
    assert to_python(source.replace("\n", "\r\n")).python == python


def test_lines_that_may_have_mattered_are_told() -> None:
    """A harmless magic is not worth a word, one that runs or makes something is."""
    found = to_python("%matplotlib inline\n%store x\nfiles = !ls\n!pip install x\n!wget y")
    assert [(one.line, one.text.split()[0]) for one in found.left] == [
        (2, "%store"), (3, "files"), (5, "!wget"),
    ]  # fmt: skip
    assert [one.line for one in to_python("%%time\nx = 1\n%store y").left] == [3]
    found = to_python("\n%%capture --no-stderr out\nx = 1")
    assert (found.python, found.left) == ("\nout = _gradekit_capture()\nx = 1", ())
    assert to_python("%%capture --no-stderr\nx = 1").python == "\nx = 1"
    assert [one.text for one in to_python("%%script a.py\nx").left] == ["%%script a.py"]


def test_a_cell_that_writes_itself_to_a_file_does_so() -> None:
    """Its lines keep their numbers, the file its text; what `%run` runs is read when it runs."""
    found = to_python("\n%%writefile -a 'a b.py'\nx = \"1\"\n%y")
    text = "print('x = \"1\"\\n%y\\n', end='', file=open('a b.py', 'a', encoding='utf-8'))"
    assert (found.python, found.left) == (f"\n{text}\n\n", ())
    assert (found.file, found.content) == ("a b.py", 'x = "1"\n%y\n')
    assert "BEGIN SOLUTION" not in to_python("%%writefile a.py\n### BEGIN SOLUTION\nx = 1").python
    assert to_python("%run -i tools.py 3").python == "exec(_gradekit_script('tools.py'))"
    assert to_python("if y:\n    %run tools").python.endswith(
        "    exec(_gradekit_script('tools.py'))"
    )


def test_names_that_code_binds_or_changes() -> None:
    """Whatever gives a module's name a value is found, and what only changes an object."""
    found = names_in(
        "import os.path as p, re\nfrom x import y\na = b = 1\nfor c, (d, *e) in f: pass\n"
        "with g as h: pass\nclass K: inner = 1\ndef m(q):\n    global n\n    n = q\n    o[0] = 1\n"
        "    q[0] = 1\n    own = []\n    own.append(1)\n[(r := 1) for _ in ()]\ns.t.u[0] = 1\n"
        "v.append(1)\nw.sort_values(inplace=True)\nrandom.shuffle(z)\ntry: pass\n"
        "except E as err: pass\na += 1\nnp.array(aa)\nmatch x:\n    case [bb]: pass"
    )
    bound = ["p", "re", "y", "a", "b", "c", "d", "e", "h", "K", "m", "n", "r", "err", "bb"]
    assert found.bound == set(bound)
    assert found.changed == {"o", "s", "v", "w", "z"}
    assert found.defined == {"p", "re", "y", "K", "m"}


def test_who_owns_a_name_is_followed_from_cell_to_cell() -> None:
    """Answers make names the student's, staff's cells take them back; modules stay staff's."""
    source = notebook(
        cell("staff", "import numpy as np\nanswers = {}\ndef helper(): pass", "a"),
        cell("solution", "x = 1\nanswers['q'] = 2\nnp.random.seed(0)\nhelper.n = 3", "b"),
        cell("test", "y = x", "c"),
        cell("staff", "x = 5", "d"),
        cell("free", "import re\nz = answers\nw = 3"),
    )
    remote = [one.remote for one in ownership(source_cells(source))]
    assert remote == [set(), set(), {"x", "answers"}, {"x", "answers"}, {"answers"},
                      {"answers", "z"}]  # fmt: skip


def test_code_that_is_no_python_has_no_names() -> None:
    """A broken cell, or one that no parser takes, is passed over."""
    for text in ("def (", "(" * 10_000, "x = '\0'", "-" * 100_000 + "1"):
        assert not names_in(text).bound


@pytest.mark.parametrize(
    "piece", ["%x\n", "'''\\", '"', "(\n", "'''a\\'''", "a?", "'\\\n", "a=b,", "\\\n", "# '\n%"]
)
def test_reading_a_cell_takes_time_in_proportion_to_its_text(piece: str) -> None:
    """Twenty times the text is read in steps that are as many times as many, not their square."""
    import cProfile

    def calls(count: int) -> int:
        profile = cProfile.Profile()
        profile.runcall(to_python, piece * count + "%")
        return sum(entry.callcount for entry in profile.getstats())

    assert calls(2000) < 30 * calls(100) + 1000


def test_a_tree_is_what_was_written() -> None:
    """What is taken out of Python text leaves Python text."""
    ast.parse(to_python("def f():\n    %time g()\n    !ls\n    return 1").python)
