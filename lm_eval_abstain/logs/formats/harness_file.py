"""Reads one file of the harness's logged samples: one of ours, or of a plain base task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.checks import complete, name_filters, once
from lm_eval_abstain.logs.formats.harness_folder import SamplesFile
from lm_eval_abstain.logs.formats.harness_options import ChoiceRecipe, are_pairs
from lm_eval_abstain.logs.formats.harness_rows import Recipe
from lm_eval_abstain.logs.formats.harness_variants import LoggedRecipe
from lm_eval_abstain.logs.formats.harness_written import WrittenRecipe
from lm_eval_abstain.logs.lines import Records, read_array, read_lines
from lm_eval_abstain.logs.problems import Problems
from lm_eval_abstain.logs.sniff import Head, whole
from lm_eval_abstain.outcomes.headline import headline_metrics
from lm_eval_abstain.reading.phrases import DETECTOR_VERSION
from lm_eval_abstain.rubric import Signature
from lm_eval_abstain.rubric.names import base_name

__all__ = ["read_samples"]

# What a sample has beside its metrics, in versions that do not list those.
_FIELDS = {
    *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"),
    *("doc_hash", "prompt_hash", "target_hash"),
}


def read_samples(
    head: Head, file: SamplesFile, model: str, builder: Builder, progress: Callable[[int], object]
) -> None:
    """Read one file.

    Args:
        head: Its beginning.
        file: What it belongs to.
        model: The model's name.
        builder: Where the rows go.
        progress: Told how many bytes have been read since it was last told.

    Raises:
        AbstainError: A sample is bad, and bad ones are not to be skipped.
    """
    recipe = _recipe(head.first, file, builder.problems)
    if recipe is None:
        progress(file.path.stat().st_size)
        return
    blocks: list[dict[str, npt.NDArray[Any]]] = []
    skipped = builder.problems.skipped.total()
    for records in _records(head, recipe, builder.problems, progress):
        blocks.append(recipe.rows(records, builder).kept())
    if not blocks:
        return
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    blocks.clear()
    name_filters(columns, file, builder)
    once(columns, file.path, builder.problems)
    complete(columns, file, builder, builder.problems.skipped.total() - skipped)
    del columns["number"]
    columns |= {"model": builder.models[model], "task": builder.tasks[file.task]}
    builder.add(file.path, columns)
    builder.add_groups(model, file.run.groups)


def _records(
    head: Head, recipe: Recipe, problems: Problems, progress: Callable[[int], object]
) -> Iterator[Records]:
    if head.shape == "array":
        data = whole(head.path)
        yield read_array(data, head.path, recipe.kind, problems, strict=recipe.strict)
        progress(len(data))
        return
    yield from read_lines(head.path, recipe.kind, problems, strict=recipe.strict, progress=progress)


def _recipe(first: dict[str, Any], file: SamplesFile, problems: Problems) -> Recipe | None:
    """How the samples of a file are read; None where they cannot be scored, with a note."""
    config = file.run.configs.get(file.task, {})
    base = base_name(file.task)
    delimiter = str(config.get("target_delimiter", " "))
    logged: Sequence[str] = first.get("metrics") or [name for name in first if name not in _FIELDS]
    if {"signature", "outcome"} <= first.keys():
        choice = "option_probs" in first
        before = choice and "confidence" not in first
        return LoggedRecipe(base, delimiter, choice=choice, before=before)
    choice = are_pairs(first["filtered_resps"])
    # Without a results file nobody knows the list; then what is logged was listed.
    listed = not config or config.get("metric_list") is not None
    metric = next(iter(headline_metrics(logged, choice=choice, listed=listed)), None)
    if metric is None or first.get(metric) not in (0, 1):
        names = ", ".join(logged) or "nothing"
        problems.note(
            f"{file.task} is not scored: it reports {names}, none of which says right or wrong of "
            "a single answer."
        )
        return None
    if choice:
        return ChoiceRecipe(
            file.task,
            metric,
            _signature(file, metric),
            delimiter,
            mutual="acc_mutual_info" in logged,
        )
    if [len(drawn) for drawn in first.get("resps") or []] != [1]:
        problems.note(
            f"{file.task} is not scored: it draws several samples a question and lets them vote; "
            "what an abstention counts in that vote is not defined."
        )
        return None
    signature = _signature(file, metric, detector=DETECTOR_VERSION)
    return WrittenRecipe(file.task, metric, signature, config)


def _signature(file: SamplesFile, metric: str, **parts: str) -> str:
    """The signature of a plain task's samples: the closed rubric."""
    named = {"rubric": "closed", **parts, "metric": metric}
    if file.run.lm_eval:
        named["lm_eval"] = file.run.lm_eval
    return Signature.of(named).line
