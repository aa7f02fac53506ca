"""Which versions of lm-eval this room is written for."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version

from lm_eval_abstain.errors import AbstainError

__all__ = ["FIRST", "UNTIL", "check_installed", "check_version"]

# As in pyproject.toml; docs/porting-to-0.5.md says what stands in the way of the next one.
FIRST, UNTIL = (0, 4, 13), (0, 5)


def check_installed() -> None:
    """Refuse an installed lm-eval that this package does not support.

    Raises:
        AbstainError: The version is outside of `FIRST` (included) to `UNTIL` (excluded).
    """
    try:
        installed = version("lm_eval")
    except (
        PackageNotFoundError
    ):  # not installed: the import says so. A bare checkout has no version
        return
    check_version(installed)


def check_version(installed: str) -> None:
    """Refuse a version of lm-eval that this package does not support.

    Args:
        installed: The version, such as `0.4.13`. A preview of 0.5 (`0.5.0.dev1`) counts as 0.5.

    Raises:
        AbstainError: See `check_installed`.
    """
    numbers = tuple(int(number) for number in re.findall(r"\d+", installed.split("+")[0])[:3])
    if not FIRST <= numbers < UNTIL:
        first, until = (".".join(map(str, numbers)) for numbers in (FIRST, UNTIL))
        raise AbstainError(
            f"lm-eval {installed} is installed, and lm-eval-abstain works with versions from "
            f"{first} up to, not including, {until}: pip install 'lm-eval>={first},<{until}'"
        )
