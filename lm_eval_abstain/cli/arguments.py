"""The arguments that all commands which read logged samples share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lm_eval_abstain.rubric import OBJECTION_POLICIES, UNPARSED_POLICIES

if TYPE_CHECKING:
    from lm_eval_abstain.logs import Samples
    from lm_eval_abstain.outcomes.judge import Judge

__all__ = [
    "add_columns",
    "add_judged",
    "add_objections",
    "add_paths",
    "add_skip_bad",
    "add_unparsed",
    "loaded",
]


def add_paths(parser: argparse.ArgumentParser) -> None:
    """What is read."""
    parser.add_argument("path", nargs="+", type=Path, metavar="DIR", help="folders or files")


def add_unparsed(parser: argparse.ArgumentParser) -> None:
    """How documents without an answer are scored."""
    parser.add_argument(
        "--unparsed",
        choices=UNPARSED_POLICIES,
        default=UNPARSED_POLICIES[0],
        help="what documents without an answer are scored as (default: wrong)",
    )


def add_objections(parser: argparse.ArgumentParser) -> None:
    """What responses count as that object to their question."""
    parser.add_argument(
        "--objections",
        choices=OBJECTION_POLICIES,
        default=OBJECTION_POLICIES[0],
        help="what a response counts as that rejects the question's premise or asks back "
        "(default: answer, which the base task judges)",
    )


def add_columns(parser: argparse.ArgumentParser) -> None:
    """Which columns of a plain file mean what."""
    parser.add_argument(
        "--columns",
        metavar="ROLE=COLUMN,...",
        help="for CSV and JSON Lines: id, model, task, and outcome, or answer and gold; confidence",
    )


def add_skip_bad(parser: argparse.ArgumentParser) -> None:
    """Whether to go on without what cannot be read."""
    parser.add_argument(
        "--skip-bad",
        action="store_true",
        help="leave out samples that cannot be read, and say how many and why",
    )


def add_judged(parser: argparse.ArgumentParser) -> None:
    """Whose verdicts replace the readings."""
    parser.add_argument(
        "--judged",
        type=Path,
        metavar="FILE",
        help="verdicts of `lm-eval-abstain judge`, which replace what was read in the responses",
    )


def loaded(args: argparse.Namespace, judge: Judge | None = None) -> Samples:
    """The samples that a command names, with the verdicts that it names.

    Args:
        args: The arguments of the functions above; a command may lack `columns`.
        judge: What decides the outcome of each response; by default the usual one.

    Raises:
        AbstainError: Something cannot be read.
    """
    # Here, so that the other commands need not wait for numpy.
    from lm_eval_abstain.judging.rejudge import load_judged
    from lm_eval_abstain.logs import load_samples, parse_columns
    from lm_eval_abstain.outcomes.judge import judge as usual

    columns = parse_columns(args.columns) if getattr(args, "columns", None) else None

    how: Any = {"columns": columns, "skip_bad": args.skip_bad}
    if judge is None and args.judged:
        return load_judged(args.path, args.judged, **how)
    return load_samples(args.path, judge=judge or usual, **how)
