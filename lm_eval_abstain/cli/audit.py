"""`lm-eval-abstain audit`: does a model act on the stakes that it is told?"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lm_eval_abstain.cli.arguments import add_paths, add_skip_bad, add_unparsed
from lm_eval_abstain.errors import AbstainError

if TYPE_CHECKING:
    from lm_eval_abstain.audits import Audit, Brief

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
    add_skip_bad(parser)
    parser.add_argument("--format", choices=_FORMATS, default="table", help="default: table")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> None:
    """Read, audit, print.

    Raises:
        AbstainError: Something cannot be read, or there is nothing that can be audited.
    """
    from lm_eval_abstain.audits import audit, brief
    from lm_eval_abstain.audits.find import find_sweeps
    from lm_eval_abstain.logs import load_samples

    if not 0 < args.level < 1:
        raise AbstainError(f"--level must be between 0 and 1, got {args.level:g}.")
    samples = load_samples(args.path, skip_bad=args.skip_bad)
    found = find_sweeps(samples)
    audits = [audit(sweep, args.level, args.unparsed) for sweep in found.whole]
    members = [brief(sweep, args.level, args.unparsed) for sweep in found.members]
    notes = [*samples.notes, *(f"not audited: {reason}" for reason in found.refused)]
    if samples.skipped:
        counts = ", ".join(f"{reason}: {count}" for reason, count in samples.skipped.items())
        notes.append(f"skipped {sum(samples.skipped.values())} samples ({counts})")
    sys.stdout.write(_text(audits, members, notes, args.format))


def _text(audits: list[Audit], members: list[Brief], notes: list[str], how: str) -> str:
    from lm_eval_abstain.audits import record
    from lm_eval_abstain.printing.audit_tables import audit_text, members_text

    if how == "json":
        content = {
            "audits": [record(one) for one in audits],
            "members": [record(one) for one in members],
            "notes": notes,
        }
        return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    markdown = how == "markdown"
    blocks = [audit_text(one, markdown=markdown) for one in audits]
    if members:
        blocks.append(members_text(members, markdown=markdown))
    return "\n".join([*blocks, *_lines(notes)])


def _lines(notes: Iterable[str]) -> list[str]:
    return [f"note: {note}\n" for note in notes]
