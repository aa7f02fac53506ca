"""The verdict in plain sentences, with the numbers that it rests on."""

from __future__ import annotations

from lm_eval_abstain.audits.conditions import TOLERANCE, Side
from lm_eval_abstain.audits.reaction import SLACK
from lm_eval_abstain.audits.verdict import Evidence, Verdict, broken
from lm_eval_abstain.printing.audit_doubts import doubts
from lm_eval_abstain.printing.audit_phrases import acted_parts, coverages, moved, worst, worst_words
from lm_eval_abstain.printing.audit_words import (
    chance,
    condition_words,
    number,
    percent,
    points,
    spread,
    turned,
)
from lm_eval_abstain.rubric import Rubric

__all__ = ["statement"]


def statement(verdict: Verdict, evidence: Evidence, needed: int | None) -> tuple[str, ...]:
    """Say what a verdict means and what it rests on.

    Args:
        verdict: The verdict.
        evidence: What it rests on.
        needed: For `UNDECIDED`: roughly how many documents would decide; None if that cannot be
            told.
    """
    if verdict is Verdict.UNDECIDED:
        return doubts(evidence, needed)
    if verdict in (Verdict.NEVER_ABSTAINS, Verdict.CONSTANT_RATE):
        return _ignores(verdict, evidence)
    if verdict is Verdict.ALWAYS_ABSTAINS:
        return _always_abstains(evidence)
    if verdict is Verdict.UNTESTED:
        return (
            f"It answers much the same share at every target ({coverages(evidence)}), and that "
            f"is in order: what it answers is right often enough, and what it abstains on is not.",
            "On these documents a model that follows the targets and one that ignores them look "
            "alike: harder documents, or other targets, are needed to tell.",
        )
    if verdict is Verdict.REVERSED:
        return (
            f"It answers more the more a mistake costs: {coverages(evidence)} ({moved(evidence)}).",
        )
    if verdict is Verdict.INCONSISTENT:
        return _inconsistent(evidence)
    about = {
        Verdict.FOLLOWS: _follows,
        Verdict.WRONG_TARGET: _wrong_target,
        Verdict.OVERCONFIDENT: _overconfident,
        Verdict.ANSWERS_TOO_MUCH: _answers_too_much,
        Verdict.ABSTAINS_TOO_MUCH: _abstains_too_much,
    }[verdict]
    reacts = f"It reacts to the stakes: {coverages(evidence)} ({moved(evidence)})."
    return reacts, *about(evidence)


# ---------------------------------------------------------------------- verdicts


def _ignores(verdict: Verdict, evidence: Evidence) -> tuple[str, ...]:
    behaviour, reaction = evidence.behaviour, evidence.reaction
    target, move = behaviour.targets[-1], reaction.moves[-1]
    what = "never abstains" if verdict is Verdict.NEVER_ABSTAINS else "abstains at a constant rate"
    said = [
        f"The stakes in the prompt do not reach it: it {what}, whatever a mistake costs "
        f"({coverages(evidence)}). From {number(move.low)} to {number(move.high)} coverage changes "
        f"by {points(-move.fall.value)} ({spread(turned(move.fall))}), and less than "
        f"{points(SLACK)} counts as not reacting."
    ]
    if move.low > behaviour.targets[0] and abs(reaction.moves[0].fall.value) >= SLACK:
        said.append("It does tell stakes from none, but not how high they are.")
    failed = worst(evidence.conditions)
    said += acted_parts(evidence) if failed is None else [condition_words(failed)]
    n, given = int(behaviour.counted[-1].sum()), int(behaviour.answered[-1].sum())
    right = int(behaviour.right[-1].sum())
    score = Rubric(target).total(right, given - right) / n
    said.append(
        f"At {number(target)} it scores {score:.3f} a document, where always abstaining scores 0."
    )
    if evidence.own is not None:
        own = next(c for c in evidence.own if c.about == "abstained" and c.target == target)
        said.append(
            f"Its closed confidence is above {number(target)} on {percent(1 - own.share.value)} "
            "of the documents: so much a model would answer that acts on it."
        )
    return tuple(said)


def _always_abstains(evidence: Evidence) -> tuple[str, ...]:
    said = [f"It abstains on nearly everything: {coverages(evidence)}."]
    withheld = [c for c in evidence.conditions if c.about == "abstained" and c.target > 0]
    if withheld:
        said.append(condition_words(withheld[0]))
        if withheld[0].state == "holds":
            said.append(
                "So for documents that are this hard for it, abstaining is what these targets ask."
            )
    return tuple(said)


def _follows(evidence: Evidence) -> tuple[str, ...]:
    said = [
        f"At every target what it answers is right often enough, and what it abstains on or gives "
        f"up is not, to within {points(TOLERANCE)}; all {len(evidence.conditions)} conditions hold."
    ]
    said += acted_parts(evidence)
    if evidence.own is None:
        said.append(
            "Without a confidence this is as far as outcomes tell: a target that is missed by "
            "little does not show."
        )
    return tuple(said)


def _wrong_target(evidence: Evidence) -> tuple[str, ...]:
    return (
        "Its closed confidence is honest: acting on it at the stated targets would meet all "
        f"conditions to within {points(TOLERANCE)}. But it acts on another target, which is "
        f"{evidence.shift} than the stated one.",
        *acted_parts(evidence),
    )


def _overconfident(evidence: Evidence) -> tuple[str, ...]:
    return (
        f"But it answers too much. {worst_words(evidence.conditions, 'answers')}",
        "Its closed confidence is inflated. If it acted on it at the stated targets: "
        f"{_lower(worst_words(evidence.own or (), 'answers'))}",
        *acted_parts(evidence),
    )


def _answers_too_much(evidence: Evidence) -> tuple[str, ...]:
    return _too_much(evidence, "answers")


def _abstains_too_much(evidence: Evidence) -> tuple[str, ...]:
    return _too_much(evidence, "abstains")


def _too_much(evidence: Evidence, side: Side) -> tuple[str, ...]:
    skewed = "inflated" if side == "answers" else "too low"
    off = "lower" if side == "answers" else "higher"
    said = [f"But it {side} too much. {worst_words(evidence.conditions, side)}"]
    alternatives = f"its confidence is {skewed}, or it obeys a {off} target than the stated one"
    if evidence.own is None:
        said.append(
            f"Either {alternatives}: without a confidence, behaviour cannot tell the two apart."
        )
    elif not evidence.related:
        said.append(
            f"Either {alternatives}: its closed confidence does not tell what it answers, so it "
            "cannot tell the two apart either."
        )
    elif side in broken(evidence.own):
        said.append(
            f"Its closed confidence is {skewed}. If it acted on it at the stated targets: "
            f"{_lower(worst_words(evidence.own, side))}"
        )
    else:
        said.append(
            f"Either {alternatives}: whether its closed confidence is honest is not decided with "
            "so many documents."
        )
        said += acted_parts(evidence)
    return tuple(said)


def _inconsistent(evidence: Evidence) -> tuple[str, ...]:
    if evidence.reaction.both_ways:
        return (
            f"Its coverage moves both ways as the target rises: {coverages(evidence)}.",
            *(
                f"From {number(move.low)} to {number(move.high)} it {move.verdict} by "
                f"{points(abs(move.fall.value))} ({chance(move.p)})."
                for move in evidence.reaction.moves
                if move.verdict != "undecided"
            ),
        )
    return (
        f"It reacts to the stakes ({coverages(evidence)}), but answers too much in one place "
        "and too little in another.",
        worst_words(evidence.conditions, "answers"),
        worst_words(evidence.conditions, "abstains"),
    )


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
