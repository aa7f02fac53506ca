"""How often the 95% intervals hold the truth: simulated runs whose truth is known.

    python docs/benchmarks/interval_coverage.py
    python docs/benchmarks/interval_coverage.py --runs 500      # a quick look

Prints the Markdown tables of docs/statistics.md. The standard error of 95% is 0.5 points over 2,000
data sets and 1.0 over 500.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from tqdm import tqdm

from lm_eval_abstain.statistics import (
    augrc,
    aurc,
    bootstrap,
    brier,
    curve_interval,
    curve_intervals,
    ece,
    intervals,
    metrics,
)

METRICS = ("score", "acc", "error_rate", "abstain_rate", "acc_answered")
CURVES = {"aurc": aurc, "augrc": augrc, "brier": brier, "ece": ece}
Documents = tuple[np.ndarray, np.ndarray]

OUTCOMES: list[tuple[str, list[float], float, int]] = [
    ("half right", [0.55, 0.25, 0.2], 0.75, 200),
    ("half right", [0.55, 0.25, 0.2], 0.75, 1000),
    ("mostly wrong", [0.3, 0.6, 0.1], 0.9, 300),
    ("hardly answers", [0.02, 0.01, 0.97], 0.75, 1000),
    ("very few documents", [0.55, 0.25, 0.2], 0.5, 20),
    ("errors rare: 2.5 a run, 9 points each", [0.7, 0.005, 0.295], 0.9, 500),
    ("errors very rare: 1 a run, 9 points each", [0.3, 0.002, 0.698], 0.9, 500),
]


def calibrated(rng: np.random.Generator, n: int) -> Documents:
    """Every confidence from 0 to 1, and right that often."""
    confidence = rng.random(n)
    return confidence, rng.random(n) < confidence


def sure_and_right(rng: np.random.Generator, n: int) -> Documents:
    """Calibrated, but mostly above 0.9."""
    confidence = 1 - 0.6 * rng.random(n) ** 3
    return confidence, rng.random(n) < confidence


def overconfident(rng: np.random.Generator, n: int) -> Documents:
    """Right with the square of the confidence."""
    confidence = np.sqrt(rng.random(n))
    return confidence, rng.random(n) < confidence**2


def a_little_overconfident(rng: np.random.Generator, n: int) -> Documents:
    """Right 5 points less often than it says."""
    confidence = rng.random(n)
    return confidence, rng.random(n) < confidence - 0.05


def five_levels(rng: np.random.Generator, n: int) -> Documents:
    """Only 0.2, 0.4, ..., 1; right nine tenths as often."""
    confidence = rng.integers(1, 6, size=n) / 5
    return confidence, rng.random(n) < 0.9 * confidence


MODELS: list[Callable[[np.random.Generator, int], Documents]] = [
    calibrated,
    sure_and_right,
    overconfident,
    a_little_overconfident,
    five_levels,
]


def outcome_table(runs: int, replicates: int, rng: np.random.Generator) -> None:
    """Coverage of the intervals of `bootstrap`."""
    print(f"| run | shares | t | n | {' | '.join(METRICS)} |")
    print("|---|---|---|---|" + "---|" * len(METRICS))
    for name, shares, target, n in OUTCOMES:
        truth = metrics([*shares, 0, 0, 0], target)
        held = dict.fromkeys(METRICS, 0)
        every = rng.multinomial(n, [*shares, 0, 0, 0], size=runs)
        for run, counts in enumerate(tqdm(every, desc=name)):
            intervals.SEED = run  # with one seed the replicates would err alike in all data sets
            found = bootstrap(counts, target, replicates=replicates)
            for metric in METRICS:
                held[metric] += found[metric].low <= truth[metric] <= found[metric].high
        cells = " | ".join(f"{100 * hits / runs:.1f}" for hits in held.values())
        print(f"| {name} | {', '.join(map(str, shares))} | {target} | {n} | {cells} |", flush=True)


def curve_table(runs: int, replicates: int, rng: np.random.Generator) -> None:
    """Coverage of the intervals of `curve_interval`."""
    print(f"| model | n | {' | '.join(CURVES)} | mean `ece` measured | true |")
    print("|---|---|" + "---|" * (len(CURVES) + 2))
    for model in MODELS:
        whole = model(rng, 4_000_000)
        truth = {name: curve(*whole) for name, curve in CURVES.items()}
        if model in (calibrated, sure_and_right):
            truth["ece"] = 0.0
        for n in (100, 500):
            held, measured = dict.fromkeys(CURVES, 0), 0.0
            for run in tqdm(range(runs), desc=model.__name__):
                curve_intervals.SEED = run
                found = curve_interval(*model(rng, n), replicates=replicates)
                measured += found["ece"].value / runs
                for name in CURVES:
                    held[name] += found[name].low <= truth[name] <= found[name].high
            cells = " | ".join(f"{100 * hits / runs:.1f}" for hits in held.values())
            name = model.__name__.replace("_", " ")
            print(f"| {name} | {n} | {cells} | {measured:.3f} | {truth['ece']:.3f} |", flush=True)


def main() -> None:
    """Simulate and print two Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=2000, help="data sets of each kind")
    parser.add_argument("--curve-runs", type=int, default=500, help="the same for the curves")
    parser.add_argument("--replicates", type=int, default=1000)
    args = parser.parse_args()
    rng = np.random.default_rng(1)
    outcome_table(args.runs, args.replicates, rng)
    print()
    curve_table(args.curve_runs, args.replicates, rng)


if __name__ == "__main__":
    main()
