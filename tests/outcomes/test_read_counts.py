"""Sums over readings and the sentences of them, against values worked out by hand."""

from __future__ import annotations

import pytest

from lm_eval_abstain.outcomes.read_counts import ReadCounts
from lm_eval_abstain.outcomes.read_sentences import bound_sentences, read_sentences
from lm_eval_abstain.outcomes.trace import ResponseTrace, Trace
from lm_eval_abstain.reading.detect import Kind
from lm_eval_abstain.reading.stages import Stage
from lm_eval_abstain.rubric import Outcome
from lm_eval_abstain.statistics.read_bounds import read_bounds

OTHER = ResponseTrace(Kind.OTHER)
ASKED = ResponseTrace(Kind.ABSTAINED, Stage.PHRASE)
RULED = ResponseTrace(Kind.ABSTAINED, Stage.RULES)
REFUSED = ResponseTrace(Kind.REFUSED, Stage.RULES)
NONE = ResponseTrace(Kind.NONE_LISTED, Stage.CLASSIFIER)
PREMISE = ResponseTrace(Kind.PREMISE, Stage.CLASSIFIER)
BACK = ResponseTrace(Kind.ASKS_BACK, Stage.CLASSIFIER)
UNREAD = ResponseTrace(Kind.OTHER, unread=True)
MALTESE, KLINGON = (ResponseTrace(Kind.OTHER, language=code) for code in ("mt", "tlh"))

C, W, A, U = Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED, Outcome.UNPARSED
# 100 documents: 30 correct, 20 + 12 + 3 wrong, 10 + 2 abstained, 23 unparsed.
DOCUMENTS = {
    (Trace((OTHER,)), C): 28,
    (Trace((PREMISE,), otherwise=A), C): 2,
    (Trace((OTHER,)), W): 20,
    (Trace((MALTESE,)), W): 8,
    (Trace((KLINGON,)), W): 4,
    (Trace((NONE,)), W): 2,
    (Trace((BACK,), otherwise=A), W): 1,
    (Trace((ASKED,)), A): 10,
    (Trace((RULED,)), A): 2,
    (Trace((REFUSED,)), U): 3,
    (Trace((UNREAD,), if_read=C), U): 15,
    (Trace((UNREAD,), if_read=W), U): 5,
}


def sentences(documents, policy="answer", targets=(0.5,), unparsed="wrong"):
    counts = ReadCounts.of(documents)
    bounds = {target: read_bounds(counts, target, unparsed) for target in targets}
    return [*read_sentences(counts), *bound_sentences(counts, policy, bounds)]


def test_everything_at_once():
    assert sentences(DOCUMENTS, targets=(0.5, 0.75)) == [
        "20 of 100 responses were decided by reading them: 10 by the words that the prompt asks "
        "for, 5 by rules, 5 by the classifier.",
        "8 of these are no abstentions: none of the listed options 2, premise rejected 2, asks "
        "back 1, refused 3.",
        "12 responses are in a language that the classifier does not know: mt 8, tlh 4.",
        # Two right answers and a wrong one less; 15 abstentions instead of 12.
        "3 responses object to their questions and count as answers (premise rejected 2, asks "
        "back 1); as abstentions: acc 0.280 (now 0.300), abstain_rate 0.150 (now 0.120), "
        "score -0.290 (now -0.280) at t = 0.5, score -1.430 (now -1.440) at t = 0.75.",
        "20 responses state an answer that the task's filter does not read; accuracy if they were "
        "read: 0.450 (now 0.300).",
    ]


def test_nothing_is_said_of_what_did_not_happen():
    assert sentences({(Trace((OTHER,)), C): 5, (Trace((OTHER,)), U): 5}) == []
    assert sentences({(Trace((ASKED,)), A): 1, (Trace((OTHER,)), C): 1}) == [
        "1 of 2 responses were decided by reading them: 1 by the words that the prompt asks for."
    ]


def test_one_of_each():
    found = sentences(
        {
            (Trace((PREMISE,), otherwise=W), A): 1,
            (Trace((MALTESE,)), C): 1,
            (Trace((UNREAD,), if_read=C), U): 1,
        },
        policy="abstain",
        unparsed="exclude",
    )
    assert found[1:] == [
        "1 of these is no abstention: premise rejected 1.",
        "1 response is in a language that the classifier does not know: mt 1.",
        "1 response objects to its question and counts as an abstention (premise rejected 1); as "
        "answers: acc 0.500 (now 0.500), abstain_rate 0.000 (now 0.500), score 0.000 (now 0.500) "
        "at t = 0.5.",
        "1 response states an answer that the task's filter does not read; accuracy if they were "
        "read: 0.667 (now 0.500).",
    ]


def test_responses_of_one_question_count_each():
    counts = ReadCounts.of({(Trace((RULED, UNREAD, MALTESE)), A): 4})
    assert (counts.responses, counts.decided, counts.unread, counts.uncovered) == (12, 4, 4, 4)
    assert counts.record == {
        "responses": 12,
        "stages": {"phrase": 0, "rules": 4, "classifier": 0, "judge": 0},
        "kinds": {"none_listed": 0, "premise": 0, "asks_back": 0, "refused": 0},
        "uncovered": {"mt": 4},
        "unread": 4,
    }


def test_a_logged_kind_or_stage_is_one_that_there_is():
    assert ResponseTrace.of_log("abstained", "rules", "", False) == RULED
    assert ResponseTrace.of_log("other", None, "mt", False) == MALTESE
    for kind, stage in (("bored", None), ("abstained", "oracle")):
        with pytest.raises(ValueError, match="is not a valid"):
            ResponseTrace.of_log(kind, stage, "", False)
