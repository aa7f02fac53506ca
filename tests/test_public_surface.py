"""What `import lm_eval_abstain` gives, and what it costs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import lm_eval_abstain

HEAVY = ("numpy", "yaml", "scipy", "pandas", "datasets", "lm_eval", "torch", "matplotlib")


def test_dir_is_complete():
    assert dir(lm_eval_abstain) == sorted(lm_eval_abstain.__all__)


@pytest.mark.parametrize("name", lm_eval_abstain.__all__)
def test_every_name_is_there(name):
    assert getattr(lm_eval_abstain, name) is not None


def test_a_missing_name_is_said_so():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        lm_eval_abstain.nothing  # noqa: B018


def test_a_verb_stays_a_function_when_its_room_is_imported():
    import lm_eval_abstain.audits
    import lm_eval_abstain.reports
    import lm_eval_abstain.scores

    for verb in ("audit", "compare", "report", "rescore"):
        assert callable(getattr(lm_eval_abstain, verb))


def test_the_import_brings_nothing_heavy():
    code = "import sys, lm_eval_abstain; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint(HEAVY)


def test_what_is_to_be_installed_is_told_by_the_names_of_libraries():
    """An extra of this package can be installed by name only once there is a release."""
    folder = Path(lm_eval_abstain.__file__).parent
    told = [
        (path.name, line.strip())
        for path in (*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.rglob("*.js"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "pip install" in line
    ]
    assert len(told) >= 5
    assert not [one for one in told if re.search(r"abstain|\.\[", one[1])]
