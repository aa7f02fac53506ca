"""The arguments that all commands which read logged samples share."""

from __future__ import annotations

import argparse
from pathlib import Path

from lm_eval_abstain.rubric import OBJECTION_POLICIES, UNPARSED_POLICIES

__all__ = ["add_columns", "add_objections", "add_paths", "add_skip_bad", "add_unparsed"]


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
