"""What a run says of its documents at the end: counts, and flags that can be copied."""

import json
import logging
import shlex

import pytest

from lm_eval_abstain.harness import variant_task
from lm_eval_abstain.harness.remarks import Seen, fates_of_choice, on_choices, on_responses
from support.harness_runs import evaluate
from support.scripted_lm import ScriptedLM


def said(fates, limit=256, stops=("\n\n",), unparsed="wrong"):
    return on_responses(Seen(fates), limit=limit, stops=stops, unparsed=unparsed)


def flags(remark):
    """The words after `--gen_kwargs`, as a shell would hand them on."""
    given = shlex.split(remark.advice[remark.advice.index("--gen_kwargs") :])[1]
    return json.loads(given) if given.startswith("{") else given


@pytest.mark.parametrize("fate", ["truncated", "reasoning", "empty"])
@pytest.mark.parametrize(("n", "told"), [(0, False), (1, False), (2, True), (40, True)])
def test_from_one_in_twenty_on(fate, n, told):
    remarks = said({("f", fate): n, ("f", "correct"): 40 - n})
    assert [one.seen.split(" responses")[0] for one in remarks] == [f"{n} of 40"] * told


@pytest.mark.parametrize(("n", "told"), [(20, False), (21, True)])
def test_more_than_half_without_an_answer(n, told):
    seen = {("strict", "unparsed"): n, ("strict", "wrong"): 40 - n, ("loose", "wrong"): 40}
    remarks = said(seen, unparsed="exclude")
    assert [one.seen for one in remarks] == [
        f"the task's filter 'strict' reads no answer in {n} of 40 responses, which are left out of "
        "the score."
    ] * told


def test_a_response_counts_once_whatever_the_filters():
    seen = {("a", "truncated"): 3, ("a", "correct"): 7, ("b", "truncated"): 5, ("b", "wrong"): 5}
    (remark,) = said(seen, unparsed="abstain")
    assert remark.seen.startswith("5 of 10 responses were cut before an answer, and are scored as")
    assert "abstentions: the limit is 256 tokens" in remark.seen
    assert flags(remark) == "max_gen_toks=2048"


@pytest.mark.parametrize(
    ("stops", "limit", "given", "named"),
    [
        (["\n\n"], 256, {"max_gen_toks": 8192, "until": ["<|im_end|>"]}, "stops at '\\n\\n'."),
        (["</s>", "\n"], 256, {"max_gen_toks": 8192, "until": ["</s>"]}, "stops at '\\n'."),
        (["Q:", "it's"], 4096, {"max_gen_toks": 16384, "until": ["<|im_end|>"]}, "'Q:', \"it's\"."),
        (["<|im_end|>"], 8192, "max_gen_toks=32768", "the limit is 8192 tokens."),
        ([], 256, "max_gen_toks=8192", "the limit is 256 tokens."),
    ],
)
def test_the_flags_undo_what_is_in_force(stops, limit, given, named):
    (remark,) = said({("f", "reasoning"): 1}, limit, stops)
    assert flags(remark) == given
    assert remark.seen.endswith(named)


def test_nothing_is_said_where_nothing_was_scored():
    assert said({}) == []
    assert on_choices(Seen()) == []


@pytest.mark.parametrize(("freely", "told"), [(5, False), (6, True)])
def test_abstentions_without_stakes(freely, told):
    seen = Seen()
    for number in range(20):
        seen.update(fates_of_choice(abstained=number < 10, at_zero=number < freely))
    assert [one.seen.split(",")[0] for one in on_choices(seen)] == [
        f"{freely} of 10 abstentions are there at t = 0"
    ] * told


# ---------------------------------------------------------------------- in a run


@pytest.fixture
def warned(caplog, monkeypatch):
    """The sentences of a run by the name of the task."""
    monkeypatch.setattr(variant_task, "_told", set())
    caplog.set_level(logging.WARNING)

    def of(task):
        texts = [one.getMessage() for one in caplog.records if one.name == variant_task.__name__]
        return [text for text in texts if text.startswith(f"{task}: ")]

    return of


def test_once_a_task_and_the_advice_once_a_run(in_hub, manager, warned):
    lm = ScriptedLM(generate=lambda request: "<think>\nIt has")
    tasks = ["mmlu_anatomy_generative_abstain", "mmlu_marketing_generative_abstain"]
    evaluate(tasks, lm, manager)
    told = [text for task in tasks for text in warned(task)]
    assert len(told) == 2
    assert sorted("--gen_kwargs" in text for text in told) == [False, True]
    assert any("6 of 6 responses were cut inside their reasoning" in text for text in told)


def test_gen_kwargs_are_what_is_in_force(in_hub, manager, warned):
    lm = ScriptedLM(generate=lambda request: "<think>\nIt has")
    given = {"max_gen_toks": 4096, "until": "</s>"}
    evaluate(["mmlu_anatomy_generative_closed"], lm, manager, gen_kwargs=given)
    (text,) = warned("mmlu_anatomy_generative_closed")
    assert text.count("the limit is 4096 tokens. To let the reasoning end") == 1
    assert "--gen_kwargs max_gen_toks=16384 ;" in text


def test_a_second_run_counts_anew(in_hub, load, warned):
    task = load("mmlu_anatomy_generative_abstain")
    for response, sentences in (("", 1), ("B", 0), ("", 1)):
        before = len(warned(task.task_name))
        evaluate([task], ScriptedLM(generate=lambda request, text=response: text), limit=4)
        assert len(warned(task.task_name)) - before == sentences
    assert "4 of 4 responses are empty" in warned(task.task_name)[-1]


def test_the_samples_of_a_question_are_responses(in_hub, load, warned):
    task = load("gsm8k_abstain_consistent", k=3)
    evaluate([task], ScriptedLM(generate=lambda request: "<think>"), limit=2)
    assert any("6 of 6 responses" in text for text in warned(task.task_name))


@pytest.mark.parametrize(("target", "sentences"), [(0.75, 1), (0, 0)])
def test_choice_without_a_list_of_options(target, sentences, in_hub, load, warned):
    class Abstaining(ScriptedLM):
        def loglikelihood(self, requests, **_):
            return [(value, True) for value, _ in super().loglikelihood(requests)]

    task = load("arc_easy_abstain", confidence_target=target)
    evaluate([task], Abstaining())
    told = warned("arc_easy_abstain")
    assert len(told) == sentences  # at t = 0 the question is its own control
    if told:
        assert "4 of 4 abstentions are there at t = 0, too" in told[0]


def test_one_of_several_processes_says_so(in_hub, load, warned, caplog):
    task = load("mmlu_anatomy_generative_abstain")
    task.build_all_requests(limit=4, rank=0, world_size=2)
    for instance in task.instances:
        instance.resps.append("")
    task.apply_filters()
    name = next(iter(task.instances[0].filtered_resps))
    for instance in task.instances:
        task.process_results(instance.doc, [instance.filtered_resps[name]])
    task.aggregation()
    assert f"{task.task_name} (in one of 2 processes): 2 of 2 responses are empty" in caplog.text
