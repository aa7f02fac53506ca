"""Questions without a list: which are plain questions, and which are refused."""

from __future__ import annotations

import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.prompts.extend import Style
from lm_eval_abstain.prompts.layout import Form, Question

STEMS = ("red", "blue", "grey")


def questions(text: str, *choices: str) -> list[Question]:
    """The same form with other words."""
    return [
        Question(text.format(stem), tuple(choice.format(stem) for choice in choices))
        for stem in STEMS
    ]


REFUSED = {
    "empty": (questions("", "a {} cat", "a {} dog"), "the prompt is empty"),
    "blank": (questions(" \n", "a {} cat", "a {} dog"), "the prompt is empty"),
    "the same for all": (
        questions("This is right:", "a {} cat sat", "some {} dog ran"),
        "each document has the same prompt",
    ),
    "an answer put in": (
        questions("Text {}.", "Is the {} hat new? Yes.", "Is the {} hat new? No."),
        "repeat the question with an answer put in",
    ),
    "a line of their own": (
        questions("Text {}.", "{}\nIs it so? yes", "{}\nIs it so? no"),
        "repeat the question with an answer put in",
    ),
    "labels without a list": (questions("{}?", "A", "B"), "no options under them"),
    "labels under bullets": (questions("{}?\n- x\n- y\nA:", "A", "B"), "no options under them"),
    "other texts than are listed": (
        questions("{}?\n(A) x\n(B) y\nA:", "foo", "bar"),
        "not understood",
    ),
    "more than are scored": (
        questions("{}?\n1 - x\n2 - y\n3 - z\nA:", "x", "y"),
        "not understood",
    ),
    "one behind the other": (
        questions("{0}? Choose from {0} x, {0} y, {0} z.", "{} x", "{} y", "{} z"),
        "one behind the other",
    ),
    "in another order": (
        questions("{0}? {0} z / {0} x / {0} y", "{} x", "{} y", "{} z"),
        "one behind the other",
    ),
    "with letters in the line": (
        questions("{0}? [A] {0} x [B] {0} y [C] {0} z", "{} x", "{} y", "{} z"),
        "one behind the other",
    ),
}


@pytest.mark.parametrize("form", REFUSED)
def test_refused(form: str) -> None:
    sample, reason = REFUSED[form]
    with pytest.raises(AbstainError, match=reason):
        Style.read(sample)


PLAIN = {
    "a question": questions("Who is {}?\nAnswer:", "{} Tom", "Ann of {}"),
    "to be continued": questions("The {} cat", " sat on a {} mat.", " ran away."),
    "classes that the template names": questions("{}. True, False or Neither?", "True", "False"),
    "classes that it does not name": questions("{}. Is it so?", "yes", "no"),
    "statements as classes": questions(
        "One: {}. Two: blue.", "One implies Two", "One does not imply Two"
    ),
    "sentences with numbers": questions(
        "1. sentence: {}\n2. sentence: blue\nQuestion: the same?\nAnswer:", "yes", "no"
    ),
    "people of the question": [
        Question("The cook told the guest that she was late. She is the", ("cook", "guest")),
        Question("A client thanked the lawyer. She is the", ("lawyer", "client")),
        Question("After her visit the nurse of the patient left. She is the", ("nurse", "patient")),
    ],
}


@pytest.mark.parametrize("form", PLAIN)
def test_plain_questions(form: str) -> None:
    assert Style.read(PLAIN[form]).form is Form.UNLISTED
