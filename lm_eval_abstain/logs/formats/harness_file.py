"""Reads one file of the harness's logged samples: of a variant, or of a plain base task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats.harness_checks import complete, name_filters, once
from lm_eval_abstain.logs.formats.harness_folder import SamplesFile
from lm_eval_abstain.logs.formats.harness_generated import GeneratedReader
from lm_eval_abstain.logs.formats.harness_judged import JudgedReader
from lm_eval_abstain.logs.formats.harness_options import ChoiceReader, are_pairs
from lm_eval_abstain.logs.formats.harness_rows import RowReader
from lm_eval_abstain.logs.formats.harness_text import text
from lm_eval_abstain.logs.formats.harness_variants import VariantReader
from lm_eval_abstain.logs.lines import Records, read_array, read_lines
from lm_eval_abstain.logs.problems import Problems
from lm_eval_abstain.logs.sniff import Head, whole
from lm_eval_abstain.outcomes.filters import compared_whole
from lm_eval_abstain.outcomes.headline import headline_metrics
from lm_eval_abstain.reading.stages import DETECTOR_VERSION
from lm_eval_abstain.reading.stated_answer import STATED_VERSION
from lm_eval_abstain.rubric import Signature
from lm_eval_abstain.rubric.names import base_name
from lm_eval_abstain.rubric.signature import LETTERS

__all__ = ["read_samples"]

# The fields of a sample beside its metrics, for versions that do not list those.
_FIELDS = {
    *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"),
    *("doc_hash", "prompt_hash", "target_hash"),
}
_NAMED = 8  # how many of the tasks that a group lacks are named


def read_samples(
    head: Head, file: SamplesFile, model: str, builder: Builder, progress: Callable[[int], object]
) -> None:
    """Read one file.

    Args:
        head: Its beginning.
        file: The same file with its task and its results file.
        model: The model's name.
        builder: Where the rows go.
        progress: Told how many bytes have been read since it was last told.

    Raises:
        AbstainError: A sample is bad, and bad ones are not to be skipped.
    """
    reader = _row_reader(head.first, file, builder)
    if reader is None:
        progress(file.path.stat().st_size)
        return
    if isinstance(reader, GeneratedReader):
        # What is bad is reported when it is read for good.
        reader.find_limit(_records(head, reader, Problems(skip=True), int))
    blocks: list[dict[str, npt.NDArray[Any]]] = []
    skipped = builder.problems.skipped.total()
    for records in _records(head, reader, builder.problems, progress):
        blocks.append(reader.rows(records, builder).kept())
    if not blocks:
        return
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    blocks.clear()
    name_filters(columns, file, builder)
    once(columns, file.path, builder.problems)
    complete(columns, file, builder, builder.problems.skipped.total() - skipped)
    del columns["number"]
    columns |= {"model": builder.models[model], "task": builder.tasks[file.task]}
    builder.add(file.path, columns, text)
    builder.add_groups(model, file.results.groups)
    left_out = file.results.left_out(file.task)
    if left_out:
        name, tasks = left_out
        more = f" and {len(tasks) - _NAMED} more" if len(tasks) > _NAMED else ""
        builder.problems.note(
            f"{name} was run without {', '.join(tasks[:_NAMED])}{more}, of which there is no such "
            "variant: its figures are of the other tasks."
        )
    if isinstance(reader, GeneratedReader):
        builder.add_limit(reader.run_limit(model))


def _records(
    head: Head, reader: RowReader, problems: Problems, progress: Callable[[int], object]
) -> Iterator[Records]:
    if head.shape == "array":
        data = whole(head.path)
        yield read_array(data, head.path, reader.kind, problems, strict=reader.strict)
        progress(len(data))
        return
    yield from read_lines(head.path, reader.kind, problems, strict=reader.strict, progress=progress)


def _row_reader(first: dict[str, Any], file: SamplesFile, builder: Builder) -> RowReader | None:
    """The reader for the samples of a file; None where they cannot be scored, with a note."""
    config, problems = file.results.configs.get(file.task, {}), builder.problems
    logged: Sequence[str] = first.get("metrics") or [name for name in first if name not in _FIELDS]
    if {"signature", "outcome"} <= first.keys():
        choice = "option_probs" in first
        if builder.judged and not choice:
            return JudgedReader(base_name(file.task), config)
        return VariantReader(base_name(file.task), choice=choice)
    choice = are_pairs(first["filtered_resps"])
    # Without a results file nobody knows the list; then what is logged was listed.
    listed = not config or config.get("metric_list") is not None
    metric = next(iter(headline_metrics(logged, choice=choice, listed=listed)), None)
    if "bypass" in logged:
        problems.note(
            f"{file.task} is not scored: it was run with --predict_only, which logs no metrics."
        )
        return None
    if metric is None or first.get(metric) not in (0, 1):
        names = ", ".join(logged) or "nothing"
        problems.note(
            f"{file.task} is not scored: it reports {names}, none of which says right or wrong of "
            "a single answer."
        )
        return None
    if choice:
        return ChoiceReader(
            file.task,
            metric,
            _signature(file, metric),
            str(config.get("target_delimiter", " ")),
            mutual="acc_mutual_info" in logged,
        )
    if [len(drawn) for drawn in first.get("resps") or []] != [1]:
        problems.note(
            f"{file.task} is not scored: it draws several samples a question and lets them vote; "
            "what an abstention counts in that vote is not defined."
        )
        return None
    answers = {"answers": STATED_VERSION} if compared_whole(config, metric) else {}
    letters: Any = (config.get("metadata") or {}).get(LETTERS)
    form = {LETTERS: str(letters)} if letters else {}
    signature = _signature(file, metric, detector=DETECTOR_VERSION, **answers, **form)
    return GeneratedReader(file.task, metric, signature, config)


def _signature(file: SamplesFile, metric: str, **parts: str) -> Signature:
    """The signature of a plain task's samples: the closed rubric."""
    named = {"rubric": "closed", **parts, "metric": metric}
    if file.results.lm_eval:
        named["lm_eval"] = file.results.lm_eval
    return Signature.of(named)
