"""What a run of the harness's command left behind, and such runs made once a session."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.environment import SCRATCH
from support.once_a_session import once


class Finished:
    """A run's table, its results file, its groups and its samples by task."""

    def __init__(self, process: subprocess.CompletedProcess[str], folder: Path) -> None:
        assert process.returncode == 0, process.stderr[-3000:]
        self.folder = folder
        self.table: str = process.stdout
        [path] = folder.rglob("results_*.json")
        self.file: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.results: dict[str, dict[str, Any]] = self.file["results"]
        self.groups: dict[str, dict[str, Any]] = self.file.get("groups", {})
        self.samples: dict[str, list[dict[str, Any]]] = {
            re.sub(r"^samples_|_\d{4}-.*$", "", path.name): [
                json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()
            ]
            for path in folder.rglob("samples_*.jsonl")
        }


def finished_once(name: str, run: Callable[[Path], subprocess.CompletedProcess[str]]) -> Finished:
    """A run that all workers of a session read; `run` makes it, in the folder that it is given."""
    folder = SCRATCH / "runs" / name
    return Finished(once(name, lambda: run(folder)), folder)
