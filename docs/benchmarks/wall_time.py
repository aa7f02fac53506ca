"""What a variant costs beside its base task: whole runs of the harness, in turn.

    python docs/benchmarks/wall_time.py --tasks mmlu --runs 5
    python docs/benchmarks/wall_time.py --tasks mmlu --limit 5 --num_fewshot 5 --runs 3 \
        --model hf --model_args pretrained=DIR,gguf_file=NAME,dtype=float32

Each run is a process of its own (`lm-eval run`), start-up, task index and data included; base and
variant alternate, so that a machine that slows down slows both. Ratios are taken pair by pair.
Run it where the data is: with a hub, or in a folder that holds it.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

from tqdm import tqdm

from lm_eval_abstain.harness.shipped import shipped_path


def seconds(task: str, flags: list[str]) -> float:
    """The wall time of one run."""
    command = [sys.executable, "-m", "lm_eval", "run", "--tasks", task, *flags]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    return taken


def main() -> None:
    """Measure and print a Markdown row."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--tasks", default="mmlu", help="the base task")
    parser.add_argument("--runs", type=int, default=5, help="pairs of runs, after one to warm up")
    parser.add_argument("--model", default="dummy")
    parser.add_argument("--model_args", default="")
    parser.add_argument("--limit", default="")
    parser.add_argument("--num_fewshot", default="")
    args = parser.parse_args()
    flags = ["--include_path", str(shipped_path()), "--model", args.model]
    for name in ("model_args", "limit", "num_fewshot"):
        if getattr(args, name):
            flags += [f"--{name}", getattr(args, name)]
    base, variant = args.tasks, f"{args.tasks}_abstain"
    seconds(base, flags)  # fills the caches of data set and operating system
    times: dict[str, list[float]] = {base: [], variant: []}
    for _ in tqdm(range(args.runs), desc="pairs of runs"):
        for task in times:
            times[task].append(seconds(task, flags))
    ratios = [after / before for before, after in zip(times[base], times[variant])]
    print("| base | model | limit | shots | base, s | variant, s | ratio (min to max) |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {base} | {args.model} | {args.limit or 'all'} | {args.num_fewshot or 'default'} "
        f"| {statistics.median(times[base]):.1f} | {statistics.median(times[variant]):.1f} "
        f"| {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |"
    )


if __name__ == "__main__":
    main()
