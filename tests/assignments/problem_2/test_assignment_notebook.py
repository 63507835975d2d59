"""The source notebook holds its items, checks that work, and the parts of the hand-in."""

import contextlib
import io
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.nbgraderformat import MetadataValidator
from notebooks_in_place import headed_items

SOURCE = Path(__file__).resolve().parents[3] / "source" / "problem_2"
ITEMS = {
    "rnn_step_forward": 4,
    "rnn_step_backward": 4,
    "rnn_forward": 4,
    "rnn_backward": 4,
    "embedding_forward": 4,
    "embedding_backward": 4,
    "lstm_step_forward": 6,
    "lstm_step_backward": 6,
    "lstm_forward": 6,
    "lstm_backward": 6,
    "lstm_model": 2,
    "text_generation": 8,
    "inline_question": 2,
}
CHECKS = [name for name in ITEMS if name != "inline_question"]
PROVIDED = [
    "setup",
    "provided_temporal_fc",
    "provided_loss",
    "provided_model",
    "provided_model_gradient",
    "dataset",
]
HANDIN = ["training_lstm", "curves_lstm", "training_rnn", "curves_rnn", "sample", "answer"]


@pytest.fixture
def notebook() -> Any:
    """The source notebook, read afresh."""
    return nbformat.read(SOURCE / "problem_2.ipynb", as_version=4)


@pytest.fixture
def in_source(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The source folder as working folder and first on the path, with no other `lib` loaded."""
    mpl.use("agg")
    forget_lib()
    monkeypatch.syspath_prepend(str(SOURCE))
    monkeypatch.chdir(SOURCE)
    yield
    forget_lib()


def forget_lib() -> None:
    """Drop every loaded `lib`, for other folders have one too."""
    for name in [name for name in sys.modules if name.split(".")[0] == "lib"]:
        del sys.modules[name]


def meta(cell: Any, kind: str = "nbgrader") -> dict[str, Any]:
    """Return a cell's metadata of one kind, empty where it has none."""
    return dict(cell.metadata.get(kind, {}))


def cell_of(notebook: Any, grade_id: str) -> Any:
    """Return the cell with an nbgrader name."""
    return next(cell for cell in notebook.cells if meta(cell).get("grade_id") == grade_id)


def after_setup(notebook: Any) -> dict[str, Any]:
    """Return the names that the setup cell gives, without its magics, which need IPython."""
    lines = cell_of(notebook, "setup").source.splitlines()
    names: dict[str, Any] = {}
    exec("\n".join(line for line in lines if not line.startswith("%")), names)
    return names


def run(cell: Any, names: dict[str, Any]) -> str:
    """Run a cell and return what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(cell.source, names)
    return printed.getvalue()


def spoiled(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method whose first array is a tenth of a percent too large."""

    def wrong(self: Any, *args: Any) -> Any:
        result = method(self, *args)
        if result is None:
            for gradient in self.grads.values():
                gradient *= 1.001
            return None
        if isinstance(result, tuple):
            return (result[0] * 1.001, *result[1:])
        return result * 1.001

    return wrong


def test_items_are_the_course_s(notebook: Any) -> None:
    """The notebook has the thirteen items in their order, and 60 points."""
    found = [(item.name, item.points) for item in headed_items(notebook)]
    assert found == list(ITEMS.items())
    assert sum(ITEMS.values()) == 60


def test_headings_state_the_items_points(notebook: Any) -> None:
    """The heading nearest above each item has the item's points, and no two titles are the same."""
    found = headed_items(notebook)
    assert [item.points_told for item in found] == [str(item.points) for item in found]
    assert len({item.title for item in found}) == len(ITEMS)


@pytest.mark.parametrize("name", [*CHECKS, *PROVIDED])
def test_checks_and_provided_cells_are_locked(notebook: Any, name: str) -> None:
    """A student can neither edit nor delete a check or a provided cell."""
    cell = cell_of(notebook, name)
    assert meta(cell)["locked"] is True
    assert meta(cell)["solution"] is False
    assert cell.metadata["editable"] is False
    assert cell.metadata["deletable"] is False


def test_inline_question_is_answered_and_graded_by_hand(notebook: Any) -> None:
    """The inline question is a graded solution cell, answered in fewer than 150 words."""
    cell = cell_of(notebook, "inline_question")
    assert cell.cell_type == "markdown"
    assert meta(cell)["solution"] is True
    assert meta(cell)["locked"] is False
    outside, _, rest = cell.source.partition("### BEGIN SOLUTION\n")
    answer, _, _ = rest.partition("### END SOLUTION")
    assert "**Answer**" in outside
    assert 50 < len(answer.split()) < 150
    for topic in ("RNN", "LSTM", "T =", "because"):
        assert topic in answer


def test_training_cells_can_be_edited_and_shortened(notebook: Any) -> None:
    """Cells that train and sample are the student's own, with one line for the number of epochs."""
    own = [cell for cell in notebook.cells if cell.cell_type == "code" and not meta(cell)]
    training = [cell for cell in own if "train_net(" in cell.source]
    assert len(training) == 3
    for cell in training:
        assert cell.source.splitlines().count("max_epoch = 50") == 1
        assert cell.source.count("max_epoch = ") == 1
    assert all(cell.metadata.get("editable", True) for cell in own)


def test_handin_parts_stand_in_their_order(notebook: Any) -> None:
    """The cells that the PDF is made of are marked, once each, in the order of the PDF."""
    parts = [meta(cell, "gradekit") for cell in notebook.cells if meta(cell, "gradekit")]
    assert [part["handin"] for part in parts] == HANDIN
    for part in parts:
        assert bool(part.get("caption")) is not part["handin"].startswith("training")


def test_source_has_no_outputs(notebook: Any) -> None:
    """The kept notebook has never been run."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_notebook_is_valid(notebook: Any) -> None:
    """The file follows nbformat 4.5 and nbgrader's schema, and names the plain Python kernel."""
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_no_removed_names_of_numpy_are_used(notebook: Any) -> None:
    """Nothing uses np.int and its like, which NumPy no longer has."""
    texts = [cell.source for cell in notebook.cells]
    texts += [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")]
    assert not [t for t in texts if re.search(r"\bnp\.(int|float|bool|object|str)\b(?!_)", t)]


@pytest.mark.usefixtures("in_source")
@pytest.mark.parametrize("name", [*CHECKS, *PROVIDED[1:]])
def test_each_check_runs_alone(notebook: Any, name: str) -> None:
    """After the setup cell each check passes without any other cell, and prints what it found."""
    assert run(cell_of(notebook, name), after_setup(notebook)).strip()


@pytest.mark.usefixtures("in_source")
@pytest.mark.parametrize(
    ("name", "kind", "method"),
    [
        ("rnn_step_forward", "VanillaRNN", "step_forward"),
        ("rnn_step_backward", "VanillaRNN", "step_backward"),
        ("rnn_forward", "VanillaRNN", "forward"),
        ("rnn_backward", "VanillaRNN", "backward"),
        ("embedding_forward", "word_embedding", "forward"),
        ("embedding_backward", "word_embedding", "backward"),
        ("lstm_step_forward", "LSTM", "step_forward"),
        ("lstm_step_backward", "LSTM", "step_backward"),
        ("lstm_forward", "LSTM", "forward"),
        ("lstm_backward", "LSTM", "backward"),
        ("lstm_model", "LSTM", "forward"),
    ],
)
def test_each_check_sees_a_small_mistake(
    notebook: Any, monkeypatch: pytest.MonkeyPatch, name: str, kind: str, method: str
) -> None:
    """A result that is a tenth of a percent off fails its check, with error and bound."""
    names = after_setup(notebook)
    monkeypatch.setattr(names[kind], method, spoiled(getattr(names[kind], method)))
    with pytest.raises(AssertionError, match=r"error is .+; it should be below"):
        run(cell_of(notebook, name), names)


@pytest.mark.usefixtures("in_source")
def test_unfinished_method_is_named(notebook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check of what is not written yet lets the NotImplementedError through."""

    def unfinished(*_: Any) -> None:
        raise NotImplementedError("LSTM.backward")

    names = after_setup(notebook)
    monkeypatch.setattr(names["LSTM"], "backward", unfinished)
    with pytest.raises(NotImplementedError, match=r"LSTM\.backward"):
        run(cell_of(notebook, "lstm_backward"), names)


@pytest.mark.usefixtures("in_source")
def test_text_generation_check_sees_a_model_that_does_not_learn(
    notebook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training loop without its optimizer's step fails the check of text generation."""
    names = after_setup(notebook)
    monkeypatch.setattr(names["Adam"], "step", lambda _: None)
    with pytest.raises(AssertionError, match="rnn: the last loss is"):
        run(cell_of(notebook, "text_generation"), names)


@pytest.mark.slow
def test_solved_notebook_runs_from_top_to_bottom(notebook: Any, tmp_path: Path) -> None:
    """The solved notebook runs through; curves are pictures and the sample is plain text."""
    folder = shutil.copytree(SOURCE, tmp_path / "problem_2")
    for cell in notebook.cells:
        cell.source = cell.source.replace("max_epoch = 50", "max_epoch = 1")
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources=resources, coalesce_streams=True
    )
    client.execute()
    parts = {meta(c, "gradekit")["handin"]: c for c in notebook.cells if meta(c, "gradekit")}
    for name in ("curves_lstm", "curves_rnn"):
        assert any("image/png" in out.get("data", {}) for out in parts[name].outputs)
    [sample] = parts["sample"].outputs
    assert sample.name == "stdout"
    assert sample.text.startswith("she ")
    assert len(re.split(" ", sample.text.rstrip("\n"))) == 40
    streams = [out for cell in notebook.cells for out in cell.get("outputs", []) if "name" in out]
    assert {out.name for out in streams} == {"stdout"}
    assert "(Epoch 1 / 1) Training Accuracy" in parts["training_lstm"].outputs[0].text
