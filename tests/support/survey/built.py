"""A base task and its variants, built on rows that are at hand, and what they ask."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lm_eval.tasks._factory import TaskFactory
from lm_eval.tasks._index import Entry

from lm_eval_abstain.harness.data import forget
from lm_eval_abstain.harness.settings import Settings
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.variant_index import VariantIndex

__all__ = ["Asked", "Built", "build", "ask"]

SHOTS = ((0, False), (2, False), (2, True))
"""Worked examples, and whether the prompt is a chat."""


@dataclass(frozen=True)
class Built:
    """Tasks of the harness on the same rows."""

    base: Any
    open: Any
    rotated: Any
    closed: Any


@dataclass(frozen=True)
class Asked:
    """What a task asks of one document.

    Attributes:
        doc: The document.
        prompts: The prompt for each of `SHOTS`: a text, or messages; None where there are no
            worked examples.
        requests: The requests without worked examples.
    """

    doc: Any
    prompts: tuple[Any, ...]
    requests: list[Any]


def build(
    name: str, catalogue: Catalogue, splits: Mapping[str, Any], *, processed: bool
) -> tuple[Any, Any, Any, Any]:
    """The base, and its variants: open, open with the abstain option anywhere, closed.

    Raises:
        UnsupportedTaskError: The base has no variant.
    """
    base = _build(name, catalogue, catalogue.bases, splits, processed)
    index = VariantIndex(catalogue, Settings.from_metadata({}))
    closed = _build(f"{name}_closed", catalogue, index, splits, processed)
    opened = _build(f"{name}_abstain", catalogue, index, splits, processed)
    tasks = (base, closed, opened, _rotated(name, catalogue, index, splits, processed, opened))
    for task in tasks[1:]:
        # A task that shuffles options gives each of them others; see docs/how-it-works.md, GPQA.
        if task is not None and hasattr(base, "sampler"):
            task.sampler.df = base.sampler.df
    return tasks


def _rotated(name: str, catalogue: Any, index: Any, splits: Any, processed: bool, task: Any) -> Any:
    if task.OUTPUT_TYPE != "multiple_choice":
        return None
    metadata = {"idk_position": "rotate"}
    return _build(f"{name}_abstain", catalogue, index, splits, processed, metadata)


def _build(
    name: str,
    catalogue: Catalogue,
    index: Mapping[str, Entry],
    splits: Mapping[str, Any],
    processed: bool,
    metadata: dict[str, Any] | None = None,
) -> Any:
    def rows(**_: Any) -> Mapping[str, Any]:
        return splits

    forget()
    random.seed(0)
    overrides: dict[str, Any] = {"custom_dataset": rows, "dataset_kwargs": None}
    if not processed:
        overrides["process_docs"] = None
    entry = index[name]
    return TaskFactory(meta=metadata or {}).build(entry, overrides=overrides, registry=index)


def ask(task: Any, doc: Any) -> Asked:
    """Have a task put its prompts and requests together."""
    prompts: list[Any] = []
    for shots, chat in SHOTS:
        if shots and not hasattr(task, "sampler"):
            prompts.append(None)
            continue
        task.set_fewshot_seed(11)
        more = {"apply_chat_template": True, "fewshot_as_multiturn": True, "chat_template": _said}
        prompts.append(
            task.fewshot_context(
                doc, num_fewshot=shots, gen_prefix=task.doc_to_prefix(doc), **(more if chat else {})
            )
        )
    # The last prompt that was put together is the one that is asked.
    first = task.fewshot_context(doc, num_fewshot=0, gen_prefix=task.doc_to_prefix(doc))
    requests = task.construct_requests(doc, first, metadata=(task.task_name, 0, 1))
    return Asked(doc, tuple(prompts), requests if isinstance(requests, list) else [requests])


def _said(messages: Any, add_generation_prompt: bool = True) -> Any:
    """A chat template that changes nothing."""
    return list(messages)
