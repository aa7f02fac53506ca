"""Every kind of broken input: an error that names file and line, or a count."""

from __future__ import annotations

import json

import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.logs import load_samples
from support.logged_files import choice, generated, variant, write_results, write_samples


def broken(sample, **fields):
    return {**sample, **fields}


def without(sample, name):
    return {key: value for key, value in sample.items() if key != name}


GOOD = [variant(0, "correct"), variant(1, "wrong")]
GOOD_CHOICES = [choice(0, [-1.0, -2.0], 1.0), choice(1, [-2.0, -1.0], 0.0)]
GOOD_TEXTS = [generated(0, "#### 4", "4", 1.0), generated(1, "#### 5", "5", 0.0)]
CASES = {
    # name: (good samples, the bad one, reason, a part of the message)
    "cut off": (GOOD, json.dumps(variant(2, "wrong"))[:80], "not JSON", "not JSON"),
    "no JSON": (GOOD, "lol", "not JSON", "not JSON"),
    "two values": (GOOD, "{} {}", "not JSON", "not JSON"),
    "a list": (GOOD, "[1]", "wrong type or missing field", "Expected `object`"),
    "no field": (
        GOOD,
        without(variant(2, "wrong"), "doc_id"),
        "wrong type or missing field",
        "doc_id",
    ),
    "wrong type": (
        GOOD,
        variant("2", "wrong"),
        "wrong type or missing field",
        "Expected `int`, got `str`",
    ),
    "negative": (GOOD, variant(-2, "wrong"), "bad number", "negative"),
    "outcome": (GOOD, variant(2, "guessed"), "unknown outcome", "'guessed'"),
    "signature": (GOOD, variant(2, "wrong", signature="lol"), "bad signature", "'lol'"),
    "per cent": (GOOD, variant(2, "wrong", confidence=75), "not a probability", "75"),
    "NaN": (GOOD, variant(2, "wrong", confidence=float("nan")), "not a probability", "nan"),
    "mass": (GOOD, variant(2, "wrong", abstain_prob=-0.1), "not a probability", "-0.1"),
    "forced": (GOOD, variant(2, "wrong", forced_acc=0.5), "not 0 or 1", "0.5"),
    "metric NaN": (GOOD_CHOICES, choice(2, [-1.0, -2.0], float("nan")), "not 0 or 1", "nan"),
    "metric half": (GOOD_CHOICES, choice(2, [-1.0, -2.0], 0.43), "not 0 or 1", "0.43"),
    "metric missing": (
        GOOD_CHOICES,
        without(choice(2, [-1.0, -2.0], 1.0), "acc"),
        "wrong type or missing field",
        "acc",
    ),
    "loglik NaN": (
        GOOD_CHOICES,
        choice(2, [float("nan"), -2.0], 1.0),
        "not a number",
        "no answer can be read",
    ),
    "loglik -inf": (
        GOOD_CHOICES,
        choice(2, [float("-inf"), float("-inf")], 1.0),
        "not a number",
        "no answer can be read",
    ),
    "loglik text": (
        GOOD_CHOICES,
        broken(choice(2, [-1.0, -2.0], 1.0), filtered_resps=[["lol", "False"]]),
        "wrong type or missing field",
        "Expected `float`",
    ),
    "no gold": (
        GOOD_CHOICES,
        choice(2, [-1.0, -2.0], 0.0, target="-1"),
        "no gold answer",
        "no gold answer",
    ),
    "no text": (
        GOOD_TEXTS,
        generated(2, None, "4", 1.0),
        "wrong type or missing field",
        "Expected `str`",
    ),
    "several": (
        GOOD_TEXTS,
        generated(2, "4", "4", 1.0, resps=[["4", "5"]]),
        "not one response",
        "not one response",
    ),
    "twice": (GOOD, variant(1, "correct"), "document twice", "document 1 was there before"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_sample_is_named_and_can_be_skipped(name, tmp_path):
    good, bad, reason, message = CASES[name]
    path = write_samples(tmp_path, "quiz", [*good, bad])
    with pytest.raises(AbstainError) as error:
        load_samples(tmp_path)
    assert f"{path}:3: " in str(error.value)
    assert message in str(error.value)
    assert "--skip-bad" in str(error.value)
    samples = load_samples(tmp_path, skip_bad=True)
    assert len(samples) == 2
    assert list(samples.doc_id) == [0, 1]
    assert samples.skipped == {reason: 1}
    assert any(f"{path}:3" in note for note in samples.notes)


@pytest.mark.parametrize("name", [name for name in CASES if name != "twice"])
def test_what_follows_a_bad_sample_is_read(name, tmp_path):
    good, bad, _, _ = CASES[name]
    write_samples(tmp_path, "quiz", [good[0], bad, good[1]])
    samples = load_samples(tmp_path, skip_bad=True)
    assert list(samples.doc_id) == [0, 1]
    assert sum(samples.skipped.values()) == 1
    assert [samples.text(row).record["doc_id"] for row in range(2)] == [0, 1]


def test_a_cut_last_line(tmp_path):
    path = write_samples(tmp_path, "quiz", GOOD)
    with path.open("a") as file:
        file.write(json.dumps(variant(2, "wrong"))[:-30])
    with pytest.raises(AbstainError, match="3: the last line is cut off"):
        load_samples(tmp_path)
    assert load_samples(tmp_path, skip_bad=True).skipped == {"cut off": 1}


def test_a_last_line_without_an_end_is_not_cut(tmp_path):
    path = write_samples(tmp_path, "quiz", GOOD)
    path.write_text(path.read_text().rstrip("\n"))
    assert len(load_samples(tmp_path)) == 2


def test_what_python_writes_and_json_does_not_know_is_read(tmp_path):
    # NaN in a field that nobody needs, and half of a surrogate pair.
    odd = variant(2, "wrong", doc={"weight": float("nan")}, note="\ud800")
    write_samples(tmp_path, "quiz", [*GOOD, json.dumps(odd)])
    assert len(load_samples(tmp_path)) == 3


def test_a_file_that_ends_before_the_run_did(tmp_path):
    path = write_samples(tmp_path, "quiz", GOOD)
    results = write_results(tmp_path, {"quiz": 5})
    with pytest.raises(AbstainError, match="2 of 5 documents are there") as error:
        load_samples(tmp_path)
    assert str(path) in str(error.value)
    assert str(results) in str(error.value)
    assert load_samples(tmp_path, skip_bad=True).skipped == {"documents missing": 3}


def test_samples_without_a_results_file_are_read_with_a_note(tmp_path):
    write_samples(tmp_path / "some_model", "quiz", GOOD)
    samples = load_samples(tmp_path)
    assert samples.models == ("some_model",)
    (note,) = samples.notes
    assert "no results file" in note
    assert "quiz" in note


def test_a_damaged_results_file(tmp_path):
    write_samples(tmp_path, "quiz", GOOD)
    path = write_results(tmp_path, {"quiz": 2})
    path.write_text(path.read_text()[:-10])
    with pytest.raises(AbstainError, match="damaged"):
        load_samples(
            tmp_path / path.name.replace("results", "samples_quiz").replace("json", "jsonl")
        )


def test_a_results_file_alone_has_no_samples(tmp_path):
    path = write_results(tmp_path, {"quiz": 2})
    with pytest.raises(AbstainError, match="holds no samples"):
        load_samples(path)
    with pytest.raises(AbstainError, match="--log_samples"):
        load_samples(tmp_path)


@pytest.mark.parametrize("content", ["", "lol\n", '{"a": 1}\n', '[{"a": 1}]', "[]", "{}", "null"])
def test_an_unknown_format(content, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(AbstainError, match="this is not logged samples"):
        load_samples(path)
    write_samples(tmp_path, "quiz", GOOD)
    samples = load_samples(tmp_path)
    assert len(samples) == 2
    assert any("a.json was left out" in note for note in samples.notes)


def test_an_empty_samples_file_is_no_other_file(tmp_path):
    write_samples(tmp_path, "quiz", GOOD)
    write_samples(tmp_path, "other", [])
    with pytest.raises(AbstainError, match=r"samples_other_.*is not logged samples"):
        load_samples(tmp_path)
    assert load_samples(tmp_path, skip_bad=True).skipped == {"unknown format": 1}


def test_nothing_there(tmp_path):
    with pytest.raises(AbstainError, match="does not exist"):
        load_samples(tmp_path / "nowhere")
    with pytest.raises(AbstainError, match="no samples in"):
        load_samples(tmp_path)
    write_samples(tmp_path, "quiz", ["lol", "lol"])
    with pytest.raises(AbstainError, match="this is not"):
        load_samples(tmp_path, skip_bad=False)


def test_all_samples_bad(tmp_path):
    write_samples(tmp_path, "quiz", [variant(0, "guessed")])
    with pytest.raises(AbstainError, match=r"no samples in .*unknown outcome"):
        load_samples(tmp_path, skip_bad=True)


def test_options_whose_texts_are_not_logged(tmp_path):
    bad = broken(choice(2, [-1.0, -2.0], 1.0, "acc_norm"), arguments={})
    good = choice(0, [-1.0, -2.0], 1.0, "acc_norm")
    path = write_samples(tmp_path, "quiz", [good, bad])
    with pytest.raises(AbstainError, match=":2: the confidence cannot be worked out"):
        load_samples(path)
    assert load_samples(path, skip_bad=True).skipped == {"no confidence": 1}


def test_tasks_that_say_neither_right_nor_wrong_are_noted(tmp_path):
    write_samples(tmp_path, "quiz", GOOD)
    likelihood = generated(0, "x", "x", 1.0, metrics=["word_perplexity"], word_perplexity=2.5)
    write_samples(tmp_path, "wikitext", [likelihood])
    partial = choice(0, [-1.0, -2.0], 0.43)
    write_samples(tmp_path, "truthfulqa_mc2", [partial])
    voting = generated(0, "x", "x", 1.0, resps=[["x", "y"]])
    write_samples(tmp_path, "maj_at_2", [voting])
    samples = load_samples(tmp_path)
    assert samples.tasks == ("quiz",)
    notes = "\n".join(samples.notes)
    assert "wikitext is not scored: it reports word_perplexity" in notes
    assert "truthfulqa_mc2 is not scored: it reports acc" in notes
    assert "maj_at_2 is not scored: it draws several samples" in notes


def test_a_run_without_metrics_is_named(tmp_path):
    asked = [generated(i, "The answer is 4.", "4", 0.0) for i in range(2)]
    for sample in asked:  # as --predict_only logs it
        del sample["exact_match"]
        sample |= {"metrics": ["bypass"], "bypass": 999}
    write_samples(tmp_path, "quiz", asked)
    with pytest.raises(AbstainError, match="quiz is not scored: it was run with --predict_only"):
        load_samples(tmp_path)
