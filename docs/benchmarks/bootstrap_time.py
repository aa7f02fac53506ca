"""What a bootstrap costs: a draw of counts beside the harness's draw of documents, in one run.

    python docs/benchmarks/bootstrap_time.py
    python docs/benchmarks/bootstrap_time.py --harness-replicates 100000    # nothing extrapolated

The harness's `bootstrap_stderr` draws documents on all cores and computes one metric. Its time
grows in proportion to the replicates, so by default it is run for fewer and the time is
extrapolated; the table says from how many. Ours draws the counts of the six outcomes on one core
and gives intervals of all seven metrics.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from lm_eval.api.metrics import bootstrap_stderr, mean

from lm_eval_abstain import Outcome, Rubric
from lm_eval_abstain.harness.metrics import acc_answered
from lm_eval_abstain.rubric import ORDER
from lm_eval_abstain.statistics import (
    Counts,
    bootstrap,
    curve_interval,
    joint,
    metrics,
    paired_bootstrap,
    resample,
)

TARGET = 0.75
SHARES = {
    Outcome.CORRECT: 0.55,
    Outcome.WRONG: 0.22,
    Outcome.ABSTAINED: 0.18,
    Outcome.UNPARSED: 0.03,
    Outcome.EMPTY: 0.01,
    Outcome.TRUNCATED: 0.01,
}


@dataclass(frozen=True)
class Cost:
    """Seconds of the clock, and of all cores together, which other work on them changes less."""

    wall: float
    cpu: float

    @classmethod
    def of(cls, call: Callable[[], object]) -> Cost:
        """The cost of one call, with the processes that it starts."""
        before, start = os.times(), time.perf_counter()
        call()
        wall, after = time.perf_counter() - start, os.times()
        return cls(wall, sum(after[:4]) - sum(before[:4]))

    def __mul__(self, factor: float) -> Cost:
        """As often."""
        return Cost(self.wall * factor, self.cpu * factor)


def cost(call: Callable[[], object], runs: int) -> Cost:
    """The median of the runs, after one that is not counted; the mean of the CPU's seconds."""
    call()
    costs = [Cost.of(call) for _ in range(runs)]
    return Cost(
        statistics.median(each.wall for each in costs), statistics.mean(each.cpu for each in costs)
    )


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """No progress bars, nor the harness's line."""
    with (
        open(os.devnull, "w") as null,  # noqa: PTH123
        contextlib.redirect_stdout(null),
        contextlib.redirect_stderr(null),
    ):
        yield


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--documents", type=int, default=14_042)
    parser.add_argument("--replicates", type=int, default=100_000)
    parser.add_argument("--harness-replicates", type=int, default=4_000, help="at least 1,000")
    parser.add_argument("--runs", type=int, default=15)
    args = parser.parse_args()
    rng = np.random.default_rng(0)
    codes = rng.choice(len(ORDER), size=args.documents, p=[SHARES[outcome] for outcome in ORDER])
    outcomes = [ORDER[code] for code in codes]
    counts = Counts.of(outcomes).array

    ours = cost(lambda: bootstrap(counts, TARGET, replicates=args.replicates), args.runs)
    drawn = metrics(resample(counts, args.replicates, rng), TARGET)
    rubric = Rubric(TARGET)
    documents = {
        "score": (mean, [rubric.points(outcome) for outcome in outcomes]),
        "acc_answered": (
            acc_answered,
            [None if o is Outcome.ABSTAINED else float(o is Outcome.CORRECT) for o in outcomes],
        ),
    }
    print(f"{args.documents:,} documents, {os.cpu_count()} cores, t = {TARGET}.\n")
    print(
        f"| {args.replicates:,} replicates | seconds | ratio | CPU seconds | ratio "
        "| standard error |\n|---|---|---|---|---|---|"
    )
    print(
        f"| `bootstrap`: intervals of all 7 metrics | {ours.wall:.3f} | 1 | {ours.cpu:.3f} | 1 "
        f"| `score` {np.std(drawn['score'], ddof=1):.5f}, "
        f"`acc_answered` {np.std(drawn['acc_answered'], ddof=1):.5f} |"
    )
    for name, (metric, values) in documents.items():
        found: list[float] = []
        with silent():
            some = Cost.of(
                lambda: found.append(bootstrap_stderr(metric, values, args.harness_replicates))  # noqa: B023
            )
        whole = some * (args.replicates / args.harness_replicates)
        print(
            f"| the harness's `bootstrap_stderr` of `{name}` (from {some.wall:.2f} s for "
            f"{args.harness_replicates:,}) | {whole.wall:.1f} | {whole.wall / ours.wall:,.0f} "
            f"| {whole.cpu:.1f} | {whole.cpu / ours.cpu:,.0f} | {found[0]:.5f} |"
        )

    other = np.where(rng.random(args.documents) < 0.1, 0, codes)
    pairs = joint(codes, other)
    confidence = rng.random(args.documents)
    correct = rng.random(args.documents) < confidence
    rounded = np.round(confidence, 2)
    more = {
        "`paired_bootstrap` of one metric, 10,000 replicates": (
            lambda: paired_bootstrap(pairs, "score", TARGET, TARGET)
        ),
        "`curve_interval`: 4 metrics, 2,000 replicates, no confidence twice": (
            lambda: curve_interval(confidence, correct)
        ),
        "`curve_interval`: the same, confidences of two digits": (
            lambda: curve_interval(rounded, correct)
        ),
    }
    print("\n| | seconds | CPU seconds |\n|---|---|---|")
    for name, call in more.items():
        taken = cost(call, 3)
        print(f"| {name} | {taken.wall:.3f} | {taken.cpu:.3f} |")


if __name__ == "__main__":
    main()
