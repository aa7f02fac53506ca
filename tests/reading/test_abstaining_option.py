"""Options that say that a question cannot be answered, and those that only look like it."""

from __future__ import annotations

import pytest

from lm_eval_abstain.reading.abstaining_option import abstains

ABSTAIN = [
    *("Cannot be determined", "Can't be determined", "Undetermined", "Unknown", "Not known"),
    *("Can't answer", "Not enough information", "Not enough info", "I don't know.", "Not sure"),
    *("Data inadequate", "The data is insufficient", "Insufficient information"),
    *("It cannot be determined from the given information", "It is impossible to tell"),
    *("Je ne sais pas", "No se puede determinar", "Невозможно определить", "不知道", "无法确定"),
    *("分からない", "알 수 없음", "لا أعرف", "पता नहीं"),
]
ANSWER = [
    *("None of the above", "None of these", "All of the above", "Neither", "Both", "Maybe"),
    *("Ambiguous", "inconclusive", "invalid", "neutral", "yes", "no", "42", "", "NA", "It depends"),
    *("The unknown soldier", "Unconscious", "The sample size is unknown", "No comment"),
    *("Both statements together are not sufficient", "Not guilty", "Data", "The data is secret"),
    "The effect cannot be determined by DNA sequencing alone",
]


@pytest.mark.parametrize("option", ABSTAIN)
def test_abstains(option: str) -> None:
    assert abstains(option)
    assert abstains(f"  {option} ")


@pytest.mark.parametrize("option", ANSWER)
def test_is_an_answer(option: str) -> None:
    assert not abstains(option)
