"""Where this project reads the published MMLU-Pro outputs otherwise than their authors did.

    python docs/benchmarks/published_differences.py ../shared/published/mmlu_pro

It prints, for each file, how often the file's own `pred` is another answer than what was read, by
kind, and how many of those `pred` are right by chance. It takes a minute.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from lm_eval_abstain.logs import Samples, load_samples
from lm_eval_abstain.logs.formats.mmlu_pro import extract
from lm_eval_abstain.reading.detect import Kind
from lm_eval_abstain.rubric import ORDER, Outcome

# The last two steps of the authors' extraction, for texts without "answer is (X)".
LABELLED = re.compile(r".*[aA]nswer:\s*([A-J])")
LAST_LETTER = re.compile(r"\b[A-J]\b(?!.*\b[A-J]\b)", re.DOTALL)


READ = {
    Outcome.ABSTAINED: "an abstention",
    Outcome.WRONG: "none of the listed options",
}
"""What was read in a text whose `pred` is not what was read; all else is no final answer."""


def kind_of(response: str, pred: str | None, outcome: Outcome) -> str:
    """How a `pred` came about, where it is not what was read."""
    read = READ.get(outcome, "a text without a final answer")
    if extract(response) is not None:
        return f"{read} behind 'answer is', its first letter taken for an option's"
    named = LABELLED.search(response) or LAST_LETTER.search(response)
    found = named and (named[1] if named.re is LABELLED else named[0])
    if pred is None:
        return f"{read}, and no pred"
    if pred == found:
        return f"{read}, its last capital letter taken"
    return f"{read}, a letter that it does not end with: a guess"


def differences(samples: Samples, model: int) -> Counter[tuple[str, bool]]:
    """How many documents of each kind, by whether their `pred` is right."""
    counted: Counter[tuple[str, bool]] = Counter()
    read_as = samples.to_pandas()["read_as"]
    for row in (samples.model == model).nonzero()[0].tolist():
        text = samples.text(row)
        outcome, pred = ORDER[samples.outcome[row]], text.record["pred"]
        no_letter = read_as[row] == Kind.NONE_LISTED.value
        if no_letter or outcome not in (Outcome.CORRECT, Outcome.WRONG):
            counted[kind_of(text.response, pred, outcome), pred == text.gold] += 1
        else:
            assert pred == extract(text.response), "an answer was read otherwise"
            counted["the same letter", pred == text.gold] += 1
    return counted


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    samples = load_samples(args.folder)
    print("| model | what was read, and what `pred` says | documents | of these `pred` right |")
    print("|---|---|---|---|")
    for model, name in enumerate(samples.models):
        counted = differences(samples, model)
        for kind in dict.fromkeys(kind for (kind, _), _ in counted.most_common()):
            right, wrong = counted[kind, True], counted[kind, False]
            print(f"| {name} | {kind} | {right + wrong:,} | {right:,} |")


if __name__ == "__main__":
    main()
