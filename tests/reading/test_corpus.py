"""The detector against the labelled corpus, and against solutions and outputs in bulk."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lm_eval_abstain.harness.definition import TASKS_DIR
from lm_eval_abstain.reading.detect import Kind, detect_abstention
from support.environment import REPOSITORY, SHARED_HUB
from support.ruled_responses import WORDS, responses

CORPUS = Path(__file__).parent / "corpus"
PUBLISHED = REPOSITORY.parent / "shared" / "published" / "mmlu_pro"
OPTIONS = ("question", "abstain_text", "select", "whole")


def rows(name: str) -> list[dict[str, Any]]:
    text = (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


WRITTEN = [row for language in WORDS for row in rows(language)]


def kind_of(row: dict[str, Any]) -> str:
    options = {name: row[name] for name in OPTIONS if name in row}
    return detect_abstention(row["text"], **options).kind.value


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
    for kind in (kind.value for kind in Kind):
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


class _Loader(yaml.SafeLoader):
    """The harness's YAML, functions left alone."""


_Loader.add_multi_constructor("!", lambda *_: None)


def worked(pattern: str) -> Iterator[tuple[str, str]]:
    """The worked examples that stand in the harness's own task files: question, solution."""
    for path in sorted(TASKS_DIR.glob(pattern)):
        config = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
        samples = ((config or {}).get("fewshot_config") or {}).get("samples")
        for sample in samples if isinstance(samples, list) else []:
            asked = sample.get("question") or sample.get("input") or sample.get("problem") or ""
            yield str(asked), str(sample.get("target") or sample.get("answer"))


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


def published() -> Iterator[tuple[str, dict[str, Any], str]]:
    """The published outputs: checkpoint, row, text."""
    for path in sorted(PUBLISHED.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".json"):
                    for row in json.loads(archive.read(name)):
                        text = next(
                            row[key]
                            for key in ("generated_text", "model_outputs", "response")
                            if row.get(key) is not None
                        )
                        yield path.stem, row, str(text)


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
