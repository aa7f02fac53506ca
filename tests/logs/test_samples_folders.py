"""Output folders of the harness: layouts of all versions, several runs, several models."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.reading.stages import DETECTOR_VERSION
from lm_eval_abstain.rubric import ORDER
from support.logged_files import (
    TIME,
    choice,
    generated,
    signature,
    variant,
    write_results,
    write_samples,
)

LATER = "2026-02-02T03-04-05.678901"


def outcomes(samples):
    return [ORDER[code].value for code in samples.outcome]


def quiz(outcome="wrong", n=2, **fields):
    return [variant(i, outcome, **fields) for i in range(n)]


# ------------------------------------------------------------------ models and runs


def test_folders_of_several_models(tmp_path):
    for model in ("one", "two"):
        write_samples(tmp_path / model, "quiz_abstain", quiz())
        write_results(tmp_path / model, {"quiz_abstain": 2}, model=f"org/{model}")
    for paths in (tmp_path, [tmp_path / "one", tmp_path / "two"]):
        samples = load_samples(paths)
        assert samples.models == ("org/one", "org/two")
        assert list(samples.model) == [0, 0, 1, 1]


def test_the_latest_run_of_a_task_is_read(tmp_path):
    write_samples(tmp_path, "quiz_abstain", quiz("wrong"))
    write_samples(tmp_path, "quiz_abstain", quiz("correct"), LATER)
    write_samples(tmp_path, "other_abstain", quiz("abstained"))
    for time in (TIME, LATER):
        write_results(tmp_path, {"quiz_abstain": 2}, time=time)
    samples = load_samples(tmp_path)
    assert outcomes(samples) == ["abstained"] * 2 + ["correct"] * 2
    assert any("1 samples files of older runs were left out" in note for note in samples.notes)
    # A file that is named is read.
    older = load_samples(tmp_path / f"samples_quiz_abstain_{TIME}.jsonl")
    assert outcomes(older) == ["wrong"] * 2


def test_runs_under_other_rubrics_replace_nothing(tmp_path):
    write_samples(tmp_path, "quiz_abstain", quiz("wrong"))
    ninety = quiz("abstained", signature=signature(0.9, lm_eval="0.4.13"))
    write_samples(tmp_path, "quiz_abstain", ninety, LATER)
    samples = load_samples(tmp_path)
    assert sorted(samples.target) == [0.75, 0.75, 0.9, 0.9]
    # The same rubric from another version of the harness is the same run again.
    again = quiz("correct", signature=signature(0.9, lm_eval="0.4.14"))
    write_samples(tmp_path, "quiz_abstain", again, "2026-03-02T03-04-05.678901")
    samples = load_samples(tmp_path)
    assert outcomes(samples.select(samples.target == 0.9)) == ["correct"] * 2


def test_one_model_in_two_folders_is_told_apart(tmp_path):
    for folder, outcome in (("fp16", "correct"), ("int8", "wrong")):
        write_samples(tmp_path / folder, "quiz_abstain", quiz(outcome))
        write_results(tmp_path / folder, {"quiz_abstain": 2})
    samples = load_samples([tmp_path / "fp16", tmp_path / "int8"])
    assert samples.models == (
        f"org/model ({tmp_path / 'fp16'})",
        f"org/model ({tmp_path / 'int8'})",
    )
    # Other tasks of the same model belong to it.
    write_samples(tmp_path / "more", "other_abstain", quiz())
    write_results(tmp_path / "more", {"other_abstain": 2})
    assert load_samples([tmp_path / "fp16", tmp_path / "more"]).models == ("org/model",)


def test_versions_that_differ_are_noted(tmp_path):
    write_samples(tmp_path / "a", "quiz_abstain", quiz())
    write_results(tmp_path / "a", {"quiz_abstain": 2}, model="a")
    write_samples(tmp_path / "b", "quiz_abstain", quiz())
    write_results(tmp_path / "b", {"quiz_abstain": 2}, model="b", lm_eval_version="0.4.9")
    (note,) = load_samples(tmp_path).notes
    assert "0.4.13, 0.4.9" in note


def test_a_file_with_samples_of_two_rubrics(tmp_path):
    both = [*quiz("wrong"), *quiz("correct", signature=signature(0.9))]
    write_samples(tmp_path, "quiz_abstain", both)
    samples = load_samples(tmp_path)
    assert sorted(samples.target) == [0.75, 0.75, 0.9, 0.9]


def test_groups(tmp_path):
    for task in ("a", "b", "c"):
        write_samples(tmp_path, task, quiz())
    groups = {"all": ["ab", "c"], "ab": ["a", "b"], "a": [], "b": []}
    write_results(tmp_path, dict.fromkeys("abc", 2), groups)
    samples = load_samples(tmp_path)
    found = {group.name: group.tasks for group in samples.groups}
    assert found == {"all": ("a", "b", "c"), "ab": ("a", "b")}


def test_a_results_file_of_another_name(tmp_path):
    # --output_path NAME.json
    write_samples(tmp_path, "quiz_abstain", quiz())
    write_results(tmp_path, {"quiz_abstain": 2}).rename(tmp_path / f"mine_{TIME}.json")
    assert load_samples(tmp_path).models == ("org/model",)
    write_results(tmp_path, {"quiz_abstain": 2}, model="org/usual")  # two: the usual name counts
    assert load_samples(tmp_path).models == ("org/usual",)


def test_copies_in_hidden_folders_are_not_read(tmp_path):
    write_samples(tmp_path, "quiz_abstain", quiz())
    write_results(tmp_path, {"quiz_abstain": 2})
    write_samples(tmp_path / ".ipynb_checkpoints", "quiz_abstain", quiz("correct"), LATER)
    assert outcomes(load_samples(tmp_path)) == ["wrong"] * 2


def test_names_from_old_results_files(tmp_path):
    write_samples(tmp_path, "quiz_abstain", quiz())
    write_results(tmp_path, {"quiz_abstain": 2}, model_name=None, group_subtasks=None)
    assert load_samples(tmp_path).models == ("org/model",)


# ------------------------------------------------------------------ layouts of old versions


def old(sample):
    """A sample as lm-eval 0.4.2 logged it: numbers as numbers, no filter, no hashes."""
    kept = {k: v for k, v in sample.items() if not k.endswith("_hash") and k != "metrics"}
    del kept["filter"]
    if isinstance(kept["filtered_resps"][0], list):
        kept["filtered_resps"] = [[float(x), y == "True"] for x, y in kept["filtered_resps"]]
    kept["arguments"] = [list(one.values()) for one in kept["arguments"].values()]
    kept["target"] = int(kept["target"])
    return kept


def old_folder(folder, samples, filters=("none",), task="some_quiz"):
    """`results.json` and `<model arguments>_<task>.jsonl`, which is an indented JSON array."""
    folder.mkdir(exist_ok=True)
    (folder / "results.json").write_text(
        json.dumps(
            {
                "results": {
                    task: {"alias": task, **{f"exact_match,{name}": 0.5 for name in filters}}
                },
                "configs": {task: {"task": task}, "quiz": {"task": "quiz"}},
                "config": {"model": "hf", "model_args": "pretrained=org/old,dtype=float"},
            }
        )
    )
    path = folder / f"pretrained__org__old_{task}.jsonl"
    path.write_text(json.dumps(samples, indent=2))
    return path


def test_the_layout_up_to_0_4_2(tmp_path):
    samples = [
        old(choice(0, [-1.0, -2.0], 1.0, "acc_norm", ["aa", "b"])),
        old(choice(1, [-1.8, -1.0], 0.0, "acc_norm", ["aa", "b"])),
    ]
    path = old_folder(tmp_path, samples)
    for given in (tmp_path, path):
        table = load_samples(given)
        assert table.models == ("org/old",)
        assert table.tasks == ("some_quiz",)
        assert outcomes(table) == ["correct", "wrong"]
        weights = np.exp([[-1.0, -2.0], [-1.8, -1.0]])
        shares = weights[:, 0] / weights.sum(axis=1)  # both times the first is best by length
        assert table.confidence == pytest.approx(shares)
        assert list(table.forced) == [1, 0]
        assert list(table.doc_hash) == [0, 0]
        assert table.text(1).record["doc_id"] == 1
    path.write_text(path.read_text()[:-20])
    with pytest.raises(AbstainError, match="is it cut off"):
        load_samples(tmp_path)


def test_a_bad_record_of_an_array(tmp_path):
    bad = old(choice(1, [-1.0, -2.0], 0.43))
    path = old_folder(tmp_path, [old(choice(0, [-1.0, -2.0], 1.0)), bad])
    with pytest.raises(AbstainError, match=f"{path}, record 2: acc is 0.43"):
        load_samples(tmp_path)
    assert len(load_samples(tmp_path, skip_bad=True)) == 1
    # NaN where nobody looks.
    path.write_text(json.dumps([old(choice(0, [-1.0, -2.0], 1.0)) | {"weight": float("nan")}]))
    assert len(load_samples(tmp_path)) == 1


def test_filters_that_are_not_named(tmp_path):
    # Up to 0.4.5: all documents for one filter, then all for the next.
    texts = [
        generated(0, "#### 4", "4", 1.0),
        generated(1, "5", "[invalid]", 0.0),
        generated(0, "#### 4", "4", 1.0),
        generated(1, "5", "5", 0.0),
    ]
    for sample in texts:
        del sample["filter"]
    write_samples(tmp_path, "gsm8k", texts)
    write_results(
        tmp_path,
        {"gsm8k": 2},
        results={"gsm8k": {"exact_match,strict-match": 0.5, "exact_match,flexible-extract": 0.5}},
    )
    samples = load_samples(tmp_path)
    names = [samples.filters[code] for code in samples.filter]
    assert names == ["strict-match"] * 2 + ["flexible-extract"] * 2
    assert outcomes(samples) == ["correct", "unparsed", "correct", "wrong"]
    # With one filter only the second round is of documents that were there before.
    write_results(tmp_path, {"gsm8k": 2})
    with pytest.raises(AbstainError, match="was there before"):
        load_samples(tmp_path)


# ------------------------------------------------------------------ our own samples


def test_the_closed_variant_has_no_forced_answer_of_its_own(tmp_path):
    closed = [
        variant(0, "correct", signature=signature(None), forced_acc=None, abstain_prob=None),
        variant(1, "wrong", signature=signature(None), forced_acc=None, abstain_prob=None),
    ]
    for sample in closed:
        del sample["forced_acc"], sample["abstain_prob"]
    write_samples(tmp_path, "quiz_closed", closed)
    samples = load_samples(tmp_path)
    assert list(samples.forced) == [1, 0]
    assert np.isnan(samples.target).all()
    assert np.isnan(samples.abstain_prob).all()


def test_a_stated_confidence(tmp_path):
    line = "rubric:confidence|wording:confidence-v1|metric:exact_match"
    samples = [
        variant(0, "correct", signature=line, confidence=0.8),
        variant(1, "unparsed", signature=line, confidence=None),
    ]
    for sample in samples:
        del sample["option_probs"], sample["forced_acc"], sample["abstain_prob"]
    write_samples(tmp_path, "quiz_confidence", samples)
    table = load_samples(tmp_path)
    assert table.confidence[0] == 0.8
    assert np.isnan(table.confidence[1])
    assert np.isnan(table.forced).all()


# ------------------------------------------------------------------ plain tasks


def test_mutual_information_has_twice_the_log_likelihoods(tmp_path):
    sample = choice(0, [-2.0, -1.0, -0.1, -9.0], 1.0)
    sample["metrics"] = ["acc", "acc_mutual_info"]
    write_samples(tmp_path, "quiz", [sample])
    (confidence,) = load_samples(tmp_path).confidence
    assert confidence == pytest.approx(np.exp(-1.0) / np.exp([-2.0, -1.0]).sum())


def test_a_single_continuation_has_no_confidence(tmp_path):
    write_samples(tmp_path, "lambada", [choice(0, [-2.0], 1.0), choice(1, [-1.0], 0.0)])
    samples = load_samples(tmp_path)
    assert outcomes(samples) == ["correct", "wrong"]
    assert np.isnan(samples.confidence).all()
    assert np.isnan(samples.forced).all()


def test_a_chat_template_leaves_no_delimiter(tmp_path):
    # The options are "a" and "bbbb", whose lengths decide; a space stands before neither.
    sample = choice(0, [-1.0, -2.0], 1.0, "acc_norm", ["a", "bbbb"])
    for argument in sample["arguments"].values():
        argument["arg_1"] = argument["arg_1"].strip()
    write_samples(tmp_path, "quiz", [sample])
    (confidence,) = load_samples(tmp_path).confidence
    assert confidence == pytest.approx(np.exp(-2.0) / np.exp([-1.0, -2.0]).sum())


def test_generated_answers_are_read(tmp_path):
    config = {
        "task": "gsm8k",
        "generation_kwargs": {"max_gen_toks": 64},
        "filter_list": [
            {
                "name": "strict",
                "filter": [
                    {"function": "regex", "regex_pattern": "#### (.*)", "fallback": "nothing"},
                    {"function": "take_first"},
                ],
            }
        ],
    }
    texts = [
        generated(0, "#### 4", "4", 1.0, "strict"),
        generated(1, "#### 5", "5", 0.0, "strict"),
        generated(2, "I don't know.", "nothing", 0.0, "strict"),
        generated(3, "It is a nice day", "nothing", 0.0, "strict"),
        generated(4, " ", "nothing", 0.0, "strict"),
        generated(5, "<think>Let me see", "nothing", 0.0, "strict"),
        generated(6, "word " * 64, "nothing", 0.0, "strict"),
        # The words are the right answer.
        generated(7, "Unknown", "Unknown", 1.0, "strict"),
        # The prompt offers them as an option: this is an answer.
        generated(
            8,
            "The answer is cannot be determined.",
            "cannot be determined",
            0.0,
            "strict",
            arguments=[["Which?\nA. red\nB. cannot be determined\nAnswer:", {"until": []}]],
        ),
    ]
    write_samples(tmp_path, "gsm8k", texts)
    write_results(tmp_path, {"gsm8k": 9}, configs={"gsm8k": config})
    samples = load_samples(tmp_path)
    assert outcomes(samples) == [
        *("correct", "wrong", "abstained", "unparsed", "empty", "truncated", "truncated"),
        *("correct", "wrong"),
    ]
    (line,) = samples.signatures
    assert line.rubric == "closed"
    assert line.detector == DETECTOR_VERSION
    assert line.parts["metric"] == "exact_match"
