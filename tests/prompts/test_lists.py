"""Lists in many forms: where the new option goes, and which forms are refused."""

from __future__ import annotations

import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.prompts.extend import Style
from lm_eval_abstain.prompts.heads import Head
from lm_eval_abstain.prompts.layout import Question
from lm_eval_abstain.prompts.naming import named

IDK = "I don't know"
STEMS = ("red", "blue", "grey", "pink")
ABC = ("A", "B", "C")
TEXTS = ("x {}", "y {}", "z {}")


def questions(text: str, *choices: str) -> list[Question]:
    return [
        Question(text.replace("{}", stem), tuple(one.replace("{}", stem) for one in choices))
        for stem in STEMS
    ]


def extended(
    sample: list[Question], place: int | None = None, *, fixed: bool = False
) -> tuple[str, ...]:
    """The first question with the new option in it, then the new label, then all others."""
    found = Style.read(sample, fixed_choices=fixed).extend(sample[0], IDK, place)
    return (found.text, found.abstain, *found.choices)


# The question, the choices, and the question with the new option: last, and in the second place.
LISTS = {
    "behind a word": (
        "{}?\nOption A: x {}\nOption B: y {}\nOption C: z {}\nA:",
        ABC,
        "red?\nOption A: x red\nOption B: y red\nOption C: z red\nOption D: I don't know\nA:",
        "red?\nOption A: x red\nOption B: I don't know\nOption C: y red\nOption D: z red\nA:",
    ),
    "behind a word, texts": (
        "{}?\n  choice: x {}\n  choice: y {}\n  choice: z {}\nA:",
        TEXTS,
        "red?\n  choice: x red\n  choice: y red\n  choice: z red\n  choice: I don't know\nA:",
        "red?\n  choice: x red\n  choice: I don't know\n  choice: y red\n  choice: z red\nA:",
    ),
    "texts in another order": (
        "{}?\n- z {}\n- x {}\n- y {}\nA:",
        TEXTS,
        "red?\n- z red\n- x red\n- y red\n- I don't know\nA:",
        "red?\n- z red\n- I don't know\n- x red\n- y red\nA:",
    ),
    "commas": (
        "{}?\n- x {},\n- y {},\n- z {}\nA:",
        TEXTS,
        "red?\n- x red,\n- y red,\n- z red,\n- I don't know\nA:",
        "red?\n- x red,\n- I don't know,\n- y red,\n- z red\nA:",
    ),
    "one comma": (
        "{}?\n- x {}\n- y {},\n- z {}\nA:",
        TEXTS,
        "red?\n- x red\n- y red,\n- z red,\n- I don't know\nA:",
        "red?\n- x red\n- I don't know,\n- y red,\n- z red\nA:",
    ),
    "one line": (
        "{}? A. x {} B. y {} C. z {} Answer:",
        ABC,
        "red? A. x red B. y red C. z red D. I don't know Answer:",
        "red? A. x red B. I don't know C. y red D. z red Answer:",
    ),
    "one line with commas": (
        "{}?\nA:x {}, B: y {}, C: z {}\nA:",
        ABC,
        "red?\nA:x red, B: y red, C: z red, D: I don't know\nA:",
        "red?\nA:x red, B: I don't know, C: y red, D: z red\nA:",
    ),
    "brackets in one line": (
        "{}?\n(A) x {} (B) y {} (C) z {}\nA:",
        ("(A)", "(B)", "(C)"),
        "red?\n(A) x red (B) y red (C) z red (D) I don't know\nA:",
        "red?\n(A) x red (B) I don't know (C) y red (D) z red\nA:",
    ),
    "one indented unlike the others": (
        "{}?\nA. x {}\nB. y {}\n C. z {}\nA:",
        ABC,
        "red?\nA. x red\nB. y red\n C. z red\nD. I don't know\nA:",
        "red?\nA. x red\nB. I don't know\nC. y red\n D. z red\nA:",
    ),
    "the first indented unlike the others": (
        "{}?\n    0) x {}\n1) y {}\n2) z {}\nA:",
        TEXTS,
        "red?\n    0) x red\n1) y red\n2) z red\n3) I don't know\nA:",
        "red?\n    0) x red\n1) I don't know\n2) y red\n3) z red\nA:",
    ),
    "before the question": (
        "Choose:\n- x {}\n- y {}\n- z {}\nQuestion: {}?\nA:",
        TEXTS,
        "Choose:\n- x red\n- y red\n- z red\n- I don't know\nQuestion: red?\nA:",
        "Choose:\n- x red\n- I don't know\n- y red\n- z red\nQuestion: red?\nA:",
    ),
    "labels before the question": (
        "Choose:\nA. x {}\nB. y {}\nC. z {}\nQuestion: {}?\nA:",
        ABC,
        "Choose:\nA. x red\nB. y red\nC. z red\nD. I don't know\nQuestion: red?\nA:",
        "Choose:\nA. x red\nB. I don't know\nC. y red\nD. z red\nQuestion: red?\nA:",
    ),
    "plain lines before the question": (
        "Choose:\nyes\nno\n\nQuestion: {}?\nA:",
        ("no", "yes"),
        "Choose:\nyes\nno\nI don't know\n\nQuestion: red?\nA:",
        "Choose:\nyes\nI don't know\nno\n\nQuestion: red?\nA:",
    ),
    "labels with a space, in another order": (
        "{}?\n (A) x {}\n (B) y {}\n (C) z {}\nA:",
        (" (C)", " (A)", " (B)"),
        "red?\n (A) x red\n (B) y red\n (C) z red\n (D) I don't know\nA:",
        "red?\n (A) x red\n (B) I don't know\n (C) y red\n (D) z red\nA:",
    ),
    "an instruction": (
        "Answer A, B or C.\n{}?\nA. x {}\nB. y {}\nC. z {}\nIs it A, B, or C?",
        ABC,
        "Answer A, B, C or D.\nred?\nA. x red\nB. y red\nC. z red\nD. I don't know\n"
        "Is it A, B, C, or D?",
        "Answer A, B, C or D.\nred?\nA. x red\nB. I don't know\nC. y red\nD. z red\n"
        "Is it A, B, C, or D?",
    ),
}


@pytest.mark.parametrize("form", LISTS)
def test_the_new_option(form: str) -> None:
    text, choices, last, second = LISTS[form]
    sample = questions(text, *choices)
    fixed = not any("{}" in one for one in choices)
    assert extended(sample, fixed=fixed)[0] == last
    assert extended(sample, place=1, fixed=fixed)[0] == second


def test_labels_keep_their_texts_whatever_their_order() -> None:
    text, choices, *_ = LISTS["labels with a space, in another order"]
    sample = questions(text, *choices)
    assert extended(sample)[1:] == (" (D)", " (C)", " (A)", " (B)")
    assert extended(sample, place=1)[1:] == (" (B)", " (D)", " (A)", " (C)")


def test_a_part_of_an_option_is_no_label() -> None:
    sample = questions("{}? A. x {} B. y {} C. z {} Answer:", *ABC)
    odd = Question("red? A. Al C. Bo B. y C. z Answer:", ABC)
    style = Style.read([*sample, odd])
    assert style.extend(odd, IDK).text == "red? A. Al C. Bo B. y C. z D. I don't know Answer:"
    with pytest.raises(AbstainError, match="cannot be told from its text"):
        style.extend(odd, IDK, place=0)


def test_a_line_of_one_question_is_no_instruction() -> None:
    sample = questions("{}?\nA. x {}\nB. y {}\nC. z {}\nA:", *ABC)
    points = Question("Are A, B and C on a line?\nA. yes\nB. no\nC. both\nA:", ABC)
    style = Style.read([*sample, points])
    assert style.extend(points, IDK).text.startswith("Are A, B and C on a line?\nA. yes")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Answer A, B, C or D.", "Answer A, B, C, D or E."),
        ("'A', 'B', 'C', or 'D'", "'A', 'B', 'C', 'D', or 'E'"),
        ("A,B,C,D according to", "A,B,C,D,E according to"),
        ("A/B/C/D", "A/B/C/D/E"),
        ("(A), (B), (C) or (D)", "(A), (B), (C), (D) or (E)"),
        ("A, B, C, eller D?", "A, B, C, D, eller E?"),
        ("정답을 A, B, C, D 중에", "정답을 A, B, C, D, E 중에"),
        ("A to D", "A to D"),
        ("A, B or C", "A, B or C"),
        ("ABCD", "ABCD"),
        ("A, B, C, Do", "A, B, C, Do"),
    ],
)
def test_rows_of_labels(before: str, after: str) -> None:
    assert named(before, "ABCD", "E") == after


@pytest.mark.parametrize(
    ("text", "choices", "reason"),
    [
        # Where the last option ends is not certain.
        ("{}? A. x {} B. y {} C. z {}", ABC, "where the last ends is unclear"),
        (
            "A. x {}\nB. y {}\nC. z {}\n{} is what?\n{} or not?",
            ABC,
            "text of its own stands behind",
        ),
    ],
)
def test_where_a_list_ends_is_not_certain(text: str, choices: tuple[str, ...], reason: str) -> None:
    with pytest.raises(AbstainError, match=reason):
        Style.read(questions(text, *choices))


# ---------------------------------------------------------------------- worked examples


def test_worked_examples_of_the_data() -> None:
    texts = [f"About {i}.\n\nQ: 1{i}?\nA: 2\n\nQ: 3{i}?\nA: 4\n\nQ: 5{i}?\n\nx\nA:" for i in "abc"]
    head = Head.read(texts, "\n\n")
    assert head.state(texts[0], "S.") == texts[0].replace("Q: 5", "S.\n\nQ: 5")
    with pytest.raises(AbstainError, match="does not begin as the others do"):
        head.state("Q: 5d?\nA:", "S.")


def test_a_cue_inside_single_questions_is_no_worked_example() -> None:
    texts = ["Q: a?\nA:", "Q: say\nA: x\n\nor not?\nA:", "Q: c?\nA:"]
    assert Head.read(texts, "\n\n").state(texts[1], "S.") == f"S.\n\n{texts[1]}"
