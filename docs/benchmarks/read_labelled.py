"""How often the detector is right on responses that others wrote.

    python docs/benchmarks/read_labelled.py SHARED

SHARED is a folder with `reading/` (responses of UnknownBench, HalluQA and MMLU-Pro) and
`published/` (those of MMLU-Pro, and SimpleQA in Czech with a judge model's grades);
`docs/classifier/` says how they were labelled. The question is not given to the detector.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "classifier"))

from sources import SOURCES

from lm_eval_abstain import detect_abstention
from lm_eval_abstain.statistics import proportion


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path, help="the folder with reading/ and published/")
    shared: Path = parser.parse_args().shared
    print(f"{'source':<16}{'texts':>6}{'abstain':>8}   {'precision':<20} recall")
    for name, texts in SOURCES.items():
        pairs = [
            (one.label == "abstained", bool(detect_abstention(one.text))) for one in texts(shared)
        ]
        hits = sum(label and read for label, read in pairs)
        there, read = (sum(column) for column in zip(*pairs))
        shares = f"{_share(hits, read):<20} {_share(hits, there)}"
        print(f"{name:<16}{len(pairs):>6}{there:>8}   {shares}")


def _share(part: int, whole: int) -> str:
    if not whole:
        return "-"
    found = proportion(part, whole)
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"


if __name__ == "__main__":
    main()
