"""Where the shipped task files are."""

from __future__ import annotations

from pathlib import Path

from lm_eval_abstain.errors import AbstainError

__all__ = ["shipped_path"]


def shipped_path() -> Path:
    """The folder of the shipped task files, for the harness's `--include_path`.

    Raises:
        AbstainError: The installation has none.
    """
    package = Path(__file__).parents[1]
    # A wheel holds the files inside the package; an editable install leaves them beside it.
    for folder in (package / "task_configs", package.parent / "task_configs"):
        if folder.is_dir():
            return folder
    raise AbstainError(
        f"no task files beside {package}: the installation is incomplete. Install "
        "lm-eval-abstain again."
    )
