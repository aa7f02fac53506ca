"""Finds the files under the user's paths, chooses a format for each, and reads them."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats import harness, mmlu_pro, swe_bench
from lm_eval_abstain.logs.formats.columns import ColumnsFormat
from lm_eval_abstain.logs.formats.protocol import Format, InputFile, Progress
from lm_eval_abstain.logs.problems import Problems
from lm_eval_abstain.logs.samples import Samples
from lm_eval_abstain.logs.sniff import DATA_SUFFIXES, Head
from lm_eval_abstain.outcomes.judge import Judge, judge

__all__ = ["Paths", "Source", "load_samples", "samples_of"]

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
Source = Samples | Paths
"""Loaded samples, or the paths that they are loaded from."""
FILE_FORMATS: tuple[Format, ...] = (harness, mmlu_pro, swe_bench)
_EXPECTED = (
    "logged samples of the harness, a result file of MMLU-Pro, a report of SWE-bench, or, with "
    "--columns, a CSV or JSON Lines file"
)


def load_samples(
    paths: Paths,
    *,
    columns: Mapping[str, str] | None = None,
    skip_bad: bool = False,
    judge: Judge = judge,
) -> Samples:
    """Read logged samples.

    The format of each file is told from its content: output folders of the harness, result files
    of MMLU-Pro, reports of SWE-bench, or CSV and JSON Lines files in columns that are named.

    Args:
        paths: Files and folders; folders are searched with everything in them that is not
            hidden.
        columns: For CSV and JSON Lines files: the name of each role's column; see
            `parse_columns`.
        skip_bad: Whether to leave out what cannot be read and count it in `Samples.skipped`.
        judge: What decides the outcome of each response; see `lm_eval_abstain.judging`.

    Raises:
        AbstainError: A path is not there, a file is of no known format, a sample is bad and
            `skip_bad` is not set, or there is nothing to read at all.
    """
    named = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    problems = Problems(skip_bad)
    builder = Builder(problems, judge)
    formats: list[Format] = [ColumnsFormat(columns)] if columns else list(FILE_FORMATS)
    chosen: list[list[InputFile]] = [[] for _ in formats]
    for root in map(Path, named):
        for found in _files(root):
            for one, matching in zip(formats, chosen):
                if one.matches(found.head):
                    matching.append(found)
                    break
            else:
                _unknown(found, problems, folder=root.is_dir())
    size = sum(found.path.stat().st_size for matching in chosen for found in matching)
    with _progress_bar(size) as progress:
        for one, matching in zip(formats, chosen):
            if matching:
                one.read(matching, builder, progress)
    samples = builder.build()
    if not len(samples):
        reasons = "".join(f" {note}" for note in samples.notes)
        raise AbstainError(
            f"no samples in {', '.join(map(str, named))}: expected {_EXPECTED}. The harness logs "
            f"samples with --log_samples and --output_path.{reasons}"
        )
    return samples


def samples_of(source: Source) -> Samples:
    """Samples as they are, or read from paths.

    Raises:
        AbstainError: See `load_samples`.
    """
    return source if isinstance(source, Samples) else load_samples(source)


def _files(root: Path) -> Iterator[InputFile]:
    if not root.exists():
        raise AbstainError(f"{root} does not exist.")
    if root.is_dir():
        # Hidden folders hold copies: checkpoints of notebooks, caches.
        paths = (
            path
            for path in root.rglob("*")
            if path.suffix.lower() in DATA_SUFFIXES
            and not any(part.startswith(".") for part in path.relative_to(root).parts)
        )
    else:
        paths = iter([root])
    for path in sorted(paths):
        if path.is_file():
            yield InputFile(Head.of(path), root)


def _unknown(found: InputFile, problems: Problems, *, folder: bool) -> None:
    """A file of no format: an error if it was named, a note if it lay in a folder."""
    if harness.is_results(found.head):
        if not folder:
            raise AbstainError(
                f"{found.path} is a results file, which holds no samples: name its folder, or the "
                "samples files beside it."
            )
        return
    if found.path.name.startswith("samples_") or not folder:
        problems.bad("unknown format", str(found.path), f"this is not {_EXPECTED}")
    else:
        problems.note(f"{found.path} was left out: it is not {_EXPECTED}.")


@contextmanager
def _progress_bar(size: int) -> Generator[Progress, None, None]:
    """A bar on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        yield int
        return
    from tqdm import tqdm

    with tqdm(total=size, unit="B", unit_scale=True, desc="reading", delay=1, leave=False) as bar:
        yield bar.update
