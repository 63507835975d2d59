"""The demo's class of problem_2, whose code stands in modules."""

from pathlib import Path

from handins import ClassOfStudents, blank, change

from gradekit.course import Assignment
from gradekit.solution.regions import cut, solve

EPOCHS = 6
LAYERS, MODELS = "lib/rnn/layer_utils.py", "lib/rnn/rnn.py"
VANILLA = ["step_forward", "step_backward", "forward", "backward"]
ANSWER = (
    "The LSTM keeps long passages together where the vanilla RNN drifts into a loop, though the "
    "RNN learns faster at first: its updates are simpler, but its gradient $\\partial h_t/"
    "\\partial h_{t-k}$ fades with $k$. Both learn chapter I by heart and know no word outside "
    "of it; greedy sampling makes them repeat themselves."
)


def solved(assignment: Assignment, folder: Path) -> None:
    """Put the reference in the place of each module."""
    for path in assignment.modules:
        name = path.relative_to(assignment.source)
        (folder / name).write_text(solve(path.read_text("utf-8"), str(name)), encoding="utf-8")


def vanilla_only(assignment: Assignment, folder: Path) -> None:
    """Solve the vanilla RNN's four methods and nothing else."""
    text = (assignment.source / LAYERS).read_text(encoding="utf-8")
    keep = [f"VanillaRNN.{method}" for method in VANILLA]
    (folder / LAYERS).write_text(cut(text, LAYERS, keep), encoding="utf-8")


def subtle_mistake(assignment: Assignment, folder: Path) -> None:
    """Forget one of the two sources of the cell state's gradient."""
    solved(assignment, folder)
    change(folder / LAYERS, "dc = dnext_c + dnext_h", "dc = dnext_h")


def endless_loop(assignment: Assignment, folder: Path) -> None:
    """Never come back from VanillaRNN.backward."""
    solved(assignment, folder)
    line = "        dh0 = np.zeros_like(dh[:, 0])\n"
    change(folder / LAYERS, line, f"{line}        while True:\n            pass\n")


def syntax_error(assignment: Assignment, folder: Path) -> None:
    """Leave a parenthesis open in one of the three modules."""
    solved(assignment, folder)
    change(folder / MODELS, "super().__init__(", "super().__init__((")


CLASS = ClassOfStudents(
    "problem_2",
    {
        "demo_solved": solved,
        "demo_blank": blank,
        "demo_vanilla_only": vanilla_only,
        "demo_subtle_mistake": subtle_mistake,
        "demo_endless_loop": endless_loop,
        "demo_syntax_error": syntax_error,
    },
    {"max_epoch = 50": f"max_epoch = {EPOCHS}", "YOUR ANSWER HERE": ANSWER},
    f", with {EPOCHS} epochs instead of 50",
)
