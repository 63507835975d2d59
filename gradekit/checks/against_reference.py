"""What most items ask: to be like the reference, forwards and backwards."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradekit.checks.compare import ValuesDiffer, agree, expect_close
from gradekit.checks.gradients import depends_on_all, numerical_gradients, perturbed
from gradekit.checks.subject import MistakenReference, Reference, Subject
from gradekit.errors import CheckFailed, CheckOutcome
from gradekit.workers.values import Question

Case = Mapping[str, Any]
RIGHT_ELSEWHERE = "right where your own forward pass is right: what is wrong there is counted there"
OWN_GRADIENT = "the gradient of your own forward pass: what is wrong there is counted there"
SAME_SLIP = "right but for the mistake in your own forward pass, which is counted there"
# Two ways to the same values differ by rounding alone, of 32 bits in some answers.
SAME = 1e-6


@dataclass(frozen=True)
class Pass:
    """A backward pass and its forward: the probes, and which outputs the forward's answer has.

    `outputs` names for each output the argument that carries its upstream gradient; `wrt` names
    the arguments that have a gradient, which the backward probe gives as d… . `of` are the
    functions that the forward is made of. A forward that is wrong, and right where the arguments
    named in `without` are zero, has its backward judged there.
    """

    forward: str
    backward: str
    outputs: Mapping[str, str]
    wrt: Sequence[str]
    of: Sequence[str] = ()
    without: Sequence[str] = ()

    def inputs(self, case: Case) -> dict[str, Any]:
        """Return what the forward probe is asked: the case without the upstream gradients."""
        return {name: v for name, v in case.items() if name not in self.outputs.values()}

    def upstream(self, case: Case) -> dict[str, np.ndarray]:
        """Return the upstream gradient of each output."""
        return {output: np.asarray(case[name]) for output, name in self.outputs.items()}

    def otherwise(self, case: Case) -> dict[str, Any]:
        """Return the case in which a wrong forward may be right."""
        return {**case, **{name: np.zeros_like(case[name]) for name in self.without}}


def expect_like_reference(
    student: Subject, reference: Subject, probe: str, case: Case, bound: float, *, hint: str = ""
) -> None:
    """Raise CheckFailed unless a probe gives the reference's values; `hint` stands after them."""
    got, want = (client.ask(probe, **case) for client in (student, reference))
    expect_close(got, want, bound, hint=hint)


def expect_gradient_like_reference(
    student: Subject,
    reference: Reference,
    passes: Pass,
    case: Case,
    bound: float,
    *,
    probe: str = "",
    hint: str = "",
) -> None:
    """Raise CheckFailed unless a backward pass gives the reference's gradients.

    Where the forward is wrong, and right without some arguments, they are compared there. Where it
    is a slip that we know, they may be those that the reference gives with that slip in its
    forward. `probe` is how the backward is asked, if not as the pass says.
    """
    probe = probe or passes.backward
    got, want = (client.ask(probe, **case) for client in (student, reference))
    try:
        expect_close(got, want, bound, hint=hint)
    except ValuesDiffer:
        if _right_elsewhere(student, reference, passes, case, bound):
            _excuse(student, RIGHT_ELSEWHERE, passes)
        elif any(
            agree(got, answers[0], bound)
            for slip in _slips_of(student, reference, passes, case)
            if (answers := slip.answer_all(probe, [case]))
        ):
            _excuse(student, SAME_SLIP, passes)
        else:
            raise


def expect_own_gradient(
    student: Subject, reference: Reference, passes: Pass, case: Case, bound: float
) -> None:
    """Raise CheckFailed unless a backward pass gives the gradient of its forward.

    That is the reference's, where the forward is right. Where it is wrong, the backward passes if
    the forward is a slip that we know, one of the assignment's mistakes or a mutant of the
    solution, which depends on each argument, and the backward gives that function's numerical
    gradient, which is taken of the mistaken reference. A forward of the hand-in's own making, of
    which nobody knows what its gradient is worth, has none. What `expect_gradient_like_reference`
    lets pass, passes here too.
    """
    try:
        expect_gradient_like_reference(student, reference, passes, case, bound)
    except ValuesDiffer as error:
        if not any(
            agree(error.compared.got, gradients, bound)
            for slip in _slips_of(student, reference, passes, case)
            if (gradients := _gradients_of(slip, passes, case))
        ):
            raise
        _excuse(student, OWN_GRADIENT, passes)


def _excuse(student: Subject, remark: str, passes: Pass) -> None:
    """Let the check pass, if what the forward is made of is counted as wrong in its own item."""
    student.remark, student.excused = remark, tuple(passes.of)
    student.unexcused = "this is not the gradient of a right forward pass"


def _right_elsewhere(
    student: Subject, reference: Subject, passes: Pass, case: Case, bound: float
) -> bool:
    """Whether forward and backward are right where the forward's mistake does not matter."""
    if not passes.without:
        return False
    other = passes.otherwise(case)
    try:
        return not _alike(student, reference, passes.forward, passes.inputs(case), bound) and all(
            _alike(student, reference, probe, question, bound)
            for probe, question in (
                (passes.forward, passes.inputs(other)),
                (passes.backward, other),
            )
        )
    except CheckOutcome:
        return False


def _alike(student: Subject, reference: Subject, probe: str, question: Case, bound: float) -> bool:
    got, want = (client.ask(probe, **question) for client in (student, reference))
    return agree(got, want, bound)


def _slips_of(
    student: Subject, reference: Reference, passes: Pass, case: Case
) -> Iterator[MistakenReference]:
    """Yield the mistaken references whose forward is the hand-in's, if that is wrong."""
    inputs = passes.inputs(case)
    try:
        given = student.ask(passes.forward, **inputs)
    except CheckOutcome:
        return
    if agree(given, reference.ask(passes.forward, **inputs), SAME):
        return  # the right gradient is the only one
    question = Question(passes.forward, inputs)
    for slip in reference.slips(passes.of):
        answer = slip.answer(question)
        if answer is not None and agree(given, answer, SAME):
            yield slip


def _gradients_of(slip: MistakenReference, passes: Pass, case: Case) -> dict[str, np.ndarray]:
    """Return the numerical gradients of a mistaken reference by name; none where it has not all."""
    inputs = passes.inputs(case)
    answers = slip.answer_all(passes.forward, perturbed(inputs, passes.wrt))
    if answers is None:
        return {}
    try:
        found = numerical_gradients(answers, inputs, passes.upstream(case), passes.wrt)
    except CheckFailed:
        return {}
    return {f"d{name}": value for name, value in found.items()} if depends_on_all(found) else {}
