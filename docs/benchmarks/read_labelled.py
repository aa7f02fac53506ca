"""How often the detector is right on responses that others wrote and labelled.

    python docs/benchmarks/read_labelled.py SHARED

SHARED is a folder with `reading/` (responses of UnknownBench, HalluQA and MMLU-Pro, labelled by
hand) and `published/czech_simpleqa/` (answers of two models with a judge model's grades). The texts
of `reading/` were drawn in strata, so that the figures are not those of the whole source.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from lm_eval_abstain import detect_abstention
from lm_eval_abstain.statistics import proportion


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path, help="the folder with reading/ and published/")
    shared: Path = parser.parse_args().shared
    print(f"{'source':<32}{'texts':>6}{'abstain':>8}   {'precision':<20} recall")
    for name, rows in _sources(shared):
        pairs = [(label, bool(detect_abstention(text))) for text, label in rows]
        hits = sum(label and read for label, read in pairs)
        there, read = (sum(column) for column in zip(*pairs))
        shares = f"{_share(hits, read):<20} {_share(hits, there)}"
        print(f"{name:<32}{len(pairs):>6}{there:>8}   {shares}")


def _sources(shared: Path) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """Each source with its texts and whether they abstain."""
    for path in sorted((shared / "reading").glob("*.jsonl*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        labelled = [row for row in rows if row["label"]]
        texts = [(row.get("text") or row["tail"], row["label"] == "A") for row in labelled]
        yield path.name.split(".")[0], texts
    for path in sorted((shared / "published" / "czech_simpleqa").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            graded = [
                (row["predicted_answer"], row["grade"] == "C") for row in csv.DictReader(file)
            ]
        yield f"Czech, {path.name.split('.')[0]}", graded


def _share(part: int, whole: int) -> str:
    if not whole:
        return "-"
    found = proportion(part, whole)
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"


if __name__ == "__main__":
    main()
