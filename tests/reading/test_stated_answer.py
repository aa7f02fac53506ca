"""The answer that a response states: what is read, and above all what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain.reading.stated_answer import is_bare_answer, stated_option, stated_text

ABSTAIN = "I don't know"
ORGANS = {"A": "Kidney", "B": "Ureter", "C": "Urethra", "D": "None of the above"}
NESTED = {"A": "Ureter", "B": "Ureter and kidney", "C": "A and B", "D": "the left kidney"}
NUMBERS = {"A": "4", "B": "-4", "C": "4.5", "D": "1,000"}
NOUNS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
TEN = dict(zip("ABCDEFGHIJ", NOUNS))

READ = {
    "A": [
        "A",
        "(a)",
        "a",
        "The answer is A.",
        "A. Kidney",
        "A: Kidney",
        "A kidney",
        "The answer is A because B is not.",
        "The answer is a kidney",
        "A is the correct answer.",
    ],
    "B": [
        "B",
        "(B)",
        "B.",
        "**B**",
        r"\boxed{B}",
        "B)",
        "b",
        "`B`",
        "“B”",
        "B!",
        "- B",
        "[B]",
        "The answer is **B.**",
        "Answer: B",
        "Answer: (b)",
        "The answer is: B",
        "Answer\nB",
        "option B",
        "Option B.",
        "I choose (B)",
        "I'd go with B.",
        "I'll choose B",
        "It is B.",
        "Ureter",
        "ureter.",
        "**Ureter**",
        "The answer is ureter",
        "The answer is the ureter.",
        "B. Ureter",
        "B: Ureter",
        "**B. Ureter**",
        "B) Ureter",
        "(B) Ureter",
        "B - Ureter",
        "B) It carries urine to the bladder.",
        "B. Because it carries urine.",
        "B because it does.",
        "Option B is correct.",
        "B is the correct answer.",
        "(B) Ureter is the correct answer.",
        "The correct answer is B because it is not A.",
        "The answer is B, not A.",
        "<answer>B</answer>",
        '{"answer": "B"}',
        r"$\boxed{\text{B}}$",
        "The answer is ureter (B).",
        "The answer is B, ureter.",
        "The answer is B - Ureter",
        "The answer is B. The ureter is it.",
        "The answer is (D) is incorrect. The correct answer is (B).",
        "Let me see.\n\nB",
        "It is a long way.\n**B. Ureter**",
        "<think>A? No, C.</think>\nB",
        "A) Kidney: no.\nB) Ureter: yes.\nC) Urethra: no.\nThe answer is B.",
        "B\n\nQuestion: Which?\nA. x\nB. y\nAnswer: C",
        "I think it's B",
        "I believe that it is B.",
        "Probably B",
        "So, B.",
        "It carries urine. Hence B.",
        "The letter is B.",
        "The letter of the correct option is B.",
        "B\n\nA: it filters.\nB: it carries.\nC: it ends.",
        "La respuesta correcta es la B.",
        "正确答案是 B。",
        "정답은 B입니다.",
        "正解はBです。",
    ],
    "C": ["C. Urethra", "C: ...", "C: the tube", "The answer is C."],
    "D": ["None of the above", "The answer is none of the above.", "D) None of the above"],
    None: [
        "A or B",
        "A and C",
        "B, C",
        "(A) and (C)",
        "A & B",
        "Both A and B",
        "neither A nor B",
        "The answer is A or B",
        "The answer is B/C",
        "Answer: A, C",
        "The answer is either A or B",
        "It's between A and B.",
        "The answer is B or, possibly, C",
        "The answer is B. The answer is C",
        "Kidney and ureter",
        "Kidney, ureter",
        "It is a kidney or a ureter",
        "C. Kidney",
        "A tube from the bladder",
        "The answer is a",
        "The answer is a tube",
        "A good question.",
        "I",
        "I think so",
        "Vitamin C",
        "C-section",
        "C elegans",
        "B. subtilis is one",
        "E. coli",
        "D. Hume argued that",
        "The answer is D. Hume",
        "The answer is E",
        "E",
        "A: B",
        "A: C. Urethra",
        "The answer is not B",
        "If the answer is B, then",
        "I don't think the answer is B",
        "An incorrect answer is B",
        "B is incorrect.",
        "(B) is one of two that carry urine.",
        "Option A is wrong.",
        "The answer is B?",
        "A) Kidney\nB) Ureter\nC) Urethra",
        "B\n\nOn reflection, the answer is C.",
        "",
        "...",
        "(a) is 12, (b) is 7",
        "Bananas grow in bunches",
        "cab",
        "because",
        "The answer is Bob.",
        "I think it's a tube",
        "Hence a",
        "Therefore, h",
        "So I think",
        "Thus B. subtilis is one",
        "Probably A or B",
        "B\n\nA: it filters.\nB: it carries.\nC: it ends.\n\nC",
    ],
}


def option(text: str, options: dict[str, str] = ORGANS) -> str | None:
    return stated_option(text, options, abstain_text=ABSTAIN)


@pytest.mark.parametrize(
    ("text", "letter"), [(text, letter) for letter, texts in READ.items() for text in texts]
)
def test_phrases(text: str, letter: str | None) -> None:
    assert option(text) == letter


@pytest.mark.parametrize(
    ("options", "text", "letter"),
    [
        (NESTED, "Ureter and kidney", "B"),
        (NESTED, "The answer is ureter.", "A"),
        (NESTED, "B. Ureter and kidney", "B"),
        (NESTED, "A. Ureter and kidney", None),
        (NESTED, "The answer is A and B", "C"),
        (NESTED, "A and B", "C"),
        (NESTED, "Left kidney", "D"),
        (NESTED, "Ureter, kidney", None),
        (NUMBERS, "4", "A"),
        (NUMBERS, "The answer is -4.", "B"),
        (NUMBERS, "The answer is 4.5", "C"),
        (NUMBERS, "1,000", "D"),
        (NUMBERS, "1000", None),
        ({"A": "B", "B": "A"}, "A", "A"),
        ({"A": "same", "B": "same"}, "same", None),
        (TEN, "I", "I"),
        (TEN, "(I)", "I"),
        (TEN, "I. Nine", "I"),
        (TEN, "The answer is (I).", "I"),
        (TEN, "The answer is I.", "I"),
        (TEN, "I choose J", "J"),
        (TEN, "I am A", None),
        (TEN, "I think it is hard", None),
        (TEN, "The answer is I think hard to find", None),
        (TEN, "I, for one, cannot see it", None),
        (TEN, "I. Newton found it", None),
        (TEN, "The answer is B, I think.", "B"),
        (TEN, "The answer is B or I", None),
    ],
)
def test_other_options(options: dict[str, str], text: str, letter: str | None) -> None:
    assert option(text, options) == letter


DECORATIONS = ["{}", "({})", "{}.", "{})", "**{}**", "[{}]", r"\boxed{{{}}}", r"$\boxed{{{}}}$"]
DECORATIONS += ["`{}`", '"{}"', "**({})**", "**{}.**", "__{}__", "<answer>{}</answer>"]
FRAMES = ["{}", "The answer is {}", "Answer: {}", "Final answer: {}\n", "I choose {}", "Option {}"]
FRAMES += ["Two of them are close.\n\n{}", "The correct option is {}\n\nIt was built last."]


@given(st.sampled_from("ABCDEFGHIJ"), st.sampled_from(DECORATIONS), st.sampled_from(FRAMES))
def test_a_letter_is_read_in_any_decoration(letter: str, decoration: str, frame: str) -> None:
    assert option(frame.format(decoration.format(letter)), TEN) == letter


# Words of which none is an option's text, with the article and the pronoun among them.
SMALL = ["a", "an", "A", "I", "the", "of", "it", "where", "and", "by", "In", "No"]
WORDS = st.lists(
    st.sampled_from([*SMALL, "river", "bank", "goes", "Cab", "bee", "sea"]), min_size=2, max_size=12
)


@given(WORDS, st.sampled_from(["", ".", "!", ", I think.", "\nA river goes by."]))
def test_words_state_no_option(words: list[str], end: str) -> None:
    text = " ".join(words)
    # Nothing but single letters and what joins them is a list of letters.
    if any(len(word) > 1 and word not in ("and", "an") for word in words):
        assert option(text + end, TEN) is None, text


@given(st.permutations("ABCD"), st.sampled_from([" or ", " and ", ", ", "/", " & ", ") or ("]))
def test_two_letters_are_none(letters: list[str], link: str) -> None:
    one, other = letters[:2]
    for frame in ("{}", "The answer is {}.", "Answer: ({})"):
        assert option(frame.format(f"{one}{link}{other}")) is None


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    assert option(text, TEN) in (None, *TEN)
    assert all(reading.strip() for reading in stated_text(text, abstain_text=ABSTAIN))
    is_bare_answer(text)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("The answer is Paris.", ("Paris",)),
        ("Answer: Paris", ("Paris",)),
        ("The answer is **Paris**.", ("Paris",)),
        ("Answer: Paris\n\nParis has many bridges.", ("Paris",)),
        ("The answer is Paris, because of 1789.", ("Paris, because of 1789", "Paris")),
        ("The answer is St. Petersburg.", ("St. Petersburg", "St")),
        ("The answer is Mercury (planet).", ("Mercury (planet)",)),
        ("The answer is -1.", ("-1",)),
        (r"\boxed{Paris}", ("Paris",)),
        ("<answer>Paris</answer>", ("Paris",)),
        ('{"answer": "Paris", "why": 1}', ("Paris",)),
        ("Answer: Paris\nSo, the answer is Paris.", ("Paris",)),
        ("Answer: Paris\nAnswer: Rome", ()),
        ("If the answer is Paris, it is old.", ()),
        ("The answer is not Paris? ", ()),
        ("The answer is as follows", ()),
        ("Paris", ()),
        ("The capital of France is Paris", ()),
        ("London\nQuestion: Of France?\nAnswer: Paris", ()),
    ],
)
def test_free_answers(text: str, readings: tuple[str, ...]) -> None:
    assert stated_text(text, abstain_text=ABSTAIN) == readings


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Paris", True),
        ("What Is Love and Where It Is", True),
        ("the man who would be king", False),
        ("King of what is", True),  # five words at most
        ("The Lord of the Rings and the Ring", True),
        ("The capital of France is Paris", False),
        ("I would say Paris", False),
        ("The answer", False),
        ("Bananas grow in bunches", True),
        ("London\n\nQ: And what is the capital of France?\nA: It is Paris", True),
        ("<think>It is one of the two that were built.</think>Rome", True),
        ("E", True),
        ("It doesn't say which of the two", False),
    ],
)
def test_bare_answers(text: str, bare: bool) -> None:
    assert is_bare_answer(text) == bare
