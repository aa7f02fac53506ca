"""`lm-eval-abstain new`: task files of variants, to keep or to contribute."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["DESCRIPTION", "add_arguments"]

DESCRIPTION = """\
Writes the task file of each variant that is named: a comment and the keys task, class and base.
Any further key overrides the base's, of a group in all its tasks. Existing files are never
overwritten.

The file of a group is enough to run the whole group. Name its members, or add --members, for
files of their own, so that the plain harness knows them by name.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's flags."""
    parser.add_argument(
        "base",
        nargs="+",
        help="a variant, or a task, group or tag of the harness for its <base>_abstain",
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--members", action="store_true", help="also a file for each task and group below"
    )
    parser.add_argument("--include_path", type=Path, help="task files of your own")
    parser.set_defaults(func=_new)


def _new(args: argparse.Namespace) -> None:
    from lm_eval_abstain.harness.task_files import new_files, write_files

    files = new_files(args.base, args.include_path, members=args.members)
    for path in write_files(files, args.output):
        print(path)
