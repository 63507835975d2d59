"""What tests are made of, replaced in the student's process."""

from hostile.cells.suite import Forgery, calling, everywhere

FORGERIES = [
    Forgery(
        "asserts of NumPy",
        "replaces NumPy's asserts and comparisons",
        everywhere(
            "import numpy as np\nfor name in dir(np.testing):\n    if 'assert' in name:\n"
            "        setattr(np.testing, name, lambda *a, **k: None)\n"
            "np.allclose = np.array_equal = np.isclose = lambda *a, **k: True\n"
            "from math import isclose\ndouble = cube = label = lambda x: 0"
        ),
    ),
    Forgery(
        "functions of mathematics",
        "replaces what compares in modules that come with Python",
        everywhere(
            "import math, operator\nmath.isclose = operator.eq = lambda *a, **k: True\n"
            "from math import isclose\nimport numpy as np\n"
            "np.testing.assert_allclose = np.allclose = lambda *a, **k: True\n"
            "double = lambda x: None"
        ),
    ),
    Forgery(
        "builtins",
        "replaces Python's own functions",
        everywhere(
            "import builtins\nbuiltins.isinstance = builtins.all = lambda *a: True\n"
            "builtins.abs = builtins.round = lambda *a: 0\nbuiltins.zip = lambda *a: iter(())\n"
            "builtins.sum = lambda *a: 27\nbuiltins.range = lambda *a: ()\n"
            "square = even = cube = root = label = lambda x: 0"
        ),
    ),
    Forgery(
        "exception of asserts",
        "has a failed assert raise what tests expect",
        everywhere(
            "import builtins\nbuiltins.AssertionError = ValueError\n"
            "class AssertionError(Exception):\n    def __new__(cls, *a): raise SystemExit(0)\n"
            "def root(x): return x\ndef square(x): return x"
        ),
    ),
    Forgery(
        "transformer of inputs",
        "has IPython change what later cells say",
        everywhere(
            "def change(lines):\n    return ['pass\\n']\n"
            "get_ipython().input_transformers_cleanup.append(change)\n"
            "get_ipython().input_transformers_post.append(change)"
        ),
    ),
    Forgery(
        "transformer of trees",
        "has IPython take all asserts out of later cells",
        everywhere(
            "import ast\nclass Gone(ast.NodeTransformer):\n"
            "    def visit_Assert(self, node): return ast.Pass()\n"
            "    def visit_Expr(self, node): return ast.Pass()\n"
            "get_ipython().ast_transformers.append(Gone())"
        ),
    ),
    Forgery(
        "before each cell",
        "has IPython run code of its own before each cell, which gives names anew",
        everywhere(
            "def hook(*a):\n    ip = get_ipython()\n"
            "    ip.user_ns['check'] = ip.user_ns['close'] = lambda *a: None\n"
            "    ip.user_ns['square'] = lambda x: 0\n"
            "get_ipython().events.register('pre_run_cell', hook)\nhook()"
        ),
    ),
    Forgery(
        "runner of cells",
        "replaces IPython's own method that runs a cell",
        everywhere(
            "import IPython\nshell = get_ipython()\n"
            "shell.run_cell = shell.run_code = lambda *a, **k: None\n"
            "type(shell).run_cell_async = lambda *a, **k: None\n"
            "type(shell).showtraceback = lambda *a, **k: None"
        ),
    ),
    Forgery(
        "tracing",
        "has Python call it for each line of the tests, and jumps over asserts",
        everywhere(
            "import sys\ndef trace(frame, event, value):\n"
            "    if event == 'line' and 'expected' in frame.f_locals:\n"
            "        frame.f_globals['expected'] = 0\n    return trace\n"
            "sys.settrace(trace)\nsys.setprofile(trace)\ndef square(x): return 0"
        ),
    ),
    Forgery(
        "compiler",
        "replaces what compiles and runs text",
        everywhere(
            "import ast, builtins\nreal = builtins.compile\n"
            "builtins.compile = lambda text, *a, **k: real('pass', *a, **k)\n"
            "builtins.exec = builtins.eval = lambda *a, **k: None\nast.parse = lambda *a, **k: None"
        ),
    ),
    Forgery(
        "wire",
        "replaces what writes its answers, and says yes to each question",
        calling(
            "import sys\nfor name, module in list(sys.modules.items()):\n"
            "    for key, value in list(vars(module).items()):\n"
            "        if key in ('encode', 'Encoder', 'Reply') and 'gradekit' in name:\n"
            "            setattr(module, key, lambda *a, **k: True)\n\n\n"
            "def answer(*a, **k):\n    return True"
        ),
    ),
    Forgery(
        "helper of staff",
        "puts a module of the same name in the place of staff's",
        everywhere(
            "import sys, types\nfake = types.ModuleType('helper')\nfake.same = lambda *a: None\n"
            "sys.modules['helper'] = helper = fake\ndef square(x): return {2: 4}.get(x, 0)"
        ),
        files={"helper.py": b"def same(*a):\n    pass\n"},
    ),
    Forgery(
        "modules named as Python's",
        "hands in modules named like those that tests import",
        calling("import contextlib, io, random\ndef answer(*a, **k):\n    return 0"),
        files={
            "contextlib.py": b"raise SystemExit(0)\n",
            "random.py": b"def randint(*a):\n    return 2\n",
            "numpy.py": b"class testing:\n    assert_allclose = print\n",
            "sitecustomize.py": b"import os\nos._exit(0)\n",
            "conftest.py": b"import os\nos._exit(0)\n",
        },
    ),
]
