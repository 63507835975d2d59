"""Small assignments about objects: classes of staff's, operators, generators and decorators."""

from cell_notebooks import cell, notebook
from cell_styles import Style

NODES = Style(
    "nodes",
    notebook(
        cell("staff", "class Node:\n    def __init__(self, value, next=None):\n"
             "        self.value, self.next = value, next\n\n"
             "class Shape:\n    def double(self):\n        return 2 * self.area()", "given"),
        cell("solution", "def length(head):\n    n = 0\n    while head is not None:\n"
             "        n, head = n + 1, head.next\n    return n\n\ndef reverse(head):\n"
             "    before = None\n    while head is not None:\n"
             "        head.next, before, head = before, head, head.next\n    return before",
             "lists"),
        cell("solution", "def push(head, value):\n    return Node(value, head)\n\n"
             "def append(head, value):\n    while head.next is not None:\n"
             "        head = head.next\n    head.next = Node(value)\n\n"
             "class Square(Shape):\n    def __init__(self, side):\n        self.side = side\n"
             "    def area(self):\n        return self.side ** 2", "adding"),
        cell("test", "assert length(Node(1, Node(2))) == 2 and length(None) == 0", "test_length"),
        cell("test", "r = reverse(Node(1, Node(2, Node(3))))\nfound = []\nwhile r:\n"
             "    found.append(r.value)\n    r = r.next\nassert found == [3, 2, 1]",
             "test_reverse", 2),
        cell("test", "last = Node(2)\nh = push(last, 1)\nassert isinstance(h, Node)\n"
             "assert h.value == 1 and h.next is last", "test_push"),
        cell("test", "head = Node(1)\nappend(head, 2)\nappend(head, 3)\n"
             "assert head.next.next.value == 3\nassert length(head) == 3", "test_append"),
        cell("test", "s = Square(3)\nassert isinstance(s, Shape) and s.double() == 18",
             "test_shape"),
    ),
    {
        "copies": {"lists": "def length(head):\n    return 1 + length(head.next)\n\n"
                   "def reverse(head):\n    return head",
                   "adding": "def push(head, value):\n    head.next = Node(value)\n    return head"
                   "\n\ndef append(head, value):\n    return Node(value, head)\n\n"
                   "class Square:\n    def __init__(self, side):\n        self.side = side\n"
                   "    def double(self):\n        return 18"},
    },
)  # fmt: skip
OPERATORS = Style(
    "operators",
    notebook(
        cell("staff", "import copy\nimport types", "setup"),
        cell("solution", "class Vector:\n    def __init__(self, x, y):\n"
             "        self.x, self.y = x, y\n    def __add__(self, other):\n"
             "        return Vector(self.x + other.x, self.y + other.y)\n"
             "    def __rmul__(self, k):\n        return Vector(k * self.x, k * self.y)\n"
             "    def __abs__(self):\n        return (self.x ** 2 + self.y ** 2) ** 0.5\n"
             "    def __bool__(self):\n        return bool(self.x or self.y)", "vector"),
        cell("test", "v = Vector(3, 4)\nw = v + Vector(1, 1)\nassert (w.x, w.y) == (4, 5)\n"
             "assert abs(v) == 5 and (2 * v).y == 8\nassert v and not Vector(0, 0)",
             "test_vector", 2),
        cell("solution", "class Bag:\n    def __init__(self, items=()):\n"
             "        self.items = list(items)\n    def add(self, item):\n"
             "        self.items.append(item)\n    def __len__(self):\n"
             "        return len(self.items)\n    def __contains__(self, item):\n"
             "        return item in self.items\n    def __iter__(self):\n"
             "        return iter(self.items)", "bag"),
        cell("test", "b = Bag('ab')\nother = copy.deepcopy(b)\nother.add('c')\n"
             "assert len(b) == 2 and len(other) == 3\nassert 'a' in b and 'c' not in b\n"
             "assert sorted(b) == ['a', 'b'] and b is not None", "test_bag", 2),
        cell("solution", "def evens(n):\n    for i in range(0, n, 2):\n        yield i\n\n"
             "def counted(f):\n    def run(*given):\n        run.calls += 1\n"
             "        return f(*given)\n    run.calls = 0\n    return run", "functions"),
        cell("test", "g = evens(5)\nassert isinstance(g, types.GeneratorType)\n"
             "assert next(g) == 0 and list(g) == [2, 4]", "test_evens"),
        cell("test", "@counted\ndef double(x):\n    return 2 * x\n\n"
             "assert double(2) + double(3) == 10\nassert double.calls == 2", "test_counted"),
    ),
    {
        "shares": {"vector": "class Vector:\n    def __init__(self, x, y):\n"
                   "        self.x, self.y = x, y\n    def __add__(self, other):\n"
                   "        self.x += other.x\n        return self",
                   "bag": "class Bag:\n    items = []\n    def __init__(self, items=()):\n"
                   "        self.items.extend(items)\n    def add(self, item):\n"
                   "        self.items.append(item)\n    def __len__(self):\n"
                   "        return len(self.items)",
                   "functions": "def evens(n):\n    return list(range(0, n, 2))\n\n"
                   "def counted(f):\n    def run(*given):\n        return f(*given)\n"
                   "    run.calls = 0\n    return run"},
    },
)  # fmt: skip
CHANGES = Style(
    "changes",
    notebook(
        cell("staff", "import numpy as np\nfrom collections import namedtuple\n"
             "Point = namedtuple('Point', 'x y')", "setup"),
        cell("solution", "def middle(p, q):\n    return Point((p.x + q.x) / 2, (p.y + q.y) / 2)\n\n"
             "def without_zeros(d):\n    for k in [k for k, v in d.items() if v == 0]:\n"
             "        del d[k]\n    return d", "functions"),
        cell("solution", "memo = {}\ndef fib(n):\n    if n not in memo:\n"
             "        memo[n] = n if n < 2 else fib(n - 1) + fib(n - 2)\n    return memo[n]\n\n"
             "def walk(rng, n):\n    return np.cumsum(rng.choice([-1, 1], size=n))", "others"),
        cell("test", "assert middle(Point(0, 0), Point(2, 4)) == Point(1, 2)\n"
             "assert isinstance(middle(Point(0, 0), Point(2, 4)), Point)", "test_middle"),
        cell("test", "d = {'a': 0, 'b': 1}\nassert without_zeros(d) == {'b': 1}\n"
             "assert d == {'b': 1}", "test_zeros"),
        cell("test", "assert fib(20) == 6765 and memo[20] == 6765\nmemo.clear()\n"
             "assert fib(5) == 5 and len(memo) == 6", "test_memo"),
        cell("test", "w = walk(np.random.default_rng(1), 5)\n"
             "want = np.cumsum(np.random.default_rng(1).choice([-1, 1], size=5))\n"
             "np.testing.assert_array_equal(w, want)", "test_walk"),
    ),
    {
        "new": {"functions": "def middle(p, q):\n    return ((p.x + q.x) / 2, (p.y + q.y) / 2)\n\n"
                "def without_zeros(d):\n    return {k: v for k, v in d.items() if v}",
                "others": "memo = {}\ndef fib(n):\n    memo[n] = n if n < 2 else "
                "fib(n - 1) + fib(n - 2)\n    return memo[n]\n\ndef walk(rng, n):\n"
                "    return np.cumsum(np.random.choice([-1, 1], size=n))"},
    },
)  # fmt: skip
OBJECTS = (NODES, OPERATORS, CHANGES)
