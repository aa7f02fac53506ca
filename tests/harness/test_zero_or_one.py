"""Whether a function gives 0 or 1, as its source tells."""

from pathlib import Path

import pytest

from lm_eval_abstain.harness.definition import TASKS_DIR
from lm_eval_abstain.harness.sources import picks_best
from lm_eval_abstain.harness.zero_or_one import gives_zero_or_one

YES = {
    "a choice": "return {'acc': 1.0 if doc == results else 0.0}",
    "a comparison": "return {'acc': doc == results}",
    "negated": "return {'acc': not doc}",
    "a number of it": "return {'acc': int(doc == results)}",
    "a name": "right = 0\n    if doc:\n        right = 1\n    return {'acc': right}",
    "a mapping's name": "out = {'acc': doc in results}\n    out.update(n=3)\n    return out",
    "the best of several": "return {'acc': max([int(doc == one) for one in results])}",
    "the best so far": "best = 0\n    for one in results:\n"
    "        best = max(best, int(one == doc))\n    return {'acc': best}",
    "two results": "if not doc:\n        return {'acc': 0}\n    return {'acc': 1.0}",
    "another function": "return helped(doc)",
    "a part of another": "right, share = parted(doc)\n    return {'acc': right, 'f1': share}",
}
NO = {
    "a share": "return {'acc': len(doc) / len(results)}",
    "a choice of a share": "return {'acc': 0.5 if doc else 0.0}",
    "a name that is a share": "right = 0\n    right = len(doc) / 2\n    return {'acc': right}",
    "a sum": "right = 0\n    for one in results:\n        right += 1\n    return {'acc': right}",
    "what is given": "return {'acc': doc}",
    "a loop's name": "for one in results:\n        pass\n    return {'acc': one}",
    "another metric": "return {'em': 1.0}",
    "the other part": "right, share = parted(doc)\n    return {'acc': share}",
    "one of two": "if doc:\n        return {'acc': len(doc) / 2}\n    return {'acc': 1.0}",
    "a library's": "return {'acc': library.score(doc)}",
    "nothing": "pass",
    "the best of shares": "return {'acc': max(len(one) / 2 for one in results)}",
}
SOURCE = """
def scored(doc, results):
    {body}

def helped(doc):
    return {{"acc": float(doc == 3)}}

def parted(doc):
    if not doc:
        return 0.0, 0.0
    return 1.0, len(doc) / 3
"""


def given(folder: Path, body: str) -> str:
    (folder / "scoring.py").write_text(SOURCE.format(body=body))
    return str(folder / "scoring.scored")


@pytest.mark.parametrize("body", YES.values(), ids=YES)
def test_what_is_0_or_1(body: str, tmp_path: Path) -> None:
    assert gives_zero_or_one(given(tmp_path, body), "acc")


@pytest.mark.parametrize("body", NO.values(), ids=NO)
def test_what_is_not_known_to_be(body: str, tmp_path: Path) -> None:
    assert not gives_zero_or_one(given(tmp_path, body), "acc")


def test_a_function_that_gives_a_number(tmp_path: Path) -> None:
    assert gives_zero_or_one(given(tmp_path, "return int(doc == results)"), None)


def test_a_function_that_gives_another_number(tmp_path: Path) -> None:
    assert not gives_zero_or_one(given(tmp_path, "return len(doc)"), None)


def test_a_function_as_it_is() -> None:
    assert gives_zero_or_one(_right, None)
    assert not gives_zero_or_one(_share, None)
    assert not gives_zero_or_one("acc", None)
    assert not gives_zero_or_one(None, None)


def _right(doc: str) -> float:
    return 1.0 if doc else 0.0


def _share(doc: str) -> float:
    return len(doc) / 7


@pytest.mark.parametrize(
    ("function", "key", "told"),
    [
        ("babilong/common_utils.process_results", "acc", True),
        ("agieval/utils.process_results", "acc", True),
        ("bbq/utils.process_results_generate_until", "acc", True),
        ("drop/utils.process_results", "em", True),
        ("drop/utils.process_results", "f1", False),
        ("coqa/utils.process_results", "em", False),
        ("infinitebench/utils.process_results_kv", "score", True),
        ("infinitebench/utils.process_results_qa_en", "score", False),
        ("french_bench/utils.exact", None, True),
        ("french_bench/utils.f1", None, False),
    ],
)
def test_functions_of_the_harness(function: str, key: str, told: bool) -> None:
    assert gives_zero_or_one(str(TASKS_DIR / function), key) == told


def test_a_function_of_a_module_by_its_name() -> None:
    module = "lm_eval.tasks.noreval.noridiom.utils.process_results"
    assert gives_zero_or_one(str(TASKS_DIR / "noreval" / "noridiom" / module), "em")


@pytest.mark.parametrize(
    ("function", "picks"),
    [
        ("agieval/utils.process_results_mcqa", True),
        ("super_glue/record/util.process_results", True),
        ("bbq/utils.process_results_multiple_choice", True),
        ("truthfulqa/utils.process_results_mc2", False),
        ("crows_pairs/utils.process_results", False),
    ],
)
def test_who_looks_for_the_best_option(function: str, picks: bool) -> None:
    assert picks_best(str(TASKS_DIR / function)) == picks
