"""Questions that are to be answered with a letter: what is listed, what is asked, who is right."""

from collections import Counter

import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.prompts.layout import Question
from lm_eval_abstain.prompts.lettered import LetterStyle

CHOOSE = "Answer with the letter of the correct option."
GO_ON = "Answer with the letter of the option that goes on best."

ROWS = [
    ("Which animal barks?", ("a dog", "a cat"), 0),
    ("Which one is a fruit?", ("a nail", "a pear"), 1),
    ("Where do fish live?", ("in the sea", "in a shoe"), 0),
    ("What melts?", ("a stone", "ice"), 1),
]


def sample_of(template, choices=None, rows=ROWS):
    """Questions with `{q}`, and the options as `{0}` and `{1}`, and what the task scores."""
    return [
        Question(template.format(*options, q=q), options if choices is None else choices)
        for q, options, _ in rows
    ]


def lettered(template, choices=None, rows=ROWS, **more):
    """Each question as it is asked, and the letter of its right option."""
    sample = sample_of(template, choices, rows)
    style = LetterStyle.read(sample, [[right] for *_, right in rows], **more)
    made = [style.letter(question) for question in sample]
    return [(one.text, one.letters[right]) for one, (*_, right) in zip(made, rows)]


def refused(template, choices=None, rows=ROWS, **more):
    with pytest.raises(AbstainError) as caught:
        lettered(template, choices, rows, **more)
    return str(caught.value)


# ---------------------------------------------------------------------- nothing is listed


@pytest.mark.parametrize(
    ("template", "before", "cue"),
    [
        ("Question: {q}\nAnswer:", "Question: ", "Answer:"),
        ("Question: {q}\nAnswer: ", "Question: ", "Answer:"),
        ("{q}\nAntwort:", "", "Antwort:"),
        ("{q}\n答え：", "", "答え："),
        ("Q: {q}\nA:", "Q: ", "Answer:"),  # "A:" would be an option
        ("Q: {q} A:", "Q: ", "Answer:"),
        ("{q} Answer:", "", "Answer:"),
        ("{q}", "", "Answer:"),
    ],
)
def test_options_are_listed_before_the_cue(template, before, cue):
    text, letter = lettered(template)[1]
    wanted = f"{before}Which one is a fruit?\nA. a nail\nB. a pear\n{CHOOSE}\n{cue}"
    assert (text, letter) == (wanted, "B")


def test_a_text_that_asks_nothing_is_gone_on_with():
    rows = [(f"{q.rstrip('?')} and", options, right) for q, options, right in ROWS]
    text, _ = lettered("{q}", rows=rows)[0]
    assert text == f"Which animal barks and\nA. a dog\nB. a cat\n{GO_ON}\nAnswer:"


def test_a_constant_question_is_no_cue():
    """What all questions end with may be the question."""
    text, _ = lettered("{q}\nIs that so? Answer:")[0]
    assert text.endswith(f"barks?\nIs that so?\nA. a dog\nB. a cat\n{CHOOSE}\nAnswer:")


def test_options_lose_the_space_that_joined_them_to_the_question():
    rows = [(q, (f" {one}", f" {two}"), right) for q, (one, two), right in ROWS]
    assert "\nA. a dog\nB. a cat\n" in lettered("{q}\nAnswer:", rows=rows)[0][0]


def test_an_option_that_is_always_right_at_one_place_is_moved():
    """`sciq` scores the right option last, `truthfulqa_mc1` first: unlisted, it tells nothing."""
    rows = [(f"What is {i} + 1?", (str(i + 1), f"{i}{i}", "no", "0"), 0) for i in range(2, 42)]
    asked = lettered("{q}\nAnswer:", rows=rows)
    letters = Counter(letter for _, letter in asked)
    assert set(letters) == set("ABCD")
    assert max(letters.values()) < 20
    for (text, letter), (_, options, _) in zip(asked, rows):
        assert f"\n{letter}. {options[0]}\n" in text
        assert all(f". {option}\n" in text for option in options)
    assert asked == lettered("{q}\nAnswer:", rows=rows)


def test_the_same_options_everywhere_keep_their_order():
    """That one label is more often right is no matter of the order."""
    rows = [(f"Is {i} even?", ("yes", "no"), 0) for i in range(10)]
    assert {letter for _, letter in lettered("{q}\nAnswer:", rows=rows)} == {"A"}


def test_mixed_places_keep_the_order():
    assert [letter for _, letter in lettered("{q}\nAnswer:")] == ["A", "B", "A", "B"]


# ---------------------------------------------------------------------- options are listed


@pytest.mark.parametrize(
    ("template", "choices"),
    [
        ("{q}\nA. {0}\nB. {1}\nAnswer:", ("A", "B")),
        ("{q}\n(A) {0}\n(B) {1}\nAnswer:", ("(A)", "(B)")),
        ("{q} (A) {0} (B) {1}\nAnswer:", ("(A)", "(B)")),
        ("{q}\nA) {0}\nB) {1}\nAntwort:", ("A", "B")),
    ],
)
def test_a_list_under_letters_stays(template, choices):
    body, cue = template.rsplit("\n", 1)
    for (text, letter), (q, options, right) in zip(lettered(template, choices), ROWS):
        assert text == f"{body.format(*options, q=q)}\n{CHOOSE}\n{cue}"
        assert letter == "AB"[right]


def test_a_list_without_a_cue_gets_one():
    text, _ = lettered("{q}\nA. {0}\nB. {1}", ("A", "B"))[0]
    assert text == f"Which animal barks?\nA. a dog\nB. a cat\n{CHOOSE}\nAnswer:"


def test_the_request_stands_before_the_last_line():
    template = "{q}\nA. {0}\nB. {1}\nThink of all you know.\nThe answer is"
    text, _ = lettered(template, ("A", "B"))[0]
    assert text.endswith(f"B. a cat\nThink of all you know.\n{CHOOSE}\nThe answer is")


def test_a_last_line_that_waits_for_nothing_is_followed_by_a_cue():
    text, _ = lettered("{q}\nA. {0}\nB. {1}\nChoose one.", ("A", "B"))[0]
    assert text.endswith(f"B. a cat\nChoose one.\n{CHOOSE}\nAnswer:")


@pytest.mark.parametrize(
    ("template", "choices", "listed"),
    [
        ("{q}\n1. {0}\n2. {1}\nAnswer:", ("1", "2"), "A. a nail\nB. a pear"),
        ("{q}\n(a) {0}\n(b) {1}\nAnswer:", ("(a)", "(b)"), "(A) a nail\n(B) a pear"),
        ("{q}\nأ- {0}\nب- {1}\nالإجابة:", ("أ", "ب"), "A- a nail\nB- a pear"),
        ("{q}\nΑ. {0}\nΒ. {1}\nΑπάντηση:", ("Α", "Β"), "A. a nail\nB. a pear"),
        ("{q}\n① {0}\n② {1}\nAnswer:", ("①", "②"), "A. a nail\nB. a pear"),
        ("{q}\n- {0}\n- {1}\nAnswer:", None, "A. a nail\nB. a pear"),
        ("{q}\n1 - {0}\n2 - {1}\nAnswer:", None, "A - a nail\nB - a pear"),
        ("{q}\nchoice: {0}\nchoice: {1}\nAnswer:", None, "A. a nail\nB. a pear"),
    ],
)
def test_another_list_gets_letters(template, choices, listed):
    text, letter = lettered(template, choices)[1]
    cue = template.rsplit("\n", 1)[1]
    assert text == f"Which one is a fruit?\n{listed}\n{CHOOSE}\n{cue}"
    assert letter == "B"


def test_texts_that_are_listed_in_another_order_than_scored():
    rows = [(q, (two, one), 1 - right) for q, (one, two), right in ROWS]
    for (text, letter), (_, options, right) in zip(
        lettered("{q}\n- {1}\n- {0}\nAnswer:", rows=rows), rows
    ):
        assert f"\n{letter}. {options[right]}\n" in text


def test_listed_texts_whose_place_tells_the_right_one_are_moved():
    rows = [(f"What is {i} + 1?", (str(i + 1), f"{i}{i}0"), 0) for i in range(2, 22)]
    asked = lettered("{q}\n- {0}\n- {1}\nAnswer:", rows=rows)
    assert {letter for _, letter in asked} == {"A", "B"}
    for (text, letter), (_, options, _) in zip(asked, rows):
        assert f"\n{letter}. {options[0]}\n" in text


def test_options_that_bring_their_letters():
    """As in AGIEval, where the question lists them in one line."""
    template = "Q: {q} Answer Choices: {0} {1}\nA: Among A through B, the answer is"
    rows = [(q, (f"(A){one}", f"(B){two}"), right) for q, (one, two), right in ROWS]
    text, letter = lettered(template, rows=rows)[1]
    assert text == (
        "Q: Which one is a fruit? Answer Choices: (A)a nail (B)a pear\n"
        f"{CHOOSE}\nA: Among A through B, the answer is"
    )
    assert letter == "B"


def test_the_options_are_known_by_their_letters():
    sample = sample_of("{q}\n1. {0}\n2. {1}\nAnswer:", ("1", "2"))
    style = LetterStyle.read(sample, [[0]] * 4)
    assert style.letter(sample[0]).options == {"A": "a dog", "B": "a cat"}


# ---------------------------------------------------------------------- refused


def test_all_or_none_right():
    sample = sample_of("{q}\nAnswer:")
    with pytest.raises(AbstainError, match="all of its options are right"):
        LetterStyle.read(sample, [[0, 1]] * 4)
    with pytest.raises(AbstainError, match="none of its options is right"):
        LetterStyle.read(sample, [[]] * 4)


@pytest.mark.parametrize(
    ("template", "choices", "reason"),
    [
        ("", None, "nothing is asked"),
        ("{q}\nAnswer:", ("A", "B"), "lists no options under them"),
        ("{q}\n1. {0}\n2. {1}\nAnswer with 1 or 2:", ("1", "2"), "names the labels"),
    ],
)
def test_what_cannot_be_lettered(template, choices, reason):
    assert reason in refused(template, choices)


def test_an_instruction_that_names_other_labels():
    template = "{q}\n1. {0}\n2. {1}\nAnswer:"
    assert "names the labels" in refused(template, ("1", "2"), instruction="Say 1 or 2.")
    assert lettered(template, ("1", "2"), instruction="Some questions.")


def test_an_empty_option_and_too_many():
    rows = [(q, (one, ""), right) for q, (one, _), right in ROWS]
    assert "is empty" in refused("{q}\nAnswer:", rows=rows)
    rows = [(q, tuple(f"number {i}" for i in range(27)), right) for q, _, right in ROWS]
    assert "27 options" in refused("{q}\nAnswer:", rows=rows)


def test_a_question_unlike_the_others():
    sample = sample_of("{q}\nA. {0}\nB. {1}\nAnswer:", ("A", "B"))
    style = LetterStyle.read(sample, [[0]] * 4)
    with pytest.raises(AbstainError, match="does not end as the others"):
        style.letter(Question("What?\nA. x\nB. y\nSay:", ("A", "B")))
    with pytest.raises(AbstainError, match="cannot be found"):
        style.letter(Question("What?\nAnswer:", ("A", "B")))
