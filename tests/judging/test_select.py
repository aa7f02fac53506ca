"""Which responses a judge is asked about."""

from __future__ import annotations

import pytest

from lm_eval_abstain.judging import select
from lm_eval_abstain.judging.select import SELECTIONS, Cases
from lm_eval_abstain.judging.verdicts import JudgeName
from lm_eval_abstain.outcomes.judge import Judgement
from lm_eval_abstain.reading.detect import Kind, Reading
from lm_eval_abstain.reading.stages import Stage
from lm_eval_abstain.rubric import Outcome

JUDGE = JudgeName("wise", "judge-v1")
GUESS = Stage.CLASSIFIER
CASES = [
    (Reading(Kind.OTHER), Outcome.WRONG, "all"),
    (Reading(Kind.OTHER), Outcome.UNPARSED, "unread all"),
    (Reading(Kind.OTHER, stated=True), Outcome.CORRECT, "all"),
    (Reading(Kind.ABSTAINED, stage=Stage.PHRASE), Outcome.ABSTAINED, ""),
    (Reading(Kind.ABSTAINED, stage=Stage.RULES), Outcome.ABSTAINED, "all"),
    (Reading(Kind.REFUSED, stage=Stage.RULES), Outcome.UNPARSED, "unread all"),
    (Reading(Kind.EMPTY), Outcome.EMPTY, ""),
    (Reading(Kind.TRUNCATED, where="reasoning"), Outcome.TRUNCATED, ""),
    (Reading(Kind.TRUNCATED, where="answer"), Outcome.TRUNCATED, "all"),
    (Reading(Kind.OTHER, probability=0.04), Outcome.WRONG, "all"),
    (Reading(Kind.OTHER, probability=0.05), Outcome.WRONG, "doubtful all"),
    (Reading(Kind.ABSTAINED, stage=GUESS, probability=0.95), Outcome.ABSTAINED, "doubtful all"),
    (Reading(Kind.ABSTAINED, stage=GUESS, probability=0.96), Outcome.ABSTAINED, "all"),
    (Reading(Kind.TRUNCATED, where="answer", probability=0.5), Outcome.TRUNCATED, "doubtful all"),
    (Reading(Kind.OTHER, stated=True, probability=0.5), Outcome.WRONG, "all"),
    (Reading(Kind.OTHER, uncovered="mt"), Outcome.WRONG, "doubtful all"),
    (Reading(Kind.ABSTAINED, stage=Stage.RULES, uncovered="mt"), Outcome.ABSTAINED, "all"),
]


@pytest.mark.parametrize(("reading", "outcome", "wanted"), CASES)
def test_selections(monkeypatch, reading, outcome, wanted):
    monkeypatch.setattr(select, "judge", lambda *_, **__: Judgement(outcome, reading))
    found = set()
    for name in SELECTIONS:
        cases = Cases(name, JUDGE)
        cases.judge("Hm.")
        found |= {name} if len(cases) else set()
    assert found == set(wanted.split())


def test_a_response_under_several_filters_is_one_case():
    cases = Cases("all", JUDGE)
    for _ in range(3):
        cases.judge("Hm.", correct=False, headline="exact_match", question="Who?")
    cases.judge("Hm.", correct=False, headline="exact_match", question="When?")
    cases.judge("Hm. 20%", part="Hm.", correct=False, headline="exact_match", question="When?")
    assert (cases.seen, len(cases)) == (5, 2)
    assert [case.question for _, case in cases.without({})] == ["Who?", "When?"]
    known = {JUDGE.key("Who?", "Hm."): None}
    assert [case.question for _, case in cases.without(known)] == ["When?"]


def test_it_decides_as_the_usual_judge():
    judged = Cases("all", JUDGE).judge("I don't know.", correct=False, headline="exact_match")
    assert judged.outcome is Outcome.ABSTAINED
