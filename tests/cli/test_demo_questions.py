"""The harness's worked MMLU questions, read whole and held against MMLU's own dev split."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest
import yaml

from lm_eval_abstain.cli.demo import questions as module
from lm_eval_abstain.cli.demo.questions import DemoQuestion, load_questions, questions_dataset
from lm_eval_abstain.cli.demo.weights import DemoError
from support.environment import REPOSITORY, SHARED_HUB

MMLU = SHARED_HUB / "cais" / "mmlu"

# (subject, number in the harness's file): how the harness's file departs from MMLU's dev split.
TEXT_DIFFERS = {
    ("abstract_algebra", 2): "the harness puts a (garbled) sentence on S_n before the question",
    ("business_ethics", 4): "'they are' is mended to 'there are'",
    ("college_computer_science", 3): "brackets and a colon added to the operations",
    ("elementary_mathematics", 1): "a full stop after the number pattern",
    ("formal_logic", 2): "a full stop at the end",
    ("formal_logic", 3): "a full stop after the first premise",
    ("high_school_computer_science", 3): "the program's letters O and x are mended to 0 and X",
    ("high_school_us_history", 2): "the note's closing bracket is lost",
    ("machine_learning", 2): "'input attribute' has become 'question attribute'",
    ("professional_accounting", 3): "the maintenance begins in year 1, in MMLU in year 2",
}
CHOICES_DIFFER = {
    ("college_chemistry", 4): "five options, 8 the right one; MMLU lost it, we drop the wrong 24",
    ("econometrics", 4): "a full stop after the last option",
    ("formal_logic", 1): "a full stop after the last option",
    ("high_school_computer_science", 5): "'t he' is mended to 'the'",
    ("high_school_geography", 1): "a full stop after the last option",
    ("professional_law", 5): "'FourteenthAmendments' is mended",
    ("professional_medicine", 3): "'pneumoniae' has lost its last letter",
}
ANSWER_DIFFERS = {
    ("college_chemistry", 4): "the harness: 8, its (E); MMLU, which has no 8: 4, a wrong one",
    ("high_school_computer_science", 5): "the harness: B, which is right; MMLU: D",
}


def squeeze(text: str) -> str:
    """Make texts comparable whose white space differs."""
    return " ".join(text.split())


def words(question: str, choices: list[str]) -> set[str]:
    """Take a question apart, to find the most alike."""
    return set(" ".join([question, *choices]).split())


def find(subject: str, number: int) -> DemoQuestion:
    """Find a question by its number, from 1, in its subject."""
    return [row for row in load_questions() if row["subject"] == subject][number - 1]


def test_every_question_is_there_in_mmlu_columns() -> None:
    rows = load_questions()
    sizes = Counter(row["subject"] for row in rows)
    assert len(rows) == 282
    assert len(sizes) == 57
    four = {"college_chemistry", "formal_logic", "human_aging"}
    assert {subject: size for subject, size in sizes.items() if size != 5} == dict.fromkeys(four, 4)
    for row in rows:
        assert list(row) == ["question", "choices", "answer", "subject"]
        assert len(row["choices"]) == 4
        assert all(text == text.strip() != "" for text in (row["question"], *row["choices"]))
        assert row["answer"] in range(4)


def test_a_question_reads_as_it_stands() -> None:
    assert find("anatomy", 1) == {
        "question": "Which of the following is the body cavity that contains the pituitary gland?",
        "choices": ["Abdominal", "Cranial", "Pleural", "Spinal"],
        "answer": 1,
        "subject": "anatomy",
    }


def test_brackets_and_line_breaks_within_options_are_kept() -> None:
    assert find("econometrics", 4)["choices"][0] == "(ii) and (iv) only"
    assert "\n" in find("high_school_computer_science", 5)["choices"][0]


def test_the_question_with_five_options_keeps_the_right_one() -> None:
    row = find("college_chemistry", 4)
    assert (row["choices"], row["answer"]) == (["4", "3", "6", "8"], 3)


@pytest.mark.skipif(not MMLU.is_dir(), reason="needs MMLU's parquet files in ../shared/hub")
def test_questions_agree_with_mmlu_dev_but_for_the_listed_rows() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    differs: dict[str, set[tuple[str, int]]] = {
        "question": set(),
        "choices": set(),
        "answer": set(),
    }
    numbers: Counter[str] = Counter()
    for row in load_questions():
        subject = row["subject"]
        numbers[subject] += 1
        key = (subject, numbers[subject])
        dev: list[dict[str, Any]] = parquet.read_table(MMLU / subject / "dev.parquet").to_pylist()
        # The harness orders a subject's questions its own way: the most alike is the same one.
        own = words(row["question"], row["choices"])
        match = max(dev, key=lambda d: len(own & words(d["question"], d["choices"])))
        choices = [squeeze(choice) for choice in row["choices"]]
        if squeeze(match["question"]) != squeeze(row["question"]):
            differs["question"].add(key)
        if [squeeze(choice) for choice in match["choices"]] != choices:
            differs["choices"].add(key)
        if match["answer"] != row["answer"]:
            differs["answer"].add(key)
    assert differs == {
        "question": set(TEXT_DIFFERS),
        "choices": set(CHOICES_DIFFER),
        "answer": set(ANSWER_DIFFERS),
    }


GOOD = "Which?\n(A) one (B) two (x)\n(C) three (D) four"
ENDS = "Let's think. The answer is (C).\n"


def fake_harness(folder: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    """Make `folder` the installed harness, with one file of questions."""
    file = folder / "tasks" / "mmlu" / "flan_cot_fewshot" / "mmlu_fake.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="utf-8")

    def find_fake(name: str) -> ModuleSpec:
        return ModuleSpec(name, None, origin=str(folder / "__init__.py"))

    monkeypatch.setattr(module, "find_spec", find_fake)


def as_yaml(question: object, target: object) -> str:
    """Write a file of two questions of which the second is the one given."""
    samples = [{"question": GOOD, "target": ENDS}, {"question": question, "target": target}]
    return yaml.safe_dump({"dataset_name": "fake", "fewshot_config": {"samples": samples}})


def test_a_sound_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_harness(tmp_path, monkeypatch, as_yaml(GOOD, ENDS))
    assert load_questions()[1] == {
        "question": "Which?",
        "choices": ["one", "two (x)", "three", "four"],
        "answer": 2,
        "subject": "fake",
    }


@pytest.mark.parametrize(
    ("question", "target", "why"),
    [
        ("Which?\n(A) one (B) two (C) three", ENDS, "marked ABC, not A to D"),
        ("Which?", ENDS, "marked not at all"),
        ("Is (A) so?\n(A) one (B) two (C) three (D) four", ENDS, "marked AABCD"),
        ("Which?\n(A) one (B) two (D) three (C) four", ENDS, "marked ABDC"),
        ("Which?\n(A) 1 (B) 2 (C) 3 (D) 4 (E) 5", ENDS, "marked ABCDE"),
        ("\n(A) one (B) two (C) three (D) four", ENDS, "is empty"),
        ("Which?\n(A) one (B)  (C) three (D) four", ENDS, "is empty"),
        (GOOD, "The answer is (C). Or not.", "does not end with"),
        (GOOD, "The answer is (E).", "does not end with"),
        (GOOD, None, "is not text"),
        (7, ENDS, "is not text"),
    ],
)
def test_an_unreadable_question_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: object, target: object, why: str
) -> None:
    fake_harness(tmp_path, monkeypatch, as_yaml(question, target))
    with pytest.raises(
        DemoError, match=r"Question 2 of the harness's file mmlu_fake\.yaml"
    ) as caught:
        load_questions()
    assert why in str(caught.value)


@pytest.mark.parametrize(
    "content", ["dataset_name: x", "[]", "a: [", "fewshot_config: {samples: [{question: q}]}"]
)
def test_an_unreadable_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    fake_harness(tmp_path, monkeypatch, content)
    with pytest.raises(DemoError, match=r"file mmlu_fake\.yaml cannot be read"):
        load_questions()


def test_a_harness_without_the_files_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_harness(tmp_path, monkeypatch, "")
    next(tmp_path.rglob("mmlu_fake.yaml")).unlink()
    with pytest.raises(DemoError, match="no tasks/mmlu/flan_cot_fewshot"):
        load_questions()

    def find_none(_name: str) -> None:
        return None

    monkeypatch.setattr(module, "find_spec", find_none)
    with pytest.raises(DemoError, match="not installed"):
        load_questions()


def test_the_dataset_is_the_harness_s_custom_dataset() -> None:
    splits = questions_dataset(version=1.0, anything="else")
    assert list(splits) == ["test"]
    rows = [*splits["test"]]
    assert len({row["subject"] for row in rows[:57]}) == 57  # any limit is spread over subjects
    assert sorted(map(str, rows)) == sorted(map(str, load_questions()))


def test_reading_the_questions_does_not_import_torch() -> None:
    script = (
        "import sys; from lm_eval_abstain.cli.demo.questions import load_questions;"
        " load_questions(); sys.exit('torch' in sys.modules)"
    )
    root = REPOSITORY
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0
