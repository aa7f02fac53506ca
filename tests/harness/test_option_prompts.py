"""Bases whose options make a prompt each are refused by their definition, before their data."""

from __future__ import annotations

from pathlib import Path

import pytest
from lm_eval.tasks._index import Kind

from lm_eval_abstain import UnsupportedTaskError
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.harness.definition import definition
from lm_eval_abstain.harness.listing import list_bases
from lm_eval_abstain.harness.option_prompts import option_prompts
from lm_eval_abstain.harness.task_files import new_files

# All multiple-choice tasks of the harness where `doc_to_text` gives a whole number: of the 8,238
# that could have an open variant otherwise, by reading each `doc_to_text`.
FOUND = {
    "winogrande",
    *(f"AraDiCE_winogrande_{dialect}" for dialect in ("egy", "eng", "lev", "msa")),
    "icelandic_winogrande",
    *(f"metabench_winogrande{part}" for part in ("", "_permute", "_secondary")),
    "metabench_winogrande_secondary_permute",
    "tinyWinogrande",
    "wsc273",
    *(f"xwinograd_{language}" for language in ("en", "fr", "jp", "pt", "ru", "zh")),
}


def test_those_of_the_harness(manager):
    found = {
        name
        for name, entry in manager.catalogue.bases.items()
        if entry.kind is Kind.TASK
        and (entry.cfg or {}).get("output_type") == "multiple_choice"
        and option_prompts(entry.cfg or {})
    }
    assert found == FOUND


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("winogrande/default.yaml", True),
        ("xwinograd/xwinograd_en.yaml", True),
        ("wsc273/default.yaml", True),
        ("super_glue/copa/default.yaml", False),
        ("xcopa/default_et.yaml", False),  # a partial, which has no code of its own
        ("arc/arc_easy.yaml", False),
    ],
)
def test_functions_that_are_resolved(file, expected):
    assert option_prompts(definition(file)) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return doc['label']", False),  # it may be a text
        ("return int(doc['label'])", True),
        ("return doc['options'].index(doc['answer'])", True),
        ("return {'1': 0, '2': 1}[doc['answer']]", True),
        ("return TABLE[doc['answer']]", True),
        ("return {'1': 'one', '2': 'two'}[doc['answer']]", False),
        ("number = 1\n    return number", True),
        ("number = number\n    return number", False),
        ("if doc:\n        return 0\n    return doc['text']", False),
        ("return f\"{doc['question']}\"", False),
        ("yield 0", False),
    ],
)
def test_what_a_function_returns(body, expected, tmp_path):
    (tmp_path / "utils.py").write_text(f"TABLE = {{'x': 0}}\n\n\ndef ask(doc):\n    {body}\n")
    config = {"doc_to_text": str(tmp_path / "utils.ask"), "doc_to_choice": "choices"}
    assert option_prompts(config) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (0, True),
        ("label", True),
        ("{{ gold }}", True),
        ("{{['A', 'B'].index(answer)}}", True),
        ("{{text}} label", False),
        ("{{text}} {{['A', 'B'].index(answer)}}", False),
        ("query", False),
        ("", False),
        ("/no/such/file.function", False),
        (f"/{'long ' * 2000}", False),
    ],
)
def test_templates_and_columns(text, expected):
    assert option_prompts({"doc_to_text": text, "doc_to_choice": "choices"}) is expected
    assert not option_prompts({"doc_to_text": text})


# ---------------------------------------------------------------------- who says so


@pytest.fixture
def no_data(monkeypatch):
    def load(*_, **__):
        raise AssertionError("the data set was loaded")

    monkeypatch.setattr("datasets.load_dataset", load)


@pytest.mark.usefixtures("no_data")
@pytest.mark.parametrize("task", ["winogrande_abstain", "xwinograd_en_abstain", "wsc273_abstain"])
def test_run_says_so_before_data_and_model(task, capfd):
    assert main(["run", "--model", "no-such-model", "--tasks", task]) == 1
    last = capfd.readouterr().err.splitlines()[-1]
    base = task.removesuffix("_abstain")
    assert last.startswith(f"lm-eval-abstain: '{base}' has no abstain variant: each of its options")


@pytest.mark.usefixtures("no_data")
def test_ls_new_and_python_say_so(manager):
    [row] = list_bases(["winogrande"], None)
    assert row.endings == ("_closed",)
    with pytest.raises(UnsupportedTaskError, match="each of its options makes a prompt"):
        new_files(["winogrande_abstain"], None, members=False)
    assert set(new_files(["winogrande_closed"], None, members=False)) == {"winogrande_closed"}
    for task in ("winogrande_abstain", "winogrande_abstain_sweep"):
        with pytest.raises(UnsupportedTaskError, match="each of its options makes a prompt"):
            manager.load([task])


def test_the_harness_thinks_the_same(in_hub: Path, load):
    assert load("winogrande").multiple_input
