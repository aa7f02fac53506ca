"""What `rescore` costs to start: what it imports, and how long a whole MMLU run takes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

from support.logged_files import variant, write_results, write_samples

# What no part of a rescore needs; each of them takes seconds to import.
HEAVY = {"torch", "transformers", "datasets", "lm_eval", "evaluate", "pandas", "scipy", "sklearn"}

RESCORE = """
import json, resource, sys
from lm_eval_abstain.cli.main import main
assert main(["rescore", *sys.argv[1:]]) == 0
used = resource.getrusage(resource.RUSAGE_SELF)
modules = sorted({name.split(".")[0] for name in sys.modules})
print(json.dumps([modules, used.ru_utime + used.ru_stime]), file=sys.stderr)
"""


def test_a_run_of_14042_samples(tmp_path):
    rng = random.Random(0)
    sizes = [246] * 56 + [14_042 - 56 * 246]
    tasks = {}
    for number, size in enumerate(sizes):
        task = f"subject{number}_abstain"
        tasks[task] = size
        write_samples(
            tmp_path,
            task,
            [
                variant(i, rng.choice(["correct", "wrong", "abstained"]), confidence=rng.random())
                for i in range(size)
            ],
        )
    write_results(tmp_path, tasks, {"all_abstain": list(tasks)})
    done = subprocess.run(
        [sys.executable, "-c", RESCORE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    modules, seconds = json.loads(done.stderr.splitlines()[-1])
    assert not HEAVY & set(modules)
    assert "all_abstain (group)" in done.stdout
    # Of the processor, so that other work on the machine does not count.
    assert seconds < 1.5
