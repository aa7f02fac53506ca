"""Where the tests run: settings that must come before the harness is imported, and folders."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_SESSION = "LM_EVAL_ABSTAIN_TESTS"
# The workers of pytest-xdist inherit the folder of the process that starts them, and that one
# removes it.
if _SESSION not in os.environ:
    os.environ[_SESSION] = tempfile.mkdtemp(prefix="lm-eval-abstain-tests-")
    atexit.register(shutil.rmtree, os.environ[_SESSION], ignore_errors=True)
SCRATCH = Path(os.environ[_SESSION])
"""A folder that all workers of one session share."""

# Both libraries read these while they are imported, so this module comes before every other import.
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_DATASETS_CACHE": str(SCRATCH / "datasets"),
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    # A worker's own: tests of the request cache empty it.
    "LM_HARNESS_CACHE_PATH": str(SCRATCH / f"requests-{os.getpid()}"),
    "TOKENIZERS_PARALLELISM": "false",
}
os.environ.update(ENVIRONMENT)

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared"
"""Real data and published results; a new user's checkout has no such folder."""
SHARED_HUB = SHARED / "hub"
