"""Our detector and others' keyword lists on the same texts.

The lists are read from clones of their repositories, which this project does not copy:

    git clone https://github.com/facebookresearch/AbstentionBench
    git clone https://github.com/GAIR-NLP/alignment-for-honesty
    python docs/benchmarks/compare_detectors.py --abstentionbench AbstentionBench \
        --honesty alignment-for-honesty

It needs the tests' extra, and `../shared` for the published outputs and the whole of GSM8K.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from lm_eval_abstain import detect_abstention
from support.environment import SHARED_HUB
from support.labelled_responses import PUBLISHED, WRITTEN, options_of, published, worked

Detector = Callable[..., bool]


def ours(text: str, question: str = "", **options: Any) -> bool:
    """This project's detector."""
    return bool(detect_abstention(text, question=question, **options))


def contains(*phrases: str) -> Detector:
    """Any of some phrases anywhere, whatever the case."""
    return lambda text, question="", **_: any(phrase in text.lower() for phrase in phrases)


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SystemExit(f"{path} is not there: is the clone's folder right?")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def detectors(args: argparse.Namespace) -> dict[str, Detector]:
    """All of them by name."""
    keywords = _module(args.abstentionbench / "recipe" / "abstention_keywords.py")
    honesty = _module(args.honesty / "evaluation" / "utils.py")
    return {
        "lm-eval-abstain": ours,
        "AbstentionBench, keywords": contains(*map(str.lower, keywords.ABSTENTION_KEYWORDS)),
        "Alignment for Honesty, `heuristic_idk`": lambda text, question="", **_: (
            honesty.heuristic_idk(question, text)
        ),
        'only "i don\'t know", anywhere': contains("i don't know"),
    }


def solutions() -> dict[str, list[tuple[str, str]]]:
    """Correct texts by source: question and text."""
    few_shot = [
        pair
        for pattern in ("mmlu/flan_cot_fewshot/*.yaml", "bbh/*fewshot/*.yaml", "gsm8k/*.yaml")
        for pair in worked(pattern)
    ]
    sources = {"the harness's worked examples": few_shot}
    if SHARED_HUB.is_dir():
        from datasets import load_dataset

        splits = load_dataset(str(SHARED_HUB / "openai" / "gsm8k"), "main")
        sources["GSM8K"] = [(row["question"], row["answer"]) for s in splits.values() for row in s]
    if PUBLISHED.is_dir():
        sources["published MMLU-Pro outputs"] = list(_correct())
    return sources


def _correct() -> Iterable[tuple[str, str]]:
    for _, row, text in published():
        stated = re.search(r"answer is \(?([ABCDEFGHIJ])\)?", text)
        if stated and stated[1] == row["answer"]:
            yield "\n".join([row["question"], *row["options"]]), text


def print_published() -> None:
    """What the extraction that was published with the outputs made of abstentions."""
    texts = [
        (checkpoint, row, text, "\n".join([row["question"], *row["options"]]))
        for checkpoint, row, text in published()
    ]
    start = time.perf_counter()
    found = [bool(detect_abstention(text, question=asked)) for *_, text, asked in texts]
    each = 1000 * (time.perf_counter() - start) / len(texts)
    print(
        f"\n{sum(found)} of {len(texts):,} published outputs are read as abstentions, "
        f"{each:.2f} ms each"
    )
    abstained = [(checkpoint, row) for (checkpoint, row, *_), is_one in zip(texts, found) if is_one]
    for checkpoint in dict.fromkeys(checkpoint for checkpoint, _ in abstained):
        own = [row for name, row in abstained if name == checkpoint]
        taken = [row for row in own if row["pred"] == "I"]
        right = sum(row["answer"] == "I" for row in taken)
        print(f"{checkpoint}: {len(own)}, published as I: {len(taken)}, as correct: {right}")


def main() -> None:
    """Print the table, and what became of published abstentions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--abstentionbench", type=Path, required=True, metavar="CLONE")
    parser.add_argument("--honesty", type=Path, required=True, metavar="CLONE")
    sources = solutions()
    names = [f"{name} (of {len(pairs):,})" for name, pairs in sources.items()]
    print("|", " | ".join(["detector", *names, "corpus: precision", "recall"]), "|")
    print("|" + "---|" * (len(names) + 3))
    for name, detect in detectors(parser.parse_args()).items():
        false = [sum(detect(text, question=q) for q, text in pairs) for pairs in sources.values()]
        pairs = [
            (row["label"] == "abstained", detect(row["text"], **options_of(row))) for row in WRITTEN
        ]
        hits = sum(label and found for label, found in pairs)
        said, there = sum(found for _, found in pairs), sum(label for label, _ in pairs)
        cells = [name, *(f"{n:,}" for n in false), f"{hits / said:.3f}", f"{hits / there:.3f}"]
        print("|", " | ".join(cells), "|", flush=True)
    if PUBLISHED.is_dir():
        print_published()


if __name__ == "__main__":
    main()
