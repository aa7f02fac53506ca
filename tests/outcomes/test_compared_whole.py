"""Where the harness compares whole texts, and how: asked of the harness itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain.outcomes.exact_match import matcher_of
from lm_eval_abstain.outcomes.filters import compared_whole

FIRST_LINE = {"function": "regex", "regex_pattern": r"^(.*?)(?=\n|$)"}
NO_END = {"function": "regex", "regex_pattern": r"^(.*?)\s*$"}
SPACE, FIRST = {"function": "remove_whitespace"}, {"function": "take_first"}
NUMBER = {"function": "regex", "regex_pattern": r"(-?[$0-9.,]{2,})|(-?[0-9]+)"}


@pytest.mark.parametrize(
    ("steps", "whole"),
    [
        ([FIRST_LINE, SPACE, NO_END, FIRST], True),  # mmlu_generative
        ([SPACE, FIRST], True),  # triviaqa, nq_open
        ([FIRST], True),
        ([{"function": "take_first_k", "k": 2}], True),
        ([{"function": "regex", "regex_pattern": "(x)|(.+)"}, FIRST], True),
        ([NUMBER, FIRST], False),
        ([{"function": "regex", "regex_pattern": r"answer is \(?([A-J])\)?"}, FIRST], False),
        ([{"function": "regex", "regex_pattern": "(?<=The answer is )(.*)(?=.)"}, FIRST], False),
        ([{"function": "regex"}, FIRST], False),  # its default pattern is GSM8K's
        ([{"function": "lowercase"}, FIRST], False),
        ([{"function": "map", "mapping_dict": {}}, FIRST], False),
        ([{"function": "<class 'Own'>", "regex_pattern": "(.*)"}, FIRST], False),
        ([{"function": len, "regex_pattern": "(.*)"}, FIRST], False),
    ],
)
def test_filters(steps: list[dict[str, Any]], whole: bool) -> None:
    definition = {"task": "own", "filter_list": [{"name": "own", "filter": steps}]}
    assert compared_whole(definition, "exact_match") == ({"own", ""} if whole else set())


def test_the_other_conditions() -> None:
    plain = {"task": "own", "filter_list": None}
    assert compared_whole(plain, "exact_match") == {"none", ""}
    assert compared_whole({}, "exact_match") == set()  # no definition, nothing known
    assert compared_whole(plain, "bleu_acc") == set()
    for key in ("process_results", "doc_to_choice"):
        assert compared_whole({**plain, key: "def own(): ..."}, "exact_match") == set()
    chains = [{"name": "whole", "filter": [FIRST]}, {"name": "number", "filter": [NUMBER, FIRST]}]
    assert compared_whole({"filter_list": chains}, "exact_match") == {"whole"}


SHORT = st.text(alphabet="aAbB .,'()12é-", max_size=5)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "ignore_case": st.booleans(),
        "ignore_punctuation": st.booleans(),
        "ignore_numbers": st.booleans(),
        "regexes_to_ignore": st.just([r"\b(?:The |the |a )", ","]),
    },
)


@given(OPTIONS, SHORT, st.lists(SHORT, min_size=1, max_size=3))
def test_a_logged_target_is_compared_as_the_harness_does(
    options: dict[str, Any], answer: str, golds: list[str]
) -> None:
    from lm_eval.api.metrics import exact_match_fn

    matches = matcher_of({"metric_list": [{"metric": "exact_match", **options}]})
    each = [
        exact_match_fn(predictions=[answer], references=[gold], **options)["exact_match"] == 1
        for gold in golds
    ]
    assert matches(answer, golds) == any(each)
    assert matches(answer, str(golds)) == any(each)  # as the harness logs several
    assert matches(answer, golds[0]) == each[0]


def test_targets_that_only_look_like_lists() -> None:
    matches = matcher_of({})
    assert matches("[0, 1", "[0, 1")
    assert matches("1", "[1, 2]")
    assert matches("7", 7)
