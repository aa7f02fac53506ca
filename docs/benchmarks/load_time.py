"""What a group's variant costs to load over its base, with the plain harness and a shipped file.

    python docs/benchmarks/load_time.py --base mmlu --runs 3

Run it where the data is: with a hub, or in a folder that holds it. Base and variant are loaded in
turn in one process, after one of each to warm up.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any


def seconds(function: Callable[[], Any]) -> tuple[float, float]:
    """Wall time and CPU time of a call."""
    wall, cpu = time.perf_counter(), time.process_time()
    function()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Measure and print Markdown rows."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--base", default="mmlu", help="the base group")
    parser.add_argument("--runs", type=int, default=3, help="pairs of loads")
    args = parser.parse_args()

    import datasets
    from lm_eval.tasks import TaskManager

    from lm_eval_abstain.harness.lookup import find_entries
    from lm_eval_abstain.harness.shipped import shipped_path

    datasets.disable_progress_bars()
    first = seconds(lambda: find_entries([args.base]))
    manager = TaskManager(include_path=str(shipped_path()))
    names = (args.base, f"{args.base}_abstain")
    rows: list[list[tuple[float, float]]] = []
    for _ in range(args.runs + 1):
        rows.append([seconds(lambda name=name: manager.load([name])) for name in names])
    print("| | wall, s | CPU, s |\n|---|---|---|")
    for place, name in enumerate(names):
        wall, cpu = (statistics.median(row[place][i] for row in rows[1:]) for i in (0, 1))
        print(f"| {name} | {wall:.2f} | {cpu:.2f} |")
    more = [[b[i] - a[i] for a, b in rows[1:]] for i in (0, 1)]
    print(f"| more | {statistics.median(more[0]):.2f} | {statistics.median(more[1]):.2f} |")
    print(f"| of it the lookup, first time | {first[0]:.2f} | {first[1]:.2f} |")


if __name__ == "__main__":
    main()
