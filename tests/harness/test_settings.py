"""What `--metadata` may say, and what is refused."""

import pytest

from lm_eval_abstain import AbstainError, Rubric, TaskManager
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.harness.settings import Settings


def test_defaults_and_keys_of_others():
    assert Settings.from_metadata(None) == Settings()
    assert Settings.from_metadata({"pretrained": "gpt2", "version": 1.0}) == Settings()


def test_every_key():
    given = {
        "confidence_target": 0.9,
        "confidence_targets": [0.8, 0.2],
        "abstain_text": "No idea",
        "wording": "short-v1",
        "idk_position": "rotate",
        "headline_metric": "acc_norm",
        "unparsed": "exclude",
        "answers": "strict",
        "k": 3,
        "temperature": 1,
    }
    settings = Settings.from_metadata(given)
    assert settings == Settings(
        rubric=Rubric(0.9, "No idea", "short-v1"),
        targets=(0.2, 0.8),
        idk_position="rotate",
        headline_metric="acc_norm",
        unparsed="exclude",
        answers="strict",
        k=3,
        temperature=1.0,
    )
    # A closed run is rescored at the standard targets and at every one that is named.
    assert settings.rescored_targets == (0.0, 0.2, 0.5, 0.75, 0.8, 0.9)


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"confidence_target": 1}, "must be in"),
        ({"confidence_target": "high"}, "must be a number"),
        ({"idk_position": "first"}, "last, rotate"),
        ({"headline_metric": "f1"}, "acc, acc_norm, acc_bytes"),
        ({"abstain_text": ""}, "abstain_text"),
        ({"confidence_traget": 0.9}, "did you mean 'confidence_target'"),
        ({"idk_postion": "rotate"}, "did you mean 'idk_position'"),
        ({"confidence_targets": 0.5}, "must be a list such as"),
        ({"confidence_targets": []}, "must be a list such as"),
        ({"confidence_targets": [0.5, 1]}, "must be in"),
        ({"confidence_targets": [0.5, 0.50]}, "names a target twice"),
        ({"wording": "paper"}, "wording must be one of paper-v1, short-v1, placebo"),
        ({"wording": "placebo", "abstain_text": "No idea"}, "leave abstain_text out"),
        ({"wordings": "paper-v1"}, "did you mean 'wording'"),
        ({"answers": "lenient"}, "answers must be one of stated, strict, got 'lenient'"),
        ({"answer": "strict"}, "did you mean 'answers'"),
        ({"k": 1}, "whole number from 2"),
        ({"k": "two"}, "whole number from 2"),
        ({"temperature": 0}, "above 0"),
        ({"temperature": float("nan")}, "above 0"),
    ],
)
def test_mistakes_are_errors(metadata, message):
    with pytest.raises(AbstainError, match=message):
        Settings.from_metadata(metadata)


def test_a_file_that_the_harness_would_leave_out_is_an_error(tmp_path, capsys):
    (tmp_path / "list.yaml").write_text("- no task file, and none of our business\n")
    (tmp_path / "mine.yaml").write_text("task: mine\ndoc_to_text: 'never closed\n")
    run = ["run", "--model", "no_such_model", "--tasks", "arc_easy_abstain"]
    assert main([*run, "--include_path", str(tmp_path)]) == 1
    assert "mine.yaml is not valid YAML" in capsys.readouterr().err
    assert main([*run, "--include_path", str(tmp_path / "none")]) == 1
    assert "is not a folder" in capsys.readouterr().err


def test_every_way_in_checks_a_users_folder(tmp_path, capsys):
    (tmp_path / "mine.yaml").write_text("include: not_there\ntask: mine\n")
    folder = str(tmp_path)
    assert main(["run", "--tasks", "arc_easy_abstain", "--include_path", folder]) == 1
    assert "mine.yaml cannot be read" in capsys.readouterr().err
    assert main(["ls", "mine", "--include_path", folder]) == 1
    assert "mine.yaml cannot be read" in capsys.readouterr().err
    for include_path in (folder, [folder]):
        with pytest.raises(AbstainError, match=r"mine\.yaml cannot be read"):
            TaskManager(include_path=include_path, include_defaults=False)
