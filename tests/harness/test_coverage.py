"""The leaf tasks of the installed harness: built right, or refused for a true reason.

`docs/benchmarks/coverage.py` does it for all of them; here a part of each folder is built.
"""

from __future__ import annotations

from collections import Counter

import pytest

from support.survey.run import Survey, stratified
from support.survey.verdicts import REFUSED, RIGHT, UNTESTABLE, WRONG

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skip(reason="what the survey finds is not all looked at; run coverage.py"),
]

SHARE = 6  # of a folder's families every sixth, and those that many tasks belong to
LEAST = 0.88


@pytest.fixture(scope="module")
def survey(indexed_once):
    return Survey()


def test_variants_are_right_or_refused_for_a_true_reason(survey):
    leaves = survey.verdicts(stratified(survey, SHARE))
    wrong = {leaf.name: leaf.verdict.faults for leaf in leaves if leaf.verdict.kind == WRONG}
    assert not wrong
    untrue = {
        leaf.name: leaf.verdict.reason
        for leaf in leaves
        if leaf.verdict.kind == REFUSED and leaf.verdict.true is False
    }
    assert not untrue
    # A task of a folder stands for as many as the folder has tasks for each that was built.
    tasks = Counter(map(survey.folder, survey.tasks))
    built = Counter(leaf.folder for leaf in leaves)
    weights = {folder: tasks[folder] / count for folder, count in built.items()}
    share = {
        kind: sum(weights[leaf.folder] for leaf in leaves if leaf.verdict.kind == kind)
        / len(survey.tasks)
        for kind in (RIGHT, REFUSED, UNTESTABLE)
    }
    assert share[RIGHT] >= LEAST, share


def test_each_leaf_task_is_of_one_family(survey):
    assert sorted(name for family in survey.families for name in family) == sorted(survey.tasks)
    assert len(survey.families) < len(survey.tasks) / 3
