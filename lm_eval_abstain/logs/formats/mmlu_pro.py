r"""Reads the result files that MMLU-Pro's authors published: a JSON list, or a zip file with one.

The outcome is read from the model's whole output as the base task `mmlu_pro` of the harness reads
it, and never taken from the file's own `pred`: that extraction falls back to the last capital
letter, and in some files to a guess, so that it finds an answer in every text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats.format import Found, Progress
from lm_eval_abstain.logs.lines import read_array
from lm_eval_abstain.logs.samples import COLUMNS
from lm_eval_abstain.logs.sniff import Head, whole
from lm_eval_abstain.outcomes.judge import judge
from lm_eval_abstain.reading.phrases import DETECTOR_VERSION
from lm_eval_abstain.rubric import CODE, Outcome, Signature

__all__ = [
    "EXTRACTION",
    "OUTPUTS",
    "TOKEN_LIMIT",
    "extract",
    "matches",
    "outcome",
    "read",
]

# The filter `custom-extract` of lm_eval/tasks/mmlu_pro/_default_template_yaml, task version 3.1.
EXTRACTION = re.compile(r"answer is \(?([ABCDEFGHIJ])\)?")
FILTER = "custom-extract"
TOKEN_LIMIT = 2048  # max_gen_toks of the same file
SIGNATURE = Signature.of(
    {"rubric": "closed", "detector": DETECTOR_VERSION, "metric": "exact_match"}
).line
OUTPUTS = ("model_outputs", "generated_text", "response")
"""The names under which files have the model's output."""
_LETTERS = "ABCDEFGHIJ"


class Question(msgspec.Struct, gc=False):
    """One record of such a file."""

    question_id: int
    question: str
    options: list[str]
    category: str
    answer: str | None = None
    model_outputs: str | None = None
    generated_text: str | None = None
    response: str | None = None

    @property
    def output(self) -> str | None:
        """The model's whole output."""
        return next((t for name in OUTPUTS if (t := getattr(self, name)) is not None), None)

    @property
    def text(self) -> str:
        """The question with its options."""
        options = [f"{letter}. {text}" for letter, text in zip(_LETTERS, self.options)]
        return "\n".join([self.question, *options])


def matches(head: Head) -> bool:
    """Whether a file is such a file."""
    known = {"question_id", "options", "category"} <= head.first.keys()
    return known and head.shape == "array" and any(name in head.first for name in OUTPUTS)


def read(found: Sequence[Found], builder: Builder, progress: Progress) -> None:
    """Read result files; see `Format`."""
    for one in found:
        records = read_array(whole(one.path), one.path, Question, builder.problems)
        rows: list[dict[str, Any]] = []
        seen: set[int] = set()
        size = one.path.stat().st_size
        for index, sample in enumerate(records.values):
            wrong = _wrong(sample, seen)
            if wrong:
                builder.problems.bad(wrong[0], records.place(index), wrong[1])
            else:
                seen.add(sample.question_id)
                task = "mmlu_pro_" + sample.category.strip().lower().replace(" ", "_")
                rows.append(
                    {
                        "doc_id": sample.question_id,
                        "doc_hash": _hash(sample),
                        "outcome": CODE[outcome(sample)],
                        "task": builder.tasks[task],
                        "base": builder.bases[task],
                        "place": int(records.places[index]),
                    }
                )
            progress(
                size * (index + 1) // len(records.values) - size * index // len(records.values)
            )
        _add(rows, one, builder)


def extract(text: str) -> str | None:
    """The letter that the base task reads in a response; None where it reads none.

    It takes the first match of `EXTRACTION`, as the harness's filter does without `group_select`.
    """
    match = EXTRACTION.search(text)
    return match[1] if match else None


def outcome(sample: Question) -> Outcome:
    """What became of a question."""
    text = sample.output or ""
    letter = extract(text)
    return judge(
        text,
        correct=letter is not None and letter == sample.answer,
        headline="exact_match",
        answer=letter,
        unanswered=letter is None,
        question=sample.text,
        select="first",
        token_limit=TOKEN_LIMIT,
    ).outcome


def _wrong(sample: Question, seen: set[int]) -> tuple[str, str] | None:
    """Why a record cannot be scored, in short and in a clause."""
    if sample.question_id in seen:
        return "document twice", f"question {sample.question_id} was there before"
    letters = list(_LETTERS[: len(sample.options)])
    if sample.answer not in letters:
        return "no gold answer", f"answer is {sample.answer!r}, not one of {', '.join(letters)}"
    if sample.output is None:
        return "no response", f"none of {', '.join(OUTPUTS)} is there"
    return None


def _hash(sample: Question) -> int:
    digest = hashlib.sha256("\n".join([sample.question, *sample.options]).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def _add(rows: list[dict[str, Any]], one: Found, builder: Builder) -> None:
    if not rows:
        return
    name = re.sub(r"^model_outputs_|_\d+shots?$", "", one.path.stem)
    model = builder.model(name, one.path)
    columns = {key: np.array([row[key] for row in rows], dtype=COLUMNS[key]) for key in rows[0]}
    builder.add(
        one.path,
        {
            **columns,
            "model": model,
            "filter": builder.filters[FILTER],
            "signature": builder.signatures[SIGNATURE],
        },
    )
    names = list(builder.tasks)
    tasks = [names[code] for code in np.unique(columns["task"])]
    builder.add_groups(list(builder.models)[model], {"mmlu_pro": tasks})
