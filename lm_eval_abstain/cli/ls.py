"""`lm-eval-abstain ls`: which bases have which variants."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

__all__ = ["DESCRIPTION", "add_arguments"]

DESCRIPTION = """\
Lists tasks, groups and tags of the harness whose names match, each with the endings of its
variants' names, or with the reason why it has none.

All of them run with 'lm-eval-abstain run' and lm_eval_abstain.TaskManager. Task files for the
plain harness are shipped for benchmarks as people name them (mmlu_abstain); for all others, such
as one subject alone (mmlu_anatomy_abstain), 'lm-eval-abstain new' writes one.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's flags."""
    parser.add_argument("pattern", nargs="*", default=["*"], help="such as 'gpqa*' (default: all)")
    parser.add_argument("--include_path", type=Path, help="task files of your own")
    parser.set_defaults(func=_ls)


def _ls(args: argparse.Namespace) -> None:
    print("indexing the harness's tasks ...", file=sys.stderr)
    from lm_eval_abstain.harness.listing import list_bases

    rows = list_bases(args.pattern, args.include_path)
    width = max(len(row.base) for row in rows)
    for row in rows:
        shown = " ".join(row.endings) or f"- {row.refusal}"
        print(f"{row.base:<{width}}  {row.kind:<5}  {shown}")
    unshipped = [row.base for row in rows if row.endings and not row.shipped]
    if unshipped:
        print(
            f"{len(unshipped)} of these ({unshipped[0]}, ...) have no shipped task file: use "
            "'lm-eval-abstain run', or 'lm-eval-abstain new' for a file.",
            file=sys.stderr,
        )
