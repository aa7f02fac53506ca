"""`lm-eval-abstain ls`: which bases have which variants."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lm_eval_abstain.errors import AbstainError

if TYPE_CHECKING:
    from lm_eval_abstain.harness.listed import Listed

__all__ = ["DESCRIPTION", "add_arguments"]

_FORMATS = ("table", "markdown", "csv", "json")
DESCRIPTION = """\
Lists tasks, groups and tags of the harness, each with the endings of its variants' names, or with
the reason why it has none. A name alone shows everything about it: the variants, which tasks a
group's variants leave out and why, and how to run them.

A variant's name is the base's with an ending: _abstain[_sweep] stands for two, mmlu_abstain and
mmlu_abstain_sweep. All run with 'lm-eval-abstain run' and lm_eval_abstain.TaskManager. What the
definitions of tasks tell is listed here; a few tasks are refused for their questions, as soon as
these are loaded, and before the model is.
"""
_EXAMPLES = """\
examples:
  is there a variant of what I have in mind?
    $ lm-eval-abstain ls gpqa_diamond_zeroshot
    $ lm-eval-abstain ls '*diamond*' 'leaderboard_*'

  which tasks have none, and why
    $ lm-eval-abstain ls --refused --kind task --wide

  groups whose variants leave some of their tasks out
    $ lm-eval-abstain ls --partial

  all German tasks that have variants, for another program
    $ lm-eval-abstain ls --language de --built --json

  tasks of one's own
    $ lm-eval-abstain ls 'mine_*' --include_path my_tasks

The first listing indexes the harness's tasks, which takes some 15 seconds; the next ones take the
list from the user's cache folder (or the one that LM_EVAL_ABSTAIN_CACHE names), until a task file
or a version changes.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's flags."""
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "pattern", nargs="*", default=["*"], help="names, or patterns as 'gpqa*' (default: all)"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--refused", action="store_true", help="those without any variant")
    which.add_argument("--built", action="store_true", help="those with variants")
    which.add_argument(
        "--partial", action="store_true", help="those with variants that leave tasks out"
    )
    parser.add_argument("--kind", choices=("task", "group", "tag"), help="those of one kind")
    parser.add_argument("--language", metavar="CODE", help="those with tasks in a language: de")
    parser.add_argument("--wide", action="store_true", help="reasons in full, in a terminal too")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--format", choices=_FORMATS, help="default: table")
    how.add_argument(
        "--json", dest="format", action="store_const", const="json", help="short for --format json"
    )
    parser.add_argument("--include_path", type=Path, help="task files of your own")
    parser.set_defaults(func=_ls)


def _ls(args: argparse.Namespace) -> None:
    from lm_eval_abstain.harness.listing import list_bases
    from lm_eval_abstain.harness.shipped import shipped_path
    from lm_eval_abstain.printing.listings import closing_line, details_text, listing_text
    from lm_eval_abstain.rubric.names import base_name

    rows = list_bases(args.pattern, args.include_path, indexing=_indexing)
    shown = [row for row in rows if _wanted(row, args)]
    if not shown:
        raise AbstainError(f"none of the {len(rows):,} tasks, groups and tags is like that.")
    how: Any = args.format or "table"
    if how == "table" and _one_name(args.pattern, rows):
        files = {base_name(path.stem) for path in shipped_path().rglob("*.yaml")}
        sys.stdout.write(details_text(shown[0], shown[0].name in files))
        return
    terminal = sys.stdout.isatty() and not args.wide
    width = shutil.get_terminal_size().columns if terminal else None
    sys.stdout.write(listing_text(shown, how, width))
    print(closing_line(shown), file=sys.stderr)


def _indexing() -> None:
    print("indexing the harness's tasks, which takes some 15 seconds ...", file=sys.stderr)


def _wanted(row: Listed, args: argparse.Namespace) -> bool:
    return (
        not (args.refused and row.endings)
        and not (args.built and not row.endings)
        and not (args.partial and not row.left_out)
        and args.kind in (None, row.kind)
        and (args.language is None or args.language in row.languages)
    )


def _one_name(patterns: Sequence[str], rows: Sequence[Listed]) -> bool:
    """Whether one name was asked for, and not what matches a pattern."""
    return len(patterns) == len(rows) == 1 and not set(patterns[0]) & set("*?[")
