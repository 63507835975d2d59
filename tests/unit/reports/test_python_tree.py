"""A text is read as Python whatever other threads of the process read."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

import gradekit
from gradekit.python_tree import python_tree

PARSE = ast.parse


def failing(times: int) -> Callable[..., ast.AST]:
    """Return a parser that fails so often as it does while another thread reads a text."""
    left = [times]

    def parse(*arguments: object, **options: object) -> ast.AST:
        if left[0]:
            left[0] -= 1
            raise SystemError("AST constructor recursion depth mismatch (before=207, after=236)")
        return PARSE(*arguments, **options)  # type: ignore[call-overload, no-any-return]

    return parse


def test_a_reading_that_another_thread_spoilt_is_done_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The interpreter's own miscount costs no grade; one that stays is told."""
    monkeypatch.setattr(ast, "parse", failing(2))
    assert ast.unparse(python_tree("a = 1")) == "a = 1"
    monkeypatch.setattr(ast, "parse", failing(1000))
    with pytest.raises(SystemError, match="mismatch"):
        python_tree("a = 1")


def test_what_is_no_python_is_told_at_once() -> None:
    """A syntax error is the text's own, with its line and its file."""
    with pytest.raises(SyntaxError) as found:
        python_tree("a = 1\nb = = 2", "lib/a.py")
    assert (found.value.filename, found.value.lineno) == ("lib/a.py", 2)


def test_the_package_reads_python_in_one_place() -> None:
    """No other module of the package makes a tree by itself."""
    package = Path(gradekit.__file__).parent
    texts = {path: path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    assert [path.name for path, text in texts.items() if "ast.parse(" in text] == ["python_tree.py"]
