"""The consistency mitigation: several samples a question, and what they come to together."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain import AbstainError, Outcome, UnsupportedTaskError
from lm_eval_abstain.harness.consistent_generation import ConsistentGeneration
from lm_eval_abstain.outcomes.judge import outcome_of_samples
from support.harness_runs import Load, evaluate
from support.scripted_lm import ScriptedLM

A, W, C = Outcome.ABSTAINED, Outcome.WRONG, Outcome.CORRECT
U, E, T = Outcome.UNPARSED, Outcome.EMPTY, Outcome.TRUNCATED


@pytest.mark.parametrize(
    ("samples", "outcome"),
    # A sample: its outcome and, if it has one, its answer.
    [
        ([(C, "B"), (C, "B")], C),
        ([(W, "D"), (W, "D")], W),
        ([(W, "D"), (W, "A")], A),  # two wrong answers
        ([(C, "B"), (W, "D")], A),
        ([(C, "B"), (A, "")], A),
        ([(A, ""), (A, "")], A),
        ([(A, ""), (E, "")], A),
        ([(C, "B"), (E, "")], E),  # nothing to compare with, and never a reward for silence
        ([(T, ""), (C, "B")], T),
        ([(U, ""), (E, "")], U),
        ([(C, "B"), (E, ""), (W, "D")], A),  # two answers, and they differ
        ([(C, "B"), (C, "B"), (U, "")], U),
        ([(C, "B"), (C, "B"), (C, "B")], C),
    ],
)
def test_by_hand(samples: list[tuple[Outcome, str]], outcome: Outcome) -> None:
    same = lambda one, other: samples[one][1] == samples[other][1]  # noqa: E731
    assert outcome_of_samples([one for one, _ in samples], same) is outcome


SAMPLES = st.lists(
    st.one_of(
        st.just((C, "B")),
        st.tuples(st.just(W), st.sampled_from("ACD")),
        st.tuples(st.sampled_from([A, U, E, T]), st.just("")),
    ),
    min_size=1,
    max_size=4,
)


@given(SAMPLES)
def test_against_a_reference(samples: list[tuple[Outcome, str]]) -> None:
    same = lambda one, other: samples[one][1] == samples[other][1]  # noqa: E731
    found = outcome_of_samples([one for one, _ in samples], same)
    answers = {answer for _, answer in samples if answer}
    stances = len(answers) + any(one is A for one, _ in samples)
    silent = [one for one, _ in samples if one in (U, E, T)]
    if stances > 1 or (stances == 1 and not answers):
        assert found is A
    elif silent:
        assert found is silent[0]
    else:
        assert found is samples[0][0]
    # Whatever the order, one document has one kind of outcome.
    for order in itertools.permutations(range(len(samples))):
        same_in = lambda i, j, order=order: same(order[i], order[j])  # noqa: E731
        again = outcome_of_samples([samples[i][0] for i in order], same_in)
        assert again is found or (again.answerless and found.answerless)


# ---------------------------------------------------------------------- through the harness

pytestmark = pytest.mark.usefixtures("in_hub")


def sampling(texts: list[str]) -> Any:
    """A model that writes another text each time it is asked the same."""
    asked: Counter[int] = Counter()

    def generate(request: Any) -> str:
        asked[id(request)] += 1
        return texts[(asked[id(request)] - 1) % len(texts)]

    return ScriptedLM(generate=generate)


@pytest.mark.parametrize(
    ("base", "texts", "outcome"),
    [
        # Two forms of one number are one answer, by the metric's own normalisation.
        ("gsm8k", ["#### 1,234", "#### 1234"], "wrong"),
        ("gsm8k", ["#### 1234", "#### 1235"], "abstained"),
        ("triviaqa", ["nobody at all", "Nobody at all"], "wrong"),
        ("triviaqa", ["nobody at all", "somebody"], "abstained"),
        ("hendrycks_math_algebra", ["It is $\\frac12$", "So $0.5$"], "wrong"),
        ("hendrycks_math_algebra", ["It is $17$", "So $18$"], "abstained"),
        (
            "minerva_math_algebra",
            [
                "Final Answer: The final answer is $x+1$. I hope it is correct.",
                "Final Answer: The final answer is $1+x$. I hope it is correct.",
            ],
            "wrong",
        ),
        (
            "leaderboard_math_algebra_hard",
            ["So it is $\\boxed{\\frac{1}{2}}$.", "It comes to $\\boxed{0.5}$."],
            "wrong",
        ),
        (
            "leaderboard_math_algebra_hard",
            ["It is $\\boxed{12}$.", "It is $\\boxed{13}$."],
            "abstained",
        ),
    ],
)
def test_whether_answers_are_the_same_is_asked_of_the_base_task(
    load: Load, base: str, texts: list[str], outcome: str
) -> None:
    task = load(f"{base}_abstain_consistent", 0)
    run = evaluate([task], sampling(texts), limit=1)
    [name] = run["samples"]
    sample = run["samples"][name][0]
    assert (sample["outcome"], [one["outcome"] for one in sample["samples"]]) == (
        outcome,
        ["wrong", "wrong"],
    )


def test_k_and_temperature(load: Load) -> None:
    task = load("gsm8k_abstain_consistent", 0, k=3, temperature=1.5)
    run = evaluate([task], sampling(["#### 1", "#### 1", "#### 2"]), limit=1)
    sample = run["samples"]["gsm8k_abstain_consistent"][0]
    assert sample["outcome"] == "abstained"
    assert len(sample["samples"]) == len(sample["resps"][0]) == 3
    assert [one["answer"] for one in sample["samples"]] == ["1", "1", "2"]
    assert [one["characters"] for one in sample["samples"]] == [6, 6, 6]
    assert "|k:3|temperature:1.5|" in sample["signature"]
    arguments = sample["arguments"][0][1]
    assert (arguments["do_sample"], arguments["temperature"]) == (True, 1.5)
    found = run["results"]["gsm8k_abstain_consistent"]
    assert (found["abstain_rate,strict-match"], found["score,strict-match"]) == (1, 0)


def test_gen_kwargs_that_change_the_sampling_are_refused(manager: Any) -> None:
    name = ["gsm8k_abstain_consistent"]
    with pytest.raises(AbstainError, match="--gen_kwargs sets temperature"):
        evaluate(name, ScriptedLM(), manager, limit=1, gen_kwargs={"temperature": 0.2})
    run = evaluate(name, ScriptedLM(), manager, limit=1, gen_kwargs={"max_gen_toks": 8})
    assert run["samples"]["gsm8k_abstain_consistent"][0]["arguments"][0][1]["max_gen_toks"] == 8


def test_a_model_that_was_not_sampled_is_noticed(
    load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    task = load("gsm8k_abstain_consistent", 0)
    evaluate([task], sampling(["#### 1"]), limit=2)
    assert "are the same, so the model was not sampled" in caplog.text
    caplog.clear()
    evaluate([load("gsm8k_abstain_consistent", 0)], sampling(["#### 1", "#### 2"]), limit=2)
    assert "not sampled" not in caplog.text


def test_whole_texts_are_refused() -> None:
    with pytest.raises(UnsupportedTaskError, match="whole texts"):
        ConsistentGeneration({"task": "x", "base": "ifeval/ifeval.yaml", "metadata": {}})
