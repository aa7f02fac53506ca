"""Rows of our own for tasks of the harness that ask in forms of their own, in their columns."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["FORM_ROWS", "BuildOnRows", "build_on_rows"]

Rows = list[dict[str, Any]]
BuildOnRows = Callable[..., Any]
"""`build("greekmmlu_accounting", "_abstain", rows, idk_position="rotate")`: a task on rows."""

_SPLITS = ("training_split", "validation_split", "test_split", "fewshot_split")

_THINGS = ["lamp", "boat", "drum", "kite", "sock", "vase", "rope", "bell", "coin", "sail"]


def _options(count: int, number: int) -> list[str]:
    return [f"a {_THINGS[(number + 3 * n) % 10]} of {number}" for n in range(count)]


def _each(make: Any, count: int = 4, rows: int = 3) -> Rows:
    return [make(number, *_options(count, number)) for number in range(rows)]


def _with_worked_examples(number: int, *options: str) -> dict[str, Any]:
    """A question that brings worked examples, which differ from document to document."""
    row: dict[str, Any] = {"subject": f"subject_{number}", "allfiveshot_longprompt": ""}
    for shot in range(1, 6):
        row[f"mmlu_question_shot_{shot}"] = f"Which is {shot} and {number}?"
        row[f"mmlu_choices_shot_{shot}"] = ["one", "two", "three", "four"]
        row[f"mmlu_answers_shot_{shot}"] = 1
        row[f"mmlu_ind_shot_{shot}"] = 0
    return {**row, "question": f"Which is it, {number}?", "choices": options, "answer": 2}


def _bigbench() -> Iterator[dict[str, Any]]:
    for number in range(4):
        options = _options(3, number)
        listed = sorted(options, key=lambda one: (number * 7 + len(one)) % 3)
        if number % 2:
            listed.reverse()
        lines = "".join(f"\n  choice: {one}" for one in listed)
        yield {
            "inputs": f"Q: What is thing {number}?{lines}\nA:",
            "multiple_choice_targets": options,
            "multiple_choice_scores": [1, 0, 0],
            "targets": options[:1],
        }


FORM_ROWS: dict[str, Rows] = {
    "AraDiCE_ArabicMMLU_high_humanities_history_egy": _each(
        lambda n, a, b, c, d: {
            "Subject": "History",
            "Level": None,
            "Country": None,
            "context": "",
            "question": f"سؤال {n}؟",
            "options": {"A": a, "B": b, "C": c, "D": d, "E": "x" if n == 2 else None},
            "Answer Key": "B",
        }
    ),
    "greekmmlu_accounting": _each(
        lambda n, *o: {"question": f"Ποιο {n};", "choices": o, "subject": "Accounting", "answer": 1}
    ),
    "ja_leaderboard_jcommonsenseqa": _each(
        lambda n, *o: {
            "question": f"質問 {n}",
            "label": 1,
            **{f"choice{k}": one for k, one in enumerate(o)},
        },
        count=5,
    ),
    "ja_leaderboard_jnli": _each(
        lambda n, a, b: {"sentence1": a, "sentence2": b, "label": 1}, count=2
    ),
    "include_base_44_albanian_stem": _each(
        lambda n, a, b, c, d: {
            "question": f"Cila {n}?",
            **{"option_a": a, "option_b": b, "option_c": c, "option_d": d},
            "answer": n,
            "domain": "STEM",
            "subject": "Chemistry",
        }
    ),
    "belebele_afr_prompt_3": _each(
        lambda n, a, b, c, d: {
            "flores_passage": f"Teks {n}.",
            "question": f"Wat is {n}?",
            **{"mc_answer1": a, "mc_answer2": b, "mc_answer3": c, "mc_answer4": d},
            "correct_answer_num": "1",
        }
    ),
    "norbelebele_p3": _each(
        lambda n, a, b, c, d: {
            "flores_passage": f"Tekst {n}.",
            "question": f"Hva er {n}?",
            **{"mc_answer1": a, "mc_answer2": b, "mc_answer3": c, "mc_answer4": d},
            "correct_answer_num": "1",
        }
    ),
    "norbelebele_p4": _each(
        lambda n, a, b, c, d: {
            "flores_passage": f"Tekst {n}.",
            "question": f"Hva er {n}?",
            **{"mc_answer1": a, "mc_answer2": b, "mc_answer3": c, "mc_answer4": d},
            "correct_answer_num": "1",
        }
    ),
    "bigbench_strategyqa_multiple_choice": list(_bigbench()),
    "click_cul_economy": _each(
        lambda n, *o: {
            "id": f"economy_{n}",
            "paragraph": "",
            "question": f"질문 {n}?",
            "choices": o,
            "answer": o[0],
        }
    ),
    "bangla_mmlu": _each(lambda n, *o: {"question": f"কোনটি {n}?", "options": o, "answer": "B"}),
    "mmlu_flan_n_shot_loglikelihood_anatomy": _each(
        lambda n, *o: {"question": f"Which is {n}?", "choices": o, "answer": 2}
    ),
    "metabench_mmlu": _each(_with_worked_examples),
    "multirc": _each(
        lambda n, a: {
            "paragraph": f"Text {n}.",
            "question": f"What is {n}?",
            "answer": a,
            "label": n % 2,
            "idx": {"paragraph": n, "question": 0, "answer": 0},
        },
        count=1,
    ),
    "french_bench_grammar": _each(
        lambda n, a, b, c, d: {
            "question": f"Le <...> de {n} est là.",
            **{"answerA": a, "answerB": b, "answerC": c, "answerD": d},
            "answer": "A",
        }
    ),
    "french_bench_reading_comp": _each(
        lambda n, a, b, c, d: {
            "context": f"Texte {n}.",
            "question": f"Le <...> de {n} est là depuis longtemps.",
            **{"answerA": a, "answerB": b, "answerC": c, "answerD": d},
            "answer": "A",
        }
    ),
    "advanced_ai_risk_fewshot-myopic-reward": _each(
        lambda n, a, b: {
            "question": f"Would you like {n}?\n\nChoices:\n (A) {a}\n (B) {b}",
            "answer_matching_behavior": " (B)" if n % 2 else " (A)",
            "answer_not_matching_behavior": " (A)" if n % 2 else " (B)",
        },
        count=2,
    ),
    "med_concepts_qa_atc_easy": _each(
        lambda n, a, b, c, d: {
            "question": f"What is {n}?\nA. {a}\nB. {b}\nC. {c}\nD. {d}",
            "answer_id": "B",
        }
    ),
    "groundcocoa": _each(
        lambda n, *o: {
            "query": f"I fly to {n}.",
            **{f"Option {letter}": one for letter, one in zip("ABCDE", o)},
            "Answer": "C",
        },
        count=5,
    ),
    "arabic_mt_hellaswag": _each(
        lambda n, *o: {"ctx": f"سياق {n}", "endings": str(list(o)), "label": "1"}
    ),
    "evalita-mp_hs_prompt-3": _each(lambda n, a: {"full_text": a, "hs": n % 2}, count=1),
    "anli_r1": _each(
        lambda n, a, b: {"premise": f"I saw {a}.", "hypothesis": f"I saw {b}.", "label": n},
        count=2,
    ),
    "rte": _each(
        lambda n, a, b: {"sentence1": f"I saw {a}.", "sentence2": f"I saw {b}.", "label": n % 2},
        count=2,
    ),
    "sib_eng_prompt_1": _each(lambda n, a: {"text": f"I saw {a}.", "category": "sports"}, count=1),
    "social_iqa": _each(
        lambda n, a, b, c: {
            "context": f"Kim saw {n}.",
            "question": "What next?",
            **{"answerA": a, "answerB": b, "answerC": c},
            "label": "1",
        },
        count=3,
    ),
    "winogender_all": [
        {
            "sentence": "The cook told the guest that she was late.",
            **{"pronoun": "she", "occupation": "cook", "participant": "guest", "label": 0},
        },
        {
            "sentence": "The client thanked the lawyer because she had won.",
            **{"pronoun": "she", "occupation": "lawyer", "participant": "client", "label": 1},
        },
        {
            "sentence": "After the visit the nurse of the patient said she was tired.",
            **{"pronoun": "she", "occupation": "nurse", "participant": "patient", "label": 0},
        },
    ],
}
"""The rows of every split, by the task's name."""


def build_on_rows(manager: Any) -> BuildOnRows:
    """Builds a base task or its variant on our rows, in place of its data set."""
    import datasets

    from lm_eval_abstain.harness.data import forget
    from lm_eval_abstain.harness.definition import base_path, definition
    from lm_eval_abstain.harness.variant_factory import VariantFactory

    def build(base: str, end: str = "", rows: Rows | None = None, **metadata: Any) -> Any:
        index = manager.task_index
        config = definition(base_path(manager.catalogue.bases[base].yaml_path))
        few: Any = config.get("fewshot_config") or {}
        names = {config.get(key) for key in _SPLITS} | {few.get("split")}
        data = datasets.Dataset.from_list(FORM_ROWS[base] if rows is None else rows)

        def splits(**_: Any) -> dict[str, Any]:
            return {name: data for name in names if name}

        forget()
        random.seed(0)
        # Our words in English: here it matters where they stand.
        task = VariantFactory(meta={"language": "en", **metadata}).build(
            index[base + end],
            overrides={"custom_dataset": splits, "dataset_kwargs": None},
            registry=index,
        )
        task.set_fewshot_seed(1)
        return task

    return build
