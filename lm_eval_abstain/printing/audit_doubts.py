"""Why there is no verdict, in plain sentences."""

from __future__ import annotations

from lm_eval_abstain.audits.verdict import Evidence, broken, hold
from lm_eval_abstain.printing.audit_phrases import coverages, worst_words
from lm_eval_abstain.printing.audit_words import (
    acted_words,
    chance,
    condition_words,
    number,
    points,
    spread,
    turned,
)

__all__ = ["doubts"]


def doubts(evidence: Evidence, needed: int | None) -> tuple[str, ...]:
    """Say what is open, what is known, and how many documents would decide.

    Args:
        evidence: What a verdict would rest on.
        needed: Roughly how many documents would decide; None if that cannot be told.
    """
    return (*_open_questions(evidence), _needed(evidence, needed))


def _open_questions(evidence: Evidence) -> tuple[str, ...]:
    reaction, said = evidence.reaction, list[str]()
    if not reaction.moves:
        return ("With a single target nobody can see whether it reacts to the stakes.",)
    if reaction.silent:
        return ("It answers nothing, but of so few documents that it may do so by chance.",)
    moved = reaction.moves[-1]
    if not (reaction.flat or reaction.falls or reaction.rises or reaction.both_ways):
        said.append(
            f"Whether it reacts to the stakes is open: from {number(moved.low)} to "
            f"{number(moved.high)} coverage changes by {points(-moved.fall.value)} "
            f"({spread(turned(moved.fall))}, {chance(moved.p)})."
        )
    else:
        said.append(f"How much it answers is known: {coverages(evidence)}.")
    for side in sorted(broken(evidence.conditions)):
        said.append(f"It {side} too much. {worst_words(evidence.conditions, side)}")
    undecided = [part for part in evidence.conditions if part.state == "undecided"]
    if undecided and not broken(evidence.conditions):
        doubtful = max(undecided, key=lambda part: part.needed("holds"))
        said.append(
            f"{len(undecided)} of the {len(evidence.conditions)} conditions are open. "
            f"{condition_words(doubtful)}"
        )
    if evidence.off and evidence.own is not None and not hold(evidence.own):
        said.append(
            "It acts on another threshold of its closed confidence than the stated one; whether "
            "that confidence is honest is open."
        )
        said += [acted_words(part) for part in evidence.acted if part.verdict in evidence.off]
    return tuple(said)


def _needed(evidence: Evidence, needed: int | None) -> str:
    n = evidence.conditions[0].share.n
    if not evidence.reaction.moves:
        return "Run the sweep, which asks at several."
    if needed is None:
        return f"How many documents would decide it, these {n:,} do not tell."
    return f"Roughly {needed:,} documents would decide it, if it went on like this; here are {n:,}."
