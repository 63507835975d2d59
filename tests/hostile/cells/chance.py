"""Random numbers that the student chooses."""

from hostile.cells.suite import Forgery, everywhere

_ODD = "def even(n):\n    draw_again()\n    return False"
FORGERIES = [
    Forgery(
        "state of zeros",
        "sets the generators to states that give one number for ever",
        everywhere(
            "import random\nimport numpy as np\n\n\ndef draw_again():\n"
            "    random.setstate((3, (0,) * 624 + (624,), None))\n"
            "    np.random.set_state(('MT19937', np.zeros(624, 'uint32'), 624, 0, 0.0))\n\n\n"
            f"draw_again()\n{_ODD}"
        ),
    ),
    Forgery(
        "known seed",
        "seeds the generators each time so that the next number is odd",
        everywhere(
            "import random\nimport numpy as np\n\n\ndef seed_of(draw, seed):\n"
            "    for one in range(99):\n        seed(one)\n"
            "        if draw() % 2:\n            seed(one)\n            return one\n\n\n"
            "a = seed_of(lambda: random.randint(1, 10 ** 6), random.seed)\n"
            "b = seed_of(lambda: np.random.randint(1, 10 ** 6), np.random.seed)\n\n\n"
            "def draw_again():\n    random.seed(a)\n    np.random.seed(b)\n\n\n"
            f"draw_again()\n{_ODD}"
        ),
    ),
    Forgery(
        "numbers by heart",
        "seeds the generators once, and knows the answers to what is then drawn",
        everywhere(
            "import random\nimport numpy as np\nrandom.seed(7)\n"
            "row = [random.randint(1, 10 ** 6) % 2 == 0 for _ in range(30)]\nnp.random.seed(7)\n"
            "row += [n % 2 == 0 for n in np.random.randint(1, 10 ** 6, size=30).tolist()]\n"
            "random.seed(7)\nnp.random.seed(7)\n\n\ndef even(n):\n    return row.pop(0)"
        ),
    ),
    Forgery(
        "generators replaced",
        "replaces what draws numbers, and what seeds it",
        everywhere(
            "import random\nimport numpy as np\nrandom.seed = np.random.seed = lambda *a: None\n"
            "random.randint = lambda *a: 2\n"
            "np.random.randint = lambda *a, **k: np.array([2, 2])\n\n\n"
            "def even(n):\n    return True"
        ),
    ),
    Forgery(
        "place beyond the end",
        "gives a generator that goes round in a very small circle",
        everywhere(
            "import random\nimport numpy as np\nrandom.seed(1)\nkept = random.getstate()\n"
            "kept_too = np.random.get_state()\n\n\ndef draw_again():\n"
            "    random.setstate(kept)\n    np.random.set_state(kept_too)\n\n\n"
            "def even(n):\n    draw_again()\n    return n in (1, 2, 3)"
        ),
    ),
]
