"""What `import lm_eval_abstain` gives, and what it costs."""

from __future__ import annotations

import subprocess
import sys

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
