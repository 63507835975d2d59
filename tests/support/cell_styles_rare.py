"""Small assignments with what test cells have less often, one kind or a few in each."""

from cell_notebooks import cell, notebook
from cell_styles import Style

# Tests in the forms of other tools: unittest, pytest, numpy.testing.
TOOLS = Style(
    "tools",
    notebook(
        cell("staff", "import unittest\nimport numpy as np\nimport numpy.testing as npt", "setup"),
        cell(
            "solution",
            "def ratio(a, b):\n    ### BEGIN SOLUTION\n    if b == 0:\n"
            "        raise ZeroDivisionError('b is zero')\n    return a / b\n"
            "    ### END SOLUTION\n\n"
            "def scaled(x, k=2.0):\n    ### BEGIN SOLUTION\n    return np.asarray(x) * k\n"
            "    ### END SOLUTION",
            "answer",
        ),
        cell(
            "test",
            "tc = unittest.TestCase()\ntc.assertEqual(ratio(6, 3), 2)\n"
            "tc.assertAlmostEqual(ratio(1, 3), 0.3333333, places=5)\n"
            "with tc.assertRaises(ZeroDivisionError):\n    ratio(1, 0)\n"
            "tc.assertRaises(ZeroDivisionError, ratio, 2, 0)",
            "test_case",
            2,
        ),
        cell(
            "test",
            "class TestRatio(unittest.TestCase):\n    def test_half(self):\n"
            "        self.assertEqual(ratio(1, 2), 0.5)\n    def test_type(self):\n"
            "        self.assertIsInstance(ratio(4, 2), float)\n    def test_text(self):\n"
            "        with self.assertRaisesRegex(ZeroDivisionError, 'zero'):\n"
            "            ratio(1, 0)\n\n"
            "suite = unittest.defaultTestLoader.loadTestsFromTestCase(TestRatio)\n"
            "result = unittest.TestResult()\nsuite.run(result)\n"
            "assert result.wasSuccessful(), result.failures",
            "test_suite",
            1.5,
        ),
        cell(
            "test",
            "import pytest\nassert ratio(0.3, 3) == pytest.approx(0.1)\n"
            "with pytest.raises(ZeroDivisionError, match='b is'):\n    ratio(1, 0)\n"
            "for a, b, want in [(1, 1, 1), (3, 2, 1.5)]:\n    assert ratio(a, b) == want",
            "test_pytest",
        ),
        cell(
            "test",
            "npt.assert_array_equal(scaled([1, 2]), [2, 4])\n"
            "npt.assert_almost_equal(scaled(np.array([0.1]), 3), [0.3])\n"
            "npt.assert_array_almost_equal(scaled([[1, 2], [3, 4]], 0.5), [[0.5, 1], [1.5, 2]])\n"
            "npt.assert_equal(scaled([1]).shape, (1,))\n"
            "assert np.allclose(scaled(np.eye(2)), 2 * np.eye(2))",
            "test_arrays",
            0.5,
        ),
    ),
    {
        "silent": {"answer": "def ratio(a, b):\n    return a / b if b else 0\n"
                   "def scaled(x, k=2.0): return [one * k for one in x]"},
        "whole": {"answer": "def ratio(a, b): return a // b\ndef scaled(x, k=2): return x * k"},
    },
)  # fmt: skip
# What a test reads in or captures: input(), printed text.
PRINTED = Style(
    "printed",
    notebook(
        cell("free", "import io\nimport sys\nfrom contextlib import redirect_stdout"),
        cell(
            "solution",
            "def greet(name):\n    print(f'Hello, {name}!')\n\n"
            "def ask():\n    first = int(input('first? '))\n    second = int(input('second? '))\n"
            "    print(first + second)\n    return first * second\n\n"
            "def table(n):\n    for i in range(1, n + 1):\n        print(i, i * i, sep='\\t')",
            "answer",
        ),
        cell(
            "test",
            "out = io.StringIO()\nwith redirect_stdout(out):\n    greet('Ada')\n"
            "assert out.getvalue() == 'Hello, Ada!\\n', repr(out.getvalue())",
            "test_greet",
        ),
        cell(
            "test",
            "old, sys.stdout = sys.stdout, io.StringIO()\ntable(3)\n"
            "printed, sys.stdout = sys.stdout.getvalue(), old\n"
            "assert printed.split('\\n') == ['1\\t1', '2\\t4', '3\\t9', '']",
            "test_table",
            2,
        ),
        cell(
            "test",
            "from unittest.mock import patch\n"
            "with patch('builtins.input', side_effect=['3', '4']):\n"
            "    got = ask()\nassert got == 12",
            "test_ask",
            2,
        ),
        cell(
            "test",
            "import builtins\nkept = builtins.input\nlines = iter(['5', '6'])\n"
            "builtins.input = lambda prompt='': next(lines)\ntry:\n    assert ask() == 30\n"
            "finally:\n    builtins.input = kept",
            "test_builtin",
        ),
        cell(
            "test",
            "given = iter(['1', '2'])\ndef input(prompt=''):\n    return next(given)\n"
            "assert ask() == 2\ndel input",
            "test_own_input",
        ),
        cell(
            "test",
            "from IPython.utils.capture import capture_output\nwith capture_output() as captured:\n"
            "    greet('Bob')\nassert captured.stdout == 'Hello, Bob!\\n'",
            "test_captured",
            0.25,
        ),
        cell("test", "with patch('sys.stdout', new_callable=io.StringIO) as fake:\n"
             "    greet('Cy')\nassert fake.getvalue().strip() == 'Hello, Cy!'", "test_patched"),
    ),
    {
        "returns": {"answer": "def greet(name): return f'Hello, {name}!'\ndef ask(): return 12\n"
                    "def table(n): print('\\n'.join(f'{i}\\t{i*i}' for i in range(1, n + 1)))"},
        "text": {"answer": "def greet(name): print('Hello', name, '!')\n"
                 "def ask(): return input() + input()\ndef table(n): return n"},
    },
)  # fmt: skip
# Names that a test deletes, replaces or mocks.
MOCKS = Style(
    "mocks",
    notebook(
        cell("staff", "from unittest.mock import Mock, MagicMock, patch", "setup"),
        cell("solution", "def is_even(n):\n    return n % 2 == 0", "even"),
        cell("solution", "def count_even(xs):\n    return sum(1 for x in xs if is_even(x))\n\n"
             "def apply_all(functions, x):\n    return [f(x) for f in functions]", "count"),
        cell("test", "assert count_even([1, 2, 4]) == 2 and is_even(0) is True", "test_count"),
        cell(
            "test",
            "saved = is_even\nis_even = Mock(return_value=True)\ntry:\n"
            "    assert count_even([1, 3, 5]) == 3\n    assert is_even.call_count == 3\n"
            "finally:\n    is_even = saved",
            "test_mock",
            2,
        ),
        cell(
            "test",
            "saved = is_even\ndel is_even\ntry:\n    count_even([1])\nexcept NameError:\n    pass\n"
            "else:\n    raise AssertionError('count_even must use is_even')\n"
            "finally:\n    is_even = saved\ndel saved",
            "test_del",
        ),
        cell("test", "f = MagicMock(side_effect=lambda x: x + 1)\n"
             "assert apply_all([f, abs, f], -3) == [-2, 3, -2]\nassert f.call_count == 2\n"
             "f.assert_called_with(-3)", "test_functions"),
        cell("test", "assert callable(is_even) and is_even.__name__ == 'is_even'\n"
             "assert count_even([2]) == 1", "test_after"),
        cell("test", "assert 'count_even' in dir() and 'is_even' in globals()\n"
             "assert not 'is_odd' in globals()", "test_names", 0),
    ),
    {
        "alone": {"count": "def count_even(xs):\n    return len([x for x in xs if x % 2 == 0])\n"
                  "def apply_all(functions, x):\n    return [g(x) for g in functions]"},
        "first": {"count": "def count_even(xs):\n    return int(is_even(xs[0]))\n"
                  "def apply_all(functions, x):\n    return [functions[0](x)]"},
    },
)  # fmt: skip
# Answers in ordinary cells, none of them marked, and a cell that stops even when solved.
UNMARKED = Style(
    "unmarked",
    notebook(
        "Answer in the cells below.",
        cell("free", "import math\nradius = 3"),
        cell("free", "area = math.pi * radius ** 2\nname = 'circle'"),
        cell("free", "1 / 0  # what does this say?"),
        cell("free", "def volume(r):\n    return 4 / 3 * math.pi * r ** 3"),
        cell("test", "assert abs(area - 28.2743) < 1e-3", "test_area", 1.25),
        cell("test", "assert abs(volume(1) - 4.18879) < 1e-4 and name.startswith('c')", "test_vol"),
        cell("test", "assert volume(radius) == volume(3)", "test_radius", 0),
    ),
)
# A staff cell that raises, items of no points, fractions of points, an answer of a whole cell.
STOPS = Style(
    "stops",
    notebook(
        cell("staff", "data = [3, 1, 2]\nraise RuntimeError('this is what an error looks like')",
             "demo"),
        cell("staff", "limit = 10\nundefined_name", "demo_2"),
        cell("solution", "top = max(data)\nordered = sorted(data)", "answer"),
        cell("solution", "def steps(n):\n    found = []\n    while n > 1:\n"
             "        n = n // 2 if n % 2 == 0 else 3 * n + 1\n        found.append(n)\n"
             "    return found", "loop"),
        cell("test", "assert top == 3", "test_top", 0.1),
        cell("test", "assert ordered == [1, 2, 3] and data == [3, 1, 2]", "test_order", 0.7),
        cell("test", "assert steps(6)[:3] == [3, 10, 5] and len(steps(6)) == 8", "test_steps", 0.2),
        cell("test", "assert all(one < limit * 100 for one in steps(27)[:5])", "test_limit", 0),
        cell("test", "assert steps(1) == []\n0.3", "test_part", 0.6),
    ),
    {
        "reversed": {"answer": "ordered = data[::-1]\ntop = ordered[-1]"},
        "short": {"loop": "def steps(n):\n    return [n // 2] if n > 1 else []"},
    },
)  # fmt: skip
# Models of scikit-learn, which stay with the student's code.
LEARNING = Style(
    "learning",
    notebook(
        cell("staff", "import numpy as np\nfrom sklearn.datasets import load_iris\n"
             "X, y = load_iris(return_X_y=True)", "setup"),
        cell(
            "solution",
            "from sklearn.linear_model import LogisticRegression\n"
            "from sklearn.model_selection import train_test_split\n\n"
            "def split(X, y):\n    return train_test_split(X, y, test_size=0.2, random_state=0)\n\n"
            "def fit(X, y):\n    model = LogisticRegression(max_iter=500)\n    model.fit(X, y)\n"
            "    return model\n\nX_train, X_test, y_train, y_test = split(X, y)\n"
            "model = fit(X_train, y_train)\naccuracy = model.score(X_test, y_test)",
            "answer",
        ),
        cell("test", "assert X_train.shape == (120, 4) and len(y_test) == 30", "test_split"),
        cell("test", "assert accuracy > 0.9 and isinstance(accuracy, float)", "test_accuracy"),
        cell("test", "assert type(model).__name__ == 'LogisticRegression'\n"
             "assert model.predict(X_test).shape == (30,)\n"
             "assert (model.predict(X_test) == y_test).mean() > 0.9", "test_model", 2),
        cell("test", "from sklearn.linear_model import LogisticRegression\n"
             "assert isinstance(fit(X, y), LogisticRegression)\n"
             "assert model.coef_.shape == (3, 4) and list(model.classes_) == [0, 1, 2]",
             "test_kind"),
        cell("test", "from sklearn.metrics import accuracy_score, confusion_matrix\n"
             "found = model.predict(X_test)\nassert accuracy_score(y_test, found) == accuracy\n"
             "assert confusion_matrix(y_test, found).sum() == 30", "test_metrics"),
    ),
    {
        "train": {"answer": "from sklearn.tree import DecisionTreeClassifier\n"
                  "def split(X, y):\n    return X, X, y, y\ndef fit(X, y):\n"
                  "    return DecisionTreeClassifier().fit(X, y)\n"
                  "X_train, X_test, y_train, y_test = split(X, y)\nmodel = fit(X, y)\n"
                  "accuracy = 1.0"},
    },
)  # fmt: skip
# Containers of collections, by their exact types, and exceptions of one's own.
COLLECTIONS = Style(
    "collections",
    notebook(
        cell("staff", "from collections import Counter, OrderedDict, defaultdict, deque\n"
             "from collections import namedtuple", "setup"),
        cell(
            "solution",
            "Point = namedtuple('Point', ['x', 'y'])\norigin = Point(0, 0)\n\n"
            "def count(words):\n    return Counter(words)\n\n"
            "def group(words):\n    found = defaultdict(list)\n    for word in words:\n"
            "        found[word[0]].append(word)\n    return found\n\n"
            "def recent(xs, n):\n    return deque(xs, maxlen=n)\n\n"
            "def ordered(pairs):\n    return OrderedDict(sorted(pairs))\n\n"
            "def middle(p, q):\n    return Point((p.x + q.x) / 2, (p.y + q.y) / 2)\n\n"
            "def more(queue, xs):\n    queue.extend(xs)\n\n"
            "def tally(counts, words):\n    counts.update(words)\n\n"
            "def lengths(words):\n    found = defaultdict(lambda: 0)\n    for word in words:\n"
            "        found[len(word)] += 1\n    return found",
            "answer",
        ),
        cell("test", "c = count(['a', 'b', 'a'])\nassert c == {'a': 2, 'b': 1}\n"
             "assert isinstance(c, Counter) and c.most_common(1) == [('a', 2)] and c['z'] == 0",
             "test_count"),
        cell("test", "g = group(['ab', 'ac', 'b'])\nassert g == {'a': ['ab', 'ac'], 'b': ['b']}\n"
             "assert dict(g)['b'] == ['b'] and sorted(g) == ['a', 'b']", "test_group"),
        cell("test", "d = recent(range(5), 2)\nassert list(d) == [3, 4] and len(d) == 2\n"
             "assert d == deque([3, 4]) and d.maxlen == 2", "test_recent"),
        cell("test", "o = ordered([('b', 1), ('a', 2)])\nassert list(o) == ['a', 'b']\n"
             "assert type(o) is OrderedDict and o == OrderedDict([('a', 2), ('b', 1)])",
             "test_ordered"),
        cell("test", "assert tuple(origin) == (0, 0) and origin.x == 0\n"
             "m = middle(Point(0, 2), Point(4, 4))\nassert m.x == 2 and m.y == 3\n"
             "assert tuple(m) == (2, 3)", "test_point"),
        cell("test", "queue = deque([1, 2], maxlen=3)\nmore(queue, [3, 4])\n"
             "assert list(queue) == [2, 3, 4]\ncounts = Counter(['a'])\n"
             "tally(counts, ['a', 'b'])\nassert counts == Counter(a=2, b=1)", "test_in_place"),
        cell("test", "found = lengths(['a', 'bc', 'd'])\nassert found[1] == 2 and found[9] == 0\n"
             "assert sum(found.values()) == 3", "test_lambda", 0.5),
    ),
    {
        "plain": {"answer": "class Point:\n    def __init__(self, x, y): self.x, self.y = x, y\n"
                  "origin = Point(0, 0)\ndef count(w): return {x: w.count(x) for x in w}\n"
                  "def group(w): return {x[0]: [y for y in w if y[0] == x[0]] for x in w}\n"
                  "def recent(xs, n): return list(xs)[-n:]\n"
                  "def ordered(p): return dict(sorted(p))\n"
                  "def middle(p, q): return ((p.x + q.x) / 2, (p.y + q.y) / 2)\n"
                  "def more(queue, xs): queue = deque(list(queue) + xs, 3)\n"
                  "def tally(c, words): c = Counter(words)\n"
                  "def lengths(words): return {len(w): 1 for w in words}"},
    },
)  # fmt: skip
RARE = (TOOLS, PRINTED, MOCKS, UNMARKED, STOPS, LEARNING, COLLECTIONS)
