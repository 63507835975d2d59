"""The hidden checks of problem_2: what real answers get, right and wrong ones."""

import re
from typing import Any

import numpy as np
import pytest

from gradekit.model import Outcome
from gradekit.workers.remote.in_test.confined import StudentClient

pytestmark = pytest.mark.one_in(4)

SIZES_LINE = re.compile(r"^([A-Z](?:, [A-Z])*) = (\d+(?:, \d+)*)$", re.M)

VANILLA = ("step_forward", "step_backward", "forward", "backward")

# Each mistake: the file, what is replaced by what, and the items that lose points: its own, and
# those whose checks cannot tell what follows from it.
MISTAKES = {
    "tanh left out": (
        "LAYERS",
        "np.tanh(x @ wx + prev_h @ wh",
        "(x @ wx + prev_h @ wh",
        "rnn_step_forward",
    ),
    "states stored one timestep early": (
        "LAYERS",
        "h[:, t] = state",
        "h[:, t - 1] = state",
        "rnn_forward",
    ),
    "no gradient through time": (
        "LAYERS",
        "self.step_backward(dh[:, t] + dh0, self.meta[t])",
        "self.step_backward(dh[:, t], self.meta[t])",
        "rnn_backward",
    ),
    "cell gradient from one source": (
        "LAYERS",
        "dc = dnext_c + dnext_h",
        "dc = dnext_h",
        "lstm_step_backward",
    ),
    "three timesteps of the embedding": (
        "LAYERS",
        "np.add.at(dtable, self.meta, dout)",
        "np.add.at(dtable, self.meta[:, :3], dout[:, :3])",
        "embedding_backward",
    ),
    "repeated words counted once": (
        "LAYERS",
        "np.add.at(dtable, self.meta, dout)",
        "dtable[self.meta] += dout",
        "embedding_backward",
    ),
    "sizes of the model swapped": (
        "MODELS",
        "recurrent_layer(input_dim, hidden_dim)",
        "recurrent_layer(hidden_dim, input_dim)",
        "lstm_model",
    ),
    "optimiser forgotten": ("TRAIN", "optimizer.step()", "pass", "text_generation"),
    "first state as wide as the words": (
        "TRAIN",
        "np.zeros((batch_size, hidden_size(model)))",
        "np.zeros((model.preprocess.params[model.preprocess.w_name].shape[1], hidden_size(model)))",
        "text_generation",
    ),
}


def test_the_reference_gets_every_automatic_point(problem_2: Any) -> None:
    """The solved modules earn 58 of 58 automatic points."""
    report = problem_2.grade(problem_2.solved())
    assert sum(report.score(item) for item in report.automatic_items) == 58
    assert [r.check for r in report.results if r.outcome is not Outcome.PASS] == []


def test_the_blank_release_gets_nothing(problem_2: Any) -> None:
    """No check passes on the modules as students get them."""
    report = problem_2.grade(problem_2.begun())
    assert {result.outcome for result in report.results} == {Outcome.CRASH}
    assert all("is not implemented yet" in result.message for result in report.results)


def test_the_vanilla_part_alone_gets_its_own_points(problem_2: Any) -> None:
    """Who has done the vanilla RNN's four methods has 16 points, all for them."""
    report = problem_2.grade(problem_2.begun(*(f"VanillaRNN.{method}" for method in VANILLA)))
    scores = {i.name: report.score(i) for i in report.automatic_items if report.score(i)}
    assert scores == {f"rnn_{method}": 4.0 for method in VANILLA}


@pytest.mark.one_in(3)
@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_loses_points_where_it_is_and_nowhere_else(problem_2: Any, mistake: str) -> None:
    """Each mistake costs points in its item, and is not counted again where that can be told."""
    file, old, new, where = MISTAKES[mistake]
    assert sorted(problem_2.lost(problem_2.changed(getattr(problem_2, file), old, new))) == sorted(
        where.split()
    )


def test_what_follows_from_a_mistake_is_told(problem_2: Any) -> None:
    """A check that passes because a mistake is counted elsewhere says so."""
    file, old, new, _ = MISTAKES["states stored one timestep early"]
    report = problem_2.grade(problem_2.changed(getattr(problem_2, file), old, new))
    told = {r.check: r for r in report.results if r.message}
    learning = told["test_text_generation::test_learning_rnn"]
    assert learning.outcome is Outcome.PASS
    words = "right where VanillaRNN.forward is right: what is wrong there is counted there"
    assert learning.message == words
    # The way back does not depend on where the states were stored: it needs no excuse.
    assert "test_vanilla_rnn::test_backward" not in told


@pytest.mark.slow
def test_a_constant_forward_with_a_zero_backward_gets_nothing(problem_2: Any) -> None:
    """A backward that agrees with a forward which ignores its input does not pass."""
    modules = problem_2.solved()
    modules[problem_2.LAYERS] += """

def _constant(self, x, prev_h):
    return np.zeros_like(prev_h), (x, prev_h)


def _zero(self, dnext_h, meta):
    x, prev_h = meta
    shapes = [self.params[n].shape for n in (self.wx_name, self.wh_name, self.b_name)]
    return np.zeros_like(x), np.zeros_like(prev_h), *(np.zeros(shape) for shape in shapes)


VanillaRNN.step_forward, VanillaRNN.step_backward = _constant, _zero
"""
    report = problem_2.grade(modules)
    scores = {i.name: report.score(i) for i in report.automatic_items}
    # What goes through the steps is written, and right with right ones.
    assert [scores[f"rnn_{method}"] for method in VANILLA] == [0, 0, 4, 4]
    assert scores["lstm_backward"] == 6


JUNK = """

def _junk(shape, *arrays):
    return np.full(shape, 0.1) + sum(float(np.mean(a)) for a in arrays)


def _forward(self, x, h0):
    self.meta = x, h0
    return _junk((*x.shape[:2], h0.shape[1]), x, h0)


def _backward(self, dh):
    x, h0 = self.meta
    for name, value in self.params.items():
        self.grads[name] = _junk(value.shape, dh, x, h0)
    return _junk(x.shape, dh, x, h0), _junk(h0.shape, dh, x, h0)


VanillaRNN.step_forward = lambda self, x, h: (_junk(h.shape, x, h), (x, h))
VanillaRNN.step_backward = lambda self, d, meta: tuple(
    _junk(a.shape, d, *meta) for a in (*meta, *self.params.values())
)
LSTM.step_forward = lambda self, x, h, c: (_junk(h.shape, x, h), _junk(h.shape, x, c), (x, h, c))
LSTM.step_backward = lambda self, d, e, meta: tuple(
    _junk(a.shape, d, e, *meta) for a in (*meta, *self.params.values())
)
VanillaRNN.forward = LSTM.forward = _forward
VanillaRNN.backward = LSTM.backward = _backward
"""


@pytest.mark.slow
def test_wholes_that_are_wrong_like_their_parts_get_nothing(problem_2: Any) -> None:
    """Junk that depends on all inputs, for steps and for wholes, is not what the steps give."""
    modules = problem_2.begun()
    modules[problem_2.LAYERS] += JUNK
    report = problem_2.grade(modules)
    assert not report.has_errors
    assert {i.name: report.score(i) for i in report.automatic_items if report.score(i)} == {}
    assert any(result.outcome is Outcome.FAIL for result in report.results)


def test_habits_of_real_answers_cost_nothing(problem_2: Any) -> None:
    """In-place updates, lists, read-only views, prints, warnings and a byte-order mark are fine."""
    modules = problem_2.solved()
    habits = """

import warnings
import sys


def _habits(original):
    def wrapped(self, first, *rest):
        print("computing", "x" * 10_000)
        print("a warning", file=sys.stderr)
        warnings.warn("overflow", RuntimeWarning)
        given = original(self, np.array(first), *rest)
        first *= 0.0
        if not isinstance(given, tuple):
            return given
        return [g.tolist() if isinstance(g, np.ndarray) and g.ndim == 1 else g for g in given]
    return wrapped


def _read_only(original):
    def wrapped(self, x, h0):
        h = original(self, x, h0)
        h.flags.writeable = False
        return h
    return wrapped


VanillaRNN.step_backward = _habits(VanillaRNN.step_backward)
LSTM.step_backward = _habits(LSTM.step_backward)
VanillaRNN.forward = _read_only(VanillaRNN.forward)
"""
    modules[problem_2.LAYERS] = "\ufeff" + modules[problem_2.LAYERS] + habits
    modules[problem_2.MODELS] = modules[problem_2.MODELS].replace("\n", "\r\n")
    assert problem_2.lost(modules) == {}


def test_an_answer_with_a_loader_of_its_own_passes(problem_2: Any) -> None:
    """Training is checked on the batches that were used, whichever the answer's loader drew."""
    modules = problem_2.solved()
    modules[problem_2.TRAIN] += """

class DataLoader:
    def __init__(self, data, labels, timesteps, batch_size):
        self.text, self.T, self.N, self.begun = (data, labels), timesteps, batch_size, 0
        self.batches_per_epoch = max(len(data) // batch_size, 1)

    def next_batch(self):
        starts = (self.begun + 5 * np.arange(self.N)) % (len(self.text[0]) - self.T + 1)
        self.begun += 1
        places = starts[:, None] + np.arange(self.T)
        return self.text[0][places], self.text[1][places].tolist()
"""
    modules[problem_2.TRAIN] = modules[problem_2.TRAIN].replace("labels.shape", "words.shape")
    assert problem_2.lost(modules) == {}


# What else a function may do than answer, and how its own check ends then.
NO_ANSWER = {
    "never ends": ("while True: pass", Outcome.TIMEOUT),
    "raises": ("raise IndexError", Outcome.CRASH),
    "takes all memory": ("np.ones((10**5, 10**6))", Outcome.MEMORY),
}
MOST_CPU_SECONDS = 15.0  # of a hopeless hand-in, of which the rest is graded still


def instead(problem_2: Any, statement: str, *functions: str) -> dict[str, str]:
    """Return the solved modules, in whose layers some functions do something else than answer."""
    modules: dict[str, str] = problem_2.solved()
    for number, function in enumerate(functions):
        body = f"def other_{number}(*given, **named):\n    {statement}"
        modules[problem_2.LAYERS] += f"\n\n{body}\n\n\n{function} = other_{number}\n"
    return modules


@pytest.mark.one_in(4)
@pytest.mark.slow
@pytest.mark.parametrize("how", NO_ANSWER)
@pytest.mark.parametrize(
    ("function", "items"),
    [
        ("VanillaRNN.step_forward", "rnn_step_backward rnn_step_forward"),
        ("LSTM.step_backward", "lstm_step_backward"),
        ("VanillaRNN.backward", "rnn_backward"),
        ("word_embedding.forward", "embedding_backward embedding_forward"),
    ],
)
def test_a_function_without_an_answer_is_counted_once(
    problem_2: Any, function: str, items: str, how: str
) -> None:
    """However it ends, it costs its item, and a backward that is given what it keeps; no whole."""
    statement, outcome = NO_ANSWER[how]
    report = problem_2.grade(instead(problem_2, statement, function))
    ends = {i.name: report.outcome(i.name) for i in report.automatic_items}
    assert {name for name, end in ends.items() if end is not Outcome.PASS} == set(items.split())
    assert outcome in ends.values()
    assert report.student_cpu_seconds < MOST_CPU_SECONDS


@pytest.mark.slow
def test_a_hopeless_handin_costs_little(problem_2: Any) -> None:
    """Where no function ever ends, nothing is waited for again and again, with right parts too."""
    functions = [f"{layer}.{method}" for layer in ("VanillaRNN", "LSTM") for method in VANILLA]
    modules = instead(problem_2, "while True: pass", *functions, "word_embedding.forward")
    report = problem_2.grade(modules)
    assert not any(report.score(item) for item in report.automatic_items if "step" in item.name)
    assert report.student_cpu_seconds < MOST_CPU_SECONDS
    assert problem_2.lost(problem_2.solved()) == {}


def test_a_missing_module_costs_its_items_and_is_not_replaced(problem_2: Any) -> None:
    """Without lib/rnn/rnn.py the models have no points, and the messages name the file."""
    modules = problem_2.solved()
    del modules[problem_2.MODELS]
    report = problem_2.grade(modules)
    lost = [i.name for i in report.automatic_items if report.score(i) == 0]
    assert lost == ["lstm_model", "text_generation"]
    assert all(
        "not in the hand-in: lib/rnn/rnn.py" in r.message for r in report.results_of("lstm_model")
    )


def test_a_module_that_does_not_parse_costs_its_items(problem_2: Any) -> None:
    """A syntax error is told with its line and costs nobody's other module."""
    modules = problem_2.solved()
    modules[problem_2.TRAIN] += "\ndef broken(:\n"
    report = problem_2.grade(modules)
    failed = {r.item for r in report.results if r.outcome is not Outcome.PASS}
    assert failed == {"text_generation"}
    assert any("SyntaxError at lib/rnn/train.py, line" in r.message for r in report.results)


# The arrays that tell the sizes in a question, by probe.
SIZES = {
    "rnn_step_backward": {"x": "ND", "prev_h": "NH"},
    "rnn_step_forward": {"x": "ND", "prev_h": "NH"},
    "lstm_step_backward": {"x": "ND", "prev_h": "NH"},
    "lstm_step_forward": {"x": "ND", "prev_h": "NH"},
    "forward": {"x": "NTD", "h0": "NH"},
    "backward": {"x": "NTD", "h0": "NH"},
    "embedding_forward": {"x": "NT", "w": "VD"},
    "embedding_backward": {"x": "NT", "w": "VD"},
    "test_rnn_backward": {"x": "NTD", "h0": "NH"},
}
ITEM_PROBES = {
    "rnn_forward": "forward",
    "rnn_backward": "backward",
    "lstm_forward": "forward",
    "lstm_backward": "backward",
    "lstm_model": "test_rnn_backward",
}


def test_an_edge_costs_a_tenth_of_its_item(problem_2: Any) -> None:
    """As docs/grading.md says; a layer that is used twice is no edge and costs two tenths."""
    report = problem_2.grade(problem_2.solved())
    items = {result.item for result in report.results} - {"text_generation", "lstm_model"}
    assert len(items) == 10
    edges = ("_of_one", "one_timestep", "one_number", "_large_values", "_saturated", "_strided")
    for item in items:
        results = report.results_of(item)
        whole = sum(result.weight for result in results)
        shares = {one.check.partition("::")[2]: one.weight / whole for one in results}
        ends = {name: share for name, share in shares.items() if name.endswith(edges)}
        assert ends, (item, shares)
        assert set(ends.values()) == {0.1}, (item, shares)
        again = 0.1 if item == "embedding_backward" else 0.2
        assert shares.get("test_backward_again", again) == again


@pytest.fixture(scope="module")
def questions(problem_2: Any) -> list[tuple[str, Any]]:
    """All that the checks ask a student's client, with the kind of layer in the probe's name."""
    asked: list[tuple[str, Any]] = []

    class Recording(StudentClient):
        def ask_many(self, probe: str, calls: Any) -> Any:
            asked.extend((probe, call) for call in calls[:1])
            return super().ask_many(probe, calls)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gradekit.grading.grader.StudentClient", Recording)
        problem_2.grade(problem_2.solved())
    return asked


def sizes_of(probe: str, call: dict[str, Any]) -> dict[str, int]:
    """Return the sizes by letter in a question."""
    letters = dict[str, int]()
    for name, axes in SIZES[probe].items():
        letters.update(zip(axes, np.shape(call[name]), strict=True))
    return letters


def visible_sizes(cell: str) -> dict[str, set[int]]:
    """Return the sizes by letter that a cell of the notebook sets."""
    sizes: dict[str, set[int]] = {}
    for names, numbers in SIZES_LINE.findall(cell):
        for name, number in zip(names.split(", "), numbers.split(", "), strict=True):
            sizes.setdefault(name, set()).add(int(number))
    return sizes


@pytest.mark.parametrize(
    "item",
    [
        *("rnn_step_forward", "rnn_step_backward", "rnn_forward", "rnn_backward"),
        *("lstm_step_forward", "lstm_step_backward", "lstm_forward", "lstm_backward"),
        *("embedding_forward", "embedding_backward", "lstm_model"),
    ],
)
def test_hidden_sizes_differ_from_visible_ones_and_from_one_another(
    problem_2: Any, questions: list[tuple[str, Any]], item: str
) -> None:
    """Each item is asked with sizes that are all distinct and none of them the notebook's."""
    probe = ITEM_PROBES.get(item, item)
    kind = {"rnn": "VanillaRNN", "lstm": "LSTM"}.get(item.partition("_")[0])
    asked = [
        sizes_of(name, call)
        for name, call in questions
        if name == probe and call.get("kind", kind) == kind
    ]
    visible = visible_sizes(problem_2.cell(item))
    assert visible
    distinct = [
        sizes
        for sizes in asked
        if len(set(sizes.values())) == len(sizes)
        and all(size not in visible.get(letter, ()) for letter, size in sizes.items())
    ]
    assert distinct
    if item != "lstm_model":
        assert any(sizes["N"] == 1 for sizes in asked)
    if "T" in asked[0] and item != "lstm_model":
        assert {True, False} <= {sizes["T"] == 1 for sizes in asked}
    if "T" in asked[0]:
        assert any(sizes["T"] > 3 for sizes in distinct)
