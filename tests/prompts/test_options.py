"""One more option in a question's own style: golden texts, properties and refusals."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain import AbstainError
from lm_eval_abstain.prompts.extend import Style
from lm_eval_abstain.prompts.labels import cores_of, label, label_after
from lm_eval_abstain.prompts.layout import Form, Question

IDK = "I don't know"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def lettered(stem, options, cue="\nAnswer:", mark="{}. "):
    lines = [mark.format(letter) + text for letter, text in zip(LETTERS, options)]
    return stem + "\n" + "\n".join(lines) + cue


def mmlu(stem, *options):
    return Question(lettered(stem, options), tuple(LETTERS[: len(options)]))


SAMPLE = [mmlu("Why?", "a", "b", "c", "d"), mmlu("How?", "e", "f", "g", "h")]


def test_letters():
    style = Style.read(SAMPLE)
    assert (style.form, style.ending.cue, style.head.text) == (Form.LABELS, "\nAnswer:", "")
    extended = style.extend(SAMPLE[0], IDK)
    assert extended.text == "Why?\nA. a\nB. b\nC. c\nD. d\nE. I don't know\nAnswer:"
    assert extended.choices == ("A", "B", "C", "D")
    assert (extended.abstain, extended.slot) == ("E", 4)


def test_a_place_moves_the_labels_behind_it():
    extended = Style.read(SAMPLE).extend(SAMPLE[0], IDK, place=11)  # 11 mod 5 = 1
    assert extended.text == "Why?\nA. a\nB. I don't know\nC. b\nD. c\nE. d\nAnswer:"
    assert extended.choices == ("A", "C", "D", "E")
    assert (extended.abstain, extended.slot) == ("B", 1)


def test_brackets_and_fewer_listed_than_scored():
    # BIG-Bench Hard scores a fixed list of labels, of which a question may list fewer.
    choices = ("(A)", "(B)", "(C)", "(D)")
    sample = [
        Question(lettered(f"Q: {i}\nOptions:", ["x", "y", "z"], "\nA:", "({}) "), choices)
        for i in range(3)
    ]
    style = Style.read(sample, fixed_choices=True)
    last = style.extend(sample[0], IDK)
    # (D) is scored by the base task, so the abstain option must not be called that.
    assert last.text == "Q: 0\nOptions:\n(A) x\n(B) y\n(C) z\n(E) I don't know\nA:"
    assert (last.choices, last.abstain) == (choices, "(E)")
    first = style.extend(sample[0], IDK, place=0)
    assert first.text == "Q: 0\nOptions:\n(A) I don't know\n(B) x\n(C) y\n(D) z\nA:"
    assert (first.choices, first.abstain) == (("(B)", "(C)", "(D)", "(E)"), "(A)")
    only = Question("Q: 0\nOptions:\n(A) x\nA:", choices)  # a defective real question
    assert style.extend(only, IDK).text == "Q: 0\nOptions:\n(A) x\n(E) I don't know\nA:"
    assert style.extend(only, IDK, place=0).choices == ("(B)", "(C)", "(D)", "(E)")


def test_more_listed_than_scored():
    # A real question of BIG-Bench Hard lists "(D) Ambiguous" where (A) to (C) are scored.
    choices = ("(A)", "(B)", "(C)")
    sample = [
        Question(lettered(f"Q: {i}\nOptions:", options, "\nA:", "({}) "), choices)
        for i, options in enumerate(["xyz", "xyzw", "xy"])
    ]
    style = Style.read(sample, fixed_choices=True)
    last = style.extend(sample[1], IDK)
    assert last.text.endswith("\n(C) z\n(D) w\n(E) I don't know\nA:")
    assert (last.choices, last.abstain) == (choices, "(E)")
    moved = style.extend(sample[1], IDK, place=1)
    assert moved.text.endswith("\n(A) x\n(B) I don't know\n(C) y\n(D) z\n(E) w\nA:")
    assert (moved.choices, moved.abstain) == (("(A)", "(C)", "(D)"), "(B)")
    numbered = [Question(f"{i}?\n1 - x\n2 - y\n3 - z\nA:", ("x", "y")) for i in "ab"]
    with pytest.raises(AbstainError, match="not understood"):
        Style.read(numbered)


def test_the_abstain_text_is_spaced_as_the_choices_are():
    sample = [Question(f"{i}, so", (" it broke.", " it held.")) for i in "ab"]
    assert Style.read(sample).extend(sample[0], IDK).abstain == " I don't know"
    mixed = [Question(f"{i}, so", (" it broke.", "it held.")) for i in "ab"]
    assert Style.read(mixed).extend(mixed[0], IDK).abstain == IDK


def test_bullets():
    sample = [Question(f"Q: {i}\nOptions:\n- Yes\n- No\nA:", ("Yes", "No")) for i in range(3)]
    style = Style.read(sample, fixed_choices=True)
    assert (style.form, style.ending.cue) == (Form.TEXTS, "\nA:")
    extended = style.extend(sample[1], IDK)
    assert extended.text == "Q: 1\nOptions:\n- Yes\n- No\n- I don't know\nA:"
    assert (extended.choices, extended.abstain) == (("Yes", "No"), IDK)
    moved = style.extend(sample[1], IDK, place=1).text
    assert moved == "Q: 1\nOptions:\n- Yes\n- I don't know\n- No\nA:"


def test_numbered_lines():
    # MuSR lists "1 - Mary" and scores the text "Mary".
    sample = [
        Question(f"A story.\n\nWho {i}?\n\n1 - Mary\n2 - Bob {i}\n\nAnswer:", ("Mary", f"Bob {i}"))
        for i in range(3)
    ]
    style = Style.read(sample)
    assert (style.form, style.ending.cue) == (Form.TEXTS, "\n\nAnswer:")
    extended = style.extend(sample[0], IDK)
    assert extended.text == (
        "A story.\n\nWho 0?\n\n1 - Mary\n2 - Bob 0\n3 - I don't know\n\nAnswer:"
    )
    assert "\n1 - I don't know\n2 - Mary\n3 - Bob 0\n\n" in style.extend(sample[0], IDK, 0).text


def test_unlisted():
    sample = [Question(f"Question: {i}\nAnswer:", ("one", "two")) for i in range(3)]
    extended = Style.read(sample).extend(sample[0], IDK, place=1)
    assert extended.text == "Question: 0\nAnswer:"
    assert (extended.choices, extended.abstain) == (("one", "two"), IDK)


def test_numbers_that_are_answers_are_no_labels():
    choices = tuple(map(str, range(19)))
    sample = [Question(f"Q: How many of {i} plums?\nA:", choices) for i in range(3)]
    assert Style.read(sample, fixed_choices=True).form is Form.UNLISTED


def test_options_of_several_lines_and_lists_inside_the_question():
    stem = "Which is true?\nA. This is a statement.\nB. That is another.\nC. And a third."
    odd = mmlu(stem, "first\nsecond line", "", "A. quoted", "last\nits second line")
    style = Style.read([*SAMPLE, odd])
    assert style.ending.cue == "\nAnswer:"
    extended = style.extend(odd, IDK)
    assert extended.text == odd.text.removesuffix("\nAnswer:") + "\nE. I don't know\nAnswer:"
    moved = style.extend(odd, IDK, place=0).text
    assert moved.startswith(stem + "\nA. I don't know\nB. first\nsecond line\nC. \n")
    assert moved.endswith("\nD. A. quoted\nE. last\nits second line\nAnswer:")


def test_the_gap_is_the_templates():
    odd = mmlu("Why?", "a", "b", "", " indented")
    extended = Style.read([*SAMPLE, odd]).extend(odd, IDK)
    assert extended.text.endswith("\nC. \nD.  indented\nE. I don't know\nAnswer:")


def test_options_that_end_the_prompt():
    sample = [Question(lettered(f"{i}?", "xy", cue=""), ("A", "B")) for i in range(3)]
    assert Style.read(sample).extend(sample[2], IDK).text.endswith("\nB. y\nC. I don't know")


def test_the_sentence_goes_behind_worked_examples_in_the_template():
    examples = "Q: What is 1 + 1?\nA: 2.\n\n"
    sample = [Question(f"{examples}Q: What is {i}?\nA:", ("x", "y")) for i in "abc"]
    style = Style.read(sample)
    assert style.head.text == examples
    assert style.head.state(sample[0].text, "Careful.") == (
        f"{examples}Careful.\n\nQ: What is a?\nA:"
    )
    with pytest.raises(AbstainError, match="does not begin"):
        style.head.state("Q: What is d?\nA:", "Careful.")


def word():
    return st.text(alphabet="xyz .()-:1AaB", max_size=12).map(str.strip)


@given(
    st.lists(st.lists(word(), min_size=4, max_size=4), min_size=2, max_size=4),
    st.one_of(st.none(), st.integers(0, 100)),
    st.sampled_from(["{}. ", "({}) ", "{}) ", "{}: ", "  {}. "]),
)
def test_taking_the_option_out_again_gives_the_question(rows, place, mark):
    brackets = "({})" if mark.startswith("(") else "{}"
    labels = tuple(brackets.format(letter) for letter in "ABCD")
    sample = [Question(lettered(f"stem {i}", row, mark=mark), labels) for i, row in enumerate(rows)]
    style = Style.read(sample)
    for question in sample:
        extended = style.extend(question, IDK, place)
        names = [*extended.choices, extended.abstain]
        assert sorted(names) == [brackets.format(letter) for letter in "ABCDE"]
        line = mark.format(LETTERS[extended.slot]) + IDK
        assert extended.text.count(IDK) == 1
        assert line in extended.text.split("\n")
        without = extended.text.replace(line + "\n", "", 1)
        if place is None:
            assert without == question.text
        # Every real option's text still follows the label it is now scored under.
        texts = [text for _, text in _listed(without, mark)]
        assert texts[-4:] == [text for _, text in _listed(question.text, mark)][-4:]


def _listed(text, mark):
    head = re.escape(mark).replace(r"\{\}", "([A-Z])")
    return re.findall(rf"^{head}(.*)$", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ([Question(f"{i}?\nAnswer:", ("A", "B")) for i in "xy"], "no options under them"),
        (
            [Question(f"{i}?\n(A) x\n(B) y\nAnswer:", ("foo", "bar")) for i in "xy"],
            "not understood",
        ),
        ([*SAMPLE, Question("Odd?\nAnswer:", ("A", "B", "C", "D"))], "this one does not"),
    ],
)
def test_what_is_not_understood_is_refused(sample, reason):
    with pytest.raises(AbstainError, match=reason):
        Style.read(sample)


def test_a_question_unlike_the_sample_is_refused():
    style = Style.read(SAMPLE)
    with pytest.raises(AbstainError, match="cannot be found"):
        style.extend(Question("Why?\nA. a\nB. b\nC. c\nAnswer:", ("A", "B", "C", "D")), IDK)
    with pytest.raises(AbstainError, match="cannot be found"):
        style.extend(Question(lettered("Why?", "abcd", cue="\nReply:"), tuple("ABCD")), IDK)


def test_an_abstain_option_that_is_already_there_is_refused():
    with pytest.raises(AbstainError, match="already there"):
        Style.read(SAMPLE).extend(mmlu("Why?", "a", "b", "c", "I DON’T KNOW."), IDK)
    unlisted = [Question(f"{i}?\nAnswer:", ("x", "i don't know")) for i in "ab"]
    with pytest.raises(AbstainError, match="already there"):
        Style.read(unlisted).extend(unlisted[0], IDK)


def test_labels_run_out():
    full = [mmlu(stem, *"abcdefghijklmnopqrstuvwxyz") for stem in ("Why?", "How?")]
    with pytest.raises(AbstainError, match="no option label after 'Z'"):
        Style.read(full).extend(full[0], IDK)


def test_label_helpers():
    assert cores_of(["(A)", "(B)"]) == ["A", "B"]
    assert cores_of(["1.", "2."]) == ["1", "2"]
    assert cores_of(["A", "C"]) is None
    assert cores_of(["A", "(B)"]) is None
    assert cores_of(["Yes", "No"]) is None
    assert cores_of(["B", "C"]) is None
    assert label("(A)", "E") == "(E)"
    assert label_after("A") == "B"
    assert label_after([*"123456789"]) == "10"
    assert label_after(LETTERS) is None
