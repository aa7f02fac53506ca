"""How often the audit names models whose behaviour is known, and how often it is wrong.

    python docs/benchmarks/audit_power.py --seeds 200

Two tables in Markdown. The first has models whose behaviour is beyond doubt, given enough
documents; the second has models just outside what a verdict means, where it is hardest not to be
wrong. The models are those of `tests/support/simulated_models.py`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from lm_eval_abstain.audits import Verdict, sweep_verdict
from support.simulated_models import BORDERS, MODELS, Model, draw


def verdicts(model: Model, n: int, seeds: int, *, choice: bool, level: float) -> Counter[Verdict]:
    """The verdicts on as many draws of n documents."""
    return Counter(
        sweep_verdict(draw(model, n, seed, choice=choice), level).verdict for seed in range(seeds)
    )


def print_known(args: argparse.Namespace) -> None:
    """How often each known model gets the verdict that it deserves."""
    print("| model | deserves |", " | ".join(f"n = {n:,}" for n in args.documents), "|")
    print("|---|---|" + "---|" * len(args.documents))
    for choice in (True, False):
        print(
            f"| *{'with' if choice else 'without'} closed confidence* |"
            + " |" * (len(args.documents) + 1)
        )
        for name, known in MODELS.items():
            cells: list[str] = []
            for n in args.documents:
                found = verdicts(known.model, n, args.seeds, choice=choice, level=args.level)
                judged: Counter[str] = Counter()
                for verdict, count in found.items():
                    judged[known.judge(verdict, choice=choice)] += count
                kinds = ("named", "less exact", "undecided", "wrong")
                cells.append(" / ".join(str(judged[kind]) for kind in kinds))
            deserved = (known.choice if choice else known.written).value
            print("|", " | ".join([name, deserved, *cells]), "|", flush=True)


def print_borders(args: argparse.Namespace) -> None:
    """How often each model at a border gets a verdict that is false."""
    print("| model | would be false |", " | ".join(f"n = {n:,}" for n in args.documents), "|")
    print("|---|---|" + "---|" * len(args.documents))
    for name, (model, choice, false) in BORDERS.items():
        cells: list[str] = []
        for n in args.documents:
            found = verdicts(model, n, args.seeds, choice=choice, level=args.level)
            cells.append(str(sum(found[verdict] for verdict in false)))
        named = "; ".join(sorted(verdict.value for verdict in false))
        named = named if len(false) < 3 else "all but a constant rate"
        print("|", " | ".join([name, named, *cells]), "|", flush=True)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--documents", type=int, nargs="+", default=[200, 500, 1000, 3000, 10000])
    parser.add_argument("--level", type=float, default=0.95)
    args = parser.parse_args()
    print(f"Of {args.seeds} seeds: named / less exact, but true / undecided / wrong\n")
    print_known(args)
    print(f"\nOf {args.seeds} seeds: false verdicts\n")
    print_borders(args)


if __name__ == "__main__":
    main()
