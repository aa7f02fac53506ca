"""The lines of an audit as sentences."""

from __future__ import annotations

import math

from lm_eval_abstain.audits.acted import ActedTarget
from lm_eval_abstain.audits.conditions import TOLERANCE, Condition
from lm_eval_abstain.audits.lines import PairLine, TargetLine
from lm_eval_abstain.statistics import Difference, Interval

__all__ = [
    "acted_words",
    "chance",
    "condition_words",
    "number",
    "pair_words",
    "percent",
    "points",
    "spread",
    "target_words",
    "turned",
]


def percent(value: float) -> str:
    """A rate: 43.2%."""
    return "unknown" if math.isnan(value) else f"{100 * value:.1f}%"


def points(value: float) -> str:
    """A difference of rates in percentage points: 4.2 points."""
    # "+ 0": no change is 0.0, not -0.0.
    return "an unknown amount" if math.isnan(value) else f"{round(100 * value, 1) + 0:.1f} points"


def number(value: float) -> str:
    """A target or a threshold, short: 0.75, 0.9."""
    return f"{value:.3g}"


def chance(p: float) -> str:
    """A p-value: p = 0.013."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def spread(interval: Interval | Difference, scale: str = "%") -> str:
    """An interval: 95% interval 38.1% to 48.4%."""
    low, high = interval.low, interval.high
    if scale:
        low, high = 100 * low, 100 * high
    digits = 1 if scale else 3
    return f"{100 * interval.level:g}% interval {low:.{digits}f}{scale} to {high:.{digits}f}{scale}"


def turned(fall: Interval) -> Interval:
    """A fall as the change that it is."""
    return Interval(0 - fall.value, 0 - fall.high, 0 - fall.low, fall.n, fall.level)


def target_words(line: TargetLine) -> str:
    """What a target's line says."""
    told = f"Told t = {number(line.target)}"
    if line.n == 0:
        return f"{told}, no document is left to score."
    text = f"{told}, it answers {percent(line.coverage.value)} of {line.n:,} documents"
    if line.verdict == "nothing answered":
        return f"{text}: nothing is answered, so nothing can be right or wrong."
    found = {"above": "clearly more", "below": "clearly less"}.get(
        line.verdict, "not clearly more or less"
    )
    pays = f"{found} than {percent(line.target)}, from which on answering pays"
    text += (
        f"; {percent(line.reached.value)} of these {line.reached.n:,} answers are right "
        f"({spread(line.reached)}): {pays if line.target else 'at t = 0 answering always pays'}."
    )
    for regret in line.regrets:
        if regret.verdict == "loses":
            loss = regret.difference
            text += (
                f" It loses {loss.value:.3f} a document against {regret.against} "
                f"({spread(loss, '')}, {chance(loss.p)})."
            )
    return text


def pair_words(line: PairLine) -> str:
    """What a line about two targets says."""
    move, gain = line.move, line.acc_answered
    size = points(abs(move.fall.value))
    went = f"{move.verdict} by {size}"
    if move.verdict == "undecided":
        went = f"does not clearly move ({size})"
    text = (
        f"From t = {number(move.low)} to {number(move.high)} coverage {went} "
        f"({move.gave_up:,} documents given up, {move.took_up:,} taken up, {chance(move.p)})"
    )
    if line.accuracy == "nothing answered":
        return f"{text}; at one of the two nothing is answered, so accuracy cannot be compared."
    sure = "not clearly other" if line.accuracy == "undecided" else line.accuracy
    return (
        f"{text}; the accuracy of what is answered changes by {points(gain.value)} "
        f"({spread(gain)}, {chance(gain.p)}): {sure}."
    )


def condition_words(condition: Condition) -> str:
    """What a condition says, and what became of it."""
    target = f"t = {number(condition.target)}"
    about = {
        "answered": f"what it answers at {target}",
        "abstained": f"what it abstains on at {target}",
        "band": f"what it answers at {target} and no more at {number(condition.upper or 0)}",
    }[condition.about]
    rate = condition.rate
    if condition.exempt:
        return f"Of {about} there is too little to matter: holds."
    if math.isnan(rate.value):
        return f"Of {about} it is not known how often it is right: {condition.state}."
    is_right = "would be right" if condition.about == "abstained" else "is right"
    net = "net " if condition.about == "band" else ""
    if condition.limit == 0:
        should = "at t = 0 none should be"
    else:
        more = "more" if condition.side == "answers" else "less"
        should = f"it should be {more} than {percent(condition.limit)}"
    held = f"holds to within {points(TOLERANCE)}"
    return (
        f"Of {about}, {percent(rate.value)} {is_right} ({net}{rate.n:,} documents, "
        f"{spread(rate)}); {should}: {held if condition.state == 'holds' else condition.state}."
    )


def acted_words(acted: ActedTarget) -> str:
    """What a threshold on the closed confidence says."""
    told = f"Told t = {number(acted.stated)}"
    if acted.verdict == "unrelated":
        return f"{told}, its closed confidence does not tell what it answers."
    if acted.verdict == "no threshold":
        return f"{told}, it answers everything or nothing, so that no threshold shows."
    return (
        f"{told}, it acts on {number(acted.acted.value)} "
        f"({100 * acted.acted.level:g}% interval {number(acted.acted.low)} to "
        f"{number(acted.acted.high)}): {acted.verdict}."
    )
