"""The rule for late hand-ins, which a course sets in nbgrader_config.py; by default none."""

import math
from typing import Any

from nbgrader.plugins import BasePlugin, LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float, TraitError
from traitlets.config import Config

from gradekit.errors import GradekitError

CONFIG_FILE = "nbgrader_config.py"
# nbgrader reads it after the other, so that it has the last word.
JSON_FILE = "nbgrader_config.json"
MINUTE, DAY = 60, 24 * 60 * 60


class Amount(Float[float, float]):
    """A number that is not negative, and at most `max` where that is given."""

    def validate(self, obj: Any, value: Any) -> float:
        """Return the number; raise TraitError, with the setting's name, for anything else."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or not 0 <= value <= self.max:
            needed = "0 or more" if math.isinf(self.max) else f"from 0 to {self.max:g}"
            name = f"c.{type(obj).__name__}.{self.name}"
            raise TraitError(f"{name} = {value!r}: it must be a number, {needed}")
        return float(value)


class LateRule(LateSubmissionPlugin):
    """Takes a percentage of the points that a late hand-in earned, for each day that has begun.

    Within the grace nothing is taken off. The first day begins when the grace has passed, and a
    day that has begun counts whole. With nbgrader's own `penalty_method = "zero"` all is taken off
    once the grace has passed.
    """

    grace_minutes = Amount(help="Minutes after the due date that cost nothing.").tag(config=True)
    percent_per_day = Amount(
        max=100, help="Percent of the points earned that each day costs that has begun."
    ).tag(config=True)
    cap_percent = Amount(100, max=100, help="The most percent that lateness costs.").tag(
        config=True
    )

    def late_submission_penalty(
        self,
        student_id: str,  # noqa: ARG002
        score: float,
        total_seconds_late: float,
    ) -> float | None:
        """Return the points to take off `score`, the points earned; None where there are none."""
        return max(score, 0.0) * (self.percent(total_seconds_late) / 100) or None

    def percent(self, seconds: float) -> float:
        """Return what percentage a hand-in loses that came some seconds after its due date."""
        days = self.days(seconds)
        if self.penalty_method == "zero":
            return 100.0 if days else 0.0
        return min(days * self.percent_per_day, self.cap_percent)

    def days(self, seconds: float) -> int:
        """Return how many days have begun since the grace passed."""
        return max(math.ceil((seconds - self.grace_minutes * MINUTE) / DAY), 0)

    def in_words(self) -> str:
        """Return the rule as a sentence for students."""
        if self.penalty_method == "zero":
            text = "a late hand-in gets no points"
        else:
            text = f"{self.percent_per_day:g} % of the points earned for each day that has begun"
            text += f", at most {self.cap_percent:g} %" if self.cap_percent < 100 else ""
        grace = f"; the first {self.grace_minutes:g} minutes cost nothing"
        return text + (grace if self.grace_minutes else "")


def use_late_rule(config: Config) -> None:
    """Have nbgrader's step for late hand-ins go by the rule, unless the course has its own."""
    if "plugin_class" not in config.AssignLatePenalties:
        config.AssignLatePenalties.plugin_class = LateRule


def check_late_rule(config: Config) -> None:
    """Raise GradekitError in one line where a setting of the rule is wrong or does not exist."""
    known = LateRule.class_trait_names(config=True)
    for name in config.LateRule:
        if name not in known:
            settings = ", ".join(sorted(known))
            raise GradekitError(f"{CONFIG_FILE}: c.LateRule.{name} is no setting ({settings} are)")
    try:
        course_rule(config)
    except (TraitError, ImportError) as error:
        raise GradekitError(f"{CONFIG_FILE}: {error}") from error


def course_rule(config: Config) -> BasePlugin:
    """Return the plugin that nbgrader asks in a course; raise TraitError for a wrong setting."""
    step = AssignLatePenalties(config=config)
    step.init_plugin()
    return step.plugin_inst
