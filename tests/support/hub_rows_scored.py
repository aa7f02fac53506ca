"""Rows of our own for tasks that score answers in other ways than the benchmarks of `hub_rows`.

Only the columns are those of the real data sets.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.hub_rows import write_set

Row = dict[str, Any]


def build_scored(root: Path) -> None:
    """Writes every data set below `root`."""
    for name, configs in {
        "nyu-mll/glue": {"cola": {"validation": _cola(), "train": _cola()}},
        "evalitahf/hatespeech_detection": {
            "default": {split: _tweets() for split in ("dev", "test_all")}
        },
        "giovanivaldrighi/mmlu": {"default": {"test": _levels(), "dev": _levels()}},
        "hails/agieval-aqua-rat": {"default": {"test": _agieval()}},
        "EleutherAI/mutual": {"mutual": {"train": _mutual(), "validation": _mutual()}},
        "aps/super_glue": {"record": {"train": _record(), "validation": _record()}},
        "truthfulqa/truthful_qa": {"multiple_choice": {"validation": _mc2()}},
        "stanfordnlp/web_questions": {"default": {"train": _webqs(), "test": _webqs()}},
        "oskarvanderwal/bbq": {"All": {"test": _bbq()}},
        "hails/agieval-math": {"default": {"test": _math()}},
        "hitachi-nlp/FLD.v2": {"default": {s: _fld() for s in ("train", "validation", "test")}},
        "EleutherAI/drop": {"default": {"train": _drop(), "validation": _drop()}},
        "EleutherAI/coqa": {"default": {"train": _coqa(), "validation": _coqa()}},
        "Sprakbanken/Norwegian_idioms": {"default": {"test": _idioms()}},
        "manu/french-trivia": {"default": {"train": _trivia()}},
        "RMT-team/babilong-1k-samples": {"0k": {"qa1": _babilong()}},
        "juletxara/mgsm": {"ja": {"train": _mgsm(), "test": _mgsm()}},
        "openai/openai_humaneval": {"default": {"test": _humaneval()}},
        "google-research-datasets/mbpp": {"full": {"test": _mbpp()}},
        "epfl-dlab/JSONSchemaBench": {
            "Github_easy": {split: _schemas() for split in ("train", "valid", "test")}
        },
    }.items():
        write_set(root / name, configs)
    for name, text in {"code_eval": _CODE_EVAL, "rouge": _ROUGE}.items():
        metric = root / name / f"{name}.py"
        metric.parent.mkdir()
        metric.write_text(text, encoding="utf-8")


# The `evaluate` library takes a folder of this name for its metric, which it would download.
# This one runs programs under the same guard as that.
_CODE_EVAL = """
import os
import datasets
import evaluate

class CodeEval(evaluate.Metric):
    def _info(self):
        return evaluate.MetricInfo(
            description="", citation="", inputs_description="",
            features=datasets.Features({
                "predictions": datasets.Sequence(datasets.Value("string")),
                "references": datasets.Value("string"),
            }),
        )

    def _compute(self, predictions, references, k=(1,)):
        if os.environ.get("HF_ALLOW_CODE_EVAL", "0") != "1":
            raise ValueError("programs may not be run")
        passed = []
        for programs, tests in zip(predictions, references):
            for program in programs:
                try:
                    exec(program + "\\n" + tests, {})
                except BaseException:
                    passed.append(0.0)
                else:
                    passed.append(1.0)
        return {f"pass@{n}": sum(passed) / len(passed) for n in k}, {}
"""

# What a base task reports beside right or wrong, and no test looks at.
_ROUGE = """
import datasets
import evaluate

class Rouge(evaluate.Metric):
    def _info(self):
        text = datasets.Value("string")
        return evaluate.MetricInfo(
            description="", citation="", inputs_description="",
            features=datasets.Features({"predictions": text, "references": text}),
        )

    def _compute(self, predictions, references):
        return {"rouge1": 0.0}
"""


def _cola() -> list[Row]:
    sentences = [("The bird sings.", 1), ("Bird the sings.", 0), ("She has gone home.", 1)]
    sentences += [("Home gone has she.", 0), ("We ate.", 1), ("Ate we the.", 0)]
    return [{"sentence": s, "label": label, "idx": i} for i, (s, label) in enumerate(sentences)]


def _tweets() -> list[Row]:
    return [{"id": i, "full_text": f"Tweet {i}", "hs": i % 2} for i in range(6)]


def _levels() -> list[Row]:
    return [
        {
            "question": f"What is {i} times {i}?",
            "subject": "arithmetic",
            "choices": [str(i * i), str(i * i + 1), str(2 * i + 3), str(i + 40)],
            "answer": 0,
        }
        for i in range(4, 10)
    ]


def _agieval() -> list[Row]:
    """Two answers are right in some of the questions."""
    return [
        {
            "query": f"Q: What divides {n}? Answer Choices: (A)two (B)three (C)eleven (D)no prime\n"
            "A: Among A through D, the answer is",
            "choices": ["(A)two", "(B)three", "(C)eleven", "(D)no prime"],
            "gold": gold,
        }
        for n, gold in ((4, [0]), (9, [1]), (6, [0, 1]), (1, [3]), (22, [0, 2]))
    ]


def _mutual() -> list[Row]:
    return [
        {
            "answers": answer,
            "options": [f"m : {i} {word} ." for word in ("yes", "no", "perhaps", "never again")],
            "article": f"f : is it {i} o'clock ?",
            "id": f"dev_{i}",
        }
        for i, answer in enumerate("ABCDA")
    ]


def _record() -> list[Row]:
    places = ["Oslo", "Bergen", "Lake Mjosa"]
    return [
        {
            "passage": f"Boat {i} left for a town.\n@highlight\nIt was {answer}",
            "query": "The boat reached @placeholder at noon.",
            "entities": places,
            "answers": [answer],
        }
        for i, answer in enumerate([*places, "Oslo"])
    ]


def _mc2() -> list[Row]:
    targets = {"choices": ["It is red", "It is blue", "It is crimson"], "labels": [1, 0, 1]}
    return [
        {"question": f"Which colour has thing {i}?", "mc1_targets": targets, "mc2_targets": targets}
        for i in range(4)
    ]


def _webqs() -> list[Row]:
    return [
        {"url": "", "question": f"who won race {i}?", "answers": ["Ann", "Ann Lee", "Bo"]}
        for i in range(4)
    ]


def _bbq() -> list[Row]:
    rows: list[Row] = []
    for number in range(6):
        clear = number % 2 == 0
        rows.append(
            {
                "example_id": number,
                "question_polarity": "neg",
                "context_condition": "disambig" if clear else "ambig",
                "category": "Age",
                "answer_info": {
                    "ans0": ["nurse", "old"],
                    "ans1": ["baker", "nonOld"],
                    "ans2": ["unknown", "unknown"],
                },
                "additional_metadata": {"stereotyped_groups": ["old"]},
                "context": f"A nurse and a baker met {number} times."
                + (" The baker forgot it." if clear else ""),
                "question": "Who forgot it?",
                "ans0": "nurse",
                "ans1": "baker",
                "ans2": "Not known",
                "label": 1 if clear else 2,
            }
        )
    return rows


def _math() -> list[Row]:
    return [{"query": f"Q: What is {i} + 1?\nA:", "answer": f"${i + 1}$"} for i in range(5)]


def _fld() -> list[Row]:
    labels = ("PROVED", "DISPROVED", "UNKNOWN")
    return [
        {
            "prompt_serial": f"$hypothesis$ = {{A{i}}} ; $context$ = sent1: {{B}} ; $proof$ =",
            "world_assump_label": labels[i % 3],
        }
        for i in range(6)
    ]


def _drop() -> list[Row]:
    empty = {"day": "", "month": "", "year": ""}
    none: dict[str, list[Any]] = {"number": [], "date": [], "spans": []}
    return [
        {
            "section_id": "s",
            "query_id": f"q{i}",
            "passage": "The Reds scored 3 goals, the Blues 12.",
            "question": "Who scored more?" if spans else "How many goals were scored by the Reds?",
            "answer": {
                "number": number,
                "date": empty,
                "spans": spans,
                "hit_id": "",
                "worker_id": "",
            },
            "validated_answers": none,
        }
        for i, (number, spans) in enumerate(
            [("3", []), ("", ["Blues"]), ("3", []), ("", ["Blues"])]
        )
    ]


def _coqa() -> list[Row]:
    """Several people have answered; a right answer is worth what share of the others it meets."""
    answers = {"input_text": ["red"], "answer_start": [0], "answer_end": [3], "span_text": ["red"]}
    other = {**answers, "input_text": ["it was red"]}
    return [
        {
            "id": str(i),
            "story": f"Ball {i} was red.",
            "questions": {"input_text": ["Which colour was it?"], "turn_id": [1]},
            "answers": answers,
            "additional_answers": {"0": other},
        }
        for i in range(3)
    ]


def _idioms() -> list[Row]:
    idioms = [("mange bekkar små gjer ei stor", "å", ["å", "elv"]), ("borte bra", "men", ["men"])]
    return [
        {
            "idiom_start": start,
            "completion": end,
            "accepted_completions": accepted,
            "language": language,
        }
        for start, end, accepted in idioms
        for language in ("nno", "nob")
    ]


def _trivia() -> list[Row]:
    asked = {"Capitale de la France ?": "Paris", "Plus long fleuve ?": "La Loire", "2 + 2 ?": "4"}
    return [{"Question": question, "Answer": answer} for question, answer in asked.items()]


def _babilong() -> list[Row]:
    return [
        {"input": f"{i}. Mary went to the {t}.", "question": "Where is Mary?", "target": t}
        for i, t in enumerate(("kitchen", "garden", "hallway"))
    ]


def _mgsm() -> list[Row]:
    return [
        {
            "question": f"問題：{i}に1を足すと？",
            "answer": f"ステップごとの答え：{i}+1={i + 1}。答えは{i + 1}です。",
            "answer_number": i + 1,
            "equation_solution": "",
        }
        for i in range(7)
    ]


def _humaneval() -> list[Row]:
    return [
        {
            "task_id": f"HumanEval/{i}",
            "prompt": f'def add_{i}(a):\n    """Give a plus {i}."""\n',
            "canonical_solution": f"    return a + {i}\n",
            "test": f"def check(candidate):\n    assert candidate(1) == {1 + i}\n",
            "entry_point": f"add_{i}",
        }
        for i in range(1, 6)
    ]


def _mbpp() -> list[Row]:
    return [
        {
            "task_id": i,
            "text": f"Write a function add_{i} to add {i}.",
            "code": f"def add_{i}(a):\n    return a + {i}",
            "test_list": [f"assert add_{i}({n}) == {n + i}" for n in range(3)],
            "test_setup_code": "",
            "challenge_test_list": [],
        }
        for i in range(1, 6)
    ]


def _schemas() -> list[Row]:
    schema = '{"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}'
    return [{"json_schema": schema, "unique_id": f"o{i}"} for i in range(3)]
