"""Where the tests run: settings that must come before the harness is imported, and folders."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Both libraries read these while they are imported, so this module comes before every other import.
SCRATCH = Path(tempfile.mkdtemp(prefix="lm-eval-abstain-tests-"))
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_DATASETS_CACHE": str(SCRATCH / "datasets"),
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    "LM_HARNESS_CACHE_PATH": str(SCRATCH / "requests"),
    "TOKENIZERS_PARALLELISM": "false",
}
os.environ.update(ENVIRONMENT)
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared"
"""Real data and published results; a new user's checkout has no such folder."""
SHARED_HUB = SHARED / "hub"
