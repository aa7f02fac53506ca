"""Time against length for texts that are made to be slow to read.

    python docs/benchmarks/bait_time.py

Each piece of `tests/support/baits.py` is repeated up to a length. The time is the best of several
runs of `detect_abstention` in one process, without the first, in which patterns are compiled.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from lm_eval_abstain.reading.confidence import read_confidence
from lm_eval_abstain.reading.detect import detect_abstention
from support.baits import PIECES

LENGTHS = (10_000, 100_000, 1_000_000)


def best_time(read: Callable[[str], object], text: str, runs: int) -> float:
    """The least time of several runs, in milliseconds."""
    times: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        read(text)
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def rows(runs: int) -> Iterator[tuple[str, list[float]]]:
    """Each piece, and its times by length: of the detector, and of the longest for confidence."""
    for piece in PIECES:
        detect_abstention(piece * 3)
        texts = [piece * (length // len(piece)) for length in LENGTHS]
        found = [best_time(detect_abstention, text, runs) for text in texts]
        yield piece, [*found, best_time(read_confidence, texts[-1], runs)]


def main() -> None:
    """Time and print a table, the slowest first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    print("| bait | 10 kB, ms | 100 kB, ms | 1 MB, ms | 1 MB for its confidence, ms |")
    print("|---|---|---|---|---|")
    for piece, found in sorted(rows(args.runs), key=lambda row: -max(row[1])):
        print(f"| `{piece!a}` | " + " | ".join(f"{one:.1f}" for one in found) + " |")


if __name__ == "__main__":
    main()
