"""`lm-eval-abstain report`: one page about all runs, and its pictures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

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

__all__ = ["DESCRIPTION", "add_arguments", "run"]

DESCRIPTION = """\
Writes one HTML file about all runs in the logged samples: outcomes, risk and score curves, the
audit of sweeps, a leaderboard at any confidence target, and samples to look at. The file needs no
network and nothing beside it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_paths(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("report.html"),
        metavar="FILE",
        help="the page (default: report.html)",
    )
    parser.add_argument("--png", type=Path, metavar="DIR", help="write the pictures as PNG, too")
    parser.add_argument("--svg", type=Path, metavar="DIR", help="write the pictures as SVG, too")
    parser.add_argument(
        "--target",
        action="append",
        type=float,
        metavar="T",
        help="a confidence target in [0, 1) for the table of scores; may be repeated, and the "
        "leaderboard begins with the first (default: the target that was shown; 0, 0.5, 0.75 and "
        "0.9 for the closed rubric)",
    )
    add_unparsed(parser)
    add_objections(parser)
    parser.add_argument(
        "--samples",
        type=int,
        default=None,
        metavar="N",
        help="how many samples of each model and outcome the page holds (default: 40); 0 for "
        "questions that must not be published",
    )
    add_columns(parser)
    add_judged(parser)
    add_skip_bad(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> None:
    """Read, make the page, write.

    Raises:
        AbstainError: Something cannot be read, scored or written, or a library is missing.
    """
    _check(args)
    from lm_eval_abstain.reports import report
    from lm_eval_abstain.reports.build import check_libraries
    from lm_eval_abstain.reports.sample_selection import PER_OUTCOME

    check_libraries()
    made = report(
        loaded(args),
        args.target,
        unparsed=args.unparsed,
        objections=args.objections,
        per_outcome=PER_OUTCOME if args.samples is None else args.samples,
    )
    written = [made.save(args.output)]
    if args.png is not None:
        written += made.save_pictures(args.png, "png")
    if args.svg is not None:
        written += made.save_pictures(args.svg, "svg")
    for path in written:
        print(path, file=sys.stderr)


def _check(args: argparse.Namespace) -> None:
    """Refuse before minutes are spent on reading."""
    if args.samples is not None and args.samples < 0:
        raise AbstainError(f"--samples must be at least 0, got {args.samples}.")
    if args.output.is_dir():
        raise AbstainError(f"{args.output} is a folder: name a file, such as report.html.")
