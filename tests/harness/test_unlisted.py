"""Options that the prompt does not list: synthetic models whose behaviour is known.

The harness runs them on real task definitions; what is counted as abstaining must be what the
model would say, and not how usual a phrase is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from lm_eval_abstain import AbstainError, Rubric
from lm_eval_abstain.harness.without_stakes import WITHOUT_STAKES, without_stakes
from support.harness_runs import Load, evaluate
from support.scripted_lm import ScriptedLM, hashed

from lm_eval.api.instance import Instance  # isort: skip

pytestmark = pytest.mark.usefixtures("in_hub")

IDK = " I don't know"
TARGETS = (0.0, 0.5, 0.75, 0.9)


def stated(context: str) -> float:
    """The target that a prompt states, read from the paper's sentence."""
    found = re.findall(r"> ([\d.]+)% confident", context)
    return float(found[-1]) / 100 if found else 0.0


def question(context: str) -> str:
    """The prompt without its rubric."""
    return re.sub(r"(Answer only if|Make your best).*\n\n", "", context)


def confidence(context: str) -> float:
    """How sure a synthetic model is, in [0, 1]: drawn by a hash of the question."""
    return -hashed(question(context), "sure") / 10


def phrase_is_usual(context: str, continuation: str) -> float:
    """The phrase is the most probable text, per character and in full, whatever is asked."""
    return -1.0 if continuation == IDK else hashed(context, continuation) - 20


def results(load: Load, greedy: Callable[[str, str], bool], task: str, **metadata: Any) -> Any:
    model = ScriptedLM(phrase_is_usual, greedy=greedy)
    tasks = [load(f"{task}_abstain", **metadata)]
    (found,) = evaluate(tasks, model)["results"].values()
    return found


def ignores(context: str, continuation: str) -> bool:
    return False


def follows(context: str, continuation: str) -> bool:
    return continuation == IDK and confidence(context) <= stated(context)


def always_says_it(context: str, continuation: str) -> bool:
    return continuation == IDK and confidence(context) <= 0.5


@pytest.mark.parametrize("task", ["arc_easy", "mmlu_anatomy_continuation", "hellaswag"])
def test_a_usual_phrase_is_no_abstention(load: Load, task: str) -> None:
    """A model that ignores the stakes abstains nowhere, however probable the phrase is."""
    for target in TARGETS:
        found = results(load, ignores, task, confidence_target=target)
        assert found["abstain_rate,none"] == 0
        assert found[f"{WITHOUT_STAKES},none"] == 0
        assert found["acc,none"] == found["forced_acc,none"]


@pytest.mark.parametrize("task", ["arc_easy", "mmlu_anatomy_continuation"])
def test_a_model_that_follows_the_stakes_is_seen(load: Load, task: str) -> None:
    rates = []
    for target in TARGETS:
        task_object = load(f"{task}_abstain", confidence_target=target)
        sure = [
            confidence(task_object.fewshot_context(doc, 0)) > target
            for doc in task_object.eval_docs
        ]
        found = results(load, follows, task, confidence_target=target)
        assert found["abstain_rate,none"] == pytest.approx(1 - sum(sure) / len(sure))
        assert found[f"{WITHOUT_STAKES},none"] == 0
        rates.append(found["abstain_rate,none"])
    assert rates[0] == 0 < rates[-1]
    assert rates == sorted(rates)


def test_abstention_that_is_there_without_stakes_is_counted(load: Load) -> None:
    name = "mmlu_anatomy_continuation"
    found = {t: results(load, always_says_it, name, confidence_target=t) for t in TARGETS}
    rates = {one["abstain_rate,none"] for one in found.values()}
    rates |= {one[f"{WITHOUT_STAKES},none"] for one in found.values()}
    assert len(rates) == 1
    assert 0 < rates.pop() < 1


def test_the_signature_names_the_rule(load: Load) -> None:
    assert "|idk:said-v2|" in load("arc_easy_abstain").signature
    listed = load("mmlu_anatomy_abstain")
    assert "|idk:last|" in listed.signature
    assert WITHOUT_STAKES not in listed.aggregation()


def test_the_control_is_the_same_prompt_at_t_0(load: Load) -> None:
    """With worked examples, too: only the sentence differs from the variant's own at t = 0."""
    staked, free = (load("arc_easy_abstain", 2, confidence_target=t) for t in (0.9, 0))
    for task in (staked, free):
        task.build_all_requests(limit=3)
    of_staked, of_free = (
        [[i for i in task.instances if i.doc_id == doc] for doc in range(3)]
        for task in (staked, free)
    )
    for one, other in zip(of_staked, of_free):
        assert len(one) == len(other) + 1
        assert one[-1].args == other[-1].args  # the control, and the abstain option at t = 0
        assert one[-1].idx == len(one) - 1


def test_a_prompt_without_the_sentence_is_refused() -> None:
    request = Instance("loglikelihood", {}, ("Answer only if you are &gt; 75%", IDK), 4)
    with pytest.raises(AbstainError, match="does the chat template change the text"):
        without_stakes(request, Rubric(0.75))
    assert without_stakes(request, Rubric(0)) is None
