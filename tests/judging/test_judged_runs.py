"""What the harness itself logs, with a judge who says what was read: nothing may change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lm_eval_abstain.judging.rejudge import load_judged
from lm_eval_abstain.judging.select import Cases
from lm_eval_abstain.judging.verdicts import Judged, JudgeName, read_verdicts
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.outcomes.judged import Verdict
from lm_eval_abstain.reading.detect import Kind, detect_abstention
from lm_eval_abstain.rubric import ORDER
from support.harness_runs import logged_run
from support.scripted_answers import response
from support.scripted_lm import ScriptedLM

NAME = JudgeName("wise", "judge-v1")
BASES = ("gsm8k", "mmlu_pro_law", "nq_open", "bbh_cot_fewshot_snarks")
TASKS = [f"{base}{what}" for base in BASES for what in ("", "_closed", "_abstain", "_confidence")]
SAID = {
    Kind.ABSTAINED: Verdict.ABSTAINS,
    Kind.REFUSED: Verdict.REFUSES,
    Kind.OTHER: Verdict.ANSWERS,
}


def written(request: Any) -> str:
    """A refusal, a right and a wrong answer, and an abstention in the model's own words."""
    shift = 0 if request.task_name.startswith("mmlu_pro") else 3
    text = response(request.task_name, request.doc_id + shift, request.doc)
    return text.replace("I don’t know", "I have no idea")


@pytest.fixture(scope="module")
def folder(manager: Any, hub: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    lm = ScriptedLM(generate=written)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(hub)
        logged_run(TASKS, lm, manager, folder)
    return folder


def test_a_judge_who_agrees_changes_nothing(folder, tmp_path):
    cases = Cases("all", NAME)
    before = load_samples(folder, judge=cases.judge)
    kinds = set()
    with read_verdicts(tmp_path / "judged.jsonl", NAME).appending() as file:
        for key, case in cases.without({}):
            reading = detect_abstention(case.response, question=case.question)
            kinds.add(reading.kind)
            file.add(key, Judged(SAID[reading.kind]))
            for word in ("penalized", "confident", "Confidence", "taking an exam"):
                assert word not in case.prompt
    assert kinds == set(SAID)
    after = load_judged(folder, tmp_path / "judged.jsonl")
    assert after.outcome.tolist() == before.outcome.tolist()
    assert str(after.confidence.tolist()) == str(before.confidence.tolist())
    assert {ORDER[code].value for code in after.outcome} >= {"correct", "wrong", "abstained"}
    assert "and change 0 outcomes." in after.notes[-1]
    assert all(one.detector.endswith("+judge-v1(wise)") for one in after.signatures)


def test_a_judge_who_says_abstains_of_all_leaves_what_it_never_saw(folder, tmp_path):
    cases = Cases("all", NAME)
    before = load_samples(folder, judge=cases.judge)
    with read_verdicts(tmp_path / "judged.jsonl", NAME).appending() as file:
        for key, _ in cases.without({}):
            file.add(key, Judged(Verdict.ABSTAINS))
    after = load_judged(folder, tmp_path / "judged.jsonl")
    # A response that is word for word the right answer is right: see `outcomes.judge`.
    bare = [after.bases[code] == "nq_open" for code in after.base]
    left = {"empty", "truncated"}
    names = [ORDER[code].value for code in before.outcome]
    assert [ORDER[code].value for code in after.outcome] == [
        name if name in left or (name == "correct" and whole) else "abstained"
        for name, whole in zip(names, bare)
    ]
    assert {"wrong", "unparsed", "correct"} <= set(names)
