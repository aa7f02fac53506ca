"""The survey's checks find the faults that they are there for: each is made on purpose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.closed_choice import ClosedMultipleChoice
from lm_eval_abstain.harness.lookup import find_entries
from lm_eval_abstain.harness.open_choice import OpenMultipleChoice
from lm_eval_abstain.harness.open_generation import OpenGeneration
from lm_eval_abstain.prompts.extend import Extended, Style
from lm_eval_abstain.prompts.layout import Form
from support.survey.removal import take_out_label, take_out_options, take_out_sentence
from support.survey.scripts import abstains, core_of, follows, names_labels
from support.survey.verdicts import REFUSED, RIGHT, WRONG, verdict_of

LISTED, PLAIN, GENERATED = "mmlu_anatomy", "arc_easy", "gsm8k"


def verdict(name):
    return verdict_of(name, Catalogue(find_entries([name])))


@pytest.mark.parametrize("name", [LISTED, PLAIN, GENERATED])
def test_a_right_variant_has_no_fault(name):
    found = verdict(name)
    assert (found.kind, found.faults) == (RIGHT, {})
    assert "confident" in found.prompt


def test_a_refusal_is_checked():
    found = verdict("winogrande")
    assert (found.kind, found.true) == (REFUSED, True)


def spoil_text(monkeypatch, spoil):
    """Let each extended question come out otherwise."""
    extend = Style.extend

    def spoilt(self, question, text, place=None):
        return spoil(extend(self, question, text, place), text)

    monkeypatch.setattr(Style, "extend", spoilt)


def last_line_first(one: Extended, text: str) -> Extended:
    *lines, new, cue = one.text.split("\n")
    return replace(one, text="\n".join([new, *lines, cue]))


def option_twice(one: Extended, text: str) -> Extended:
    return replace(one, text=one.text.replace(f". {text}", f". {text}\nF. {text}"))


def letter_left_out(one: Extended, text: str) -> Extended:
    return replace(one, text=one.text.replace(f"E. {text}", f"F. {text}"), abstain="F")


def other_letter_scored(one: Extended, text: str) -> Extended:
    return replace(one, abstain="F")


def old_letter_scored(one: Extended, text: str) -> Extended:
    return replace(one, abstain="D")


def word_changed(one: Extended, text: str) -> Extended:
    return replace(one, text=one.text.replace("Which", "What"))


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (last_line_first, "place"),
        (option_twice, "listed"),
        (letter_left_out, "label"),
        (other_letter_scored, "label"),
        (old_letter_scored, "scored"),
        (word_changed, "prompt"),
    ],
)
def test_a_spoilt_list_is_found(spoil, check, monkeypatch):
    spoil_text(monkeypatch, spoil)
    found = verdict(LISTED)
    assert found.kind == WRONG
    assert check in found.faults


def test_a_sentence_in_the_wrong_place_is_found(monkeypatch):
    monkeypatch.setattr(Extended, "state", lambda self, sentence: f"{self.text}\n\n{sentence}\n\n")
    assert {"prompt", "sentence"} & set(verdict(LISTED).faults)
    monkeypatch.setattr(
        Extended, "state", lambda self, sentence: f"{sentence}\n\n{sentence}\n\n{self.text}"
    )
    assert {"sentence"} <= set(verdict(PLAIN).faults)


def test_a_list_that_is_not_seen_is_found(monkeypatch):
    unlisted = classmethod(lambda cls, sample, **_: cls(Form.UNLISTED))
    monkeypatch.setattr(Style, "read", unlisted)
    assert "unseen list" in verdict(LISTED).faults


@pytest.mark.parametrize("task", [OpenMultipleChoice, ClosedMultipleChoice])
def test_a_wrong_outcome_is_found(task, monkeypatch):
    process = task.process_results

    def spoilt(self, doc, results):
        row = process(self, doc, results)
        row["acc"] = 1 - row["acc"]
        return row

    monkeypatch.setattr(task, "process_results", spoilt)
    assert "outcome" in verdict(LISTED).faults


def test_a_closed_prompt_that_is_changed_is_found(monkeypatch):
    text = ClosedMultipleChoice.doc_to_text
    monkeypatch.setattr(
        ClosedMultipleChoice, "doc_to_text", lambda self, *a, **k: text(self, *a, **k) + " "
    )
    assert "closed" in verdict(LISTED).faults


def test_a_wrong_outcome_of_a_text_is_found(monkeypatch):
    monkeypatch.setattr(OpenGeneration, "_answer_part", lambda self, response: "17")
    assert "outcome" in verdict(GENERATED).faults


# ---------------------------------------------------------------------- pure parts


def test_what_was_put_in_is_taken_out():
    base = "Q\nA. x\nB. y\nAnswer:"
    (one,) = take_out_options("Q\nA. x\nB. y\nC. No idea\nAnswer:", base, "No idea") or [None]
    assert one.before in ("\nC. ", "C. ")
    assert take_out_options("Q\nA. x\nB. z\nC. No idea\nAnswer:", base, "No idea") is None
    assert take_out_options("Q\nA. x\nB. y\nsome words No idea\nAnswer:", base, "No idea") is None
    assert take_out_sentence("S.\n\nQ", "S.") == "Q"
    assert take_out_sentence("S.\n\nS.\n\nQ", "S.") is None
    assert take_out_label("Say A, B or C.", "Say A or B.", ["A", "B"], "C") == "Say A or B."


@pytest.mark.parametrize(
    ("before", "after", "right"),
    [("D", "E", True), ("D", "F", False), ("4", "5", True), ("Δ", "Ε", True), ("د", "ه", True)],
)
def test_labels_follow_one_another(before, after, right):
    assert follows(before, after) is right


def test_words_of_checks():
    assert core_of("(A)") == "A"
    assert core_of("هـ-") == "ه"
    assert abstains("Cannot be determined")
    assert not abstains("a known planet")
    assert names_labels("Answer with A, B, C or D.", "D") == "A, B, C or D"
    assert names_labels("Point A and line D.", "D") is None
