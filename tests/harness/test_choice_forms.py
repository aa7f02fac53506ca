"""Multiple choice in many forms: real definitions of the harness on rows of our own.

The prompt less what is put in is the base task's, byte for byte, and what is put in is known.
"""

from __future__ import annotations

from typing import Any

import pytest

from lm_eval_abstain import UnsupportedTaskError
from lm_eval_abstain.prompts.labels import cores_of, in_order
from support.form_rows import BuildOnRows, build_on_rows

IDK = "I don't know"


@pytest.fixture
def build(manager: Any) -> BuildOnRows:
    return build_on_rows(manager)


def asked(task: Any, number: int, shots: int = 0) -> tuple[str, list[str]]:
    doc = task.eval_docs[number]
    context = task.fewshot_context(doc, num_fewshot=shots)
    requests = task.construct_requests(doc, context, metadata=(task.task_name, number, 1))
    assert {request.args[0] for request in requests[:2]} == {context}
    return context, [request.args[1] for request in requests]


# By the base task: what is put in behind the last option, and the continuation of the new option.
LISTED = {
    "AraDiCE_ArabicMMLU_high_humanities_history_egy": ("\nهـ- I don't know", " هـ"),
    "greekmmlu_accounting": ("\nΕ. I don't know", " Ε"),
    "ja_leaderboard_jcommonsenseqa": ("\n- I don't know", "\nI don't know"),
    "ja_leaderboard_jnli": ("\nI don't know", "\nI don't know"),
    "include_base_44_albanian_stem": ("\nE. I don't know", " E"),
    "belebele_afr_prompt_3": ("\nOption E: I don't know", " E"),
    "norbelebele_p3": ("\n– I don't know", "\nI don't know"),
    "norbelebele_p4": ("\nE: I don't know", " E"),
    "bigbench_strategyqa_multiple_choice": ("\n  choice: I don't know", " I don't know"),
    "click_cul_economy": (", E: I don't know", " E"),
    "bangla_mmlu": (" E. I don't know", " E"),
    "mmlu_flan_n_shot_loglikelihood_anatomy": (" (E) I don't know", " (E)"),
    "metabench_mmlu": ("\nE. I don't know", " E"),
    "advanced_ai_risk_fewshot-myopic-reward": ("\n (C) I don't know", " (C)"),
    "med_concepts_qa_atc_easy": ("\nE. I don't know", " E"),
    "groundcocoa": ("\n\n Option F: I don't know", "The answer is Option F"),
    "arabic_mt_hellaswag": ("\n4) I don't know", " I don't know"),
    "evalita-mp_hs_prompt-3": ("\nC: I don't know", " C"),
}
# Instructions that name the labels: as they are, and with the new one.
NAMED = {
    "norbelebele_p4": ("A, B, C, eller D?", "A, B, C, D, eller E?"),
    "click_cul_economy": ("A, B, C, D 중에", "A, B, C, D, E 중에"),
    "med_concepts_qa_atc_easy": ("Answer A,B,C,D according", "Answer A,B,C,D,E according"),
    "groundcocoa": ("'A', 'B', 'C', 'D', and 'E'", "'A', 'B', 'C', 'D', 'E', and 'F'"),
}
OR_NAMED = {"groundcocoa": ("'A', 'B', 'C', 'D', or 'E'", "'A', 'B', 'C', 'D', 'E', or 'F'")}


@pytest.mark.parametrize("shots", [0, 1])
@pytest.mark.parametrize("base", LISTED)
def test_what_is_put_in_and_no_more(build: BuildOnRows, base: str, shots: int) -> None:
    line, abstain = LISTED[base]
    task = build(base, "_abstain")
    context, continuations = asked(task, 1, shots)
    own, choices = asked(build(base), 1, shots)
    assert continuations == [*choices, abstain]
    sentence = task.settings.rubric.sentence + "\n\n"
    assert context.count(sentence) == 1
    out = context.replace(sentence, "")
    assert out.count(line) == shots + 1
    out = out.replace(line, "")
    for old, new in filter(None, (NAMED.get(base), OR_NAMED.get(base))):
        assert old not in out
        out = out.replace(new, old)
    assert out == own
    # It stands behind the last option, and the sentence in the final question.
    question = own[own.rfind(str(build(base).doc_to_text(task.eval_docs[1]))) :]
    assert context.index(sentence) >= own.index(question)
    listed = [str(text) for text in task.style.options(task._question(task.eval_docs[1]))]
    last = max(listed, key=own.rindex)
    assert f"{last}{line}" in context


@pytest.mark.parametrize("base", LISTED)
def test_a_label_is_one_options_wherever_the_new_one_stands(build: BuildOnRows, base: str) -> None:
    task = build(base, "_abstain", idk_position="rotate")
    own = build(base)
    for number in range(len(task.eval_docs)):
        context, continuations = asked(task, number)
        labels = [one.strip() for one in continuations]
        assert len({*labels}) == len(labels)
        options = task.style.options(task._question(task.eval_docs[number]))
        _, choices = asked(own, number)
        if labels[-1] == IDK:  # texts are scored
            assert continuations[:-1] == choices
            continue
        question = context.rpartition(task.settings.rubric.sentence)[2]
        # The texts stand under the labels that they are scored as, in the base task's order.
        cores = cores_of(choices) or []
        scored = [labels[cores.index(core)] for core in in_order(cores) or []]
        for label, text in zip(scored, options):
            mark = label.removeprefix("The answer is ")
            found = question.rindex(text)
            assert question[:found].rstrip(" .:-").endswith(mark.rstrip(")")) or (
                question[:found].rstrip().endswith(mark)
            )
        found = question.rindex(IDK)
        mark = labels[-1].removeprefix("The answer is ")
        assert mark in question[max(0, found - 12) : found]


def test_the_label_behind_those_that_leave_one_out(build: BuildOnRows) -> None:
    base = "AraDiCE_ArabicMMLU_high_humanities_history_egy"
    context, continuations = asked(build(base, "_abstain"), 2)
    assert "\nو- x\nز- I don't know\n" in context
    assert continuations[-2:] == [" و", " ز"]


def test_the_sentence_stands_behind_worked_examples_of_the_data(build: BuildOnRows) -> None:
    task = build("metabench_mmlu", "_abstain")
    context, _ = asked(task, 2)
    _, _, question = context.partition(task.settings.rubric.sentence)
    assert question.startswith("\n\nWhich is it, 2?\nA. ")


def test_a_question_without_the_examples_is_refused(build: BuildOnRows) -> None:
    task = build("metabench_mmlu", "_abstain")
    doc = {**task.eval_docs[0], "five_shot_preprompt": ""}
    with pytest.raises(UnsupportedTaskError, match="does not begin as the others do"):
        task.fewshot_context(doc, num_fewshot=0)


@pytest.mark.parametrize("base", ["anli_r1", "rte", "sib_eng_prompt_1", "winogender_all"])
def test_options_in_the_words_of_the_question_are_no_list(build: BuildOnRows, base: str) -> None:
    task = build(base, "_abstain")
    context, continuations = asked(task, 1)
    own, choices = asked(build(base), 1)
    assert context.replace(task.settings.rubric.sentence + "\n\n", "") == own
    assert continuations == [*choices, f" {IDK}", f" {IDK}"]
    assert "|idk:said-v2|" in task.signature


@pytest.mark.parametrize(
    ("base", "reason"),
    [
        ("multirc", "repeat the question with an answer put in"),
        ("french_bench_reading_comp", "repeat the question with an answer put in"),
        ("french_bench_grammar", "each document has the same prompt"),
    ],
)
def test_whole_sentences_are_refused(build: BuildOnRows, base: str, reason: str) -> None:
    with pytest.raises(UnsupportedTaskError, match=reason):
        build(base, "_abstain")


# Families of which every leaf has an empty question, by reading each `doc_to_text`.
EMPTY = {
    "blimp_adjunct_island": True,
    "zhoblimp_BA_BEI_subj_drop": True,
    "multiblimp_abk": True,
    "turblimp_anaphor_agreement": True,
    "lm_syneval__agreement__long_vp_coord__plur_MS_LMV_LMV": True,
    "blimp_nl__adpositional_phrases__argument_r_extraction": True,
    "xnli_ar": True,
    "xnli_eu": True,
    "indicxnli_gu": True,
    "paws_de": True,
    "assin2_rte": True,
    "bear": True,
    "ncb": True,
    "ja_leaderboard_xwinograd": True,
    "copa": False,
    "hellaswag": False,
    "storycloze_2016": False,
    "arc_easy": False,
    "mmlu_anatomy": False,
}


@pytest.mark.parametrize("base", EMPTY)
def test_nothing_asked_is_known_before_the_data(manager: Any, base: str) -> None:
    reason = manager.catalogue.refusal(base, "_abstain")
    assert bool(reason) is EMPTY[base]
    if EMPTY[base]:
        assert "nothing is asked" in reason
        assert manager.catalogue.refusal(base, "_abstain_sweep") == reason
        assert not manager.catalogue.refusal(base, "_closed")
