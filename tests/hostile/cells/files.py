"""Files that are not what they seem."""

from hostile.cells.suite import Forgery

_WRITE = """\
def _write(name, text, mode='w'):
    try:
        with open(name, mode) as file:
            file.write(text)
    except Exception:
        pass


"""
_NOTHING = "\n\n\ndef keep(path, xs):\n    _write(path, '')"
_EMPTY_DATA = "_write('wanted.json', '{\"numbers\": []}')"
_HELPERS = ("helper.py", "json.py", "json/__init__.py", "numpy.py", "numpy/__init__.py")
_OWN = """\
import gc
import sys

_memory = sys.modules['gradekit.workers.remote.in_worker.memory_files']


def _stores():
    return [one for one in gc.get_objects() if isinstance(one, _memory.Store)]


def _put(path, content):
    for store in _stores():
        store.stamp += 1
        store.files[path] = _memory.Kept(content, store.stamp)
"""


def _keep(text: str) -> dict[str, str]:
    return {"keep": text}


FORGERIES = [
    Forgery(
        "data of the release replaced",
        "writes over the data that a hidden test compares with",
        _keep(f"{_WRITE}{_EMPTY_DATA}{_NOTHING}"),
    ),
    Forgery(
        "data of the release replaced in a call",
        "writes over the data when it is called, and over the file of the test",
        _keep(
            f"{_WRITE}def keep(path, xs):\n    {_EMPTY_DATA}\n    _write('given.txt', '')\n"
            "    _write(path, '')"
        ),
    ),
    Forgery(
        "data of the release removed",
        "removes and renames what the test reads",
        _keep(
            "import os\n\n\ndef keep(path, xs):\n    open(path, 'w').close()\n"
            "    for name in ('wanted.json', 'given.txt'):\n        for act in (os.remove, "
            "lambda name: os.rename(path, name), lambda name: os.rename(name, path)):\n"
            "            try:\n                act(name)\n            except OSError:\n"
            "                pass"
        ),
    ),
    Forgery(
        "file of the test replaced",
        "writes over a file that the test compares with",
        _keep(
            f"{_WRITE}def keep(path, xs):\n    _write(path, '')\n    _write('given.txt', '')\n"
            "    return True"
        ),
    ),
    Forgery(
        "modules written",
        "writes modules of the names that tests import, in place of helpers and libraries",
        _keep(
            f"{_WRITE}import os\nfor _name in ('json', 'numpy'):\n    os.makedirs(_name, "
            f"exist_ok=True)\nfor _name in {_HELPERS!r}:\n"
            f"    _write(_name, 'def same(*a): pass\\nload = lambda f: {{\"numbers\": []}}')"
            f"{_NOTHING}"
        ),
    ),
    Forgery(
        "code that starts by itself",
        "writes files that Python, pytest or matplotlib would run or read",
        _keep(
            f"{_WRITE}for _name in ('sitecustomize.py', 'usercustomize.py', 'conftest.py', "
            "'evil.pth', 'matplotlibrc', 'pytest.ini', '.pythonrc', 'pyvenv.cfg'):\n"
            f"    _write(_name, 'import os; os._exit(0)'){_NOTHING}"
        ),
    ),
    Forgery(
        "huge file",
        "writes more than there is room for, in one place and far away",
        _keep(
            "def keep(path, xs):\n    with open(path, 'wb') as file:\n"
            "        file.seek(10 ** 13)\n        file.write(b'x')"
        ),
    ),
    Forgery(
        "huge file in parts",
        "writes until there is no room any more, and truncates to more than that",
        _keep(
            "def keep(path, xs):\n    with open(path, 'wb', buffering=0) as file:\n"
            "        try:\n            while True:\n                file.write(bytes(2 ** 20))\n"
            "        finally:\n            file.truncate(2 ** 50)"
        ),
    ),
    Forgery(
        "many files",
        "writes thousands of files and folders",
        _keep(
            "import os\n\n\ndef keep(path, xs):\n    for n in range(5000):\n        try:\n"
            "            os.makedirs(f'd{n}/e/f')\n            open(f'd{n}/x', 'w').close()\n"
            "        except OSError:\n            pass\n    open(path, 'w').close()"
        ),
    ),
    Forgery(
        "links",
        "has the file be a link to the data",
        _keep(
            "import os\n\n\ndef keep(path, xs):\n    for link in (os.symlink, os.link):\n"
            "        try:\n            link('given.txt', path)\n        except Exception:\n"
            "            pass"
        ),
    ),
    Forgery(
        "files elsewhere",
        "writes above the folder, to devices, and under names of devices",
        _keep(
            f"{_WRITE}def keep(path, xs):\n    for name in (f'../{{path}}', f'/dev/shm/{{path}}', "
            "'/dev/null', '/proc/self/mem', 'CON', 'a' * 300, '\\0', 'x/../../y', '.', ''):\n"
            "        _write(name, ' '.join(map(str, xs)))"
        ),
    ),
    Forgery(
        "file that changes",
        "writes something else each moment, from a thread",
        _keep(
            f"{_WRITE}def keep(path, xs):\n    import threading\n\n    def run():\n"
            "        while True:\n            _write(path, '3 6')\n            _write(path, '5')\n\n"
            "    try:\n        threading.Thread(target=run, daemon=True).start()\n"
            "    except RuntimeError:\n        _write(path, '')"
        ),
    ),
    Forgery(
        "names told that are none",
        "tells of files outside of the folder, by paths that lead there",
        _keep(
            f"{_OWN}\n\ndef keep(path, xs):\n    for one in ('/etc/passwd', '/helper.py', "
            "'/a/../wanted.json', '/x\\ud800', '//x'):\n        _put(one, bytearray(b''))"
        ),
    ),
    Forgery(
        "contents told that are none",
        "tells of a file that holds no bytes, or more than there is room for",
        _keep(
            f"{_OWN}\n\ndef keep(path, xs):\n    class Text(bytes): pass\n"
            "    _put(path, bytes(40 * 2 ** 20))\n    for store in _stores():\n"
            "        store.changed = lambda since: {'given.txt': '', 'wanted.json': Text(b'')}"
        ),
    ),
    Forgery(
        "stamps that count down",
        "has what changed be told with stamps that are no numbers, or below zero",
        _keep(
            f"{_OWN}\n\ndef keep(path, xs):\n    open(path, 'w').close()\n"
            "    for store in _stores():\n        store.stamp = -5"
        ),
    ),
]  # fmt: skip
