"""What many tests need: a hub of our own rows, the task manager, commands; and how tests are run.

The rows (in `support.hub_rows`) are ours; only their columns are those of the real data sets. Both
the harness and `datasets` take a folder of the working directory for a data set of the same name,
so a test that runs inside `hub` loads them without a network.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.environment import ENVIRONMENT, SCRATCH, SHARED_HUB
from support.harness_index import index_once
from support.harness_runs import Load, RunCommand, load_with
from support.hub_rows import build_hub
from support.once_a_session import once

MOST_WORKERS = 8  # each takes memory and some seconds of its own


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/harness/golden anew from the prompts of this checkout; read the diff",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker a core for whole folders; files that are named run in this process, at once."""
    if all(Path(argument.split("::")[0]).is_file() for argument in config.args):
        return 0
    own = getattr(os, "sched_getaffinity", None)  # not on macOS
    cores = len(own(0)) if own else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


# ---------------------------------------------------------------------- data sets


@pytest.fixture(scope="session")
def hub() -> Path:
    """A folder of our own rows in the layout and with the columns of the real data sets."""
    root = SCRATCH / "hub"
    once("hub", lambda: build_hub(root))
    return root


@pytest.fixture(scope="session")
def shared_hub() -> Path:
    """The real data sets, where this checkout has them."""
    if not SHARED_HUB.is_dir():
        pytest.skip("the real data sets are not here (../shared/hub); our own rows are tested")
    return SHARED_HUB


# ---------------------------------------------------------------------- running things


@pytest.fixture(scope="session")
def indexed_once() -> Iterator[None]:
    """Task managers made in this process take the harness's index from a file of the session."""
    with pytest.MonkeyPatch.context() as patch:
        index_once(patch)
        yield


@pytest.fixture
def in_hub(hub: Path, indexed_once: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test runs inside `hub`."""
    monkeypatch.chdir(hub)
    return hub


@pytest.fixture(scope="session")
def run_command(hub: Path) -> RunCommand:
    """Runs a command inside `hub` as a user would: `run_command("lm-eval", "run", ...)`."""
    modules = {"lm-eval": "lm_eval", "lm-eval-abstain": "lm_eval_abstain"}

    def run(command: str, *arguments: str, cwd: Path | None = None) -> Any:
        # The modules, not the scripts: a test must run this interpreter's installation.
        return subprocess.run(
            [sys.executable, "-m", modules[command], *map(str, arguments)],
            cwd=cwd or hub,
            env={**os.environ, **ENVIRONMENT},
            text=True,
            capture_output=True,
            timeout=600,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def manager(indexed_once: None) -> Any:
    """Our task manager; to build it takes seconds, so there is one."""
    import datasets

    import lm_eval_abstain

    # GPQA shuffles its options while `datasets` maps: a map kept by an earlier test would keep
    # that test's order.
    datasets.disable_caching()
    datasets.disable_progress_bars()
    return lm_eval_abstain.TaskManager()


@pytest.fixture(scope="session")
def load(manager: Any) -> Load:
    """Builds one task: `load("mmlu_anatomy_abstain", num_fewshot=2, confidence_target=0.5)`.

    Further keywords are metadata, and reach the task as `--metadata` does.
    """
    return load_with(manager)
