"""What `ls` finds, and the file that it keeps it in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.harness import listing_cache
from lm_eval_abstain.harness.listed import Listed
from lm_eval_abstain.harness.listing import list_bases

HAVE = ("_abstain", "_closed")
SOFT = {"chalk": "too soft", "talc": "too soft"}
ROWS = [
    Listed("granite", "task", 1, ("de",), HAVE, ("_abstain",), {"_confidence": "no text"}, {}),
    Listed("hard", "group", 3, ("de", "en"), HAVE, (), {"_confidence": "?"}, {"_abstain": SOFT}),
    Listed("talc", "task", 1, (), (), (), {"_abstain": "too soft", "_closed": "too soft"}, {}),
]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache's folder, and a harness of one task file beside it."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("LM_EVAL_ABSTAIN_CACHE", str(folder))
    tasks = tmp_path / "lm_eval" / "tasks" / "granite"
    tasks.mkdir(parents=True)
    (tasks / "granite.yaml").write_text("task: granite\n")
    harness = SimpleNamespace(submodule_search_locations=[str(tmp_path / "lm_eval")])
    monkeypatch.setattr(listing_cache, "find_spec", lambda name: harness)
    return folder


@pytest.fixture
def surveys(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Which folders were surveyed, one entry a time that the harness was indexed."""
    asked: list[Any] = []

    def survey(include_path: Any) -> list[Listed]:
        asked.append(include_path)
        return ROWS

    monkeypatch.setattr("lm_eval_abstain.harness.survey.survey", survey)
    return asked


def ls(*arguments: str) -> int:
    return main(["ls", *arguments])


# ---------------------------------------------------------------------- what is kept


def test_the_harness_is_indexed_once(kept: Path, surveys: list[Any]) -> None:
    assert list_bases(["*"]) == list_bases(["*"]) == ROWS
    assert surveys == [None]
    assert [path.suffix for path in kept.iterdir()] == [".json"]


def damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def of_another_form(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "rows": [["granite"]]}))


def without_reasons(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "reasons": []}))


def a_list(path: Path) -> None:
    path.write_text("[]")


@pytest.mark.parametrize("spoil", [damaged, of_another_form, without_reasons, a_list, Path.unlink])
def test_what_is_damaged_is_made_anew(
    kept: Path, surveys: list[Any], spoil: Callable[[Path], None]
) -> None:
    list_bases(["*"])
    spoil(next(kept.iterdir()))
    assert list_bases(["*"]) == ROWS
    assert len(surveys) == 2
    list_bases(["*"])
    assert len(surveys) == 2


def edited(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / "lm_eval" / "tasks" / "granite" / "granite.yaml"
    path.write_text("task: marble!\n"[:14])
    os.utime(path, ns=(1, 1))


def added(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "lm_eval" / "tasks" / "new.yaml").write_text("")


def of_another_harness(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_cache, "version", lambda name: "0.4.14")


def of_another_package(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_cache, "__version__", "9.9")


@pytest.mark.parametrize("change", [edited, added, of_another_harness, of_another_package])
def test_what_changes_is_seen(
    kept: Path, surveys: list[Any], change: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_bases(["*"])
    change(kept.parent, monkeypatch)
    list_bases(["*"])
    assert len(surveys) == 2


def test_compiled_files_are_no_change(kept: Path, surveys: list[Any]) -> None:
    list_bases(["*"])
    compiled = kept.parent / "lm_eval" / "tasks" / "__pycache__"
    compiled.mkdir()
    (compiled / "utils.pyc").write_text("")
    list_bases(["*"])
    assert len(surveys) == 1


def test_tasks_of_one_s_own_are_never_kept(kept: Path, surveys: list[Any], tmp_path: Path) -> None:
    own = tmp_path / "own"
    assert list_bases(["*"], own) == list_bases(["*"], own) == ROWS
    assert surveys == [own, own]
    assert not kept.exists()


def test_a_folder_that_cannot_be_written_is_no_error(kept: Path, surveys: list[Any]) -> None:
    kept.write_text("a file")
    assert list_bases(["*"]) == list_bases(["*"]) == ROWS
    assert len(surveys) == 2


def test_a_file_that_is_cut_off_is_not_left(
    kept: Path, surveys: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(json, "dump", full)
    assert list_bases(["*"]) == ROWS
    assert not list(kept.iterdir())


def test_what_is_kept_needs_no_harness(tmp_path: Path) -> None:
    """To import the harness takes seconds."""
    code = (
        "import sys; from lm_eval_abstain.cli.main import main;"
        "from lm_eval_abstain.harness.listed import Listed;"
        "from lm_eval_abstain.harness.listing_cache import keep_rows, state;"
        "keep_rows(state(), [Listed('talc', 'task', 1, (), (), (), {}, {})]); main(['ls']);"
        "heavy = {'torch', 'transformers', 'datasets', 'lm_eval', 'scipy'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    environment = {**os.environ, "LM_EVAL_ABSTAIN_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "talc" in done.stdout


# ---------------------------------------------------------------------- what is found


@pytest.mark.usefixtures("kept", "surveys")
def test_names_patterns_and_variants() -> None:
    def names(*patterns: str) -> list[str]:
        return [row.name for row in list_bases(patterns)]

    assert names("talc", "g*") == ["granite", "talc"]
    assert names("granite_abstain_sweep") == ["granite"]
    assert names("granite_generative") == names("granite_generative_abstain") == ["granite"]
    assert names("*_closed") == ["granite", "hard", "talc"]


@pytest.mark.usefixtures("kept", "surveys")
@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("granit", "; did you mean granite?"),
        ("granit_abstain", "; did you mean granite?"),
        ("ran*ite*x", "; did you mean granite?"),
        ("anit", "; did you mean granite?"),
        ("basalt", "."),
    ],
)
def test_a_name_that_nearly_matches(name: str, meant: str) -> None:
    with pytest.raises(AbstainError) as error:
        list_bases(["talc", name])
    assert str(error.value) == f"the harness has no task, group or tag like {name}{meant}"


@pytest.mark.usefixtures("kept", "surveys")
@pytest.mark.parametrize(
    ("flags", "names"),
    [
        (["--refused"], ["talc"]),
        (["--built"], ["granite", "hard"]),
        (["--partial"], ["hard"]),
        (["--kind", "task"], ["granite", "talc"]),
        (["--language", "de"], ["granite", "hard"]),
        (["--language", "en", "--built"], ["hard"]),
    ],
)
def test_filters(flags: list[str], names: list[str], capsys: Any) -> None:
    assert ls(*flags, "--json") == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == names


@pytest.mark.usefixtures("kept", "surveys")
def test_nothing_left_by_the_filters_is_said(capsys: Any) -> None:
    assert ls("granite", "--refused") == 1
    assert "none of the 1 tasks, groups and tags is like that" in capsys.readouterr().err


@pytest.mark.usefixtures("kept", "surveys")
def test_a_name_alone_shows_all_about_it(capsys: Any) -> None:
    assert ls("hard") == 0
    assert capsys.readouterr().out.startswith("hard: a group of 3 tasks, de, en\n")
    assert ls("hard", "--format", "csv") == 0
    assert capsys.readouterr().out.startswith("name,kind,")
    assert ls("har*") == 0
    assert capsys.readouterr().out.startswith("name")


def test_the_harness_itself(indexed_once: None, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("LM_EVAL_ABSTAIN_CACHE", str(tmp_path))
    arc, tag, refused = (
        next(iter(list_bases([name]))) for name in ("arc_easy", "ai2_arc", "wikitext")
    )
    assert (arc.kind, arc.tasks, arc.endings[0]) == ("task", 1, "_abstain")
    assert (tag.kind, tag.tasks) == ("tag", 2)
    assert not refused.endings
    assert "loglikelihood_rolling" in refused.refusals["_abstain"]
    assert len(list_bases(["*"])) > 14_000
    assert arc.languages == tag.languages == ("en",)
    [many] = list_bases(["belebele"])
    assert {"de", "hi", "th"} < set(many.languages)
    assert [row.languages for row in list_bases(["belebele_deu_Latn"])] == [("de",)]
