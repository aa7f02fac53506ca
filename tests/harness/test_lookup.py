"""The quick lookup finds what the harness's whole index has."""

import re

import pytest
from lm_eval.tasks import TaskManager
from lm_eval.tasks._index import Kind

from lm_eval_abstain.harness.groups import members
from lm_eval_abstain.harness.lookup import TASKS_DIR, find_entries, words
from support.shipped_tasks import shipped_bases


@pytest.fixture(scope="module")
def index(indexed_once):
    return TaskManager().task_index


def below(name, index):
    """A name's entry and those of everything below it, from the whole index."""
    found, names = {}, [name]
    while names:
        name = names.pop()
        if name in index and name not in found:
            found[name] = index[name]
            names += members(index[name])
    return found


OTHERS = [
    *("piqa", "ai2_arc", "lambada", "super-glue-lm-eval-v1", "leaderboard", "math_word_problems"),
    *("openllm", "pythia", "afrobench_lite", "basque_bench", "mgsm_direct", "bbh"),
    *("tmmluplus_education_(profession_level)", "flan_held_in", "no_such_task"),
]


@pytest.mark.parametrize("name", [*shipped_bases(), *OTHERS])
def test_a_name(name, index):
    assert find_entries([name]) == below(name, index)


def test_every_500th_name(index):
    for name in sorted(index)[::500]:
        assert find_entries([name]) == below(name, index), name


def test_a_tag_that_a_group_names_is_in_its_folder_as_a_whole_or_not_at_all(index):
    """The lookup relies on it."""

    def folder(name):
        return index[name].yaml_path.relative_to(TASKS_DIR).parts[0]

    for name, entry in index.items():
        for tag in members(entry) if entry.kind is Kind.GROUP else ():
            if tag in index and index[tag].kind is Kind.TAG:
                inside = {folder(task) == folder(name) for task in index[tag].tags}
                assert len(inside) == 1, (name, tag)


def test_every_name_is_one_word(index):
    """Patterns are matched with the words of the files."""
    assert set(index) <= words()
    assert not [name for name in index if not re.fullmatch(r"[\w./()+-]+", name)]
