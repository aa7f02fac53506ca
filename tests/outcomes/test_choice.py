"""Which option was chosen, against a reference written without numpy."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lm_eval_abstain import AbstainError
from lm_eval_abstain.outcomes.choose import choose, forced_answer, said_or_forced

LOGLIK = st.floats(min_value=-200, max_value=0, allow_nan=False)
TEXT = st.text(alphabet="abcdefgh é", min_size=1, max_size=40)
OPTIONS = st.lists(st.tuples(LOGLIK, TEXT), min_size=1, max_size=8)
METRIC = st.sampled_from(["acc", "acc_norm", "acc_bytes"])


def reference(options, abstain, metric):
    """(abstained, forced, probabilities), in plain Python."""
    size = {"acc": lambda t: 1, "acc_norm": len, "acc_bytes": lambda t: len(t.encode())}[metric]
    forced = 0
    for i, (loglik, text) in enumerate(options):
        if loglik / size(text) > options[forced][0] / size(options[forced][1]):
            forced = i
    loglik, text = options[forced]
    # Beating the answer per character, and in full as well: neither length can decide alone.
    per_unit = abstain[0] / size(abstain[1]) > loglik / size(text)
    in_full = abstain[0] > loglik
    longer = size(abstain[1]) > size(text)
    abstained = in_full if metric == "acc" or longer else per_unit
    top = max(value for value, _ in [*options, abstain])
    weights = [math.exp(value - top) for value, _ in [*options, abstain]]
    return abstained, forced, [weight / sum(weights) for weight in weights]


@given(OPTIONS, LOGLIK, TEXT, METRIC)
def test_against_the_reference(options, loglik, text, metric):
    choice = choose([o[0] for o in options], loglik, [o[1] for o in options], text, metric)
    abstained, forced, probabilities = reference(options, (loglik, text), metric)
    assert (choice.abstained, choice.forced) == (abstained, forced)
    assert choice.probabilities == pytest.approx(probabilities)
    assert sum(choice.probabilities) == pytest.approx(1)


@given(OPTIONS, LOGLIK, TEXT, METRIC, st.randoms(use_true_random=False))
def test_the_order_of_the_options_does_not_matter(options, loglik, text, metric, random):
    size = {"acc": lambda t: 1, "acc_norm": len, "acc_bytes": lambda t: len(t.encode())}[metric]
    assume(len({value / size(t) for value, t in options}) == len(options))  # no ties
    shuffled = random.sample(options, len(options))
    one = choose([o[0] for o in options], loglik, [o[1] for o in options], text, metric)
    other = choose([o[0] for o in shuffled], loglik, [o[1] for o in shuffled], text, metric)
    assert one.abstained == other.abstained
    assert options[one.forced] == shuffled[other.forced]
    assert sorted(one.probabilities) == pytest.approx(sorted(other.probabilities))


@given(LOGLIK, TEXT, TEXT, METRIC)
def test_equally_probable_texts_are_answered_whatever_their_lengths(loglik, answer, text, metric):
    assert not choose([loglik], loglik, [answer], text, metric).abstained


@given(st.integers(-50, -1), TEXT, TEXT)
def test_equally_probable_characters_are_answered_whatever_the_lengths(rate, answer, text):
    logliks = rate * len(answer), rate * len(text)
    assert not choose(logliks[:1], logliks[1], [answer], text, "acc_norm").abstained


@given(OPTIONS, METRIC)
def test_a_tie_with_the_best_answer_is_an_answer(options, metric):
    options = [(loglik, "x") for loglik, _ in options]
    best = max(loglik for loglik, _ in options)
    choice = choose([o[0] for o in options], best, ["x"] * len(options), "y", metric)
    assert not choice.abstained
    assert choice.forced == [o[0] for o in options].index(best)


@given(OPTIONS, LOGLIK, TEXT, METRIC)
def test_the_forced_answer_is_the_choice_without_the_abstain_option(options, loglik, text, metric):
    logliks, texts = [o[0] for o in options], [o[1] for o in options]
    choice = choose(logliks, loglik, texts, text, metric)
    forced = forced_answer(logliks, texts, metric)
    assert forced.index == choice.forced
    assert forced.confidence == choice.confidence
    # Without the abstain option the others share its probability.
    left = sum(choice.probabilities[:-1])
    if left > 1e-9:
        assert forced.probabilities == pytest.approx([p / left for p in choice.probabilities[:-1]])


def test_the_confidence_is_that_of_the_text_as_it_is():
    # acc_norm picks -20/40 over -9/10; the text that it picks has e^-11 of the other's probability.
    forced = forced_answer([-9.0, -20.0], ["x" * 10, "y" * 40], "acc_norm")
    assert forced.index == 1
    assert forced.confidence == pytest.approx(math.exp(-11) / (1 + math.exp(-11)))
    assert forced_answer([-9.0, -20.0], ["x" * 10, "y" * 40], "acc").index == 0


def test_golden_values():
    # By hand: e^-1, e^-2 and e^-0.5 sum to 1.109745...; the abstain option has the most.
    choice = choose([-1.0, -2.0], -0.5, ["A", "B"], "C")
    assert choice.abstained
    assert choice.forced == 0
    assert choice.probabilities == pytest.approx((0.331498, 0.121952, 0.546549), abs=1e-6)
    # acc_norm: -20/40 beats -9/10; the abstain text (-18/12) loses per character.
    choice = choose([-9.0, -20.0], -18.0, ["x" * 10, "y" * 40], "I don't know", "acc_norm")
    assert (choice.abstained, choice.forced) == (False, 1)
    # The same abstain text would have won by being short, had lengths been ignored.
    assert choose([-20.0, -20.0], -18.0, ["x" * 10, "y" * 40], "I don't know", "acc").abstained


def test_infinite_and_undefined():
    assert choose([-math.inf, -3.0], -math.inf, ["A", "B"], "C").forced == 1
    nothing_else = choose([-math.inf, -math.inf], -3.0, ["A", "B"], "C")
    assert nothing_else.abstained
    assert math.isnan(nothing_else.confidence)
    with pytest.raises(AbstainError, match="finite"):
        forced_answer([-math.inf], ["A"])
    with pytest.raises(AbstainError, match="NaN"):
        forced_answer([math.nan, -1.0], ["A", "B"])
    assert choose([-1.0, -2.0], -9.0, ["ab", ""], "C", "acc_norm").forced == 0
    with pytest.raises(AbstainError, match="NaN"):
        choose([math.nan, -1.0], -1.0, ["A", "B"], "C")
    with pytest.raises(AbstainError, match="NaN"):
        choose([-1.0, -1.0], math.nan, ["A", "B"], "C")
    with pytest.raises(AbstainError, match="finite"):
        choose([-math.inf], -math.inf, ["A"], "C")
    with pytest.raises(AbstainError, match="empty text"):
        choose([0.0, -1.0], -9.0, ["", "ab"], "C", "acc_norm")


@given(OPTIONS, LOGLIK, st.booleans(), METRIC)
def test_where_nothing_is_listed_the_phrase_has_to_be_said(options, loglik, greedy, metric):
    logliks, texts = [o[0] for o in options], [o[1] for o in options]
    choice = said_or_forced(logliks, (loglik, greedy), texts, metric)
    assert choice.abstained is greedy  # whatever the likelihoods are
    _, forced, _ = reference(options, (loglik, "x"), metric)
    assert choice.forced == forced
    assert choice.confidence == forced_answer(logliks, texts, metric).confidence
    assert choice.probabilities[-1] == pytest.approx(math.exp(loglik))
    assert sum(choice.probabilities) == pytest.approx(1)


def test_golden_values_where_nothing_is_listed():
    # By hand: e^-0.7 = 0.496585; e^-1 and e^-2 share the rest as 0.731059 to 0.268941.
    choice = said_or_forced([-1.0, -2.0], (-0.7, True), ["Paris", "Rome"])
    assert (choice.abstained, choice.forced) == (True, 0)
    assert choice.probabilities == pytest.approx((0.368026, 0.135389, 0.496585), abs=1e-6)
    # More likely than either text, and still not what the model would say.
    assert not said_or_forced([-9.0, -20.0], (-5.0, False), ["Paris", "Rome"]).abstained
    for logliks, phrase in (([math.nan, -1.0], -1.0), ([-1.0, -1.0], math.nan)):
        with pytest.raises(AbstainError, match="NaN"):
            said_or_forced(logliks, (phrase, False), ["A", "B"])
    with pytest.raises(AbstainError, match="finite"):
        said_or_forced([-math.inf, -math.inf], (-1.0, True), ["A", "B"])
