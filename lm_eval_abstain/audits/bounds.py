"""Intervals that hold in small samples: of rates, of differences of rates, of net rates."""

from __future__ import annotations

import math

from lm_eval_abstain.statistics import Interval, proportion

__all__ = ["change", "documents_needed", "net_rate", "rate"]


def rate(successes: int, n: int, level: float) -> Interval:
    """Clopper and Pearson's exact interval of a proportion; [0, 1] and NaN for n = 0."""
    return proportion(successes, n, level, "exact")


def change(only_one: int, only_other: int, n: int, level: float) -> Interval:
    """A share of the same documents under one condition minus that under another.

    The exact intervals of both parts, put together so that they stay right where a part is 0
    ("method of variance estimates recovery"; the parts are cells of one multinomial draw).

    Source: Zou and Donner, Statistics in Medicine 27 (2008), 1693-1702.

    Args:
        only_one: How many documents count under the first condition alone.
        only_other: How many count under the second alone.
        n: How many documents there are.
        level: In (0, 1).

    Returns:
        In [-1, 1]; [-1, 1] and NaN for n = 0.
    """
    if n == 0:
        return Interval(math.nan, -1.0, 1.0, 0, level)
    one, other = rate(only_one, n, level), rate(only_other, n, level)
    odds = [part.value / (1 - part.value) if part.value < 1 else 0.0 for part in (one, other)]
    correlation = -math.sqrt(odds[0] * odds[1])
    low, high = _combined(one, other, 1.0, 1.0, correlation)
    return Interval(one.value - other.value, max(low, -1.0), min(high, 1.0), n, level)


def net_rate(given: tuple[int, int], taken: tuple[int, int], level: float) -> Interval:
    """How often the answers were right by which one run answers more than another.

    Documents that only the first run answers, less those that only the second answers: in a run
    that is noisy but not biased, the two kinds of chance crossings cancel. Where the second
    count is 0 this is the exact interval of the first rate.

    Args:
        given: How many documents only the first run answered, and how many of these right.
        taken: The same of the second run.
        level: In (0, 1).

    Returns:
        In [0, 1], with n the net number of documents; [0, 1] and NaN where that is below 1.
    """
    net = given[0] - taken[0]
    if net < 1:
        return Interval(math.nan, 0.0, 1.0, max(net, 0), level)
    first, second = rate(given[1], given[0], level), rate(taken[1], taken[0], level)
    if not taken[0]:
        return first
    low, high = _combined(first, second, given[0] / net, taken[0] / net, 0.0)
    value = (given[1] - taken[1]) / net
    return Interval(_clip(value), _clip(low), _clip(high), net, level)


def documents_needed(n: int, half_width: float, gap: float) -> float:
    """Roughly how many documents make an interval narrow enough; infinite if none do.

    Args:
        n: How many documents there are now.
        half_width: From the value to the limit of its interval.
        gap: From the value to the border that the limit has to stay within.
    """
    return n * (half_width / gap) ** 2 if gap > 0 else math.inf


def _combined(
    one: Interval, other: Interval, scale: float, other_scale: float, correlation: float
) -> tuple[float, float]:
    value = scale * one.value - other_scale * other.value
    below = scale * (one.value - one.low), other_scale * (other.high - other.value)
    above = scale * (one.high - one.value), other_scale * (other.value - other.low)
    half = [math.sqrt(a * a + b * b - 2 * correlation * a * b) for a, b in (below, above)]
    return value - half[0], value + half[1]


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))
