"""What an audit can find, as enums; their values are the names in JSON and in tables."""

from __future__ import annotations

from enum import Enum

__all__ = [
    "AnswerSource",
    "ConditionState",
    "ConstantCoverage",
    "Direction",
    "DocumentKind",
    "Finding",
    "FixedPolicy",
    "Missing",
    "RegretVerdict",
    "Side",
    "TargetVerdict",
    "ThresholdVerdict",
    "Verdict",
]


class Finding(str, Enum):
    """An enum whose members are equal to their values, and are written as these."""

    def __str__(self) -> str:
        return str(self.value)


class Verdict(Finding):
    """What a model does with the stated targets."""

    FOLLOWS = "follows the stated targets"
    NEVER_ABSTAINS = "ignores the rubric: never abstains"
    CONSTANT_RATE = "ignores the rubric: abstains at a constant rate"
    ALWAYS_ABSTAINS = "always abstains"
    OVERCONFIDENT = "answers too much: overconfident"
    WRONG_TARGET = "obeys a wrong target"
    ANSWERS_TOO_MUCH = "answers too much"
    ABSTAINS_TOO_MUCH = "abstains too much"
    REVERSED = "reversed: answers more the more a mistake costs"
    INCONSISTENT = "inconsistent"
    UNTESTED = "not put to the test"
    UNDECIDED = "undecided"


class DocumentKind(Finding):
    """The documents that a condition is about.

    `BAND`: those that are answered at one target and not at the next higher one.
    """

    ANSWERED = "answered"
    ABSTAINED = "abstained"
    BAND = "band"


class Side(Finding):
    """What the model does too much if a condition is broken."""

    ANSWERS = "answers"
    ABSTAINS = "abstains"


class ConditionState(Finding):
    """Whether a condition holds."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNDECIDED = "undecided"


class Direction(Finding):
    """Where a rate goes from a lower target to a higher one.

    `UNKNOWN`: nothing is answered at one of the two, so there is no accuracy to compare.
    """

    FALLS = "falls"
    RISES = "rises"
    UNDECIDED = "undecided"
    UNKNOWN = "nothing answered"


class ConstantCoverage(Finding):
    """What a model does at every target of the range."""

    NEVER_ANSWERS = "never answers"
    NEVER_ABSTAINS = "never abstains"


class TargetVerdict(Finding):
    """Whether the answers are right more or less often than the stated target asks."""

    ABOVE = "above"
    BELOW = "below"
    UNDECIDED = "undecided"
    UNKNOWN = "nothing answered"


class FixedPolicy(Finding):
    """A policy that the open run is compared with.

    `BEST_THRESHOLD` answers above one threshold on the closed confidence, chosen in hindsight so
    that it scores best.
    """

    ALWAYS_ANSWER = "always answering"
    ALWAYS_ABSTAIN = "always abstaining"
    CLOSED_RUBRIC = "the closed rubric"
    BEST_THRESHOLD = "the best fixed policy"


class AnswerSource(Finding):
    """Where a policy takes its answers from."""

    FORCED = "forced answers"
    CLOSED = "closed answers"
    NONE = "no answer"


class RegretVerdict(Finding):
    """Whether the open run scores less or more than another policy."""

    LOSES = "loses"
    GAINS = "gains"
    UNDECIDED = "undecided"


class ThresholdVerdict(Finding):
    """How the effective target compares with the stated one.

    `UNRELATED`: the closed confidence does not tell which documents are answered.
    `NO_THRESHOLD`: every document is answered, or none.
    """

    AS_STATED = "as stated"
    LOWER = "lower"
    HIGHER = "higher"
    UNDECIDED = "undecided"
    UNRELATED = "unrelated"
    NO_THRESHOLD = "no threshold"


class Missing(Finding):
    """What a sweep lacks, so that a part of the audit is left out or weaker."""

    SECOND_TARGET = "second target"
    CLOSED_RUN = "closed run"
    ANSWERS_INSTEAD = "answers instead of abstentions"
    FORCED_ANSWERS = "forced answers"
    CLOSED_CONFIDENCE = "closed confidence"
