"""Splicing: an answer's own definitions take the place of a solution's, and nothing else moves."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit.errors import AuthoringError
from gradekit.solution.splice import names_left_out, splice

LAYER = '''"""A layer."""

import numpy as np

SCALE = 2  # stays


# What the layer squeezes with.
@np.vectorize
def squeeze(x):
    """Squeeze."""
    return x / 2  # old


class Layer:
    """Keeps this docstring."""

    name = "layer"

    def forward(self, x):
        return squeeze(x)

    # Goes back.
    def backward(self, dout):
        return dout / 2
'''
MODEL = '''"""A model."""

from lib.layer import Layer


class Model:
    def __init__(self):
        self.layer = Layer()


def train(model):
    return model
'''
MODULES = {"lib/layer.py": LAYER, "lib/model.py": MODEL}


def spliced(*lines: str) -> dict[str, str]:
    """Return the modules with an answer of some lines spliced in."""
    return splice(MODULES, "\n".join(['"""Another way."""', "", *lines, ""]), "other.py")


def test_a_method_takes_the_place_of_the_one_of_its_name() -> None:
    """The rest of the class and of the module, comments too, stays letter for letter."""
    changed = spliced("class Layer:", "    def forward(self, x):", "        return x * 0.5  # own")
    old = "        return squeeze(x)\n"
    assert changed == {
        **MODULES,
        "lib/layer.py": LAYER.replace(old, "        return x * 0.5  # own\n"),
    }


def test_what_a_class_does_not_have_yet_is_added_at_its_end() -> None:
    """A helper method and an assignment become part of the class, in their order."""
    changed = spliced(
        "class Layer:",
        '    """Another docstring, which is dropped."""',
        "    slope = 0.5",
        "    def __call__(self, x):",
        "        return self.slope * x",
    )["lib/layer.py"]
    assert changed.startswith(LAYER.rstrip("\n"))
    added = changed.removeprefix(LAYER.rstrip("\n")).split("\n")
    assert [line.strip() for line in added if line] == [
        "slope = 0.5",
        "def __call__(self, x):",
        "return self.slope * x",
    ]


def test_a_function_replaces_the_whole_function_with_decorators_and_comments() -> None:
    """What stood above the old function as comment and decorator goes with it."""
    changed = spliced("# Own.", "@staticmethod", "def squeeze(x):", "    return x * 0.5")
    text = changed["lib/layer.py"]
    assert "# Own.\n@staticmethod\ndef squeeze(x):\n    return x * 0.5\n\n\nclass Layer" in text
    assert "vectorize" not in text
    assert "squeezes with" not in text


def test_helpers_go_after_the_imports_of_each_changed_module() -> None:
    """Imports, constants, functions and classes of the answer's own are there for both modules."""
    helpers = [
        "import math",
        "HALF = 0.5",
        "def half(x):",
        "    return HALF * x",
        "class Own:",
        "    pass",
    ]
    changed = spliced(
        *helpers,
        "class Layer:",
        "    def forward(self, x):",
        "        return half(x)",
        "def train(model):",
        "    return half(Own)",
    )
    for name, after in (("lib/layer.py", "import numpy as np"), ("lib/model.py", "import Layer")):
        place = changed[name].index(after)
        found = [changed[name].index(line) for line in helpers[:4]]
        assert found == sorted(found)
        assert found[0] > place
        assert found[-1] < changed[name].index("class Own")
    alone = spliced(*helpers, "def train(model):", "    return half(Own)")
    assert alone["lib/layer.py"] == LAYER


def test_left_out_names_what_is_not_solved_and_goes_nowhere() -> None:
    """LEFT_OUT is read as it is written, and no module gets it."""
    lines = ['LEFT_OUT = ("Layer.backward", "train")', "class Layer:", "    x: int = 1"]
    text = "\n".join(['"""Begun."""', *lines])
    assert names_left_out(text, "begun.py") == ("Layer.backward", "train")
    assert names_left_out('"""Done."""', "done.py") == ()
    assert all("LEFT_OUT" not in module for module in spliced(*lines).values())
    assert spliced('LEFT_OUT = ["train"]') == MODULES


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"""A."""\ndef train(:\n', "other.py:2: not Python (invalid syntax); mend it"),
        ("def train(model):\n    pass\n", "other.py:1: no docstring; say in its first line"),
        ('"""A."""\nx = 1\n', "other.py:1: replaces nothing; name what the modules have"),
        ('"""A."""\n\ndef both():\n    pass\n', "other.py:3: both is in a.py and in b.py; leave"),
        ('"""A."""\nLEFT_OUT = names()\n', "other.py:2: LEFT_OUT is not literal; write it like"),
        ('"""A."""\nLEFT_OUT = (1,)\n', "other.py:2: LEFT_OUT is not literal; write it like"),
        ('"""A."""\nLEFT_OUT += ("f",)\n', "other.py:2: LEFT_OUT is not literal; write it like"),
        (
            '"""A."""\nclass Tidy:\n\tdef __call__(self):\n\t\tpass\n',
            "other.py:1: does not fit into a.py (inconsistent use of tabs and spaces",
        ),
    ],
)
def test_a_wrong_answer_is_told_in_one_line(text: str, message: str) -> None:
    """File, line, what is wrong and what to do about it."""
    tidy = "class Tidy:\n    def g(self):\n        pass\n"
    modules = {"a.py": f"def both():\n    pass\n{tidy}", "b.py": "def both():\n    pass\n"}
    with pytest.raises(AuthoringError) as raised:
        splice(modules, text, "other.py")
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


NAMES = st.sampled_from(["forward", "backward", "meta", "ä", "both"])
BODIES = st.sampled_from(["return 1  # one", '"""Ü.\n\n    Two.\n    """', "pass", "x = '''\na'''"])
DECORATORS = st.sampled_from(["", "@property\n{0}", "# Said above.\n{0}", "@staticmethod\n{0}"])


@st.composite
def function_texts(draw: st.DrawFn, indent: str = "") -> str:
    """Draw a function, with decorators and comments or without."""
    above = draw(DECORATORS).format(indent)
    return f"{indent}{above}def {draw(NAMES)}(self):\n{indent}    {draw(BODIES)}\n"


@st.composite
def module_texts(draw: st.DrawFn) -> str:
    """Draw a module of functions and classes, with blank lines and without."""
    text = draw(st.sampled_from(['"""A module."""\n', '"""Of\n\nlines."""\nimport math\n']))
    gap = draw(st.sampled_from(["", "\n", "\n\n# Beside.\n\n"]))
    for number in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            text += gap + draw(function_texts())
        else:
            methods = draw(st.lists(function_texts(indent="    "), min_size=1, max_size=4))
            text += f"{gap}class C{number}:\n" + gap.join(methods)
    return text


@given(text=module_texts())
def test_splicing_a_module_into_itself_changes_nothing(text: str) -> None:
    """All functions and classes of a module take their own places, with every comment of theirs."""
    own = text.replace("import math\n", "")
    changed = splice({"m.py": text}, own, "m.py")["m.py"]
    assert ast.dump(ast.parse(changed)) == ast.dump(ast.parse(text))
    assert changed.split() == text.split()


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("squeze", ["def squeze(x):", "    return squeze(x / 2)"]),
        ("Layer.forwrad", ["class Layer:", "    def forwrad(self, x):", "        return x"]),
        ("Lyaer", ["class Lyaer:", "    def forward(self, x):", "        return x"]),
    ],
)
def test_what_replaces_nothing_and_nobody_uses_is_told(name: str, lines: list[str]) -> None:
    """A misspelt name is no helper: what stands there would never run."""
    right = ["def train(model):", "    return None", ""]
    with pytest.raises(
        AuthoringError, match=rf"^other\.py:6: {name} replaces nothing|^other\.py:7: {name} "
    ):
        spliced(*right, *lines)


def test_a_misspelt_constant_is_told() -> None:
    """What is assigned and used by nobody is a name that the kit does not read."""
    lines = ["def train(model):", "    return SCALE", "SCALE = 2", 'LEFTOUT = ("f",)']
    with pytest.raises(AuthoringError, match=r"^other\.py:6: nothing uses LEFTOUT: .* LEFT_OUT"):
        spliced(*lines)
