"""GPQA's options are shuffled when its documents are processed, and the harness processes them anew
each time it asks for them: to build the requests, and again to score the answers.

With lm-eval 0.4.13 and datasets 5.2 a model that is always right scores at chance on the base task,
because its answers are compared with another order than it was asked in. A variant processes its
documents once.
"""

import pytest

from support.gpqa_answers import BASES, always_right
from support.harness_runs import evaluate
from support.scripted_lm import ScriptedLM


@pytest.mark.parametrize("position", ["last", "rotate"])
@pytest.mark.usefixtures("in_hub")
def test_answers_are_scored_in_the_order_they_were_asked(position, manager, load):
    tasks = [load(f"{base}_abstain", idk_position=position) for base in BASES]
    results = evaluate(tasks, ScriptedLM(always_right), manager)["results"]
    assert {name: row["acc,none"] for name, row in results.items()} == {
        f"{base}_abstain": 1.0 for base in BASES
    }


@pytest.mark.usefixtures("in_hub")
def test_documents_do_not_change(load):
    task = load("gpqa_main_n_shot_abstain")
    first = [dict(doc) for doc in task.eval_docs]
    assert [dict(doc) for doc in task.eval_docs] == first
    assert [doc for _, doc in task.doc_iterator()] == first
