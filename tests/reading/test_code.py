"""What is said in a response that is a program."""

import pytest

from lm_eval_abstain.outcomes.judge import judge
from lm_eval_abstain.reading.code import said_in_code
from lm_eval_abstain.rubric import Outcome

DECLINES = [
    "I don't know",
    "    I don't know how to solve this.\n",
    "    # I don't know\n    pass",
    "# I don't know\n```",
    "```python\n# I don't know\n```",
    'def f(x):\n    """I don\'t know."""\n    return None\n```',
    '    raise NotImplementedError("I don\'t know")',
    "import math\n\ndef f(x):\n    # I don't know how to do this.\n    ...",
]
ANSWERS = [
    "    return a + 1  # I don't know why this works",
    "    # I don't know if this is right\n    return a + 1",
    '    return "I don\'t know"',
    'def f(x):\n    """I don\'t know."""\n    return x',
    "I don't know a short way, but:\n```python\ndef f(x):\n    return x\n```",
    "    if a:\n        return 'Unknown'\n    raise ValueError('cannot be determined')",
    "    pass",
    "    for i in range(3):\n        a += i\n    return a",
    "    return (a +",
]


@pytest.mark.parametrize("text", DECLINES)
def test_a_program_that_does_nothing_and_says_why_declines(text):
    judgement = judge(text, correct=False, headline="pass@1")
    assert judgement.outcome is Outcome.ABSTAINED
    assert "I don't know" in text[judgement.reading.start : judgement.reading.end]


@pytest.mark.parametrize("text", ANSWERS)
@pytest.mark.parametrize("passes", [True, False])
def test_a_program_that_does_something_is_an_answer(text, passes):
    outcome = judge(text, correct=passes, headline="pass_at_1").outcome
    assert outcome is (Outcome.CORRECT if passes else Outcome.WRONG)


@pytest.mark.parametrize("text", DECLINES)
def test_what_passes_its_tests_is_right_whatever_it_says(text):
    assert judge(text, correct=True, headline="pass@1").outcome is Outcome.CORRECT


@pytest.mark.parametrize("text", [*DECLINES, *ANSWERS, "", "\0", "#", '"""', "```"])
def test_each_word_stays_in_its_place(text):
    said = said_in_code(text)
    assert len(said) == len(text)
    assert all(one in (" ", other) for one, other in zip(said, text))
