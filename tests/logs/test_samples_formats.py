"""Published result files of MMLU-Pro, reports of SWE-bench, and columns that a user names."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain import AbstainError
from lm_eval_abstain.logs import load_samples, pair, parse_columns, split
from lm_eval_abstain.logs.formats.mmlu_pro import EXTRACTION, TOKEN_LIMIT, extract
from lm_eval_abstain.reading.stages import DETECTOR_VERSION
from lm_eval_abstain.rubric import ORDER
from support.environment import SHARED

PUBLISHED = SHARED / "published" / "mmlu_pro"


def outcomes(samples):
    return [ORDER[code].value for code in samples.outcome]


# ------------------------------------------------------------------ MMLU-Pro


def question(number, output, answer="B", name="model_outputs", **fields):
    return {
        "question_id": number,
        "question": f"Which is number {number}?",
        "options": ["a", "b", "c", "d", "e", "f", "g", "h", "i"],
        "answer": answer,
        "answer_index": 1,
        "category": "computer science",
        "pred": "I",
        name: output,
        **fields,
    }


QUESTIONS = [
    (question(70, "So the answer is (B). The answer is (C)."), "correct"),  # the first one counts
    (question(71, "The answer is C."), "wrong"),
    (question(78, "The answer is (B). No, the answer is: I don't know."), "correct"),
    (question(72, "Therefore, I cannot answer this question."), "abstained"),
    (question(73, "The answer is I don't know."), "abstained"),  # not option I
    (question(74, "It is B."), "unparsed"),
    (question(75, ""), "empty"),
    (question(76, "step " * 1000), "truncated"),
    (question(77, "The answer is (I).", answer="I"), "correct"),
]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["model_outputs", "generated_text", "response"])
def test_published_results(packed, name, tmp_path):
    rows = [
        {name if key == "model_outputs" else key: value for key, value in row.items()}
        for row, _ in QUESTIONS
    ]
    content = json.dumps(rows, indent=1)
    path = tmp_path / "model_outputs_Some-7B_5shots.json"
    if packed:
        path = tmp_path / "Some-7B.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("model_outputs_Some-7B_5shots.json", content)
            archive.writestr("__MACOSX/._x.json", "rubbish")
    else:
        path.write_text(content, encoding="utf-8-sig")
    samples = load_samples(path)
    assert outcomes(samples) == [outcome for _, outcome in QUESTIONS]
    assert samples.models == ("Some-7B",)
    assert samples.tasks == ("mmlu_pro_computer_science",)
    assert samples.filters == ("custom-extract",)
    assert sorted(samples.doc_id) == list(range(70, 79))
    (group,) = samples.groups
    assert (group.name, group.tasks) == ("mmlu_pro", samples.tasks)
    text = samples.text(1)
    assert text.prompt.startswith("Which is number 71?\nA. a\nB. b")
    assert (text.response, text.gold) == ("The answer is C.", "B")


BAD_QUESTIONS = {
    "no gold answer": question(1, "The answer is (B).", answer=None),
    "a gold answer that is no option": question(1, "The answer is (B).", answer="J"),
    "no response": question(1, None),
    "a number for a text": question(1, 5),
    "a question twice": question(0, "The answer is (B)."),
}


@pytest.mark.parametrize("name", BAD_QUESTIONS)
def test_bad_records(name, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([question(0, "The answer is (B)."), BAD_QUESTIONS[name]]))
    with pytest.raises(AbstainError, match=r"a\.json, record 2: "):
        load_samples(path)
    samples = load_samples(path, skip_bad=True)
    assert outcomes(samples) == ["correct"]
    assert sum(samples.skipped.values()) == 1


def test_a_zip_file_with_several_files(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", "[]")
        archive.writestr("b.json", "[]")
    with pytest.raises(AbstainError, match="holds 2 JSON files"):
        load_samples(path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(AbstainError, match="damaged"):
        load_samples(path)


def test_the_same_model_in_two_files(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "model_outputs_Some-7B_5shots.json"
        path.write_text(json.dumps([question(0, "The answer is (B).")]))
    assert load_samples(tmp_path).models == ("Some-7B", f"Some-7B ({path})")


@pytest.fixture(scope="module")
def extraction_filter():
    """The installed harness's own filter of MMLU-Pro, and what the base task generates."""
    import lm_eval.tasks
    import yaml
    from lm_eval.filters.extraction import RegexFilter

    folder = Path(lm_eval.tasks.__file__).parent / "mmlu_pro"

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!function", lambda loader, node: node.value)
    config = yaml.load((folder / "_default_template_yaml").read_text(), Loader)
    step, _ = config["filter_list"][0]["filter"]
    return RegexFilter(step["regex_pattern"], **{}), step, config


def test_the_rule_is_the_harness_s(extraction_filter):
    _, step, config = extraction_filter
    assert step == {"function": "regex", "regex_pattern": EXTRACTION.pattern}
    assert config["generation_kwargs"]["max_gen_toks"] == TOKEN_LIMIT


WORDS = (
    *("answer is ", "Answer is ", "the answer is (", "answer: C", "is", " ", "\n"),
    *("(", ")", "A", "B", "J", "K", "b", "I don't"),
)
PIECES = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)


@given(PIECES)
def test_what_is_extracted_is_what_the_harness_extracts(extraction_filter, text):
    regex, _, _ = extraction_filter
    ((expected,),) = regex.apply([[text]], [{}])
    assert (extract(text) or "[invalid]") == expected


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published outputs are not here")
@pytest.mark.parametrize(
    ("name", "n", "correct", "last_letter", "guessed"),
    [
        ("Meta-Llama-3_1-8B-Instruct", 12_032, 5217, 27, 73),
        ("Mistral-7B-Instruct-v0.2", 12_032, 3460, 0, 0),
        ("gemini-1.5-flash-002", 12_012, 7665, 34, 0),
    ],
)
def test_published_accuracies(name, n, correct, last_letter, guessed, extraction_filter):
    """What the rule finds, and why the published accuracy is another one; see docs/rescoring.md."""
    regex, _, _ = extraction_filter
    with zipfile.ZipFile(PUBLISHED / f"{name}.zip") as archive:
        rows = json.loads(archive.read(archive.namelist()[0]))
    texts = [row.get("model_outputs", row.get("generated_text")) for row in rows]
    ours = [extract(text) for text in texts]
    assert len(rows) == n
    assert [one or "[invalid]" for one in ours] == [
        one for (one,) in regex.apply([[text] for text in texts], rows)
    ]
    right = sum(one == row["answer"] for one, row in zip(ours, rows))
    assert right == correct
    published = sum(row["pred"] == row["answer"] for row in rows)
    assert published == correct + last_letter + guessed
    # Where the rule finds a letter, it is the authors', too.
    assert all(one == row["pred"] for one, row in zip(ours, rows) if one)


# ------------------------------------------------------------------ SWE-bench


def report(**fields):
    lists = {
        "resolved_ids": ["a__a-1", "a__a-2"],
        "unresolved_ids": ["b__b-1"],
        "empty_patch_ids": ["c__c-1"],
        "error_ids": ["d__d-1"],
        "incomplete_ids": [],
    }
    lists |= fields
    return {
        "total_instances": sum(map(len, lists.values())),
        **{key.replace("_ids", "_instances"): len(names) for key, names in lists.items()},
        **lists,
        "schema_version": 2,
    }


@pytest.mark.parametrize("indent", [None, 4])
def test_a_report(indent, tmp_path):
    path = tmp_path / "gpt-4.1-mini.run_7.json"
    path.write_text(json.dumps(report(), indent=indent))
    samples = load_samples(path)
    assert outcomes(samples) == ["correct", "correct", "wrong", "abstained", "unparsed"]
    assert samples.models == ("gpt-4.1-mini",)
    assert [samples.name_of(row) for row in range(5)] == [
        *("a__a-1", "a__a-2", "b__b-1", "c__c-1", "d__d-1"),
    ]
    assert samples.notes == ()
    assert samples.text(3).record == {"instance_id": "c__c-1"}


def test_instances_without_a_prediction_are_counted(tmp_path):
    path = tmp_path / "model.run.json"
    path.write_text(json.dumps(report(incomplete_ids=["e__e-1", "e__e-2"])))
    samples = load_samples(path)
    assert outcomes(samples)[-2:] == ["empty", "empty"]
    (note,) = samples.notes
    assert "2 instances of the data set have no prediction" in note


def test_two_reports_are_about_the_same_instances(tmp_path):
    for model in ("one", "two"):
        (tmp_path / f"{model}.run.json").write_text(json.dumps(report()))
    samples = load_samples(tmp_path)
    pairs = pair(*split(samples))
    assert len(pairs.one) == 5
    assert list(samples.doc_hash[pairs.one]) == list(samples.doc_hash[pairs.other])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"unresolved_ids": ["a__a-1"]}, "a__a-1 is in two lists"),
        ({"error_ids": ["d__d-1", "d__d-1"]}, "d__d-1 is in two lists, or twice"),
        ({"error_ids": "d__d-1"}, "error_ids is no list"),
        ({"error_ids": [7]}, "error_ids is no list of names"),
    ],
)
def test_bad_reports(fields, message, tmp_path):
    path = tmp_path / "model.run.json"
    path.write_text(json.dumps(report(**fields)))
    with pytest.raises(AbstainError, match=message):
        load_samples(path)
    samples = load_samples(path, skip_bad=True)
    assert samples.skipped
    for row in range(len(samples)):
        assert samples.text(row).record == {"instance_id": samples.name_of(row)}


def test_a_report_whose_counts_are_others(tmp_path):
    path = tmp_path / "model.run.json"
    path.write_text(json.dumps(report() | {"resolved_instances": 5}))
    with pytest.raises(AbstainError, match="lists 2 instances, and the report counts 5"):
        load_samples(path)


# ------------------------------------------------------------------ columns


ROWS = [
    {"question": "q1", "result": "correct", "sure": 0.9, "who": "a"},
    {"question": "q2", "result": "Wrong", "sure": "", "who": "a"},
    {"question": "q1", "result": "abstained", "sure": 0.25, "who": "b"},
]
COLUMNS = {"id": "question", "outcome": "result", "confidence": "sure", "model": "who"}


def write_rows(path, rows):
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_columns_of_choice(name, tmp_path):
    path = write_rows(tmp_path / name, ROWS)
    samples = load_samples(path, columns=COLUMNS)
    assert outcomes(samples) == ["correct", "wrong", "abstained"]
    assert [samples.models[code] for code in samples.model] == ["a", "a", "b"]
    assert [samples.name_of(row) for row in range(3)] == ["q1", "q2", "q1"]
    assert list(samples.confidence[[0, 2]]) == [0.9, 0.25]
    assert np.isnan(samples.confidence[1])
    pairs = pair(*split(samples))
    assert [len(pairs.one), len(pairs.other)] == [1, 1]
    assert samples.text(1).record["question"] == "q2"


def test_a_file_of_one_row(tmp_path):
    path = write_rows(tmp_path / "a.jsonl", ROWS[:1])
    samples = load_samples(path, columns=COLUMNS)
    assert outcomes(samples) == ["correct"]


def test_answers_and_gold(tmp_path):
    rows = [
        {"answer": "Paris", "gold": " paris"},
        {"answer": "Rome", "gold": "Paris"},
        {"answer": "I don't know.", "gold": "Paris"},
        {"answer": "", "gold": "Paris"},
        {"answer": "Unknown", "gold": "unknown"},
    ]
    path = write_rows(tmp_path / "a.csv", rows)
    samples = load_samples(path, columns={"answer": "answer", "gold": "gold"})
    assert outcomes(samples) == ["correct", "wrong", "abstained", "empty", "correct"]
    assert samples.models == ("a",)
    assert samples.signatures[0].detector == DETECTOR_VERSION
    text = samples.text(1)
    assert (text.response, text.gold) == ("Rome", "Paris")


BAD_ROWS = {
    "missing field": (
        {"question": "q9", "result": "wrong", "sure": 0.5},
        "nothing for the column 'who', only for question",
    ),
    "unknown outcome": (ROWS[0] | {"question": "q9", "result": "lol"}, "outcome is 'lol'"),
    "not a number": (ROWS[0] | {"question": "q9", "sure": "much"}, "'much', no number"),
    "not a probability": (ROWS[0] | {"question": "q9", "sure": 90}, "not per cent"),
    "document twice": (ROWS[0], "'q1' was there before"),
}


@pytest.mark.parametrize("reason", BAD_ROWS)
def test_bad_rows(reason, tmp_path):
    row, message = BAD_ROWS[reason]
    path = write_rows(tmp_path / "a.jsonl", [*ROWS, row])
    with pytest.raises(AbstainError, match=message) as error:
        load_samples(path, columns=COLUMNS)
    assert f"{path}:4: " in str(error.value)
    samples = load_samples(path, columns=COLUMNS, skip_bad=True)
    assert samples.skipped == {reason: 1}
    assert len(samples) == 3


def test_no_gold(tmp_path):
    path = write_rows(tmp_path / "a.csv", [{"a": "x", "g": "x"}, {"a": "x", "g": ""}])
    with pytest.raises(AbstainError, match=r"a\.csv:3: there is no gold answer"):
        load_samples(path, columns={"answer": "a", "gold": "g"})


def test_a_row_that_is_too_short(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("i,o\n1,wrong\n2\n")
    with pytest.raises(AbstainError, match=r"a\.csv:3: there is nothing for the column 'o'"):
        load_samples(path, columns={"id": "i", "outcome": "o"})


def test_what_is_no_csv(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n\xff\xfe,1\n")
    with pytest.raises(AbstainError, match="not a CSV file in UTF-8"):
        load_samples(path, columns={"outcome": "a"})
    path.write_text('a\n"wrong\n')
    with pytest.raises(AbstainError, match="not a CSV file"):
        load_samples(path, columns={"outcome": "a"})


def test_a_file_of_many_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("o\n" + "wrong\ncorrect\n" * 15_000)
    samples = load_samples(path, columns={"outcome": "o"})
    assert len(samples) == 30_000
    assert outcomes(samples.select([0, 29_999])) == ["wrong", "correct"]


def test_columns_are_parsed():
    assert parse_columns("id=question, outcome = result") == {
        "id": "question",
        "outcome": "result",
    }
    for text in ("", "id", "id=", "colour=red", "=x"):
        with pytest.raises(AbstainError, match="ROLE=COLUMN"):
            parse_columns(text)


@pytest.mark.parametrize(
    "columns",
    [
        {"id": "a"},
        {"answer": "a"},
        {"gold": "a"},
        {"outcome": "a", "answer": "b", "gold": "c"},
        {"outcome": "a", "colour": "b"},
    ],
)
def test_columns_that_say_nothing(columns, tmp_path):
    with pytest.raises(AbstainError, match="columns"):
        load_samples(tmp_path, columns=columns)
