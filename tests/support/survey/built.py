"""A base task and its variants, built on rows that are at hand, and what they ask."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lm_eval.tasks._factory import TaskFactory
from lm_eval.tasks._index import Entry

from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.data import forget
from lm_eval_abstain.harness.settings import Settings
from lm_eval_abstain.harness.variant_index import VariantIndex
from lm_eval_abstain.rubric.names import CLOSED, OPEN
from support.survey.synthesis import Made

__all__ = ["SHOTS", "Asked", "ask", "build_base", "build_variants"]

SHOTS = ((0, False), (2, False), (2, True))
"""Worked examples, and whether the prompt is a chat."""


@dataclass(frozen=True)
class Asked:
    """What a task asks of one document.

    Attributes:
        doc: The document.
        prompts: The prompt for each of `SHOTS`: a text, or messages; None where there can be
            no worked examples.
        requests: The requests without worked examples.
    """

    doc: Any
    prompts: tuple[Any, ...]
    requests: list[Any]


def build_base(name: str, catalogue: Catalogue, made: Made) -> Any:
    """A base task on rows that are made up."""
    return _build(name, catalogue.bases, made)


def build_variants(name: str, catalogue: Catalogue, made: Made, base: Any) -> tuple[Any, ...]:
    """Its variants on the same rows: closed, open, open with the abstain option anywhere.

    The last is None for generated answers.

    Raises:
        UnsupportedTaskError: The base has no variant.
    """
    index = VariantIndex(catalogue, Settings.from_metadata({}))
    closed = _build(name + CLOSED, index, made)
    opened = _build(name + OPEN, index, made)
    choice = opened.OUTPUT_TYPE == "multiple_choice"
    metadata = {"idk_position": "rotate"}
    tasks = (closed, opened, _build(name + OPEN, index, made, metadata) if choice else None)
    for task in tasks:
        # A task that shuffles options gives each of them others; see docs/how-it-works.md, GPQA.
        if task is not None and hasattr(base, "sampler"):
            task.sampler.df = base.sampler.df
    return tasks


def _build(
    name: str, index: Mapping[str, Entry], made: Made, metadata: dict[str, Any] | None = None
) -> Any:
    def rows(**_: Any) -> Mapping[str, Any]:
        return made.splits

    forget()
    random.seed(0)
    overrides: dict[str, Any] = {"custom_dataset": rows, "dataset_kwargs": None}
    if not made.processed:
        overrides["process_docs"] = None
    factory = TaskFactory(meta=metadata or {})
    return factory.build(index[name], overrides=overrides, registry={})


def ask(task: Any, doc: Any) -> Asked:
    """Have a task put its prompts and requests together."""
    prompts = tuple(_prompt(task, doc, shots, chat=chat) for shots, chat in SHOTS)
    # The last prompt that was put together is the one that is asked.
    first = task.fewshot_context(doc, num_fewshot=0, gen_prefix=task.doc_to_prefix(doc))
    requests = task.construct_requests(doc, first, metadata=(task.task_name, 0, 1))
    return Asked(doc, prompts, requests if isinstance(requests, list) else [requests])


def _prompt(task: Any, doc: Any, shots: int, *, chat: bool) -> Any:
    if shots and len(getattr(getattr(task, "sampler", None), "df", ())) <= shots:
        return None
    task.set_fewshot_seed(11)
    more = {"apply_chat_template": True, "fewshot_as_multiturn": True, "chat_template": _said}
    prefix = task.doc_to_prefix(doc)
    try:
        return task.fewshot_context(
            doc, num_fewshot=shots, gen_prefix=prefix, **(more if chat else {})
        )
    except AssertionError as error:
        if "Answer is not a string" not in str(error):
            raise
        return None  # the harness has no worked examples of a task with several right options


def _said(messages: Any, add_generation_prompt: bool = True) -> Any:
    """A chat template that changes nothing."""
    return list(messages)
