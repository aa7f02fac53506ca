"""Our words in a prompt in the task's own language, from the prompt to the report of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lm_eval_abstain import AbstainError, Rubric, TaskManager, load_samples, rescore
from lm_eval_abstain.audits.find import find_sweeps
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.reading.confidence import CONFIDENCE_SENTENCE, confidence_sentence
from support.harness_runs import evaluate, logged_run, quiet, requests_of
from support.scripted_lm import ScriptedLM

QUESTIONS = {
    "de": ("Welche Zahl ist gerade?", "vier", "fünf"),
    "en": ("Which number is even?", "four", "five"),
    "ja": ("偶数はどれですか。", "四", "五"),
    "romaji": ("Guusuu wa dore desu ka?", "yon", "go"),
    "sr": ("Koji broj je paran?", "četiri", "pet"),
    "tr": ("Hangi sayı çifttir?", "dört", "beş"),
}
CHOICE = {
    "output_type": "multiple_choice",
    "doc_to_text": "{{q}}\nA. {{a}}\nB. {{b}}\nAnswer:",
    "doc_to_choice": ["A", "B"],
    "doc_to_target": "gold",
}
GENERATED = {
    "output_type": "generate_until",
    "doc_to_text": "{{q}}\n",
    "doc_to_target": "{{a}}",
    "generation_kwargs": {"until": ["\n\n"]},
    "metric_list": [{"metric": "exact_match"}],
}
Make = Callable[..., TaskManager]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A task manager for tasks of one's own: `quiz_de` asks the German question, and so on."""

    def manager(*names: str, base: dict[str, Any] = CHOICE, group: str = "", **metadata: Any):
        for name in names:
            question, one, other = QUESTIONS[name.rpartition("_")[2]]
            data = tmp_path / f"{name}.jsonl"
            rows = [{"q": f"{i}. {question}", "a": one, "b": other, "gold": 0} for i in range(4)]
            data.write_text("".join(json.dumps(row) + "\n" for row in rows))
            config = {
                "task": name,
                "dataset_path": "json",
                "dataset_kwargs": {"data_files": {"test": str(data)}},
                "test_split": "test",
                **base,
            }
            (tmp_path / f"{name}.yaml").write_text(json.dumps(config))
        if group:
            definition = {"group": group, "task": list(names)}
            (tmp_path / f"{group}.yaml").write_text(json.dumps(definition))
        return TaskManager(include_path=str(tmp_path), include_defaults=False, metadata=metadata)

    return manager


def task_of(manager: TaskManager, name: str) -> Any:
    with quiet():
        task = manager.load([name])["tasks"][name]
    task.set_config("num_fewshot", 0)
    return task


def prompt_of(task: Any) -> str:
    return str(task.fewshot_context(task.eval_docs[0], 0))


# ---------------------------------------------------------------------- prompts


def test_sentence_and_option_are_in_the_task_s_language(make: Make) -> None:
    task = task_of(make("quiz_de"), "quiz_de_abstain")
    german = Rubric(0.75, language="de")
    assert prompt_of(task) == (
        f"{german.sentence}\n\n0. Welche Zahl ist gerade?\nA. vier\nB. fünf\n"
        "C. Ich weiß es nicht\nAnswer:"
    )
    assert task.signature.startswith("rubric:open|t:0.75|wording:paper-v1|lang:de|idk:last|")


def test_english_restores_the_form_of_an_english_task(make: Make) -> None:
    task = task_of(make("quiz_de", language="en"), "quiz_de_abstain")
    assert prompt_of(task).startswith(f"{Rubric(0.75).sentence}\n\n0. Welche")
    assert "\nC. I don't know\n" in prompt_of(task)
    assert "lang:" not in task.signature
    assert prompt_of(task_of(make("quiz_en"), "quiz_en_abstain")) == prompt_of(
        task_of(make("quiz_en", language="en"), "quiz_en_abstain")
    )


def test_the_metadata_override_the_task(make: Make) -> None:
    task = task_of(make("quiz_en", language="fr"), "quiz_en_abstain")
    assert prompt_of(task).startswith(Rubric(0.75, language="fr").sentence)
    assert "|lang:fr|" in task.signature
    with pytest.raises(AbstainError, match=r"language must be one of af, .*, zu, got 'xx'"):
        make("quiz_en", language="xx")


def test_words_of_ones_own_win(make: Make) -> None:
    task = task_of(make("quiz_de", abstain_text="Keine Ahnung"), "quiz_de_abstain")
    assert "\nC. Keine Ahnung\n" in prompt_of(task)
    assert "„Keine Ahnung“" in prompt_of(task)
    assert "|lang:de|text:Keine Ahnung|" in task.signature


def test_at_t_0_and_where_options_are_not_listed(make: Make) -> None:
    unlisted = {**CHOICE, "doc_to_text": "{{q}}\n", "doc_to_choice": "{{[a, b]}}"}
    task = task_of(make("quiz_de", base=unlisted), "quiz_de_abstain")
    [stated, *_, abstain, control] = requests_of(task)[0]
    german = Rubric(0.75, language="de")
    assert stated[0].startswith(german.sentence)
    assert abstain[1] == control[1] == " Ich weiß es nicht"
    assert control[0].startswith(Rubric(0, language="de").sentence)


def test_the_closed_rubric_is_the_base_s_prompt(make: Make) -> None:
    for metadata in ({}, {"language": "de"}):
        manager = make("quiz_de", **metadata)
        closed = task_of(manager, "quiz_de_closed")
        assert requests_of(closed) == requests_of(task_of(manager, "quiz_de"))
        assert "lang:" not in closed.signature


def test_questions_in_other_letters(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    assert "lang:ja" in task_of(make("quiz_ja"), "quiz_ja_abstain").signature
    assert "lang:sr-latn" in task_of(make("quiz_sr"), "quiz_sr_abstain").signature
    assert not caplog.records
    task = task_of(make("ja_quiz_romaji"), "ja_quiz_romaji_abstain")
    assert "lang:" not in task.signature
    assert "\nC. I don't know\n" in prompt_of(task)
    assert "its questions are in other letters" in caplog.text


@pytest.mark.parametrize("wording", ["short-v1", "placebo"])
def test_a_wording_without_a_translation_needs_english(make: Make, wording: str) -> None:
    with pytest.raises(AbstainError, match=r'English alone.*"language": "en"'):
        task_of(make("quiz_de", wording=wording), "quiz_de_abstain")
    task = task_of(make("quiz_de", wording=wording, language="en"), "quiz_de_abstain")
    assert f"|wording:{wording}|idk" in task.signature
    task_of(make("quiz_de", wording=wording), "quiz_de_closed")


def test_that_is_known_before_a_model_is_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    run = ["run", "--model", "no_such_model", "--metadata", '{"wording": "placebo"}']
    assert main([*run, "--tasks", "arc_de_abstain"]) == 1
    assert "'arc_de': the wording 'placebo' is there in English alone" in capsys.readouterr().err
    assert main([*run[:-1], '{"language": "xx"}', "--tasks", "arc_de_abstain"]) == 1
    assert "language must be one of af, am" in capsys.readouterr().err


# ---------------------------------------------------------------------- generated answers


def outcomes_of(task: Any, *written: str) -> list[str]:
    answers = iter(written)
    run = evaluate([task], ScriptedLM(generate=lambda _: next(answers)))
    return [sample["outcome"] for sample in run["samples"][task.task_name]]


def test_the_phrase_that_is_asked_for_is_read(make: Make) -> None:
    task = task_of(make("quiz_tr", base=GENERATED), "quiz_tr_abstain")
    assert "“Bilmiyorum”" in prompt_of(task)
    assert outcomes_of(task, "dört", "Bilmiyorum", "beş", "I don't know") == [
        "correct",
        "abstained",
        "wrong",
        "abstained",
    ]


def test_the_request_for_a_confidence(make: Make) -> None:
    task = task_of(make("quiz_de", base=GENERATED), "quiz_de_confidence")
    assert prompt_of(task) == f"{confidence_sentence('de')}\n\n0. Welche Zahl ist gerade?\n"
    assert task.signature.startswith("rubric:confidence|wording:confidence-v1|lang:de|")
    written = ("vier\nConfidence: 80%", "fünf\nConfidence: 30%", "vier", "Ich weiß es nicht")
    assert outcomes_of(task, *written) == ["correct", "wrong", "unparsed", "abstained"]
    english = task_of(make("quiz_de", base=GENERATED, language="en"), "quiz_de_confidence")
    assert prompt_of(english).startswith(CONFIDENCE_SENTENCE)


# ---------------------------------------------------------------------- groups, sweeps, logs


def test_a_group_s_tasks_are_each_in_their_own_language(make: Make, tmp_path: Path) -> None:
    manager = make("quiz_de", "quiz_en", "quiz_tr", group="quiz")
    logged_run(["quiz_abstain_sweep"], ScriptedLM(), manager, tmp_path / "out", num_fewshot=0)
    samples = load_samples(tmp_path / "out")
    signatures = {(one.name, one.signature.language) for one in rescore(samples).scores}
    assert ("quiz_de_abstain_t75", "de") in signatures
    assert ("quiz_en_abstain_t75", "en") in signatures
    assert ("quiz_tr_abstain_t75", "tr") in signatures
    assert ("quiz_de_closed", "en") in signatures
    assert ("quiz_abstain_t75", "de,en,tr") in signatures
    [pool] = find_sweeps(samples).pools
    assert pool.sweep.setting.endswith("|lang:de,en,tr")
    assert len(pool.members) == 3
