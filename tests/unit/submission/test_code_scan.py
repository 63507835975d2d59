"""What functions use that the graders do not have is read from their text; nothing is run."""

import sys
from pathlib import Path

import pytest

from gradekit.submission.import_trial import code_scan
from gradekit.submission.import_trial.code_scan import (
    THEIR_FILES,
    AtTheGraders,
    files_not_there,
    newer_than_the_graders,
    packages_not_there,
    reached,
)

MODULE = "lib/thing.py"


def calls(folder: Path, text: str, provided: tuple[str, ...] = ()) -> list[str]:
    """Return what is said of the calls of a function, with some files beside it."""
    for name in ("mine.txt", "data/words.txt", "weights.npy"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    files = {MODULE: f"import numpy as np\ndef f(x):\n    {text}\n".encode()}
    return files_not_there(
        folder, files, [MODULE], AtTheGraders(data=["data/words.txt"], modules=provided)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("open('mine.txt')", f": the graders have no file mine.txt. {THEIR_FILES}"),
        ("return Path('mine.txt').read_text()", ": the graders have no file mine.txt."),
        ("np.load('./weights.npy')", ": the graders have no file ./weights.npy."),
        ("open('log.txt', 'w')", " writes a file (open). At the graders that fails"),
        ("open('log.txt', mode='a')", " writes a file (open)."),
        ("np.savez('best.npz', x)", " writes a file (savez)."),
        ("Path('x').write_text('y')", " writes a file (write_text)."),
        ("os.makedirs('out')", " writes a file (makedirs)."),
    ],
)
def test_files_that_the_graders_have_not_are_told(tmp_path: Path, text: str, said: str) -> None:
    """What is read and only here, and whatever is written, is one line with file and line."""
    (line,) = calls(tmp_path, text)
    assert line.startswith(f"lib/thing.py line 3{said}")


@pytest.mark.parametrize(
    "text",
    [
        "open('data/words.txt')",
        "open('nowhere.txt')",
        "open(x)",
        "open('lib/thing.py')",
        "plt.savefig('curves.png')",
        "model.save('x')",
        "json.load(x)",
        "open('\\0')",
        "open('mine' * 1000)",
        "try:\n        open('log.txt', 'w')\n    except OSError:\n        pass",
        "with contextlib.suppress(OSError):\n        open('log.txt', 'w')",
        "if __name__ == '__main__':\n        open('mine.txt')",
    ],
)
def test_what_may_be_there_is_not_told(tmp_path: Path, text: str) -> None:
    """Files of the release, names that are not known, and what may fail, are passed over."""
    assert calls(tmp_path, text) == []


def test_provided_modules_are_passed_over(tmp_path: Path) -> None:
    """The graders have their own copies of them."""
    assert calls(tmp_path, "open('mine.txt')", (MODULE,)) == []


def test_only_what_the_graders_import_is_read() -> None:
    """Imports are followed, absolute and relative ones, packages and names from them."""
    files = {
        "lib/__init__.py": b"",
        MODULE: b"from lib import near\nfrom .sub import deep\nfrom . import other\nimport top",
        "lib/near.py": b"def f():\n    from lib.late import g",
        "lib/late.py": b"",
        "lib/sub/__init__.py": b"",
        "lib/sub/deep.py": b"from .. import up",
        "lib/other.py": b"import lib.thing",
        "lib/up.py": b"",
        "top.py": b"def f(:",
        "scratch.py": b"import torch",
    }
    assert set(reached(files, [MODULE])) == set(files) - {"scratch.py"}
    assert packages_not_there(files, [MODULE]) == []
    (line,) = packages_not_there(files, ["scratch.py"])
    assert line.startswith("scratch.py line 1: the graders have no package torch.")


def test_a_newer_python_than_the_graders_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only a newer Python understands is told; what none does is told elsewhere."""
    files = {MODULE: b"x = 1\nmatch x:\n    case 1: pass\n"}
    assert newer_than_the_graders(files, [MODULE]) == []
    monkeypatch.setattr(code_scan, "OLDEST_PYTHON", (3, 9))
    (line,) = newer_than_the_graders(files, [MODULE])
    assert line.startswith("lib/thing.py line 3 needs a newer Python than 3.9 (Pattern matching is")
    assert newer_than_the_graders({MODULE: b"match x:"}, [MODULE]) == []


ONLY_NEWER = {
    "f'{'x'}'": "its own quotes",
    "f'{f'{1}'}'": "its own quotes",
    "f'{'''x'''}'": "its own quotes",
    'f"{d["k"]:>3}"': "its own quotes",
    "f'{\"\\n\".join(d)}'": "a backslash",
    "f'{\n1}'": "a line break",
    'f"""{1 # one\n}"""': "a comment",
}
OLDER_TOO = [
    "f'{\"x\"}'", 'f"""{"x"}"""', "f'\\n{1!r:>{3}}'", "f'{1}' 'x'", "f'{{\\n}}'", "'a' f'{d}' 'b'",
    "f\"\"\"{\n1\n}\"\"\"", "f'{f\"{1}\"}'", "('\\n', f'{1}')  # one",
]  # fmt: skip


@pytest.mark.skipif(sys.version_info < (3, 12), reason="no f-string is newer than this Python")
@pytest.mark.parametrize("text", ONLY_NEWER)
def test_an_f_string_of_a_newer_python_is_told(text: str) -> None:
    """Since Python 3.12 anything may stand in an f-string's code; graders may have 3.11."""
    (line,) = newer_than_the_graders({MODULE: f"d = {{}}\nx = {text}\n".encode()}, [MODULE])
    assert line.startswith("lib/thing.py line ")
    assert f"needs a newer Python than 3.11 ({ONLY_NEWER[text]}" in line


@pytest.mark.parametrize("text", OLDER_TOO)
def test_an_f_string_that_is_old_enough_is_not_told(text: str) -> None:
    """What Python 3.11 takes, too, is no finding on any Python."""
    assert newer_than_the_graders({MODULE: f"d = {{}}\nx = {text}\n".encode()}, [MODULE]) == []


@pytest.mark.parametrize("text", [b"\xff\xfe", b"\0", b"(" * 9999, b"-" * 99_999 + b"1", b""])
def test_what_is_no_python_says_nothing(tmp_path: Path, text: bytes) -> None:
    """That is told elsewhere."""
    assert packages_not_there({MODULE: text}, [MODULE]) == []
    assert files_not_there(tmp_path, {MODULE: text}, [MODULE]) == []
