"""The detector against the labelled corpus, and against solutions and outputs in bulk."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from lm_eval_abstain.reading.detect import Kind, detect_abstention
from support.environment import SHARED_HUB
from support.labelled_responses import (
    OPTIONS,
    PUBLISHED,
    WRITTEN,
    options_of,
    published,
    rows,
    worked,
)
from support.ruled_responses import WORDS, responses


def kind_of(row: dict[str, Any]) -> str:
    return detect_abstention(row["text"], **options_of(row)).kind.value


def test_the_corpus_is_what_it_says() -> None:
    assert len(WRITTEN) >= 400
    assert len({row["id"] for row in WRITTEN}) == len(WRITTEN)
    cases = {(row["text"], *(row.get(name) for name in OPTIONS)) for row in WRITTEN}
    assert len(cases) == len(WRITTEN)
    for row in WRITTEN:
        assert row["label"] in {kind.value for kind in Kind}
        assert row["source"]
        assert row["why"]
    assert {row["language"] for row in WRITTEN} == set(WORDS)
    assert len(WORDS) == 12


def test_precision_and_recall(capsys: pytest.CaptureFixture[str]) -> None:
    pairs = [(row, kind_of(row)) for row in WRITTEN]
    lines = [f"{'class':<10} {'n':>4} {'precision':>9} {'recall':>7}"]
    figures: dict[str, tuple[float, float]] = {}
    for kind in sorted({row["label"] for row in WRITTEN}):
        hits = sum(row["label"] == found == kind for row, found in pairs)
        said = sum(found == kind for _, found in pairs)
        there = sum(row["label"] == kind for row, _ in pairs)
        figures[kind] = hits / said, hits / there
        lines.append(f"{kind:<10} {there:>4} {hits / said:>9.4f} {hits / there:>7.4f}")
    wrong = [
        f"{row['id']}: {row['label']}, read {found}"
        for row, found in pairs
        if row["label"] != found
    ]
    with capsys.disabled():
        print("\n" + "\n".join(lines + wrong))
    for kind, (precision, recall) in figures.items():
        assert precision >= 0.99, kind
        assert recall >= 0.97, kind


@pytest.mark.parametrize("language", WORDS)
def test_every_form_in_every_language(language: str) -> None:
    found = [
        (row["source"], row["text"], row["label"], kind_of(row))
        for row in responses()
        if row["language"] == language
    ]
    assert len(found) > 60
    assert [case for case in found if case[2] != case[3]] == []


def test_what_no_reading_can_decide() -> None:
    """The right answer is the phrase itself; documented as a limit, and read as an abstention."""
    cases = rows("undecidable")
    assert [kind_of(row) for row in cases] == ["abstained"] * len(cases)
    assert len(cases) == 4


# ---------------------------------------------------------------------- negatives in bulk


@pytest.mark.parametrize(
    ("pattern", "fewest"),
    [
        ("mmlu/flan_cot_fewshot/*.yaml", 280),
        ("bbh/cot_fewshot/*.yaml", 80),
        ("bbh/fewshot/*.yaml", 80),
        ("gsm8k/*.yaml", 8),
    ],
)
def test_no_worked_solution_of_the_harness_abstains(pattern: str, fewest: int) -> None:
    solutions = list(worked(pattern))
    assert len(solutions) >= fewest
    for question, solution in solutions:
        assert detect_abstention(solution).kind is Kind.OTHER
        assert detect_abstention(solution, question=question).kind is Kind.OTHER


@pytest.mark.parametrize("module", ["minerva_math", "leaderboard.math"])
def test_no_worked_solution_of_math_abstains(module: str) -> None:
    from importlib import import_module

    samples = import_module(f"lm_eval.tasks.{module}.utils").list_fewshot_samples()
    assert len(samples) >= 4
    assert all(detect_abstention(s["solution"]).kind is Kind.OTHER for s in samples)


def test_no_solution_of_gsm8k_abstains() -> None:
    folder = SHARED_HUB / "openai" / "gsm8k"
    if not folder.is_dir():
        pytest.skip("the real GSM8K is not here (../shared/hub)")
    from datasets import load_dataset

    splits = load_dataset(str(folder), "main")
    solutions = [row["answer"] for split in splits.values() for row in split]
    assert len(solutions) == 1319 + 7473
    assert all(detect_abstention(solution).kind is Kind.OTHER for solution in solutions)


def test_correct_published_outputs_hardly_ever_abstain(capsys: pytest.CaptureFixture[str]) -> None:
    if not PUBLISHED.is_dir():
        pytest.skip("the published outputs are not here (../shared/published)")
    counts: Counter[tuple[str, bool]] = Counter()
    for checkpoint, row, text in published():
        # Correct as MMLU-Pro's own filter in the harness reads it.
        stated = re.search(r"answer is \(?([ABCDEFGHIJ])\)?", text)
        if stated is None or stated[1] != row["answer"]:
            continue
        question = "\n".join([row["question"], *row["options"]])
        counts[checkpoint, bool(detect_abstention(text, question=question))] += 1
    n, false = sum(counts.values()), sum(c for (_, found), c in counts.items() if found)
    with capsys.disabled():
        print(f"\n{false} of {n} correct published outputs read as abstentions")
    assert n > 15_000
    assert false / n <= 1 / 1000
