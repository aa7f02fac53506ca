"""`lm-eval-abstain run`: the harness's own run, for any variant."""

from __future__ import annotations

from typing import Any

__all__ = ["add_command"]


def add_command(commands: Any, *, wanted: bool) -> None:
    """Add the subcommand.

    Args:
        commands: The parser's subcommands.
        wanted: Whether it is the one that is run. Only then are its flags added, which are the
            harness's: to import the harness takes seconds.
    """
    if not wanted:
        commands.add_parser("run", help="the harness's own run, for any variant")
        return
    from lm_eval_abstain.harness.wrapper import add_run

    add_run(commands)
