"""What a sweep costs before the model is asked: index, data and requests.

    python docs/benchmarks/sweep_time.py --base mmlu --runs 3

A sweep is compared with one `<base>_abstain`: its index and data, and five times its requests.
Each measurement is a process of its own, sweep and single variant in turn. Run it where the data
is: with a hub, or in a folder that holds it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time

from tqdm import tqdm


def phases(task: str) -> dict[str, float]:
    """Seconds of the index, of loading, and of building the requests, in this process."""
    from lm_eval.tasks import TaskManager

    from lm_eval_abstain.harness.shipped import shipped_path

    marks = [time.perf_counter()]
    manager = TaskManager(include_path=str(shipped_path()))
    marks.append(time.perf_counter())
    tasks = manager.load([task])["tasks"]
    marks.append(time.perf_counter())
    for one in tasks.values():
        one.set_config("num_fewshot", one.config.num_fewshot or 0)
        one.set_fewshot_seed(1234)
        one.build_all_requests()
    marks.append(time.perf_counter())
    index, data, requests = (after - before for before, after in zip(marks, marks[1:]))  # noqa: RUF007
    return {"index": index, "data": data, "requests": requests}


def measured(task: str) -> dict[str, float]:
    """The same, in a process of its own."""
    command = [sys.executable, __file__, "--measure", task]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{task} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure and print a Markdown row."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--base", default="mmlu", help="the base task")
    parser.add_argument("--runs", type=int, default=3, help="pairs of runs, after one to warm up")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        with (
            open(os.devnull, "w") as null,  # noqa: PTH123
            contextlib.redirect_stderr(null),
        ):
            found = phases(args.measure)
        print(json.dumps(found))
        return
    one, sweep = f"{args.base}_abstain", f"{args.base}_abstain_sweep"
    measured(one)  # fills the caches of data set and operating system
    rows: list[tuple[float, float]] = []
    for _ in tqdm(range(args.runs), desc="pairs of runs"):
        single, whole = measured(one), measured(sweep)
        reference = single["index"] + single["data"] + 5 * single["requests"]
        rows.append((reference, sum(whole.values())))
    ratios = [whole / reference for reference, whole in rows]
    print("| base | index, data, five request builds, s | sweep, s | ratio (min to max) |")
    print("|---|---|---|---|")
    print(
        f"| {args.base} | {statistics.median(row[0] for row in rows):.1f} "
        f"| {statistics.median(row[1] for row in rows):.1f} "
        f"| {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |"
    )


if __name__ == "__main__":
    main()
