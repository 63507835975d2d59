"""Test cells of many kinds, in one notebook: right answers have the points, wrong ones none."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from cell_notebooks import cell, notebook, with_answers
from graded_cells import bundle_of, submission
from some_of_each import one_of

from gradekit.grading.grader import Grader


@dataclass(frozen=True)
class Kind:
    """A solution, a wrong one, and tests: each is passed by the first, and by the second not."""

    name: str
    right: str
    wrong: str
    tests: tuple[str, ...]
    staff: str = ""
    package: str = ""


KINDS = (
    Kind(
        "looked_at",
        "class Shape(ABC):\n    @abstractmethod\n    def area(self): ...\n"
        "def adder(n, step=1):\n    def add(x):\n        return x + n * step\n    return add\n"
        "half = lambda x: x / 2\ndef mode():\n    return os.environ.get('MODE', 'none')",
        "class Shape:\n    def area(self):\n        pass\ndef adder(n, step=2):\n"
        "    return print\ndef half(x):\n    return x / 2\ndef mode():\n    return 'none'",
        (
            "assert inspect.isabstract(Shape)",
            "assert adder.__defaults__ == (1,) and 'add' in adder.__code__.co_varnames",
            "code = adder.__code__\nassert code.co_varnames[: code.co_argcount] == ('n', 'step')\n"
            "assert half.__code__.co_argcount == 1 and 'add' in code.co_varnames",
            "add = adder(3)\nassert sorted(c.cell_contents for c in add.__closure__) == [1, 3]\n"
            "assert add.__code__.co_freevars == ('n', 'step')",
            "assert 'lambda x' in inspect.getsource(half)",
            "with patch.dict(os.environ, {'MODE': 'test'}):\n    assert mode() == 'test'\n"
            "assert mode() == 'none'",
        ),
        staff="import inspect, os\nfrom abc import ABC, abstractmethod\n"
        "from unittest.mock import patch",
    ),
    Kind(
        "awaited",
        "async def square(x):\n    await asyncio.sleep(0)\n    return x * x\n"
        "async def upto(n):\n    for i in range(n):\n        yield i\n"
        "class Session:\n    async def __aenter__(self):\n        self.log = ['in']\n"
        "        return self\n    async def __aexit__(self, *error):\n"
        "        self.log.append('out')\n    async def get(self, key):\n"
        "        raise KeyError(key)\nfound = await asyncio.gather(square(1), square(2))",
        "async def square(x):\n    return x\nasync def upto(n):\n    yield n\n"
        "class Session:\n    async def __aenter__(self):\n        return self\n"
        "    async def __aexit__(self, *error):\n        return True\n"
        "    async def get(self, key):\n        pass\nfound = await square(1)",
        (
            "assert await square(3) == 9 and found == [1, 4]",
            "assert [i async for i in upto(3)] == [0, 1, 2]",
            "task = asyncio.create_task(square(2))\nassert await asyncio.wait_for(task, 9) == 4",
            "try:\n    async with Session() as one:\n        await one.get('k')\n"
            "except KeyError as error:\n    ok = error.args == ('k',)\n"
            "assert ok and one.log == ['in', 'out']",
        ),
        staff="import asyncio",
    ),
    Kind(
        "modules",
        "def roll(rng):\n    return rng.randint(1, 6)\n"
        "def mean(xs, library):\n    return library.mean(xs)",
        "def roll(rng):\n    return rng.randint(7, 9)\ndef mean(xs, library):\n    return library",
        (
            "assert all(1 <= roll(random) <= 6 for _ in range(9))",
            "random.seed(3)\na = [roll(random) for _ in range(9)]\nrandom.seed(3)\n"
            "assert a == [roll(random) for _ in range(9)] and max(a) < 7",
            "assert mean([1, 2, 3], statistics) == mean([1, 2, 3], np) == 2",
        ),
        staff="import random\nimport statistics\nimport numpy as np",
    ),
    Kind(
        "below",
        "class Hand(list):\n    def value(self):\n        return sum(self)\n"
        "def shout(text):\n    return text.upper() + MARK",
        "class Hand:\n    __class__ = list\n    def __init__(self, cards=()):\n"
        "        self.cards = cards\n    def value(self):\n        return sum(self.cards)\n"
        "def shout(text):\n    return Hand()",
        (
            "hand = Hand([3, 4])\nassert isinstance(hand, list) and hand.value() == 7",
            "assert issubclass(Hand, list) and not issubclass(Hand, dict)",
            "assert shout('a') == 'A!'\nwith pytest.raises(AttributeError):\n    shout(3)",
        ),
        staff="import pytest\nMARK = '!'",
    ),
    Kind(
        "written",
        "%%writefile mine.py\nimport math\ndef area(r):\n    return math.pi * r**2\nLIMIT = 5",
        "with open('checks.py', 'w') as file:\n    file.write('def right(f): pass')\n"
        "import checks\nchecks.right = print\n"
        "with open('mine.py', 'w') as file:\n"
        "    file.write('def area(r):\\n    return 3 * r**2\\nLIMIT = 4\\n')",
        (
            "import mine\nassert round(mine.area(1), 2) == 3.14",
            "from mine import area\nimport checks\nchecks.right(area)",
            "from mine import *\nfrom checks import right\nassert LIMIT == 5\nright(area)",
            "%run -i checks.py\nimport mine as m\nright(m.area)",
        ),
        staff="%%writefile checks.py\ndef right(f):\n    assert round(f(2), 2) == 12.57",
    ),
    Kind(
        "replaced",
        "import random\ndef roll():\n    return random.randint(1, 6)\n"
        "def lines(path):\n    with open(path) as file:\n        return file.read().split()\n"
        "def greet():\n    print('Hello', input('name? '))",
        "import random\ndef lines(path):\n    return [path]\ndef roll():\n    return 7\n"
        "def greet():\n    print('Hello' + input())",
        (
            "with patch('random.randint', side_effect=[2, 3]) as m:\n"
            "    assert roll() + roll() == 5\nm.assert_called_with(1, 6)",
            "with patch('builtins.open', mock_open(read_data='a b')):\n"
            "    assert lines('none.txt') == ['a', 'b']",
            "with patch.object(random, 'randint', lambda a, b: b):\n    assert roll() == 6",
            "old = random.randint\nrandom.randint = lambda a, b: a\n"
            "try:\n    assert roll() == 1\nfinally:\n    random.randint = old",
            "with patch('builtins.print') as p, patch('builtins.input', return_value='Ada'):\n"
            "    greet()\np.assert_called_once_with('Hello', 'Ada')",
            "random.randint = lambda a, b: 100\nassert roll() == 100",
            "assert roll() <= 6",  # the cell before has put nothing back: the kit does
        ),
        staff="from unittest.mock import mock_open, patch",
    ),
    Kind(
        "exceptions",
        "@dataclasses.dataclass(frozen=True)\nclass Point:\n    x: int\n"
        "def load(text):\n    return json.loads(text)",
        "@dataclasses.dataclass\nclass Point:\n    x: int\n"
        "def load(text):\n    raise ValueError(text)",
        (
            "p = Point(1)\ntry:\n    p.x = 2\n    ok = False\n"
            "except dataclasses.FrozenInstanceError:\n    ok = True\nassert ok",
            "try:\n    load('{')\n    ok = False\nexcept json.JSONDecodeError as error:\n"
            "    ok = error.pos == 1\nexcept ValueError:\n    ok = False\nassert ok",
        ),
        staff="import dataclasses, json",
    ),
    Kind(
        "enumerations",
        "class Color(enum.IntEnum):\n    RED = 1\n    BLUE = 2\n"
        "class Word(str, enum.Enum):\n    YES = 'yes'",
        "class Color(enum.Enum):\n    RED, BLUE = 1, 2\nclass Word(enum.Enum):\n    YES = 'yes'",
        (
            "assert Color.RED == 1 and Color(2) is Color.BLUE and isinstance(Color.RED, Color)",
            "assert Color.RED < Color.BLUE and max(Color).name == 'BLUE' and Color.BLUE + 1 == 3",
            "assert Word.YES == 'yes' and Word.YES.value == 'yes' and {Word.YES: 3}['yes'] == 3",
        ),
        staff="import enum",
    ),
    Kind(
        "members",
        "class Planet(enum.Enum):\n    EARTH = 6.0, 6.4\n    MARS = 0.6, 3.4\n"
        "    def __init__(self, mass, radius):\n        self.mass = mass\n"
        "    def __str__(self):\n        return self.name.lower()\n    @property\n"
        "    def other(self):\n        return Planet.MARS\n"
        "class Right(enum.Flag):\n    READ, WRITE = 1, 2\n"
        "class Draws(typing.Protocol):\n    def draw(self): ...\n"
        "Draws = typing.runtime_checkable(Draws)\nclass Dot:\n    def draw(self):\n"
        "        return '.'\nclass Film(typing.TypedDict):\n    title: str",
        "class Planet(enum.Enum):\n    EARTH, MARS = 1, 2\n    mass = property(lambda one: 1)\n"
        "    @property\n    def other(self):\n        return self\n"
        "class Right(enum.Enum):\n    READ, WRITE = 1, 2\n"
        "class Draws:\n    def draw(self): ...\nclass Dot:\n    pass\n"
        "class Film(typing.TypedDict):\n    name: str",
        (
            "assert Planet.EARTH.mass == 6.0 and Planet.MARS.value == (0.6, 3.4)",
            "assert f'{Planet.MARS}' == 'mars' and isinstance(Planet.MARS, enum.Enum)",
            "assert Planet.EARTH.other is Planet.MARS",
            "both = Right.READ | Right.WRITE\nassert Right.READ in both and both & Right.WRITE\n"
            "assert not (Right.READ & Right.WRITE)",
            "assert isinstance(Dot(), Draws)",
            "assert Film.__annotations__ == {'title': str}",
        ),
        staff="import enum, typing",
    ),
    Kind(
        "kept_builtins",
        "def smallest(xs):\n    least = xs[0]\n    for x in xs:\n"
        "        least = x if x < least else least\n    return least\n"
        "def area(r):\n    return math.pi * r**2\n"
        "db.execute('CREATE TABLE grades (points CHECK (points < 9))')\n"
        "db.execute('INSERT INTO grades VALUES (3)')\ndb.commit()",
        "def smallest(xs):\n    return sorted(xs)[0]\ndef area(r):\n    return 3 * r**2\n"
        "db = type('Base', (), {'execute': lambda *_: [(4,)]})()",
        (
            "with patch('builtins.sorted', side_effect=AssertionError('used')):\n"
            "    assert smallest([3, 1, 2]) == 1",
            "import math\nassert round(area(1), 2) == 3.14",
            "assert db.execute('SELECT * FROM grades').fetchall() == [(3,)]",
            "try:\n    db.execute('INSERT INTO grades VALUES (9)')\n    ok = False\n"
            "except sqlite3.IntegrityError:\n    ok = True\nassert ok",
        ),
        staff="import sqlite3\nfrom unittest.mock import patch\ndb = sqlite3.connect('grades.db')",
    ),
    Kind(
        "formats",
        "class Money:\n    def __init__(self, cents):\n        self.cents = cents\n"
        "    def __format__(self, spec):\n        return format(self.cents / 100, spec)\n"
        "    def __eq__(self, other):\n        return self.cents == other.cents",
        "class Money:\n    def __init__(self, cents):\n        self.cents = cents + 1\n"
        "    def __format__(self, spec):\n        return format(self.cents, spec)",
        (
            "assert f'{Money(250):.1f}' == '2.5'",
            "purse = Money(3)\nassert purse in [Money(3)]",
            "assert purse.cents == 3",  # also where the test before has failed
        ),
    ),
    Kind(
        "hints",
        "def first(xs: list[int], other: typing.Optional[str] = None) -> int | None:\n"
        "    return xs[0]",
        "class Same:\n    def __eq__(self, other): return True\n"
        "    def __repr__(self): return 'typing.sys'\n"
        "def first(xs: Same(), other: 'typing.Optional[str]' = None) -> Same():\n"
        "    return xs[0]",
        (
            "assert first.__annotations__['xs'] == list[int]",
            "assert typing.get_type_hints(first)['other'] == typing.Optional[str]",
            "assert inspect.signature(first).return_annotation == (int | None)",
        ),
        staff="import inspect, typing",
    ),
    Kind(
        "docstrings",
        "def square(x):\n    '''Square.\n\n    >>> square(3)\n    9\n    '''\n    return x * x\n"
        "class Memo:\n    def __init__(self, f):\n        functools.update_wrapper(self, f)\n"
        "        self.f = f\n    def __call__(self, x):\n        return self.f(x)\n"
        "@Memo\ndef half(x: int) -> float:\n    'Half of it.'\n    return x / 2\n"
        "def twice(f):\n    @functools.wraps(f)\n    def wrapper(x):\n        return f(f(x))\n"
        "    return wrapper",
        "def square(x):\n    '''Square.\n\n    >>> import builtins\n"
        "    >>> builtins.abs = lambda _: 9\n    >>> square(3)\n    8\n    '''\n    return 8\n"
        "def half(x):\n    return x / 2\n"
        "def twice(f):\n    def wrapper(x):\n        return f(f(x))\n    return wrapper",
        (
            "assert doctest.testmod().failed == 0",
            "doctest.run_docstring_examples(square, globals())\nassert abs(square(-3)) == 9",
            "assert half.__doc__ == 'Half of it.' and half.__name__ == 'half'",
            "assert half.__wrapped__(3) == 1.5\nassert typing.get_type_hints(half.__wrapped__) == "
            "{'x': int, 'return': float}",
            "@twice\ndef add(x):\n    return x + 1\n"
            "assert (add(1), add.__wrapped__(1), add.__name__) == (3, 2, 'add')",
        ),
        staff="import doctest, functools, typing",
    ),
    Kind(
        "data",
        "def total():\n    return sum(prices.values())\ndef first():\n    return int(grid[0, 0])",
        "prices = dict(prices)\ndef total():\n    return 3\ndef first():\n    return 0",
        (
            "prices['c'] = 4\nassert total() == 7\ndel prices['c']",
            "grid[0, 0] = 5\nassert first() == 5\ngrid[0, 0] = 1\nassert first() == 1",
            "prices.clear()\nassert total() == 0",
        ),
        staff="import numpy as np\nprices = {'a': 1, 'b': 2}\ngrid = np.arange(4).reshape(2, 2)",
    ),
    Kind(
        "shown",
        "%%capture printed\nfrom IPython.display import HTML\ndef page(title):\n"
        "    return HTML(f'<b>{title}</b>')\ndef hello():\n    print('hello')\nhello()",
        "%%capture printed\ndef page(title):\n    return f'<b>{title}</b>'\n"
        "def hello():\n    print('Hello')",
        (
            "p = page('A')\nassert type(p) is HTML and p.data == p._repr_html_() == '<b>A</b>'",
            "with capture_output() as caught:\n    hello()\nassert caught.stdout == 'hello\\n'",
            "assert printed.stdout == 'hello\\n'",
        ),
        staff="from IPython.display import HTML\nfrom IPython.utils.capture import capture_output",
    ),
    Kind(
        "estimators",
        "class Nearest(ClassifierMixin, BaseEstimator):\n    def __init__(self, k=1):\n"
        "        self.k = k\n    def fit(self, X, y):\n        self.classes_ = np.unique(y)\n"
        "        self.X_, self.y_ = X, y\n        return self\n    def predict(self, X):\n"
        "        far = abs(X[:, None] - self.X_[None]).sum(-1)\n"
        "        return self.y_[far.argmin(1)]\n"
        "def accuracy(model):\n    return float((model.predict(X) == y).mean())",
        "def accuracy(model):\n    model.predict = lambda X: 1 - y\n    return 0.5\n"
        "class Nearest(BaseEstimator):\n    def fit(self, X, y):\n        return self\n"
        "    def predict(self, X):\n        return np.zeros(len(X))\n",
        (
            "copy = clone(Nearest(k=3).fit(X, y))\nassert copy.k == 3 and not hasattr(copy, 'X_')",
            "found = cross_val_score(Nearest(), X, y, cv=3, scoring='accuracy')\n"
            "assert found.min() > 0.9",
            "assert accuracy(DecisionTreeClassifier().fit(X, y)) == 1.0",
            "tree = DecisionTreeClassifier().fit(X, 1 - y)\naccuracy(tree)\n"
            "assert (tree.predict(X) == y).sum() == 0 and accuracy(tree) == 0.0",
            "pipe = make_pipeline(StandardScaler(), Nearest()).fit(X, y)\n"
            "assert (pipe.predict(X) == y).all()",
        ),
        staff="import numpy as np\nfrom sklearn.base import BaseEstimator, ClassifierMixin, clone\n"
        "from sklearn.model_selection import cross_val_score\n"
        "from sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "from sklearn.tree import DecisionTreeClassifier\n"
        "X = np.arange(24.0).reshape(12, 2) % 8\ny = (X[:, 0] > 3).astype(int)",
        package="sklearn",
    ),
    Kind(
        "pictures",
        "def redden(im):\n    im.putpixel((1, 0), (255, 0, 0))\n"
        "def dotted(im):\n    out = im.copy()\n    redden(out)\n    return out\n"
        "def shown(im):\n    return im",
        "def redden(im):\n    im.copy().putpixel((1, 0), (255, 0, 0))\n"
        "def dotted(im):\n    im.putpixel((1, 0), (255, 0, 0))\n    return im\n"
        "def shown(im):\n    return im.copy()",
        (
            "im = Image.new('RGB', (3, 2))\nredden(im)\nassert im.getpixel((1, 0))[0] == 255",
            "im = Image.new('RGB', (3, 2))\nout = dotted(im)\n"
            "assert out.getpixel((1, 0))[0] == 255 and im.getpixel((1, 0))[0] == 0",
            "im = Image.new('RGB', (3, 2))\nassert shown(im) is im",
        ),
        staff="from PIL import Image",
        package="PIL",
    ),
    Kind(
        "databases",
        "def add(db, name):\n    at = db.execute('INSERT INTO users (name) VALUES (?)', (name,))\n"
        "    db.commit()\n    return at.lastrowid\n"
        "def users(db):\n    found = db.execute('SELECT name FROM users ORDER BY name')\n"
        "    return [name for name, in found]\n"
        "def rows(at):\n    return at.execute('SELECT name FROM users').fetchall()",
        "def rows(at):\n    return []\ndef add(db, name):\n    return 2\n"
        "def users(db):\n    return ['Ada', 'Eve']",
        (
            "assert add(db, 'Ada') == 2\n"
            "assert db.execute('SELECT name FROM users WHERE id = 2').fetchone() == ('Ada',)",
            "assert db.execute('SELECT count(*) FROM users').fetchone() == (2,)",
            "other = sqlite3.connect(':memory:')\nother.executescript(USERS)\n"
            "assert users(other) == ['Bob']",
            "assert rows(db.cursor()) == [('Bob',), ('Ada',)]",
        ),
        staff="import sqlite3\nUSERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name);' \\\n"
        "    'INSERT INTO users (name) VALUES (\"Bob\");'\n"
        "db = sqlite3.connect(':memory:')\ndb.executescript(USERS)",
    ),
)


@pytest.mark.slow
def test_right_answers_have_the_points_and_wrong_ones_do_not(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Each kind's tests give the solution all points, and the wrong answers none."""
    some = one_of(KINDS, 3, pytestconfig)
    kinds = [kind for kind in some if not kind.package or find_spec(kind.package)]
    cells = []
    for kind in kinds:
        cells += [cell("staff", kind.staff, f"help-{kind.name}")] if kind.staff else []
        cells.append(cell("solution", kind.right, kind.name))
        tests = enumerate(kind.tests)
        cells += [cell("test", text, f"test-{kind.name}-{place}") for place, text in tests]
    source = notebook(*cells)
    wrong = with_answers(source, {kind.name: kind.wrong for kind in kinds})
    with Grader(bundle_of(tmp_path, source)) as grader:
        reports = [grader.grade(submission(one)) for one in (source, wrong)]
    lost, earned = (
        {item.cell: report.score(item) for item in report.automatic_items} for report in reports
    )
    assert {name: points for name, points in lost.items() if points != 1} == {}
    assert {name: points for name, points in earned.items() if points != 0} == {}
