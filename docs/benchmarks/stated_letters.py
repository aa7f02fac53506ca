"""How many responses that state a letter are read as abstentions all the same: a count by model.

    python docs/benchmarks/stated_letters.py FOLDER

FOLDER holds the zip files of `eval_results` in https://github.com/TIGER-AI-Lab/MMLU-Pro. A letter
is stated where MMLU-Pro's own filter finds one ("answer is (B)") that has nothing but punctuation
behind it on its line. The question is not given to the detector.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from tqdm import tqdm

from lm_eval_abstain import detect_abstention
from support.labelled_responses import published

_STATED = re.compile(r"answer is \(?([A-J])\)?[.*\s]*$", re.MULTILINE)


def main() -> None:
    """Print the counts."""
    counts: Counter[str] = Counter()
    for model, _, text in tqdm(published(Path(sys.argv[1])), unit=" responses"):
        if not _STATED.search(text):
            continue
        counts["state a letter"] += 1
        if reading := detect_abstention(text, select="first"):
            counts[f"read as abstentions by the {reading.stage.value}"] += 1
            tqdm.write(f"{model}: {text[-200:]!r}")
    for name, count in counts.items():
        print(f"{count:>9,} {name}")


if __name__ == "__main__":
    main()
