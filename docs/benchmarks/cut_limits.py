"""Where published result files of MMLU-Pro were cut, inferred from their lengths: a table.

    python docs/benchmarks/cut_limits.py FOLDER

FOLDER holds the zip files of `eval_results` in https://github.com/TIGER-AI-Lab/MMLU-Pro.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from lm_eval_abstain import load_samples
from lm_eval_abstain.rubric import CODE, Outcome


def main() -> None:
    """Print the table."""
    print("| model | responses | source | tokens | characters | end there | `truncated` | others |")
    print("|---|---|---|---|---|---|---|---|")
    for path in sorted(Path(sys.argv[1]).glob("*.zip")):
        samples = load_samples(path, skip_bad=True)
        limit = samples.limits[0].record()
        outcomes = [Outcome.UNPARSED, Outcome.EMPTY, Outcome.TRUNCATED]
        unparsed, empty, truncated = (int(np.sum(samples.outcome == CODE[o])) for o in outcomes)
        cells = [
            *(limit["model"], len(samples), limit["source"], limit["tokens"]),
            *(limit.get("characters", ""), limit.get("ends", ""), truncated, unparsed + empty),
        ]
        print("|", " | ".join(map(str, cells)), "|", flush=True)


if __name__ == "__main__":
    main()
