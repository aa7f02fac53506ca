"""Labels of any script: what they are, in which order, and which one is next."""

from __future__ import annotations

import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.prompts.extend import Style
from lm_eval_abstain.prompts.labels import cores_of, in_order, label, label_after
from lm_eval_abstain.prompts.layout import Form, Question
from lm_eval_abstain.prompts.markers import find_labelled

IDK = "I don't know"
# A task's labels, and the next one.
NEXT = [
    ("A B C D", "E"),
    ("a b c", "d"),
    ("1 2 3 4 5 6 7 8 9", "10"),
    ("0 1 2", "3"),
    ("I II III", "IV"),
    ("i ii iii iv", "v"),
    ("أ ب ج د", "هـ"),
    ("أ ب ج د هـ", "و"),
    ("أ ب ج د ه", "و"),
    ("أ ب ج د و", "ز"),
    ("ا ب ج", "د"),
    ("الف ب ج د", "ه"),
    ("א ב ג ד", "ה"),
    ("Α Β Γ Δ", "Ε"),
    ("α β γ", "δ"),
    ("А Б В Г", "Д"),
    ("а б в", "г"),
    ("क ख ग घ", "ङ"),
    ("ক খ গ ঘ", "ঙ"),
    ("ก ข ค ง", "จ"),
    ("가 나 다 라", "마"),
    ("ㄱ ㄴ ㄷ", "ㄹ"),
    ("ア イ ウ エ", "オ"),
    ("イ ロ ハ ニ", "ホ"),
    ("甲 乙 丙 丁", "戊"),
    ("一 二 三", "四"),
    ("① ② ③ ④", "⑤"),
    ("Ａ Ｂ Ｃ", "Ｄ"),
    ("１ ２ ３", "４"),
    ("Ⅰ Ⅱ", "Ⅲ"),
]


@pytest.mark.parametrize(("labels", "following"), NEXT)
@pytest.mark.parametrize(
    "mark", ["{}. ", "{}) ", "({}) ", "{}: ", "{}- ", "{} - ", "{}、", "（{}）"]
)
def test_the_next_label(labels: str, following: str, mark: str) -> None:
    cores = labels.split()
    assert cores_of(cores) == cores
    sample = [
        Question(
            f"{stem}\n" + "\n".join(mark.format(core) + f"{core}{stem}" for core in cores) + "\nX:",
            tuple(cores),
        )
        for stem in ("x", "y")
    ]
    style = Style.read(sample)
    assert style.form is Form.LABELS
    extended = style.extend(sample[0], IDK)
    assert f"{cores[-1]}x\n{mark.format(following)}{IDK}\nX:" in extended.text
    assert (extended.choices, extended.abstain) == (tuple(cores), following)
    first = style.extend(sample[0], IDK, place=0)
    assert (first.abstain, first.choices[-1]) == (cores[0], following)
    assert first.text.count("\n" + mark.format(following)) == 1


@pytest.mark.parametrize("labels", ["Α Β Γ Δ Ε", "A B C X", "अ ब स द", "أ ب ت ث", "Yes No", "B C"])
def test_what_is_next_is_not_certain(labels: str) -> None:
    assert label_after(labels.split()) is None


def test_a_list_of_unknown_labels_is_refused() -> None:
    labels = ("अ", "ब", "स")
    lines = "\n".join(f"{core}) {core * 3}" for core in labels)
    sample = [Question(f"{stem}?\n{lines}\nउत्तर:", labels) for stem in "xy"]
    with pytest.raises(AbstainError, match="not understood"):
        Style.read(sample)


def test_marks_of_their_own() -> None:
    """Circled numbers need no mark behind them."""
    sample = [Question(f"{i}?\n① x{i}\n② y{i}\n答:", ("①", "②")) for i in "ab"]
    assert Style.read(sample).extend(sample[0], IDK).text == f"a?\n① xa\n② ya\n③ {IDK}\n答:"


def test_labels_in_another_order_and_with_words_before_them() -> None:
    assert cores_of([" (B)", " (A)"]) == ["B", "A"]
    assert cores_of(["It is C", "It is A", "It is B"]) == ["C", "A", "B"]
    assert cores_of(["It is A", "That is B"]) is None
    assert cores_of([" A", "B"]) is None
    assert in_order(["II", "I"]) == ["I", "II"]
    assert in_order(["A", "C"]) is None
    assert label("It is C", "D") == "It is D"


def test_only_listed_labels_are_found_strictly() -> None:
    """Responses are read by the strict form: a loose one would find lists in running text."""
    assert find_labelled("A:x\nB:y", ["A", "B"]) is None
    assert find_labelled("Option A: x\nOption B: y", ["A", "B"]) is None
    assert find_labelled("Option A: x\n Option B:y", ["A", "B"], loosely=True) is not None
    assert find_labelled("Version 1.5\nVersion 2.5", ["1", "2"], loosely=True) is None
