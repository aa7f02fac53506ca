"""Makes the weights of the classifier that the package comes with.

    python docs/classifier/train.py --shared SHARED

The same texts give the same file, bit by bit, with one version of scikit-learn. SHARED holds
others' texts (see `sources.py`).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from model import features, trained
from sources import every_text

from lm_eval_abstain.reading import classifier


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shared", type=Path, required=True, help="the folder of others' texts")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(classifier.__file__).with_suffix(".npz"),
        help="the file to write (default: the one in the package)",
    )
    arguments = parser.parse_args()
    texts = list(every_text(arguments.shared))
    made = trained(texts, features(texts))
    np.savez_compressed(
        arguments.output,
        weights=made.weights,
        scale=made.scale,
        bias=made.bias,
        languages=np.array(sorted(made.languages)),
    )
    size = arguments.output.stat().st_size
    counts = f"{len(texts):,} texts, {len(made.languages)} languages"
    print(f"{arguments.output.name}: {counts}, {size:,} bytes")


if __name__ == "__main__":
    main()
