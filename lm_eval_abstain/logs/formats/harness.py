"""The harness's output folders: the files that are read, and the model's name of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats.harness_file import read_samples
from lm_eval_abstain.logs.formats.harness_folder import SamplesFile, describe
from lm_eval_abstain.logs.formats.harness_text import text
from lm_eval_abstain.logs.formats.protocol import InputFile, Progress
from lm_eval_abstain.logs.sniff import Head
from lm_eval_abstain.rubric import Signature

__all__ = ["is_results", "matches", "read", "text"]


@dataclass(frozen=True)
class _Source:
    input: InputFile
    file: SamplesFile

    @property
    def run(self) -> tuple[str, str, str]:
        """The key of a run, which a later run replaces: model, task, and what was run."""
        line = str(self.input.head.first.get("signature", ""))
        try:
            rubric = str(Signature(line).run) if line else ""
        except AbstainError:  # it is reported when the samples are read
            rubric = line
        return self.file.results.model, self.file.task, rubric


def matches(head: Head) -> bool:
    """Whether a file holds logged samples of the harness."""
    return {"doc_id", "filtered_resps"} <= head.first.keys()


def is_results(head: Head) -> bool:
    """Whether a file is a results file of the harness."""
    return {"results", "configs"} <= head.first.keys()


def read(files: Sequence[InputFile], builder: Builder, progress: Progress) -> None:
    """Read samples files; see `Format`.

    Of several runs of one model under one of the user's paths, each task's latest is read, as the
    harness itself reads them by the time in the file's name.
    """
    sources = [_Source(one, describe(one.path)) for one in files]
    newest: dict[tuple[Path, tuple[str, str, str]], _Source] = {}
    for source in sources:
        key = (source.input.root, source.run)
        if key not in newest or newest[key].file.time < source.file.time:
            newest[key] = source
    kept = [source for source in sources if newest[source.input.root, source.run] is source]
    if len(kept) < len(sources):
        builder.problems.note(
            f"{len(sources) - len(kept)} samples files of older runs were left out: of each task "
            "under one rubric the latest run is read. Name a file to read that one."
        )
    alone = sorted(source.file.task for source in kept if source.file.results.path is None)
    if alone:
        builder.problems.note(
            f"no results file lies beside the samples of {', '.join(alone)}: the model is named "
            "after the folder, there are no group totals, and nobody can tell whether the file "
            "is complete."
        )
    for source, model in zip(kept, _models(kept)):
        read_samples(source.input.head, source.file, model, builder, progress)
    versions = sorted({v for source in kept if (v := source.file.results.lm_eval)})
    if len(versions) > 1:
        builder.problems.note(
            f"the runs were made with different versions of lm_eval ({', '.join(versions)}): a "
            "task's prompt or metric may differ between them."
        )


def _models(sources: Sequence[_Source]) -> list[str]:
    """The model's name for each source; where two paths hold the same run, with the path."""
    roots: dict[tuple[str, str, str], set[Path]] = defaultdict(set)
    for source in sources:
        roots[source.run].add(source.input.root)
    twice = {run[0] for run, paths in roots.items() if len(paths) > 1}
    return [
        f"{model} ({source.input.root})" if (model := source.file.results.model) in twice else model
        for source in sources
    ]
