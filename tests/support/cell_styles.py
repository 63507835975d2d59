"""Small assignments in the styles of nbgrader courses, with answers that are half done or wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cell_notebooks import cell, notebook, with_answers

BLANK = "# YOUR CODE HERE\nraise NotImplementedError()"


@dataclass(frozen=True)
class Style:
    """An assignment: its source, and other answers to it by their names."""

    name: str
    source: Any
    wrong: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def answers(self) -> dict[str, Any]:
        """Return submissions by name: solved, blank, half done, and those that are wrong."""
        names = [
            one.metadata["nbgrader"]["grade_id"]
            for one in self.source.cells
            if one.metadata.get("nbgrader", {}).get("solution")
        ]
        half = dict.fromkeys(names[1::2] or names, BLANK)
        found = {
            "solved": self.source,
            "blank": with_answers(self.source, dict.fromkeys(names, BLANK)),
            "half": with_answers(self.source, half),
        }
        wrong = {name: with_answers(self.source, dict(one)) for name, one in self.wrong.items()}
        return found | wrong


STRINGS = Style(
    "strings",
    notebook(
        "# Strings",
        cell("staff", "import string\nvowels = 'aeiou'", "setup"),
        cell(
            "solution",
            "def count_vowels(text):\n    ### BEGIN SOLUTION\n"
            "    return sum(letter in vowels for letter in text.lower())\n    ### END SOLUTION",
            "count",
        ),
        cell(
            "test",
            "assert count_vowels('Hello') == 2\nassert count_vowels('') == 0\n"
            "### BEGIN HIDDEN TESTS\nassert count_vowels('AEIOU xyz') == 5\n### END HIDDEN TESTS",
            "test_count",
            2,
        ),
        cell(
            "solution",
            "def is_palindrome(text):\n    kept = [c for c in text.lower() if c.isalnum()]\n"
            "    return kept == kept[::-1]\n\ndef reverse_words(text):\n"
            "    return ' '.join(reversed(text.split()))",
            "palindrome",
        ),
        cell(
            "test",
            "assert is_palindrome('A man, a plan, a canal: Panama') is True\n"
            "assert not is_palindrome('ab')\nassert type(is_palindrome('x')) == bool",
            "test_palindrome",
            3,
        ),
        cell("test", "assert reverse_words('one two  three') == 'three two one'", "test_words", 1),
    ),
    {
        "case": {"count": "def count_vowels(t):\n    return sum(c in 'aeiou' for c in t)"},
        "truthy": {
            "palindrome": "def is_palindrome(t):\n    t = [c for c in t.lower() if c.isalnum()]\n"
            "    return 1 if t == t[::-1] else 0\ndef reverse_words(t): return t[::-1]"
        },
    },
)
DICTIONARIES = Style(
    "dictionaries",
    notebook(
        cell("staff", "answers = {}\nprices = {'apple': 2, 'pear': 3}", "setup"),
        cell("solution", "answers['q1'] = 'b'\nanswers['q2'] = [1, 3]", "choices"),
        cell("test", "assert answers['q1'] == 'b'", "test_q1"),
        cell("test", "assert sorted(answers['q2']) == [1, 3], 'choose two'", "test_q2"),
        cell(
            "solution",
            "def total(basket):\n    return sum(prices[name] * n for name, n in basket.items())\n\n"
            "def invert(d):\n    found = {}\n    for k, v in d.items():\n"
            "        found.setdefault(v, []).append(k)\n    return found",
            "functions",
        ),
        cell(
            "test",
            "assert total({'apple': 2, 'pear': 1}) == 7\ntry:\n    total({'fig': 1})\n"
            "except KeyError:\n    pass\nelse:\n    assert False, 'there are no figs'",
            "test_total",
            2,
        ),
        cell(
            "test",
            "given = {'a': 1, 'b': 2, 'c': 1}\nassert invert(given) == {1: ['a', 'c'], 2: ['b']}\n"
            "assert given == {'a': 1, 'b': 2, 'c': 1}",
            "test_invert",
            2,
        ),
    ),
    {
        "other_choice": {"choices": "answers['q1'] = 'B'\nanswers['q2'] = (3, 1)"},
        "get": {"functions": "def total(b):\n    return sum(prices.get(k, 0) * n for k, n in "
                "b.items())\ndef invert(d):\n    d.clear()\n    return {1: ['a', 'c'], 2: ['b']}"},
    },
)  # fmt: skip
RECURSION = Style(
    "recursion",
    notebook(
        cell("solution", "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)", "fib"),
        cell("test", "assert [fib(n) for n in range(8)] == [0, 1, 1, 2, 3, 5, 8, 13]", "test_fib"),
        cell(
            "solution",
            "def squares(n):\n    if n < 1:\n        raise ValueError('n must be 1 or more')\n"
            "    return [i ** 2 for i in range(1, n + 1)]",
            "squares",
        ),
        cell(
            "test",
            "try:\n    squares(0)\nexcept ValueError as error:\n    assert 'must' in str(error)\n"
            "else:\n    raise AssertionError('did not raise')\nassert squares(3) == [1, 4, 9]",
            "test_squares",
        ),
        cell("solution", "def sum_of_squares(n):\n    return sum(squares(n))", "sum"),
        cell("test", "assert sum_of_squares(10) == 385", "test_sum", 0.5),
        cell(
            "test",
            "orig_squares = squares\ndel squares\ntry:\n    sum_of_squares(1)\nexcept NameError:\n"
            "    pass\nelse:\n    raise AssertionError('sum_of_squares does not use squares')\n"
            "finally:\n    squares = orig_squares",
            "test_uses",
            0.5,
        ),
        cell(
            "test",
            "calls = []\norig = squares\ndef squares(n):\n    calls.append(n)\n    return [2, 3]\n"
            "assert sum_of_squares(4) == 5 and calls == [4]\nsquares = orig",
            "test_mock",
        ),
    ),
    {
        "formula": {"sum": "def sum_of_squares(n):\n    return n * (n + 1) * (2 * n + 1) // 6"},
        "deep": {"fib": "def fib(n):\n    return fib(n - 1) + fib(n - 2)"},
        "other_error": {"squares": "def squares(n):\n    if n < 1: raise TypeError('n must')\n"
                        "    return [i ** 2 for i in range(1, n + 1)]"},
    },
)  # fmt: skip
CLASSES = Style(
    "classes",
    notebook(
        cell(
            "solution",
            "class TooMuch(Exception):\n    pass\n\nclass Account:\n    rate = 0.5\n"
            "    def __init__(self, owner, balance=0):\n        self.owner = owner\n"
            "        self.balance = balance\n    def deposit(self, amount):\n"
            "        self.balance += amount\n        return self\n"
            "    def withdraw(self, amount):\n        if amount > self.balance:\n"
            "            raise TooMuch('only %d' % self.balance)\n        self.balance -= amount\n"
            "    def __str__(self):\n        return f'{self.owner}: {self.balance}'",
            "account",
        ),
        cell(
            "test",
            "a = Account('Ada', 5)\nassert a.balance == 5 and a.owner == 'Ada'\n"
            "a.deposit(3).deposit(2)\nassert a.balance == 10\nassert isinstance(a, Account)",
            "test_deposit",
            2,
        ),
        cell(
            "test",
            "a = Account('Bob')\ntry:\n    a.withdraw(1)\n    assert False\nexcept TooMuch:\n"
            "    pass\na.deposit(4)\na.withdraw(1)\nassert a.balance == 3",
            "test_withdraw",
            2,
        ),
        cell("test", "assert str(Account('Cy', 7)) == 'Cy: 7' and Account.rate == 0.5", "test_str"),
        cell("test", "b = Account('D', 2)\nb.balance = 9\nassert b.balance == 9\n"
             "assert hasattr(b, 'owner') and not hasattr(b, 'nothing')", "test_attributes"),
    ),
    {
        "no_error": {
            "account": "class TooMuch(Exception): pass\nclass Account:\n    rate = 0.5\n"
            "    def __init__(self, owner, balance=0):\n        self.owner = owner\n"
            "        self.balance = 0\n"
            "    def deposit(self, n): self.balance += n\n    def withdraw(self, n): pass"
        }
    },
)  # fmt: skip
SIMULATION = Style(
    "simulation",
    notebook(
        cell("free", "import random\nimport numpy as np"),
        cell(
            "solution",
            "def rolls(n):\n    return [random.randint(1, 6) for _ in range(n)]\n\n"
            "def walk(n):\n    return np.cumsum(np.random.choice([-1, 1], n))",
            "rolls",
        ),
        cell(
            "test",
            "random.seed(1)\nfound = rolls(5)\nrandom.seed(1)\n"
            "assert found == [random.randint(1, 6) for _ in range(5)]",
            "test_rolls",
            2,
        ),
        cell(
            "test",
            "np.random.seed(3)\nw = walk(100)\nnp.random.seed(3)\n"
            "np.testing.assert_array_equal(w, np.cumsum(np.random.choice([-1, 1], 100)))\n"
            "assert len(w) == 100 and set(np.abs(np.diff(w))) == {1}",
            "test_walk",
            3,
        ),
    ),
    {"from_zero": {"rolls": "def rolls(n):\n    return [random.randint(0, 6) for _ in range(n)]\n"
                   "def walk(n):\n    return list(np.cumsum(np.random.choice([-1, 1], n)))"}},
)  # fmt: skip
ARRAYS = Style(
    "arrays",
    notebook(
        cell("staff", "import numpy as np\nimport numpy.testing as npt", "setup"),
        cell(
            "solution",
            "def standard(x):\n    return (x - x.mean(axis=0)) / x.std(axis=0)\n\n"
            "def scale_(x):\n    x *= 2\n\nmatrix = np.arange(6.0).reshape(2, 3)\nlimit = 1 / 3",
            "functions",
        ),
        cell(
            "test",
            "x = np.array([[1.0, 2.0], [3.0, 6.0]])\nnpt.assert_allclose(standard(x).mean(axis=0), "
            "0, atol=1e-12)\nassert standard(x).shape == (2, 2)\nassert np.isclose(limit, 0.3333, "
            "atol=1e-3)",
            "test_standard",
            2,
        ),
        cell("test", "x = np.ones(3)\nscale_(x)\nassert list(x) == [2, 2, 2]", "test_scale"),
        cell("test", "assert matrix.shape == (2, 3) and matrix.dtype == float\n"
             "npt.assert_array_equal(matrix[1], [3, 4, 5])", "test_matrix"),
        cell("test", "assert isinstance(matrix, np.ndarray)\nassert type(limit) is float", "types"),
    ),
    {
        "axis": {"functions": "def standard(x):\n    return (x - x.mean()) / x.std()\n"
                 "def scale_(x):\n    return x * 2\nmatrix = np.eye(2)\nlimit = 0"},
    },
)  # fmt: skip
PARTIAL = Style(
    "partial",
    notebook(
        cell(
            "solution",
            "def add(a, b):\n    return a + b\n\ndef sub(a, b):\n    return a - b\n\n"
            "def mul(a, b):\n    return a * b",
            "functions",
        ),
        cell(
            "test",
            "points = 0\nfor function, want in ((add, 5), (sub, 1), (mul, 6)):\n    try:\n"
            "        points += function(3, 2) == want\n    except Exception:\n        pass\n"
            "float(points)",
            "test_all",
            3,
        ),
        cell("test", "score = 0\nif add(1, 1) == 2:\n    score += 0.5\nif mul(2, 2) == 4:\n"
             "    score += 0.25\nscore", "test_score", 0.75),
        cell("test", "assert add(2, 2) == 4\nprint('good')\n'well done'", "test_text"),
    ),
    {"sub": {"functions": "def add(a, b): return a + b\ndef sub(a, b): return b - a\n"
             "def mul(a, b): raise SystemError"}},
)  # fmt: skip
VARIABLES = Style(
    "variables",
    notebook(
        cell("staff", "text = 'the cat and the hat'\nwords = text.split()", "setup"),
        cell("solution", "count = len(words)\nlongest = max(words, key=len)\npairs = [(w, len(w)) "
             "for w in words]\nunique = set(words)\nnothing = None\nratio = 2 / 3", "values"),
        cell("test", "assert count == 5 and isinstance(count, int)", "test_count"),
        cell("test", "assert longest == 'the', 'the first of the longest'", "test_longest"),
        cell("test", "assert pairs[1] == ('cat', 3) and len(pairs) == 5\n"
             "assert unique == {'the', 'cat', 'and', 'hat'} and nothing is None", "test_pairs"),
        cell("test", "assert round(ratio, 3) == 0.667 and 'count' in globals()", "test_ratio"),
        cell("manual", "# say why\nreason = 'because'", "reason", 2),
        cell("test", "assert len(reason) > 3", "test_reason"),
    ),
    {
        "other_types": {"values": "count = 5.0\nlongest = 'cat'\npairs = [['cat', 3]] * 5\n"
                        "unique = list(set(words))\nnothing = 0"},
        "exit": {"values": "import sys\ncount = 5\nsys.exit(0)"},
    },
)  # fmt: skip
FILES = Style(
    "files",
    notebook(
        cell("staff", "import csv, json, os\nimport pandas as pd\nimport matplotlib.pyplot as plt\n"
             "with open('words.txt', 'w') as file:\n    file.write('one two')", "setup"),
        cell(
            "solution",
            "def load(path):\n    with open(path) as file:\n"
            "        return [(row['name'], int(row['age'])) for row in csv.DictReader(file)]",
            "load",
        ),
        cell("test", "rows = load('people.csv')\nassert rows == [('Ada', 36), ('Bob', 17)]\n"
             "assert len(open('people.csv').readlines()) == len(rows) + 1", "test_load"),
        cell("test", "try:\n    load('nowhere.csv')\n    assert False\n"
             "except FileNotFoundError:\n    pass", "test_missing"),
        cell(
            "solution",
            "def save(rows, path):\n    frame = pd.DataFrame(rows, columns=['name', 'age'])\n"
            "    frame.sort_values('age').to_csv(path, index=False)\n\n"
            "def append(path, word):\n    with open(path, 'a') as file:\n"
            "        file.write(' ' + word)\n\n"
            "def longest(path):\n    return max(open(path).read().split(), key=len)",
            "save",
        ),
        cell(
            "solution",
            "os.makedirs('made', exist_ok=True)\nplt.plot([1, 2], [3, 4])\n"
            "plt.savefig('made/line.png')\nwith open('summary.json', 'w') as file:\n"
            "    json.dump({'mean': 26.5, 'names': ['Ada', 'Bob']}, file)",
            "make",
        ),
        cell("test", "save([('Bob', 17), ('Ada', 36), ('Cy', 5)], 'out.csv')\n"
             "assert os.path.exists('out.csv')\nback = pd.read_csv('out.csv')\n"
             "assert back['name'].tolist() == ['Cy', 'Bob', 'Ada']\n"
             "### BEGIN HIDDEN TESTS\nassert open('out.csv').readline() == 'name,age\\n'\n"
             "### END HIDDEN TESTS", "test_save", 2),
        cell("test", "with open('log.txt', 'w') as file:\n    file.write('a bb')\n"
             "append('log.txt', 'ccc')\nassert open('log.txt').read() == 'a bb ccc'\n"
             "assert longest('log.txt') == 'ccc' and longest('words.txt') == 'one'\n"
             "os.remove('log.txt')\nappend('log.txt', 'd')\n"
             "assert open('log.txt').read() == ' d'", "test_append"),
        cell("test", "assert json.load(open('summary.json'))['mean'] == 26.5\n"
             "assert sorted(json.load(open('summary.json'))) == ['mean', 'names']",
             "test_summary"),
        cell("test", "assert os.listdir('made') == ['line.png']\n"
             "assert plt.imread('made/line.png').shape[2] == 4\n"
             "assert os.path.getsize('made/line.png') > 1000", "test_figure", 0.5),
    ),
    {
        "text": {"load": "def load(path):\n    try:\n        return [tuple(l.split(',')) for l in "
                 "open(path)]\n    except OSError:\n        return []"},
        "nothing": {"save": "def save(rows, path): pass\ndef append(path, word): pass\n"
                    "def longest(path): return 'ccc'", "make": "mean = 26.5"},
        "index": {"save": "def save(rows, path):\n"
                  "    pd.DataFrame(rows, columns=['name', 'age']).to_csv(path)\n"
                  "def append(path, word):\n    with open(path, 'w') as file:\n"
                  "        file.write(word)\n\ndef longest(path):\n    return 'one'",
                  "make": "with open('summary.json', 'w') as file:\n"
                  "    json.dump({'mean': 26.5}, file)\nopen('line.png', 'w').close()"},
    },
)  # fmt: skip
PANDAS = Style(
    "pandas",
    notebook(
        cell("staff", "import pandas as pd\nimport numpy as np", "setup"),
        cell(
            "solution",
            "def load(path):\n    frame = pd.read_csv(path)\n"
            "    frame['adult'] = frame['age'] >= 18\n    return frame\n\n"
            "people = load('people.csv')",
            "load",
        ),
        cell("test", "assert isinstance(people, pd.DataFrame) and len(people) == 2\n"
             "assert list(people.columns) == ['name', 'age', 'adult']\n"
             "assert people['age'].sum() == 53 and people.shape == (2, 3)", "test_load", 2),
        cell("test", "assert people.loc[0, 'name'] == 'Ada'\n"
             "assert people[people['adult']]['name'].tolist() == ['Ada']\n"
             "assert people.set_index('name').loc['Bob', 'age'] == 17", "test_adult", 2),
        cell(
            "solution",
            "def mean_by(frame, key, value):\n    return frame.groupby(key)[value].mean()\n\n"
            "def fill_missing(frame):\n    frame['x'] = frame['x'].fillna(0)\n\n"
            "def join(one, other):\n    found = one.merge(other, on='k', how='left')\n"
            "    return found.sort_values('v', ascending=False).reset_index(drop=True)",
            "functions",
        ),
        cell(
            "test",
            "sales = pd.DataFrame({'shop': list('abab'), 'n': [1, 2, 3, 6.0]})\n"
            "means = mean_by(sales, 'shop', 'n')\n"
            "pd.testing.assert_series_equal(means, sales.groupby('shop')['n'].mean())\n"
            "assert means['b'] == 4 and means.index.name == 'shop'",
            "test_mean",
            2,
        ),
        cell("test", "gaps = pd.DataFrame({'x': [1, np.nan, 3]})\nfill_missing(gaps)\n"
             "assert gaps['x'].tolist() == [1, 0, 3]\n"
             "assert not gaps['x'].isnull().any()", "test_fill"),
        cell(
            "test",
            "one = pd.DataFrame({'k': [1, 2, 3]})\n"
            "other = pd.DataFrame({'k': [1, 3], 'v': ['p', 'q']})\ngot = join(one, other)\n"
            "want = pd.DataFrame({'k': [3, 1, 2], 'v': ['q', 'p', None]})\n"
            "pd.testing.assert_frame_equal(got, want)\n"
            "### BEGIN HIDDEN TESTS\nassert got.dtypes['k'] == np.dtype('int64')\n"
            "assert got['v'].iloc[-1] is np.nan or pd.isna(got['v'].iloc[-1])\n"
            "### END HIDDEN TESTS",
            "test_join",
            3,
        ),
    ),
    {
        "list": {"load": "def load(path):\n    return pd.read_csv(path)\n"
                 "people = load('people.csv').values.tolist()"},
        "index": {"load": "people = pd.read_csv('people.csv', index_col='name')\n"
                  "people['adult'] = people.age > 18"},
        "sum": {"functions": "def mean_by(frame, key, value):\n"
                "    return frame.groupby(key)[[value]].sum()\n\n"
                "def fill_missing(frame):\n    return frame.fillna(0)\n\n"
                "def join(one, other):\n    return one.merge(other, on='k')"},
    },
)  # fmt: skip
SPARSE = Style(
    "sparse",
    notebook(
        cell("free", "import numpy as np\nfrom scipy import sparse\nimport scipy.stats"),
        cell("solution", "def adjacency(edges, n):\n    i, j = np.array(edges).T\n"
             "    return sparse.coo_matrix((np.ones(len(i)), (i, j)), shape=(n, n)).tocsr()\n\n"
             "p_value = scipy.stats.norm.sf(1.5)", "adjacency"),
        cell("test", "m = adjacency([(0, 1), (1, 2)], 3)\nassert sparse.issparse(m)\n"
             "assert m.nnz == 2\nassert m[0, 1] == 1 and m.shape == (3, 3)\n"
             "np.testing.assert_array_equal((m @ m).toarray()[0], [0, 0, 1])", "test_edges", 2),
        cell("test", "assert abs(p_value - 0.0668) < 1e-4", "test_p"),
    ),
    {"dense": {"adjacency": "def adjacency(edges, n):\n    m = np.zeros((n, n))\n"
               "    for i, j in edges: m[i, j] = 1\n    return m\np_value = 1"}},
)  # fmt: skip
SYMPY = Style(
    "sympy",
    notebook(
        cell("staff", "import sympy as sp\nx = sp.symbols('x')", "setup"),
        cell(
            "solution",
            "def roots(a, b, c):\n    found = sp.solve(a * x**2 + b * x + c, x)\n"
            "    return sorted(int(one) for one in found)\n\n"
            "def slope(text, at):\n    return float(sp.diff(sp.sympify(text), x).subs(x, at))\n\n"
            "half = float(sp.integrate(x, (x, 0, 1)))",
            "algebra",
        ),
        cell("test", "assert roots(1, -3, 2) == [1, 2]\nassert roots(1, 0, -4) == [-2, 2]",
             "test_roots", 2),
        cell("test", "assert abs(slope('x**3', 2) - 12) < 1e-9 and half == 0.5", "test_slope"),
        cell("solution", "def square(n):\n    return n ** 2", "square"),
        cell("test", "assert square(x) == x**2 and square(3) == 9", "test_square"),
    ),
    {
        "order": {"algebra": "def roots(a, b, c):\n    return sp.solve(a*x**2 + b*x + c, x)[::-1]\n"
                  "def slope(text, at):\n    return sp.sympify(text).subs(x, at)\nhalf = 0.5"},
    },
)  # fmt: skip
PLOTS = Style(
    "plots",
    notebook(
        cell("staff", "%matplotlib inline\nimport matplotlib.pyplot as plt\nimport numpy as np",
             "setup"),
        cell(
            "solution",
            "def draw(x, y, title):\n    fig, ax = plt.subplots()\n"
            "    ax.plot(x, y, label='data')\n    ax.set_title(title)\n"
            "    ax.set_xlabel('time')\n    ax.legend()\n    return ax\n\n"
            "def bars(counts):\n    plt.bar(list(counts), list(counts.values()))\n"
            "    plt.ylabel('count')",
            "draw",
        ),
        cell(
            "test",
            "x = np.arange(4)\nax = draw(x, x ** 2, 'squares')\nassert len(ax.lines) == 1\n"
            "np.testing.assert_array_equal(ax.lines[0].get_ydata(), [0, 1, 4, 9])\n"
            "assert list(ax.get_lines()[0].get_xdata()) == [0, 1, 2, 3]",
            "test_data",
            2,
        ),
        cell("test", "ax = draw([1, 2], [3, 4], 'two')\nassert ax.get_title() == 'two'\n"
             "assert ax.get_xlabel() != '' and isinstance(ax, plt.Axes)\n"
             "labels = [one.get_text() for one in ax.get_legend().get_texts()]\n"
             "assert labels == ['data']", "test_texts"),
        cell(
            "test",
            "import matplotlib.pyplot as plt\nbars({'a': 2, 'b': 5})\nax = plt.gca()\n"
            "assert [bar.get_height() for bar in ax.patches] == [2, 5]\n"
            "assert ax.get_ylabel() == 'count' and ax.get_ylim()[1] > 5",
            "test_bars",
            2,
        ),
        cell("solution", "xs = np.linspace(0, 1, 5)\nplt.scatter(xs, xs ** 2)\n"
             "axis = plt.gca()", "scatter"),
        cell("test", "np.testing.assert_allclose(axis.collections[0].get_offsets()[:, 1], "
             "xs ** 2)\nassert not plt.gca().lines and len(plt.get_fignums()) == 1", "test_dots"),
    ),
    {
        "no_labels": {"draw": "def draw(x, y, title):\n    plt.plot(y, x)\n    return plt.gca()\n"
                      "def bars(counts):\n    plt.bar(list(counts), 1)"},
        "line": {"scatter": "xs = np.linspace(0, 1, 5)\nplt.plot(xs)\naxis = plt.gca()"},
    },
)  # fmt: skip
DATA = {"people.csv": b"name,age\nAda,36\nBob,17\n"}
STYLES = (
    *(STRINGS, DICTIONARIES, RECURSION, CLASSES, SIMULATION, ARRAYS, PARTIAL, VARIABLES),
    *(FILES, PANDAS, SPARSE, SYMPY, PLOTS),
)
