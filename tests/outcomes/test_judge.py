"""One response, one outcome: of a variant, its base task's log, published files, columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.outcomes.judge import judge
from lm_eval_abstain.rubric import ORDER, Outcome
from support.harness_runs import logged_run
from support.labelled_responses import WRITTEN
from support.logged_files import common, write_results, write_samples
from support.ruled_responses import responses
from support.scripted_lm import ScriptedLM

# The base task: read by MMLU-Pro's filter, which takes the first match, as a whole, and by its
# first line, as mmlu_generative is.
BASE = r"""
task: own_words
dataset_path: json
dataset_kwargs: {data_files: {test: DATA}}
test_split: test
output_type: generate_until
doc_to_text: "{{question}}"
doc_to_target: "{{gold}}"
generation_kwargs: {until: [], max_gen_toks: 2048}
metric_list: [{metric: exact_match, aggregation: mean, higher_is_better: true}]
filter_list:
  - name: custom-extract
    filter:
      - {function: regex, regex_pattern: 'answer is \(?([ABCDEFGHIJ])\)?'}
      - {function: take_first}
  - name: whole
    filter: [{function: take_first}]
  - name: line
    filter:
      - {function: regex, regex_pattern: '^(.*?)(?=\n|$)'}
      - {function: remove_whitespace}
      - {function: take_first}
"""
NEUTRAL = "Which of these is it?"
CHOICES = ["granite", "marble", "slate", "chalk"]
# What is said word for word as the right answer, and bare answers.
MORE = [
    {"text": "Unknown", "gold": "Unknown"},
    {"text": "I don't know", "gold": "I don't know"},
    {"text": "C", "gold": "C"},
    {"text": "The answer is (C).", "gold": "C"},
    {"text": "The answer is (C", "gold": "C"},
    {"text": r"So it is \boxed{", "gold": "C"},
    {"text": "C. Slate", "gold": "C"},
    {"text": "The answer is **C.**", "gold": "C"},
    {"text": "Let me think.\n\nOption C is correct.", "gold": "C"},
    {"text": "slate", "gold": "C"},
    {"text": "It is A or C, as both of them are stones.", "gold": "C"},
]
TEXTS = [
    {"gold": "B", "question": NEUTRAL, **row, "id": number}
    for number, row in enumerate([*WRITTEN, *responses(), *MORE])
    # What only a task class knows.
    if not {"abstain_text", "whole"} & row.keys()
]


def asked(row: dict[str, Any]) -> str:
    """The question as MMLU-Pro puts it."""
    lines = [f"{letter}. {text}" for letter, text in zip("ABCD", CHOICES)]
    return "\n".join([row["question"], *lines])


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[int, str]]:
    """The outcomes by caller and number of the text."""
    folder = tmp_path_factory.mktemp("judged")
    found = run_harness(folder)
    records = [
        {
            "question_id": row["id"],
            "question": row["question"],
            "options": CHOICES,
            "answer": row["gold"] if len(row["gold"]) == 1 else "B",
            "category": "own",
            "model_outputs": row["text"],
        }
        for row in TEXTS
    ]
    published = folder / "model_outputs_Own-7B_5shots.json"
    published.write_text(json.dumps(records))
    found["mmlu_pro"] = outcomes(load_samples(published))["mmlu_pro_own", "custom-extract"]
    lines = [json.dumps({"i": r["id"], "a": r["text"], "g": r["gold"]}) for r in TEXTS]
    columns = folder / "columns.jsonl"
    columns.write_text("\n".join(lines) + "\n")
    samples = load_samples(columns, columns={"id": "i", "answer": "a", "gold": "g"})
    found["columns"] = {
        int(samples.name_of(row)): ORDER[samples.outcome[row]].value for row in range(len(samples))
    }
    return found


def run_harness(folder: Path) -> dict[str, dict[int, str]]:
    """The base task and its closed variant, run and logged by the harness itself."""
    from lm_eval.tasks import TaskManager

    from lm_eval_abstain.harness.closed_generation import ClosedGeneration

    data = folder / "data.jsonl"
    rows = [
        {"id": r["id"], "question": asked(r), "gold": r["gold"], "said": r["text"]} for r in TEXTS
    ]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    base = folder / "tasks" / "own_words.yaml"
    base.parent.mkdir()
    base.write_text(BASE.replace("DATA", str(data)))
    closed = ClosedGeneration({"task": "own_words_closed", "base": str(base)})
    strict = ClosedGeneration(
        {"task": "strict_words_closed", "base": str(base), "metadata": {"answers": "strict"}}
    )
    logged_run(
        ["own_words", closed, strict],
        ScriptedLM(generate=lambda request: request.doc["said"]),
        TaskManager(include_path=str(base.parent), include_defaults=False),
        folder / "logs",
    )
    numbers = [row["id"] for row in TEXTS]
    return {
        f"{task}, {name}": {numbers[document]: outcome for document, outcome in found.items()}
        for (task, name), found in outcomes(load_samples(folder / "logs")).items()
    }


def outcomes(samples: Any) -> dict[tuple[str, str], dict[int, str]]:
    """By task and filter: the outcome of each document."""
    found: dict[tuple[str, str], dict[int, str]] = {}
    for row in range(len(samples)):
        name = samples.tasks[samples.task[row]], samples.filters[samples.filter[row]]
        found.setdefault(name, {})[int(samples.doc_id[row])] = ORDER[samples.outcome[row]].value
    return found


def test_every_caller_finds_one_outcome(read):
    closed = read["own_words_closed, custom-extract"]
    assert len(closed) == len(TEXTS) > 1400
    assert set(closed.values()) == {outcome.value for outcome in Outcome}
    assert read["own_words, custom-extract"] == closed
    assert read["mmlu_pro"] == closed


@pytest.mark.parametrize("name", ["whole", "line"])
def test_stated_answers_are_read_alike(read, name):
    closed = read[f"own_words_closed, {name}"]
    assert read[f"own_words, {name}"] == closed
    *_, said, bold, option, text, two = closed.values()
    assert [said, bold, option, text, two] == [*["correct"] * 4, "unparsed"]
    strict = read[f"strict_words_closed, {name}"]
    assert [*strict.values()][-5:] == ["wrong"] * 5
    # What holds no answer, and what the base calls right, is the same.
    changed = {(strict[i], closed[i]) for i in closed if strict[i] != closed[i]}
    assert changed == {("wrong", "correct"), ("wrong", "unparsed")}


def test_columns_hold_whole_answers(read):
    closed = read["strict_words_closed, whole"]
    unasked = {row["id"] for row in TEXTS if row["question"] == NEUTRAL}
    assert len(unasked) > 1400
    assert {i: o for i, o in read["columns"].items() if i in unasked} == {
        i: o for i, o in closed.items() if i in unasked
    }


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("I'm sorry, but I can't help with that.", "unparsed"),
        ("<think>It may be Paris, or", "truncated"),
        (r"It is \boxed{Par", "truncated"),
        ("Paris. I don't know.", "wrong"),
        ("It is hard. I don't know.", "abstained"),
        ("-", "empty"),
    ],
)
def test_a_cell_has_the_outcome_that_the_ledger_would_have(text, outcome, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"a": text, "g": "Rome"}) + "\n")
    samples = load_samples(path, columns={"answer": "a", "gold": "g"})
    assert [ORDER[code].value for code in samples.outcome] == [outcome]


# ---------------------------------------------------------------------- a plain log's question

SAID = "It cannot be determined."
OFFERED = "Who is it?\n(A) Ann\n(B) Cannot be determined"
MESSAGES = json.dumps(
    [{"role": "system", "content": "Be brief."}, {"role": "user", "content": OFFERED}]
)


def of_log(folder: Path, arguments: Any, doc: dict[str, Any]) -> str:
    """The outcome of one logged response that says that nobody can know."""
    sample = common(
        0,
        doc=doc,
        arguments=arguments,
        resps=[[SAID]],
        filtered_resps=[SAID],
        metrics=["exact_match"],
        exact_match=0.0,
    )
    write_results(folder, {"quiz": 1})
    write_samples(folder, "quiz", [sample])
    samples = load_samples(folder)
    return ORDER[samples.outcome[0]].value


def test_what_a_document_holds_beside_its_question_is_not_asked(tmp_path):
    doc = {
        "question": "Who is it?",
        "gold": "Ann",
        "rationale": "At first sight it cannot be determined. But the hat is Ann's.",
    }
    asked = {"gen_args_0": {"arg_0": "Q: Who is it?\nA:", "arg_1": {"until": []}}}
    assert of_log(tmp_path, asked, doc) == "abstained"


@pytest.mark.parametrize(
    "arguments",
    [
        {"gen_args_0": {"arg_0": OFFERED, "arg_1": {}}},
        [[OFFERED, {"until": []}]],
        [[[MESSAGES], {}]],
        {"gen_args_0": {"arg_0": [MESSAGES], "arg_1": {}}},
        {"gen_args_0": {"arg_0": MESSAGES, "arg_1": {}}},
    ],
)
def test_what_the_prompt_offers_is_an_answer(arguments, tmp_path):
    assert of_log(tmp_path, arguments, {}) == "wrong"


@pytest.mark.parametrize("arguments", [None, [], {}, ["?"], [[]], "?", [[None]], [["[{not JSON"]]])
def test_a_log_without_a_prompt_has_no_question(arguments, tmp_path):
    assert of_log(tmp_path, arguments, {}) == "abstained"


# ---------------------------------------------------------------------- what callers may know


def test_the_part_is_read_and_the_whole_is_what_is_cut():
    cut = judge("C. Confidence: {", part="C.", correct=False, headline="exact_match")
    assert cut.outcome is Outcome.WRONG
    open_box = judge(r"\boxed{C", part="C", correct=False, headline="exact_match")
    assert open_box.outcome is Outcome.TRUNCATED
    assert open_box.reading.kind.value == "other"


def test_words_are_right_where_words_are_compared():
    known = {"correct": True, "answer": "Unknown"}
    assert judge("Unknown.", headline="exact_match", **known).outcome is Outcome.CORRECT
    assert judge("Unknown.", headline="bleu_acc", **known).outcome is Outcome.ABSTAINED


def test_instructions_are_followed_by_the_whole_text():
    text = "The wind lifts a light frame with cloth. I don't know."
    for headline, outcome in (("prompt_level_strict_acc", "wrong"), ("exact_match", "abstained")):
        assert judge(text, correct=False, headline=headline).outcome.value == outcome
