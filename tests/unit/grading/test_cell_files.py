"""Files that students' code writes and test cells read, and the other way."""

from pathlib import Path

import pytest
from cell_notebooks import cell, notebook, with_answers
from cell_styles import DATA
from graded_cells import bundle_of, submission

from gradekit.grading.cells.running.work_folder import is_plain
from gradekit.grading.grader import Grader
from gradekit.model import Report

SAVE = """\
import json


def save(path, rows):
    with open(path, 'w') as file:
        json.dump(rows, file)"""

WORDS = """\
def words(path):
    with open(path) as file:
        return len(file.read().split())"""


def graded(root: Path, source: object, *texts: dict[str, str]) -> list[Report]:
    """Return reports of confined hand-ins, the solved one first."""
    with Grader(bundle_of(root, source, DATA)) as grader:
        return [grader.grade(submission(with_answers(source, one))) for one in ({}, *texts)]


def outcomes(report: Report) -> list[str]:
    """Return how each test ended."""
    return [str(one.outcome) for one in report.results]


SOURCE = notebook(
    cell("staff", "import json, os, pathlib\nimport numpy as np\nimport pandas as pd", "setup"),
    cell("solution", SAVE, "save"),
    cell("solution", "pd.DataFrame({'a': [1, 2]}).to_csv('out.csv', index=False)", "table"),
    cell("solution", "os.makedirs('made', exist_ok=True)\nnp.save('made/x.npy', np.arange(3))\n"
         "np.savetxt('t.txt', np.eye(2))\nnp.savez('z.npz', a=np.ones(2))", "arrays"),
    cell("test", "save('rows.json', [1, 'é'])\nassert os.path.exists('rows.json')\n"
         "assert json.load(open('rows.json')) == [1, 'é']", "t_call"),
    cell("test", "assert pd.read_csv('out.csv')['a'].tolist() == [1, 2]\n"
         "assert sorted(p.name for p in pathlib.Path('.').glob('*.csv')) == "
         "['out.csv', 'people.csv']", "t_table"),
    cell("test", "assert np.load('made/x.npy').tolist() == [0, 1, 2]\n"
         "assert np.loadtxt('t.txt').trace() == 2 and np.load('z.npz')['a'].sum() == 2\n"
         "assert os.listdir('made') == ['x.npy'] and os.path.getsize('made/x.npy') > 80",
         "t_arrays"),
)  # fmt: skip


def test_a_test_reads_what_the_answer_has_written(tmp_path: Path) -> None:
    """Text, tables and arrays are there as files; who writes nothing, or something else, fails."""
    solved, silent, other = graded(
        tmp_path,
        SOURCE,
        {"save": "def save(path, rows): pass", "table": "", "arrays": ""},
        {"save": SAVE.replace("rows, file", "rows[:1], file"), "table": "", "arrays":
         "open('made', 'w').close()"},
    )  # fmt: skip
    assert outcomes(solved) == ["PASS"] * 3, [one.staff_message for one in solved.results]
    assert not any(one == "PASS" for one in outcomes(silent))
    assert outcomes(other)[0] == "FAIL"
    assert "PASS" not in outcomes(other)


def test_an_answer_reads_what_a_test_has_written(tmp_path: Path) -> None:
    """A test's own file is there for what it calls, and comes back as what is done to it."""
    source = notebook(
        cell("staff", "with open('staffs.txt', 'w') as file:\n    file.write('a b c')", "setup"),
        cell("solution", "def words(path):\n    return len(open(path).read().split())", "words"),
        cell("solution", "def add(path, text):\n    with open(path, 'a') as file:\n"
             "        file.write(text)", "add"),
        cell("test", "assert words('staffs.txt') == 3", "t_staffs"),
        cell("test", "with open('t.txt', 'w') as file:\n    file.write('one two')\n"
             "assert words('t.txt') == 2\nassert words('t.txt') == "
             "len(open('t.txt').read().split())", "t_words"),
        cell("test", "import os\nopen('log.txt', 'w').write('x')\nadd('log.txt', 'y')\n"
             "assert open('log.txt').read() == 'xy'\nos.remove('log.txt')\nadd('log.txt', 'z')\n"
             "assert open('log.txt').read() == 'z'", "t_add"),
    )  # fmt: skip
    empties = "def words(path):\n    open(path, 'w').close()\n    return 0"
    solved, other = graded(tmp_path, source, {"words": empties, "add": "def add(p, t): pass"})
    assert outcomes(solved) == ["PASS"] * 3, [one.staff_message for one in solved.results]
    assert outcomes(other) == ["FAIL"] * 3 or "PASS" not in outcomes(other)


def test_files_have_the_whole_paths_that_a_test_calls_them_by(tmp_path: Path) -> None:
    """Temporary files and folders are there for the answer, and released files by whole paths."""
    source = notebook(
        cell("staff", "import os, tempfile\nfrom pathlib import Path\n"
             "place = tempfile.mkdtemp()", "setup"),
        cell("solution", WORDS, "words"),
        cell("solution", SAVE, "save"),
        cell("test", "with tempfile.NamedTemporaryFile('w', suffix='.txt') as made:\n"
             "    made.write('one two')\n    made.flush()\n    assert words(made.name) == 2\n"
             "handle, name = tempfile.mkstemp()\nos.write(handle, b'a b c')\nos.close(handle)\n"
             "assert words(name) == 3\nos.remove(name)", "t_file"),
        cell("test", "with tempfile.TemporaryDirectory() as folder:\n"
             "    path = Path(folder) / 'deep' / 'rows.json'\n    path.parent.mkdir()\n"
             "    save(path, [1])\n    assert path.read_text() == '[1]'\n"
             "    assert os.listdir(folder) == ['deep']\nassert not os.path.exists(folder)",
             "t_folder"),
        cell("test", "save(os.path.join(place, 'x.json'), [2])\n"
             "assert words(os.path.join(place, 'x.json')) == 1\n"
             "assert words(Path.cwd() / 'people.csv') == words('people.csv') > 1", "t_whole"),
    )  # fmt: skip
    solved, other = graded(
        tmp_path, source, {"words": "def words(path): return 1", "save": "def save(p, r): pass"}
    )
    assert outcomes(solved) == ["PASS"] * 3, [one.staff_message for one in solved.results]
    assert "PASS" not in outcomes(other)


def test_streams_in_memory_are_files_that_a_test_gives(tmp_path: Path) -> None:
    """An answer reads them and writes into them, and gives them; each has its place."""
    source = notebook(
        cell("staff", "import csv, io", "setup"),
        cell("solution", "def report(xs, file):\n    print(len(xs), sum(xs), file=file)", "report"),
        cell("solution", "def rows(file):\n    return list(csv.reader(file))", "rows"),
        cell("solution", "def packed(text):\n    return io.BytesIO(text.encode())", "packed"),
        cell("test", "out = io.StringIO('begun ')\nout.seek(0, 2)\nreport([1, 2], out)\n"
             "report([3], file=out)\nassert out.getvalue() == 'begun 2 3\\n1 3\\n'", "t_report"),
        cell("test", "given = io.StringIO('a,b\\n1,é\\n')\n"
             "assert rows(given) == [['a', 'b'], ['1', 'é']]\nassert rows(given) == []", "t_rows"),
        cell("test", "found = packed('é')\nassert found.read() == b'\\xc3\\xa9'", "t_packed"),
    )  # fmt: skip
    solved, other = graded(
        tmp_path,
        source,
        {
            "report": "def report(xs, file): print(2, 3, file=file)",
            "rows": "def rows(file): return [['a', 'b'], ['1', 'é']]",
            "packed": "def packed(text): return io.BytesIO()",
        },
    )
    assert outcomes(solved) == ["PASS"] * 3, [one.staff_message for one in solved.results]
    assert outcomes(other) == ["FAIL"] * 3


def test_databases_are_files_of_both_sides(tmp_path: Path) -> None:
    """What is committed is there for the test, and what a test writes for the answer."""
    make = (
        "import sqlite3\n\ndef make(path, rows):\n    con = sqlite3.connect(path)\n"
        "    con.execute('CREATE TABLE IF NOT EXISTS t (a INT, b TEXT)')\n"
        "    con.executemany('INSERT INTO t VALUES (?, ?)', rows)\n    con.commit()\n"
        "    con.close()\n\ndef count(path):\n    with sqlite3.connect(path) as con:\n"
        "        return con.execute('SELECT COUNT(*) FROM t').fetchone()[0]"
    )
    source = notebook(
        cell("staff", "import sqlite3", "setup"),
        cell("solution", make, "make"),
        cell("test", "make('x.db', [(1, 'a'), (2, 'b')])\nassert count('x.db') == 2\n"
             "con = sqlite3.connect('x.db')\n"
             "assert con.execute('SELECT b FROM t WHERE a = 2').fetchall() == [('b',)]\n"
             "con.execute(\"INSERT INTO t VALUES (3, 'c')\")\ncon.commit()\ncon.close()\n"
             "assert count('x.db') == 3", "t"),
    )  # fmt: skip
    solved, other = graded(tmp_path, source, {"make": make.replace("con.commit()", "pass")})
    assert outcomes(solved) == ["PASS"], solved.results[0].staff_message
    assert "PASS" not in outcomes(other)


def test_nothing_of_a_students_is_unpickled(tmp_path: Path) -> None:
    """A test that unpickles gives no grade, unless it runs inside; staff's own data are read."""
    source = notebook(
        cell("staff", "import pickle", "setup"),
        cell("solution", "class A: pass\nwith open('a.pkl', 'wb') as file:\n"
             "    pickle.dump(A(), file)\npickle.dump([1], open('b.pkl', 'wb'))", "s"),
        cell("test", "assert pickle.load(open('b.pkl', 'rb')) == [1]", "t_plain"),
        cell("test", "import pickle\nassert pickle.load(open('a.pkl', 'rb'))", "t_class"),
    )  # fmt: skip
    evil = (
        "class A:\n    def __reduce__(self):\n        return (print, ('x',))\n"
        "for one in 'ab':\n    pickle.dump(A(), open(one + '.pkl', 'wb'))"
    )
    solved, other = graded(tmp_path, source, {"s": evil})
    assert outcomes(solved) == ["PASS", "ERROR"]
    assert outcomes(other)[1] == "ERROR"
    assert outcomes(other)[0] in ("FAIL", "CRASH")


@pytest.mark.parametrize(
    "name",
    ["helper.py", "a/numpy.PY", "x.so", "x.cpython-311-x86_64-linux-gnu.so", "../x", "/x", ".x",
     "a//b", "a/../b", "", ".", "a\nb", "x.pth", "a/b/c/d/e/f/g", "matplotlibrc", "a" * 200, "a\0"],
)  # fmt: skip
def test_names_that_a_students_file_may_not_have(name: str) -> None:
    """Nothing that Python imports, nor a path out of the folder, is put there."""
    assert not is_plain(name)


def test_names_that_a_students_file_may_have() -> None:
    """Usual names are taken."""
    for name in ("out.csv", "Ergebnis (2).png", "data/out-1.json", "über.txt", "no_suffix"):
        assert is_plain(name)
