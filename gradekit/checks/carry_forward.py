"""Error carried forward: an item that fails only because of an earlier mistake still passes.

Teachers call it error carried forward. A check of a whole (a layer that goes through its steps, a
model made of layers) names its parts in its marker: `follows`. Where it does not pass, be it that
the values are wrong or that there are none, it is run once more on the hand-in with *right* parts:
in a fresh worker, where the reference's functions are in the place of the hand-in's. If the whole
is right there, what is wrong is in the parts, and is counted there. What a hand-in's own parts say
decides nothing, and a whole that was never written, or that does not use its parts, is as wrong
with right ones.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradekit.model import Outcome, Result

FOLLOWS = "right where {} right: what is wrong there is counted there"
TOGETHER = "counts only together with: {}"
# Fresh workers that one hand-in may have for this: each takes of its time.
MOST_FRESH_WORKERS = 40
MOST_NAMED = 3


@dataclass(frozen=True)
class Rules:
    """What a check's marker says beside its item and weight.

    `of` names the functions whose mistakes its item counts; `follows` those whose mistakes are
    counted in other items, in groups that only work together; `after` is a check of the same file
    without which this one earns nothing.
    """

    of: tuple[str, ...] = ()
    follows: tuple[tuple[str, ...], ...] = ()
    after: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """All functions that the check follows."""
        return tuple(dict.fromkeys(name for group in self.follows for name in group))


def choices_to_replace(rules: Rules, wrong: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield which functions to replace, one choice after another: few, and each once.

    First those that are known to be wrong, then with them the groups: the first one, the first two,
    and so on. Without them one that never ends would be waited for again. What one function leaves
    for another (a step's `meta`) need not be as the reference has it, so functions that share such
    a thing are a group.
    """
    tried = []
    chosen: tuple[str, ...] = ()
    known = tuple(name for name in rules.parts if name in wrong)
    prefixes = [chosen := (*chosen, *group) for group in rules.follows]
    for group in (known, *prefixes):
        choice = tuple(name for name in rules.parts if name in (*known, *group))
        if choice and set(choice) not in tried:
            tried.append(set(choice))
            yield choice


def right_parts_remark(functions: Sequence[str]) -> str:
    """Return the remark of a check that passes with right parts only."""
    names = list(functions)
    if len(names) > MOST_NAMED:
        names = list(dict.fromkeys(name.partition(".")[0] for name in names))
    verb = "is" if len(names) == 1 else "are"
    return FOLLOWS.format(f"{' and '.join(names)} {verb}")


def wrong_functions(
    results: Sequence[Result], rules: Mapping[str, Rules], *, mainly: bool = False
) -> set[str]:
    """Return the functions that a check of their own has not passed.

    Where they must be wrong `mainly`, checks that count only together with another do not say it.
    """
    failed = (r for r in results if r.outcome is not Outcome.PASS and r.check in rules)
    own = (rules[result.check] for result in failed)
    return {name for one in own if not (mainly and one.after) for name in one.of}


def passed(functions: Sequence[str], results: Sequence[Result], rules: Mapping[str, Rules]) -> bool:
    """Whether each of some functions has checks of its own that have all ended, and passed."""
    ended = {result.check: result.outcome for result in results}
    return all(
        ended.get(check) is Outcome.PASS
        for check, one in rules.items()
        if not set(functions).isdisjoint(one.of)
    )


def without_new_excuses(
    kept: Mapping[str, Result], rules: Mapping[str, Rules]
) -> dict[str, Result]:
    """Return kept results, by check, less those that may be excused now.

    A check that follows from parts and has not passed is run again where a check of one of these
    is: what that one finds wrong now may excuse it.
    """
    return {
        name: result
        for name, result in kept.items()
        if result.outcome is Outcome.PASS
        or name not in rules
        or all(
            check in kept
            for check, one in rules.items()
            if not set(rules[name].parts).isdisjoint(one.of)
        )
    }


def settle_results(results: Sequence[Result], rules: Mapping[str, Rules]) -> list[Result]:
    """Return the results of all checks of a hand-in, as each stands beside the others.

    An excuse holds only where a check of the excused functions fails: else nobody would count what
    is wrong. One that a check itself has given, with a remark, rests on what the hand-in's own
    functions say, who may say it there alone: it holds where these fail a main check. What counts
    only together with another check is a FAIL where that one is no PASS.
    """
    wrong, mainly = (wrong_functions(results, rules, mainly=which) for which in (False, True))
    held = [
        _excused(one, mainly if one.message else wrong) if one.excused else one for one in results
    ]
    ended = {result.check: result for result in held}
    return [_together(result, rules, lambda name: ended.get(name)) for result in held]


def _excused(result: Result, wrong: Collection[str]) -> Result:
    functions = [name for name in result.excused if name in wrong]
    if functions:
        return replace(result, message=result.message or right_parts_remark(functions))
    return replace(
        result,
        outcome=result.unexcused_outcome,
        message=result.unexcused,
        excused=(),
        unexcused="",
        unexcused_outcome=Outcome.FAIL,
        key="",
    )


def _together(
    result: Result, rules: Mapping[str, Rules], of: Callable[[str], Result | None]
) -> Result:
    file, _, _ = result.check.partition("::")
    after = rules[result.check].after if result.check in rules else ""
    first = of(f"{file}::{after}") if after else None
    if first is None or first.outcome is Outcome.PASS or result.outcome is not Outcome.PASS:
        return result
    # Such ends may be others next time.
    passing = first.outcome in (Outcome.ERROR, Outcome.TIMEOUT) or not first.key
    message, key = TOGETHER.format(first.title), "" if passing else result.key
    return replace(result, outcome=Outcome.FAIL, message=message, key=key)
