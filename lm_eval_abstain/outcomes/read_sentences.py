"""How the responses of a run were read, in sentences; what did not happen is not mentioned."""

from __future__ import annotations

from collections.abc import Mapping

from lm_eval_abstain.outcomes.objections import OBJECTIONS, the_other
from lm_eval_abstain.outcomes.read_counts import ReadBounds, ReadCounts
from lm_eval_abstain.reading.detect import Kind
from lm_eval_abstain.reading.stages import Stage
from lm_eval_abstain.rubric import ObjectionPolicy, Rubric

__all__ = ["bound_sentences", "read_sentences"]

_STAGES = {
    Stage.PHRASE: "by the words that the prompt asks for",
    Stage.RULES: "by rules",
    Stage.CLASSIFIER: "by the classifier",
    Stage.JUDGE: "by the judge, which says of answers, too, what they are",
}
_KINDS = {
    Kind.NONE_LISTED: "none of the listed options",
    Kind.PREMISE: "premise rejected",
    Kind.ASKS_BACK: "asks back",
    Kind.REFUSED: "refused",
}


def read_sentences(counts: ReadCounts) -> list[str]:
    """What decided, what is no abstention, and which languages are not known."""
    sentences: list[str] = []
    if counts.decided:
        by = ", ".join(f"{n} {_STAGES[stage]}" for stage, n in counts.stages.items() if n)
        sentences.append(
            f"{counts.decided} of {counts.responses} responses were decided by reading them: {by}."
        )
    if sum(counts.kinds.values()):
        n = sum(counts.kinds.values())
        verb = "is no abstention" if n == 1 else "are no abstentions"
        sentences.append(f"{n} of these {verb}: {_named(counts, frozenset(_KINDS))}.")
    if counts.languages:
        listed = ", ".join(f"{code} {n}" for code, n in counts.languages.items())
        are = "response is" if counts.uncovered == 1 else "responses are"
        sentences.append(
            f"{counts.uncovered} {are} in a language that the classifier does not know: {listed}."
        )
    return sentences


def bound_sentences(
    counts: ReadCounts, policy: ObjectionPolicy, by_target: Mapping[float, ReadBounds]
) -> list[str]:
    """What would be if objections counted as the other, and if unread answers were read.

    Args:
        counts: How the run was read.
        policy: What objections count as.
        by_target: The metrics at each target; at least one.
    """
    sentences: list[str] = []
    first = next(iter(by_target.values()))
    if n := counts.objections:
        told = [_bound(name, first.otherwise, first.now) for name in ("acc", "abstain_rate")]
        told += [
            f"{_bound('score', one.otherwise, one.now)} at t = {Rubric(target).target_text}"
            for target, one in by_target.items()
        ]
        verb = (
            "response objects to its question and counts as an"
            if n == 1
            else ("responses object to their questions and count as")
        )
        sentences.append(
            f"{n} {verb} {_words(policy, n)} ({_named(counts, OBJECTIONS)}); as "
            f"{_words(the_other(policy), 2)}: {', '.join(told)}."
        )
    if n := counts.unread:
        state = "response states" if n == 1 else "responses state"
        sentences.append(
            f"{n} {state} an answer that the task's filter does not read; accuracy if they were "
            f"read: {first.if_read['acc']:.3f} (now {first.now['acc']:.3f})."
        )
    return sentences


def _bound(name: str, other: Mapping[str, float], now: Mapping[str, float]) -> str:
    return f"{name} {other[name]:.3f} (now {now[name]:.3f})"


def _words(policy: ObjectionPolicy, n: int) -> str:
    word = "answer" if policy == "answer" else "abstention"
    return word if n == 1 else f"{word}s"


def _named(counts: ReadCounts, kinds: frozenset[Kind]) -> str:
    """Kinds with their numbers."""
    return ", ".join(
        f"{_KINDS[kind]} {n}" for kind, n in counts.kinds.items() if n and kind in kinds
    )
