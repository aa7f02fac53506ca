"""`lm-eval-abstain audit`: does a model act on the stakes that it is told?"""

from __future__ import annotations

import argparse
import sys

from lm_eval_abstain.cli.arguments import (
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
Says of each sweep in the logged samples (<base>_abstain_sweep, run with --log_samples) whether the
model acts on the stakes that the prompt states: whether it answers less as a mistake costs more,
and whether what it answers is right as often as the stated target asks.
"""
_FORMATS = ("table", "markdown", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_paths(parser)
    parser.add_argument(
        "--level",
        type=float,
        default=0.95,
        help="how sure each verdict has to be (default: 0.95)",
    )
    add_unparsed(parser)
    add_objections(parser)
    add_judged(parser)
    add_skip_bad(parser)
    parser.add_argument("--format", choices=_FORMATS, default="table", help="default: table")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> None:
    """Read, audit, print.

    Raises:
        AbstainError: Something cannot be read, or there is nothing that can be audited.
    """
    from lm_eval_abstain.audits import audit
    from lm_eval_abstain.printing.audit_text import audits_text

    if not 0 < args.level < 1:
        raise AbstainError(f"--level must be between 0 and 1, got {args.level:g}.")
    found = audit(loaded(args), args.level, args.unparsed, args.objections)
    sys.stdout.write(audits_text(found, args.format))
