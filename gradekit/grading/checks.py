"""What most items ask: to be like the reference, and the gradient of the student's own forward."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradekit.grading.bench import Bench, Values
from gradekit.grading.expect import expect_close, expect_gradients
from gradekit.grading.follow import Parts, asked, despite, elsewhere, following
from gradekit.grading.gradients import numerical_gradients

Case = Mapping[str, Any]
FORWARD = "your own forward pass"


@dataclass(frozen=True)
class Pass:
    """A backward pass and its forward: the probes, and which outputs the forward's answer has.

    `outputs` names for each output the argument that carries its upstream gradient; `wrt` names
    the arguments that have a gradient, which the backward probe gives as d… . A forward that is
    wrong, and right where the arguments named in `without` are zero, has its backward judged there.
    """

    forward: str
    backward: str
    outputs: Mapping[str, str]
    wrt: Sequence[str]
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
    student: Bench,
    reference: Bench,
    probe: str,
    case: Case,
    bound: float,
    *,
    parts: Parts | None = None,
    hint: str = "",
) -> None:
    """Raise CheckFailed unless a probe gives the reference's values, or those of wrong own parts.

    `hint` is told after what differs; of `parts` see `gradekit.grading.follow`.
    """
    got, want = (bench.ask(probe, **case) for bench in (student, reference))
    with following(student, reference, got, parts):
        expect_close(got, want, bound, hint=hint)


def expect_gradient_like_reference(
    student: Bench,
    reference: Bench,
    passes: Pass,
    case: Case,
    bound: float,
    *,
    parts: Parts | None = None,
    hint: str = "",
) -> None:
    """Raise CheckFailed unless a backward pass gives the reference's gradients, or those of wrong
    own parts, or the reference's where its forward is right."""
    got, want = (bench.ask(passes.backward, **case) for bench in (student, reference))
    with ExitStack() as stack:
        _excuse(stack, student, reference, passes, case, got, bound, parts)
        expect_close(got, want, bound, hint=hint)


def expect_own_gradient(
    student: Bench,
    reference: Bench,
    passes: Pass,
    case: Case,
    bound: float,
    *,
    parts: Parts | None = None,
) -> None:
    """Raise CheckFailed unless a backward pass gives the numerical gradient of its own forward.

    The forward must depend on each argument in `wrt`. A backward that gives the reference's
    gradients passes too: where the forward is wrong its own item tells.
    """
    got, want = (bench.ask(passes.backward, **case) for bench in (student, reference))
    inputs = passes.inputs(case)
    with ExitStack() as stack:
        _excuse(stack, student, reference, passes, case, got, bound, parts)
        stack.enter_context(despite(student, got, want, bound, FORWARD))
        upstream = passes.upstream(case)
        numerical = numerical_gradients(student, passes.forward, inputs, upstream, passes.wrt)
        expect_gradients(got, numerical, bound)


def _excuse(
    stack: ExitStack,
    student: Bench,
    reference: Bench,
    passes: Pass,
    case: Case,
    got: Values,
    bound: float,
    parts: Parts | None,
) -> None:
    stack.enter_context(following(student, reference, got, parts))
    if passes.without:
        other = passes.otherwise(case)
        whole = Parts("", asked(passes.backward), other, bound)
        forward = Parts(FORWARD, asked(passes.forward), passes.inputs(case), bound)
        again = Parts(FORWARD, asked(passes.forward), passes.inputs(other), bound)
        stack.enter_context(elsewhere(student, reference, whole, forward, again))
