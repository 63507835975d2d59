"""The hidden checks of problem_2: what real answers get, right and wrong ones."""

from typing import Any

import pytest

from gradekit.grading.bench import Clock
from gradekit.report import Outcome

VANILLA = ("step_forward", "step_backward", "forward", "backward")
TRAIN_NEEDS = {"text_generation"}

# Each mistake: the file, what is replaced by what (the first time after a text), and the items that
# may lose points: its own and those that call it.
MISTAKES = {
    "tanh left out": (
        "LAYERS",
        "np.tanh(x @ wx + prev_h @ wh",
        "(x @ wx + prev_h @ wh",
        "",
        "rnn_ lstm_model",
    ),
    "no gradient through time": (
        "LAYERS",
        "self.step_backward(dh[:, t] + dh0, self.meta[t])",
        "self.step_backward(dh[:, t], self.meta[t])",
        "",
        "rnn_backward",
    ),
    "cell gradient from one source": (
        "LAYERS",
        "dc = dnext_c + dnext_h",
        "dc = dnext_h",
        "",
        "lstm_step_backward lstm_backward lstm_model",
    ),
    "three timesteps of the embedding": (
        "LAYERS",
        "np.add.at(dtable, self.meta, dout)",
        "np.add.at(dtable, self.meta[:, :3], dout[:, :3])",
        "",
        "embedding_backward",
    ),
    "repeated words counted once": (
        "LAYERS",
        "np.add.at(dtable, self.meta, dout)",
        "dtable[self.meta] += dout",
        "",
        "embedding_backward",
    ),
    "sizes of the model swapped": (
        "MODELS",
        "recurrent_layer(input_dim, hidden_dim)",
        "recurrent_layer(hidden_dim, input_dim)",
        "",
        "lstm_model",
    ),
    "optimiser forgotten": ("TRAIN", "optimizer.step()", "pass", "", ""),
    "first state as wide as the words": (
        "TRAIN",
        "np.zeros((batch_size, hidden_size(model)))",
        "np.zeros((model.preprocess.params[model.preprocess.w_name].shape[1], hidden_size(model)))",
        "",
        "",
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


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_loses_points_where_it_is_and_nowhere_else(problem_2: Any, mistake: str) -> None:
    """Each mistake costs points, in its item and in those that call it only."""
    file, old, new, after, where = MISTAKES[mistake]
    lost = set(problem_2.lost(problem_2.changed(getattr(problem_2, file), old, new, after)))
    allowed = {i for i in _items(problem_2) if where and i.startswith(tuple(where.split()))}
    assert lost
    assert lost <= allowed | TRAIN_NEEDS
    assert not allowed or lost & allowed


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
    assert [scores[f"rnn_{method}"] for method in VANILLA] == [0, 0, 0, 0]
    assert scores["lstm_backward"] == 6


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


@pytest.mark.slow
def test_an_endless_loop_costs_what_calls_it(
    problem_2: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """VanillaRNN.backward that never ends is TIMEOUT where it is called, and the rest is graded."""
    clock = lambda: Clock(call_seconds=3.0)  # noqa: E731
    monkeypatch.setattr("gradekit.grading.grade.Clock", clock)
    new = "dh0 = np.zeros_like(dh[:, 0])\n        while True:\n            pass"
    modules = problem_2.changed(problem_2.LAYERS, "dh0 = np.zeros_like(dh[:, 0])", new)
    assert problem_2.lost(modules) == {"rnn_backward": "TIMEOUT", "text_generation": "TIMEOUT"}
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


def _items(problem_2: Any) -> list[str]:
    return [item.name for item in problem_2.grader.kit.items]
