"""`lm-eval-abstain path`: where the shipped task files are."""

from __future__ import annotations

import argparse

__all__ = ["DESCRIPTION", "add_arguments"]

DESCRIPTION = """\
Prints the folder of the shipped task files, for the harness's --include_path.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's flags, of which there are none."""
    parser.set_defaults(func=_path)


def _path(args: argparse.Namespace) -> None:
    from lm_eval_abstain.harness.shipped import shipped_path

    print(shipped_path())
