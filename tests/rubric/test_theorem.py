"""Hallucination as misclassification: the paper's lower bound, on random distributions.

Source: Kalai, Nachum, Vempala and Zhang, "Why Language Models Hallucinate" (arXiv 2509.04664),
Theorem 1, here for multiple choice with C options. Of each prompt's C responses one is valid and
C - 1 are errors. A prompt c is drawn from μ; the training distribution p gives its valid response,
the base model p̂ draws a response from p̂(·|c).

The Is-It-Valid problem asks whether a response is valid: half of the examples are drawn from p,
half are a prompt from μ with one of its errors, all equally likely. The model is used as a
classifier that calls a response valid iff p̂(r|c) > 1/(C - 1), which is 1/min |E_c|. With err the
probability that p̂ draws an error, and δ = |p̂(A) - p(A)| for the set A of all that is called valid:

    err >= 2 · err_iiv - 1/(C - 1) - δ        (max |V_c| / min |E_c| is 1/(C - 1))

All probabilities are fractions, so that the bound is tested without a tolerance.
"""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain.statistics import Counts, metrics

WEIGHTS = st.integers(0, 30) | st.sampled_from([0, 1, 1000])


@st.composite
def problems(draw, weight=WEIGHTS):
    """(μ, p̂): prompts' weights, and for each prompt its options' weights, the valid one first."""
    options = draw(st.integers(2, 6))
    prompts = draw(st.integers(1, 5))
    weights = st.lists(weight, min_size=options, max_size=options).filter(any)
    model = draw(st.lists(weights, min_size=prompts, max_size=prompts))
    prompt = draw(st.lists(weight, min_size=prompts, max_size=prompts).filter(any))
    return prompt, model


def quantities(problem):
    """err, err_iiv, δ and 1/(C - 1), by summing over all prompts and options."""
    prompt, model = problem
    options = len(model[0])
    threshold = Fraction(1, options - 1)
    err = missed = accepted_errors = model_in_a = truth_in_a = Fraction(0)
    for weight, row in zip(prompt, model):
        mu = Fraction(weight, sum(prompt))
        for option, chance in enumerate(row):
            p_hat = Fraction(chance, sum(row))
            valid = option == 0
            called_valid = p_hat > threshold
            err += mu * p_hat * (not valid)
            missed += mu * (valid and not called_valid)
            accepted_errors += mu * threshold * (not valid and called_valid)
            model_in_a += mu * p_hat * called_valid
            truth_in_a += mu * (valid and called_valid)
    return err, (missed + accepted_errors) / 2, abs(model_in_a - truth_in_a), threshold


@given(problems())
def test_the_bound(problem):
    err, err_iiv, delta, slack = quantities(problem)
    assert 0 <= err_iiv <= 1
    assert err >= 2 * err_iiv - slack - delta


@pytest.mark.parametrize("options", [3, 4, 5, 10])
def test_the_bound_can_be_reached(options):
    # The valid option has exactly 1/(C - 1), which is not above it, and every error less: all is
    # called invalid, so A is empty, δ = 0 and err_iiv = 1/2.
    rest = options - 2  # (C - 2)/(C - 1), shared by C - 1 errors
    problem = [1], [[options - 1] + [rest] * (options - 1)]
    err, err_iiv, delta, slack = quantities(problem)
    assert (err_iiv, delta) == (Fraction(1, 2), 0)
    assert err == 1 - slack == 2 * err_iiv - slack - delta


def test_no_term_can_be_left_out():
    # 90% sure of one error, which is called valid, as the valid option is not: the
    # classification is as bad as it can be, and without δ the bound would be 4/3 - 1/3 = 1.
    err, err_iiv, delta, slack = quantities(([1], [[1, 9, 0, 0]]))
    assert (err, delta) == (Fraction(9, 10), Fraction(9, 10))
    assert 2 * err_iiv - slack == 1 > err
    # The model that reaches the bound would be below it without 1/(C - 1).
    err, err_iiv, delta, slack = quantities(([1], [[3, 2, 2, 2]]))
    assert 2 * err_iiv - delta == 1 > err == Fraction(2, 3)
    # A model that is sure and right classifies right.
    assert quantities(([1], [[1, 0, 0, 0]]))[:3] == (0, 0, 0)


@given(problems(st.integers(0, 6)))
def test_the_error_of_a_run_is_that_of_the_theorem(problem):
    # A run over documents in exactly these proportions: `error_rate` is the theorem's err.
    prompt, model = problem
    size = math.lcm(*map(sum, model))
    right = sum(weight * row[0] * size // sum(row) for weight, row in zip(prompt, model))
    counts = Counts(correct=right, wrong=sum(prompt) * size - right)
    err, err_iiv, delta, slack = quantities(problem)
    measured = float(metrics(counts.array, 0.0)["error_rate"])
    assert measured == pytest.approx(float(err))
    assert measured >= float(2 * err_iiv - slack - delta) - 1e-12
