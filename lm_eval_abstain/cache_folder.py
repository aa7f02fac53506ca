"""Where files are kept that can be made again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

__all__ = ["CACHE_VARIABLE", "cache_folder"]

CACHE_VARIABLE: Final = "LM_EVAL_ABSTAIN_CACHE"


def cache_folder() -> Path:
    """The folder that the environment names, else the user's own; it need not be there yet."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named or platformdirs.user_cache_dir("lm-eval-abstain")).expanduser()
