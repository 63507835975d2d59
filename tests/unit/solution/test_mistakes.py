"""Known mistakes: each changes the reference in one place, and a list that cannot is refused."""

import pytest

from gradekit.errors import AuthoringError
from gradekit.solution.mistakes import read_mistakes

LAYER = '''\
"""A layer."""


class Layer:
    def forward(self, x):
        return 2 * x

    def backward(self, dout):
        return 2 * dout


def helper(x):
    return 2 * x
'''
REFERENCE = {"lib/layer.py": LAYER, "lib/other.py": '"""Another."""\n'}
LISTED = """
[[mistake]]
in = ["Layer.forward", "helper"]
old = "2 * x"
new = "x"
hint = "it is not doubled"
"""


def test_each_function_makes_a_mistaken_module() -> None:
    """The text is changed inside the named function and nowhere else."""
    forward, helper = read_mistakes(LISTED, "mistakes.toml", REFERENCE)
    assert (forward.owner, helper.owner) == ("Layer.forward", "helper")
    assert forward.file == helper.file == "lib/layer.py"
    assert forward.hint == "it is not doubled"
    assert forward.text == LAYER.replace("return 2 * x", "return x", 1)
    assert helper.text == LAYER[:100] + LAYER[100:].replace("return 2 * x", "return x")


def test_no_list_and_an_empty_one_hold_no_mistakes() -> None:
    """A file without entries is no error."""
    assert read_mistakes("# none yet\n", "mistakes.toml", REFERENCE) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('old = "2 * x"', 'old = "3 * x"', "Layer.forward: '3 . x' must stand there once, not 0"),
        ('old = "2 * x"', 'old = "x"', "must stand there once, not 2"),
        ('new = "x"', 'new = "x +"', "it is not Python"),
        ('"helper"', '"Layer.missing"', "nothing that students complete has Layer.missing"),
        ('hint = "it is not doubled"', "", "needs in .a list of functions., old, new and hint"),
        ('in = ["Layer.forward", "helper"]', 'in = "helper"', "needs in .a list"),
        ("[[mistake]]", "[[mistake]", "not TOML"),
    ],
)
def test_a_mistake_that_cannot_be_made_is_told(old: str, new: str, told: str) -> None:
    """One line names the file, which mistake it is, and what is wrong with it."""
    with pytest.raises(AuthoringError, match=f"^mistakes.toml: .*{told}"):
        read_mistakes(LISTED.replace(old, new), "mistakes.toml", REFERENCE)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("hint =", "hnt =", "mistakes.toml:6: no key 'hnt' here; there are: in, old, new, hint"),
        ("[[mistake]]", "[[mistakes]]", "mistakes.toml:2: no key 'mistakes' here; there is: "),
        ("[[mistake]]", "[mistake]", "mistakes.toml: mistake is no list of tables; write each as "),
    ],
)
def test_a_key_that_does_not_exist_is_told_with_its_line(old: str, new: str, told: str) -> None:
    """One line says which keys there are."""
    with pytest.raises(AuthoringError) as caught:
        read_mistakes(LISTED.replace(old, new), "mistakes.toml", REFERENCE)
    assert str(caught.value).startswith(told)
