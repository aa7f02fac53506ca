"""How responses were read: in the log, the results file, the last lines of a run, rescored."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from lm_eval_abstain.harness import variant_task
from lm_eval_abstain.harness.closed_generation import ClosedGeneration
from lm_eval_abstain.harness.confidence_generation import ConfidenceGeneration
from lm_eval_abstain.harness.consistent_generation import ConsistentGeneration
from lm_eval_abstain.harness.open_generation import OpenGeneration
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.rubric import ORDER
from lm_eval_abstain.scores import rescore
from support.harness_runs import evaluate, save_run
from support.readings import classify
from support.scripted_lm import ScriptedLM

BASE = r"""
task: stones
dataset_path: json
dataset_kwargs: {data_files: {test: DATA}}
test_split: test
output_type: generate_until
doc_to_text: "{{question}}"
doc_to_target: "{{gold}}"
generation_kwargs: {until: [], max_gen_toks: 2048}
metric_list: [{metric: exact_match, aggregation: mean, higher_is_better: true}]
filter_list:
  - name: letter
    filter:
      - {function: regex, regex_pattern: 'answer is \(?([ABCD])\)?'}
      - {function: take_first}
"""
OPTIONS = "A. granite\nB. marble\nC. slate\nD. chalk"
# What is said, the right answer, the outcome, that of an objection otherwise, that of an unread
# answer if it were read.
SAID = [
    ("The answer is (C).", "C", "correct", None, None),
    ("The answer is I don't know", "C", "abstained", None, None),
    ("I have no idea what it is.", "C", "abstained", None, None),
    ("None of these fits.", "C", "wrong", None, None),
    ("There never was such a war.", "C", "wrong", "abstained", None),
    ("Which year do you mean?", "C", "wrong", "abstained", None),
    ("Ma nafx.", "C", "unparsed", None, None),
    (r"Thin plates. So it is \boxed{C}.", "C", "unparsed", None, "correct"),
    (r"Thin plates. So it is \boxed{B}.", "C", "unparsed", None, "wrong"),
    ("I'm sorry, but I can't help with that.", "C", "unparsed", None, None),
]
SENTENCES = [
    "6 of 10 responses were decided by reading them: 1 by the words that the prompt asks for, 2 by "
    "rules, 3 by the classifier.",
    "4 of these are no abstentions: none of the listed options 1, premise rejected 1, asks back 1, "
    "refused 1.",
    "1 response is in a language that the classifier does not know: mt 1.",
    "2 responses object to their questions and count as answers (premise rejected 1, asks back 1); "
    "as abstentions: acc 0.100 (now 0.100), abstain_rate 0.400 (now 0.200), score -1.400 (now "
    "-2.000) at t = 0.75.",
    "2 responses state an answer that the task's filter does not read; accuracy if they were read: "
    "0.200 (now 0.100).",
]
COUNTS = {
    "responses": 10,
    "stages": {"phrase": 1, "rules": 2, "classifier": 3, "judge": 0},
    "kinds": {"none_listed": 1, "premise": 1, "asks_back": 1, "refused": 1},
    "uncovered": {"mt": 1},
    "unread": 2,
}


@pytest.fixture
def stones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The base task's file."""
    classify(monkeypatch)
    monkeypatch.setattr(variant_task, "_told", set())
    data = tmp_path / "data.jsonl"
    rows = [
        {"question": f"Stone {number}?\n{OPTIONS}", "gold": gold, "said": text}
        for number, (text, gold, *_) in enumerate(SAID)
    ]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    base = tmp_path / "stones.yaml"
    base.write_text(BASE.replace("DATA", str(data)))
    return str(base)


def run(task: Any, suffix: str = "") -> Any:
    said = ScriptedLM(generate=lambda request: request.doc["said"] + suffix)
    return evaluate([task], said, log_samples=True)


def logged(found: Any, folder: Path) -> Path:
    """A run, logged as the harness logs it."""
    from lm_eval.loggers import EvaluationTracker

    save_run(found, EvaluationTracker(output_path=str(folder)))
    return folder


def test_the_log_the_results_and_the_last_lines(stones, caplog, tmp_path):
    caplog.set_level(logging.WARNING)
    found = run(OpenGeneration({"task": "stones_abstain", "base": stones}))
    samples = sorted(found["samples"]["stones_abstain"], key=lambda one: one["doc_id"])
    for sample, (_, _, outcome, otherwise, if_read) in zip(samples, SAID, strict=True):
        assert sample["outcome"] == outcome
        assert sample.get("outcome_otherwise") == otherwise
        assert sample.get("outcome_if_read") == if_read
    readings = [sample["reading"] for sample in samples]
    stages = [None, "phrase", "rules", *["classifier"] * 3, None, None, None, "rules"]
    assert [one.get("stage") for one in readings] == stages
    assert [one.get("unread") for one in readings[6:]] == [None, "C", "B", None]
    assert [one.get("probability") for one in readings[3:6]] == [0.125, 0.25, 0.5]
    assert [one["language"] for one in readings if "language" in one] == ["mt"]
    told = [one.getMessage() for one in caplog.records if one.name == variant_task.__name__]
    assert told == [f"stones_abstain: {sentence}" for sentence in SENTENCES]
    assert found["configs"]["stones_abstain"]["metadata"]["reading"] == {"letter": COUNTS}

    samples = load_samples(logged(found, tmp_path / "logs"))
    (score,) = rescore(samples).scores
    assert score.reading
    assert score.reading.counts.record == COUNTS
    assert score.reading.told == pytest.approx(
        {
            "acc_if_read": 0.2,
            "acc_otherwise": 0.1,
            "abstain_rate_otherwise": 0.4,
            "score_otherwise": 0.1 - 3 * 0.5,
        }
    )
    assert f"scripted, stones_abstain, filter letter: {' '.join(SENTENCES)}" in [
        note.replace(score.model, "scripted") for note in rescore(samples).notes
    ]
    frame = samples.to_pandas().sort_values("doc_id")
    assert list(frame["read_as"])[3:7] == ["none_listed", "premise", "asks_back", "other"]
    assert list(frame["read_by"]) == [stage or "" for stage in stages]
    assert list(frame["unread"]) == [0] * 7 + [1, 1, 0]
    assert list(frame["uncovered"]) == [""] * 6 + ["mt"] + [""] * 3


@pytest.mark.parametrize("kind", [OpenGeneration, ClosedGeneration])
def test_a_run_under_one_policy_rescored_is_a_run_under_the_other(kind, stones, tmp_path):
    outcomes: dict[tuple[str, str], list[str]] = {}
    signatures: dict[tuple[str, str], set[str]] = {}
    for policy in ("answer", "abstain"):
        config = {"task": "stones_abstain", "base": stones, "metadata": {"objections": policy}}
        folder = logged(run(kind(config)), tmp_path / policy)
        for asked in ("answer", "abstain"):
            scores = rescore(folder, 0.75, objections=asked)
            outcomes[policy, asked] = scores.scores[0].counts
            signatures[policy, asked] = {score.signature.line for score in scores.scores}
            reading = scores.scores[0].reading
            other = rescore(folder, 0.75, objections="abstain" if asked == "answer" else "answer")
            for name in ("acc", "abstain_rate", "score"):
                told = reading.told[f"{name}_otherwise"]
                assert told == pytest.approx(other.scores[0].metrics[name].value)
    for asked, abstained in (("answer", 2), ("abstain", 4)):
        assert outcomes["answer", asked] == outcomes["abstain", asked]
        assert outcomes["answer", asked].abstained == abstained
        assert signatures["answer", asked] == signatures["abstain", asked]
        (line,) = signatures["answer", asked]
        assert ("objections:abstain" in line) == (asked == "abstain")


def test_a_plain_log_is_read_alike(stones, tmp_path):
    from lm_eval.tasks import TaskManager

    manager = TaskManager(include_path=str(Path(stones).parent), include_defaults=False)
    said = ScriptedLM(generate=lambda request: request.doc["said"])
    found = evaluate(["stones"], said, manager, log_samples=True)
    samples = load_samples(logged(found, tmp_path / "plain"))
    assert [ORDER[code].value for code in samples.outcome] == [row[2] for row in SAID]
    (score,) = rescore(samples, 0.75).scores
    # The plain prompt asks for no words; that they are those of the default is no matter.
    assert score.reading
    assert score.reading.counts.record == COUNTS
    assert score.reading.told["acc_if_read"] == pytest.approx(0.2)


def test_an_answer_without_a_confidence_is_not_one_if_it_is_read(stones):
    task = ConfidenceGeneration({"task": "stones_confidence", "base": stones})
    for suffix, if_read in (("", "unparsed"), ("\nConfidence: 80%", "correct")):
        found = run(task, suffix)
        samples = sorted(found["samples"]["stones_confidence"], key=lambda one: one["doc_id"])
        assert samples[7]["outcome_if_read"] == if_read


def test_samples_of_a_question_are_counted_each(stones, tmp_path):
    config = {"task": "stones_abstain_consistent", "base": stones, "metadata": {"k": 2}}
    found = run(ConsistentGeneration(config))
    twice = {**COUNTS, "responses": 20, "unread": 4, "uncovered": {"mt": 2}}
    for name in ("stages", "kinds"):
        twice[name] = {key: 2 * n for key, n in COUNTS[name].items()}
    metadata = found["configs"]["stones_abstain_consistent"]["metadata"]
    assert metadata["reading"] == {"letter": twice}
    (score,) = rescore(logged(found, tmp_path / "k")).scores
    assert score.reading
    assert score.reading.counts.record == twice
    assert score.reading.told["acc_if_read"] == pytest.approx(0.2)  # both say C
    assert score.reading.told["abstain_rate_otherwise"] == pytest.approx(0.4)


def test_math_tasks_say_what_a_stated_answer_is_worth(in_hub, load):
    task = load("minerva_math_algebra_closed")
    found = evaluate(
        [task], ScriptedLM(generate=lambda request: f"So \\boxed{{{request.doc['answer']}}}.")
    )
    (samples,) = found["samples"].values()
    assert {one["outcome"] for one in samples} == {"unparsed"}
    assert {one["outcome_if_read"] for one in samples} == {"correct"}
    assert [one["reading"]["unread"] for one in samples] == [
        one["doc"]["answer"] for one in samples
    ]


def test_an_unknown_kind_in_a_log_is_refused(stones, tmp_path):
    from lm_eval_abstain import AbstainError

    folder = logged(run(OpenGeneration({"task": "stones_abstain", "base": stones})), tmp_path / "x")
    (path,) = folder.rglob("samples_*.jsonl")
    path.write_text(path.read_text().replace('"kind": "premise"', '"kind": "bored"'))
    with pytest.raises(AbstainError, match="its reading is not one that this version knows"):
        load_samples(folder)
    assert load_samples(folder, skip_bad=True).skipped == {"unknown reading": 1}
