"""`lm-eval-abstain rescore`: new scores from logged samples, no model."""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lm_eval_abstain.cli.arguments import (
    add_columns,
    add_judged,
    add_objections,
    add_paths,
    add_skip_bad,
    add_unparsed,
    loaded,
)
from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric import METRICS

if TYPE_CHECKING:
    from lm_eval_abstain.scores import Scores

__all__ = ["DESCRIPTION", "add_arguments", "run"]

DESCRIPTION = """\
Scores logged samples at any confidence target, without running the model again: output folders
of the harness (--log_samples), of variants and of plain tasks; result files of MMLU-Pro; reports of
SWE-bench; CSV and JSON Lines files in columns that you name.
"""
_FORMATS = ("table", "markdown", "csv", "json", "results")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _metrics()
    add_paths(parser)
    parser.add_argument(
        "--target",
        action="append",
        type=float,
        metavar="T",
        help="a confidence target in [0, 1); may be repeated (default: the target that was shown; "
        "0, 0.5, 0.75 and 0.9 for the closed rubric)",
    )
    add_unparsed(parser)
    add_objections(parser)
    add_columns(parser)
    add_judged(parser)
    parser.add_argument(
        "--compare",
        action="store_true",
        help="instead of scores, how models that were asked the same differ on the same "
        "documents, and each model's other runs from its closed one: paired intervals and tests, "
        "corrected for their number",
    )
    parser.add_argument(
        "--curve-intervals",
        action="store_true",
        help="intervals for aurc, augrc, ece and brier, too; takes seconds",
    )
    add_skip_bad(parser)
    parser.add_argument(
        "--totals",
        action="store_true",
        help="leave out tasks that a group's total covers",
    )
    parser.add_argument(
        "--wide",
        action="store_true",
        help="of tables: every metric and a column for each name, beyond 100 columns",
    )
    parser.add_argument("--format", choices=_FORMATS, default=None, help="default: table")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="write to a file; its ending .md, .csv or .json chooses the format, and "
        "results*.json the harness's own. With --format results and several models: a folder",
    )
    parser.set_defaults(func=run)


def _metrics() -> str:
    """The metrics of the tables, as the catalogue describes them."""
    width = max(map(len, METRICS))
    lines = [f"  {metric.name:<{width}}  {metric.meaning}" for metric in METRICS.values()]
    return "\n".join(["metrics (n is the number of documents):", *lines])


def run(args: argparse.Namespace) -> None:
    """Read, score, print.

    Raises:
        AbstainError: Something cannot be read, scored or written.
    """
    # Here, so that the other commands need not wait for numpy.
    from lm_eval_abstain.printing.scores import comparisons_text, remarks, text_of
    from lm_eval_abstain.scores import compare, rescore

    samples = loaded(args)
    how: Any = args.format or _format_of(args.output)
    if args.compare:
        if how == "results" or args.curve_intervals:
            raise AbstainError("--compare goes with neither --format results nor curves.")
        found = compare(
            samples,
            args.target,
            unparsed=args.unparsed,
            objections=args.objections,
            totals=args.totals,
        )
        _put(args.output, comparisons_text(found, how, wide=args.wide))
        return
    scores = rescore(
        samples,
        args.target,
        unparsed=args.unparsed,
        objections=args.objections,
        totals=args.totals,
        curve_intervals=args.curve_intervals,
    )
    if how == "results":
        _write_results(scores, args.output)
    else:
        _put(args.output, text_of(scores, how, wide=args.wide))
    if how in ("csv", "results"):  # which have no place for them
        for line in remarks(scores):
            print(line, file=sys.stderr)


def _format_of(output: Path | None) -> str:
    """The format that a file's name asks for."""
    if output is None:
        return "table"
    if output.name.startswith("results") and output.suffix == ".json":
        return "results"
    return {".md": "markdown", ".csv": "csv", ".json": "json"}.get(output.suffix, "table")


def _write_results(scores: Scores, output: Path | None) -> None:
    from lm_eval_abstain.printing.tables import jsonable
    from lm_eval_abstain.scores.results_file import results_of

    models = list(dict.fromkeys(score.model for score in scores.scores))
    if len(models) > 1 and (output is None or output.suffix):
        raise AbstainError(
            f"the harness writes one results file a model, and there are {len(models)} "
            f"({', '.join(models)}): give a folder with -o."
        )
    for model in models:
        content = jsonable(results_of(scores, model))
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        if output is None:
            sys.stdout.write(text)
        elif output.suffix:
            _write(output, text)
        else:
            time = datetime.now().isoformat().replace(":", "-")
            safe = re.sub(r"[\"<>:/|\\?*\[\]]+", "__", model)  # as the harness names its folders
            _write(output / safe / f"results_{time}.json", text)


def _put(output: Path | None, text: str) -> None:
    if output is None:
        sys.stdout.write(text)
    else:
        _write(output, text)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AbstainError(f"{path} cannot be written: {error}") from None
    print(path, file=sys.stderr)
