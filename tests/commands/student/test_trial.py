"""What the graders do not have is told before handing in, with file and line."""

from pathlib import Path

import pytest

from gradekit.submission.import_trial import trial
from gradekit.submission.import_trial.code_scan import THEIR_FILES, THEY_HAVE, AtTheGraders
from gradekit.submission.import_trial.trial import import_problems

MODULE = "lib/thing.py"
NUMPY = THEY_HAVE.format(packages="NumPy")
NO_SCIPY = f"{MODULE} line 1: the graders have no package scipy. {NUMPY}"


WITH_DATA = AtTheGraders(data=["data/words.txt"])


def problems(folder: Path, *, beside: tuple[str, ...] = (), **modules: str) -> list[str]:
    """Return the lines on some modules, given by names such as lib__thing; `beside` are files."""
    named = {f"{name.replace('__', '/')}.py": text.encode() for name, text in modules.items()}
    (folder / "data").mkdir()
    (folder / "data" / "words.txt").write_text("one two")
    for name in beside:
        (folder / name).write_text("beside")
    for name, text in named.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    return import_problems(folder, named, [MODULE], WITH_DATA)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import numpy as np, json, math\nimport numpy.testing\nfrom numpy.linalg import norm",
        "import tqdm.auto\nfrom tqdm.notebook import trange, tqdm\nlist(tqdm([1]))",
        "import matplotlib.pyplot as plt\nplt.rcParams['x'] = 1\nimport seaborn",
        "get_ipython().run_line_magic('matplotlib', 'inline')\ndisplay(1)",
        "from IPython import get_ipython\nget_ipython().system('ls')",
        "text = open('data/words.txt').read()\nassert text == 'one two'",
        "from pathlib import Path\nassert Path('data').joinpath('words.txt').exists()",
        "import os\nassert os.listdir('data') == ['words.txt']",
        "try:\n    import scipy\nexcept ImportError:\n    scipy = None",
        "try:\n    import torch\nexcept (ValueError, ModuleNotFoundError):\n    pass",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch",
        "try:\n    open('log.txt', 'w')\nexcept OSError:\n    pass",
        "print('x' * 100_000)\nimport sys\nsys.stderr.write('y')",
        "import threading, subprocess, socket, ctypes, multiprocessing",
        "import sys\nassert 'scipy' not in sys.modules and sys.stdin.read() == ''",
    ],
)
def test_what_the_graders_have_is_nothing_to_tell(tmp_path: Path, text: str) -> None:
    """NumPy, Python's library, what draws, the assignment's data: all of it can be imported."""
    assert problems(tmp_path, lib__thing=text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import scipy", NO_SCIPY),
        ("from scipy.special import expit", NO_SCIPY),
        (
            "def f():\n    import pandas as pd",
            "lib/thing.py line 2: the graders have no package pa",
        ),
        ("import PIL.Image", "lib/thing.py line 1: the graders have no package PIL."),
        ("import nbformat", "lib/thing.py line 1: the graders have no package nbformat."),
        (
            "x = 1\ntext = open('mine.txt').read()",
            f"lib/thing.py line 2: the graders have no file mine.txt. {THEIR_FILES}",
        ),
        ("open('/etc/hosts').read()", "line 1: the graders have no file /etc/hosts."),
        ("import os\nos.listdir('/')", "line 2: the graders have no file /."),
        (
            "open('log.txt', 'w')",
            "line 1: the graders cannot import it (PermissionError: [Errno 13] The graders' files",
        ),
        ("import os\nos.mkdir('x')", "(PermissionError: [Errno 13] The graders' files cannot be"),
        ("import os\nos.system('ls')", "At the graders' no other program is started"),
        ("import socket\nsocket.socket()", "The graders have no network"),
        (
            "import os\nos.environ['HOME']",
            "line 2: the graders cannot import it (KeyError: 'HOME')",
        ),
        (
            "import threading\nthreading.Thread(target=print).start()",
            "line 2: the graders cannot import it (RuntimeError: can't start new thread",
        ),
        ("import sys\nsys.path.append('..')\nimport above", "the graders have no package above."),
        ("x = nowhere", "line 1: the graders cannot import it (NameError: name 'nowhere' is not"),
        ("raise SystemExit(3)", "line 1: the graders cannot import it (SystemExit: 3)"),
        ("input()", "line 1: the graders cannot import it (EOFError"),
        (
            "from lib.other import x",
            "line 1: the graders cannot import it (ModuleNotFoundError: No",
        ),
        ("import os\nos._exit(0)", "lib/thing.py ends Python while it is imported."),
    ],
)
def test_what_the_graders_do_not_have_is_told(tmp_path: Path, text: str, said: str) -> None:
    """Each thing is one line with file and line, and a second sentence says what to do."""
    (line,) = problems(tmp_path, beside=("mine.txt",), lib__thing=text)
    assert said in line
    assert line.startswith("lib/thing.py")
    assert line.endswith(".")
    assert "\n" not in line


def test_a_name_that_is_not_there_is_told_without_a_place(tmp_path: Path) -> None:
    """The line names the module, and not where the kit's own copy of it lies."""
    found = problems(tmp_path, lib__thing="from lib.near import twice", lib__near="")
    what = "ImportError: cannot import name 'twice' from 'lib.near'"
    line = (
        f"lib/thing.py line 1: the graders cannot import it ({what}). Correct it, then check again."
    )
    assert found == [line]


def test_helpers_beside_the_notebook_are_there(tmp_path: Path) -> None:
    """A module that is handed in is imported from where it lies, and what it lacks is told."""
    text = "from helpers import twice\nfrom . import near\nimport tools.deep"
    found = problems(
        tmp_path,
        lib__thing=text,
        lib__near="",
        helpers="def twice(x):\n    import scipy\n",
        tools__deep="",
        experiments="import torch\nx = 1 / 0\n",
    )
    assert found == [f"helpers.py line 2: the graders have no package scipy. {NUMPY}"]


def test_a_module_in_the_way_of_pythons_own_changes_nothing(tmp_path: Path) -> None:
    """The graders have NumPy loaded before any hand-in, and so has the trial."""
    assert problems(tmp_path, lib__thing="import numpy\nnumpy.zeros(1)", numpy="x = 1") == []


def test_the_place_is_the_last_one_in_the_students_files(tmp_path: Path) -> None:
    """An error within a helper, or within NumPy, is told where the student's own code was."""
    text = "import helpers\nhelpers.load()"
    helper = "import numpy as np\ndef load():\n    return np.load('weights.npy')\n"
    (line,) = problems(tmp_path, lib__thing=text, helpers=helper)
    assert line.startswith("helpers.py line 3: the graders have no file weights.npy.")


def test_an_import_without_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stopped, and the line says that the graders do not wait either."""
    monkeypatch.setattr(trial, "SECONDS", 2)
    (line,) = problems(tmp_path, lib__thing="while True: pass")
    assert line.startswith("lib/thing.py is not imported within 2 seconds")


def test_data_that_the_student_has_lost_are_no_problem(tmp_path: Path) -> None:
    """The graders have the release's files, whatever became of the student's."""
    (tmp_path / "lib").mkdir()
    (tmp_path / MODULE).write_text("open('data/words.txt')")
    files = {MODULE: b"open('data/words.txt')"}
    assert import_problems(tmp_path, files, [MODULE], WITH_DATA) == []


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    """The trial works on a copy: no cache, no file of its own stays."""
    problems(tmp_path, lib__thing="import json", helpers="x = 1")
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert names == ["data/words.txt", "helpers.py", "lib/thing.py"]


@pytest.mark.parametrize(
    "text",
    [
        "import pandas as pd\nDAY = pd.Timestamp('2026-01-01').day_name()\n",
        "def late():\n    from scipy import stats\n    return stats\n",
        "import scipy.stats\nMEAN = scipy.stats.norm.mean()\n",
        "import matplotlib.pyplot as plt\nWIDTH = plt.figure().get_figwidth()\n",
    ],
)
def test_packages_of_the_assignment_are_there(tmp_path: Path, text: str) -> None:
    """What the assignment names is imported for real, late imports of its parts too."""
    for name in ("pandas", "scipy"):
        pytest.importorskip(name)
    (tmp_path / "lib").mkdir()
    (tmp_path / MODULE).write_text(text)
    files = {MODULE: text.encode()}
    graders = AtTheGraders(["matplotlib", "pandas", "scipy"])
    assert import_problems(tmp_path, files, [MODULE], graders) == []


def test_a_package_of_the_assignment_that_is_missing_here_is_told(tmp_path: Path) -> None:
    """It is not the graders that lack it: the student installs it."""
    files, graders = {MODULE: b"import nowhere_at_all\n"}, AtTheGraders(["nowhere_at_all"])
    (told,) = import_problems(tmp_path, files, [MODULE], graders)
    assert "nowhere_at_all is not installed on this computer, and the graders have it" in told


def test_what_they_have_is_named(tmp_path: Path) -> None:
    """A package that they lack is told beside those that the assignment names."""
    files = {MODULE: b"def late():\n    import torch\n"}
    (told,) = import_problems(tmp_path, files, [MODULE], AtTheGraders(["pandas"]))
    assert "no package torch. They have NumPy, pandas and Python's own library" in told
