r"""Reads the result files that MMLU-Pro's authors published: a JSON list, or a zip file with one.

The outcome is read from the model's whole output as the base task `mmlu_pro` of the harness reads
it, and never taken from the file's own `pred`: that extraction falls back to the last capital
letter, and in some files to a guess, so that it finds an answer in every text.

The files do not say how long a response could be. Where the responses show that they were cut, the
limit is inferred; else it is the base task's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.cut_limits import Ends
from lm_eval_abstain.logs.formats.protocol import InputFile, Progress
from lm_eval_abstain.logs.lines import read_array
from lm_eval_abstain.logs.samples import COLUMNS
from lm_eval_abstain.logs.sniff import Head, whole
from lm_eval_abstain.logs.text import SampleText, record_at
from lm_eval_abstain.logs.token_limits import RunLimit, limit_of
from lm_eval_abstain.outcomes.judge import Judge, Judgement
from lm_eval_abstain.outcomes.trace import Trace
from lm_eval_abstain.reading.stages import DETECTOR_VERSION
from lm_eval_abstain.rubric import CODE, Outcome, Signature

__all__ = ["EXTRACTION", "TOKEN_LIMIT", "extract", "judgement", "matches", "read", "text"]

# The filter `custom-extract` of lm_eval/tasks/mmlu_pro/_default_template_yaml, task version 3.1.
EXTRACTION = re.compile(r"answer is \(?([ABCDEFGHIJ])\)?")
FILTER = "custom-extract"
TOKEN_LIMIT = 2048  # max_gen_toks of the same file
SIGNATURE = Signature.of(
    {"rubric": "closed", "detector": DETECTOR_VERSION, "metric": "exact_match"}
)
_OUTPUTS = ("model_outputs", "generated_text", "response")
"""The names under which files have the model's output."""
_LETTERS = "ABCDEFGHIJ"


class PublishedResponse(msgspec.Struct, gc=False):
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
        return next((t for name in _OUTPUTS if (t := getattr(self, name)) is not None), None)

    @property
    def text(self) -> str:
        """The question with its options."""
        return _question(self.question, self.options)


def matches(head: Head) -> bool:
    """Whether a file is such a file."""
    known = {"question_id", "options", "category"} <= head.first.keys()
    return known and head.shape == "array" and any(name in head.first for name in _OUTPUTS)


def read(files: Sequence[InputFile], builder: Builder, progress: Progress) -> None:
    """Read result files; see `Format`."""
    for one in files:
        records = read_array(whole(one.path), one.path, PublishedResponse, builder.problems)
        rows: list[dict[str, Any]] = []
        seen: set[int] = set()
        size = one.path.stat().st_size
        limit = limit_of(Ends(sample.output or "" for sample in records.values), TOKEN_LIMIT)
        truncated = 0
        for index, sample in enumerate(records.values):
            wrong = _wrong(sample, seen)
            if wrong:
                builder.problems.bad(wrong[0], records.place(index), wrong[1])
            else:
                seen.add(sample.question_id)
                text = sample.output or ""
                found = judgement(sample, builder.judge, limit.of(text))
                truncated += found.outcome is Outcome.TRUNCATED and limit.cuts(text)
                task = "mmlu_pro_" + sample.category.strip().lower().replace(" ", "_")
                rows.append(
                    {
                        "doc_id": sample.question_id,
                        "doc_hash": _hash(sample),
                        "outcome": CODE[found.outcome],
                        "read": builder.traces[Trace.of(found)],
                        "task": builder.tasks[task],
                        "base": builder.bases[task],
                        "place": int(records.places[index]),
                    }
                )
            progress(
                size * (index + 1) // len(records.values) - size * index // len(records.values)
            )
        if rows:
            model = _add(rows, one, builder)
            builder.add_limit(RunLimit(model, "mmlu_pro", limit, truncated))


def text(path: Path, place: int) -> SampleText:
    """Read the text of one sample; see `Format`."""
    record = record_at(path, place)
    output = next((str(record[name]) for name in _OUTPUTS if record.get(name) is not None), "")
    question = _question(str(record.get("question", "")), record.get("options") or [])
    return SampleText(question, output, str(record.get("answer", "")), record)


def extract(text: str) -> str | None:
    """The letter that the base task reads in a response; None where it reads none.

    It takes the first match of `EXTRACTION`, as the harness's filter does without `group_select`.
    """
    match = EXTRACTION.search(text)
    return match[1] if match else None


def judgement(
    sample: PublishedResponse, judge: Judge, token_limit: int | None = TOKEN_LIMIT
) -> Judgement:
    """What became of a question; see `judge` for the limit."""
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
        token_limit=token_limit,
        states=lambda answer: answer == sample.answer,
        searched=True,
    )


def _wrong(sample: PublishedResponse, seen: set[int]) -> tuple[str, str] | None:
    """Why a record cannot be scored, in short and in a clause."""
    if sample.question_id in seen:
        return "document twice", f"question {sample.question_id} was there before"
    letters = list(_LETTERS[: len(sample.options)])
    if sample.answer not in letters:
        return "no gold answer", f"answer is {sample.answer!r}, not one of {', '.join(letters)}"
    if sample.output is None:
        return "no response", f"none of {', '.join(_OUTPUTS)} is there"
    return None


def _question(question: str, options: Sequence[str]) -> str:
    return "\n".join([question, *(f"{letter}. {one}" for letter, one in zip(_LETTERS, options))])


def _hash(sample: PublishedResponse) -> int:
    digest = hashlib.sha256("\n".join([sample.question, *sample.options]).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def _add(rows: list[dict[str, Any]], one: InputFile, builder: Builder) -> str:
    """Add the rows of a file; returns its model's name."""
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
        text,
    )
    names = list(builder.tasks)
    tasks = [names[code] for code in np.unique(columns["task"])]
    model_name = list(builder.models)[model]
    builder.add_groups(model_name, {"mmlu_pro": tasks})
    return model_name
