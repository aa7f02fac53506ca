"""Verdicts on disk: what is torn, foreign or mixed."""

from __future__ import annotations

import json

import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.judging.verdicts import Judged, JudgeName, read_verdicts
from lm_eval_abstain.outcomes.judged import Verdict

ANN, BOB = JudgeName("ann", "judge-v1"), JudgeName("bob", "judge-v1")
YES = Judged(Verdict.ABSTAINS)
ODD = Judged(None, "it … abstains")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "judged.jsonl"


def write(path, judge, **verdicts):
    with read_verdicts(path, judge).appending() as file:
        for key, judged in verdicts.items():
            file.add(key, judged)


def test_what_is_written_is_read(path):
    write(path, ANN, a=YES, b=ODD)
    write(path, ANN, c=YES)
    found = read_verdicts(path)
    assert found.judge == ANN
    assert found.verdicts == {"a": YES, "b": ODD, "c": YES}
    assert [json.loads(line)["verdict"] for line in path.read_text().splitlines()] == [
        "abstains",
        None,
        "abstains",
    ]


def test_each_verdict_is_on_disk_at_once(path):
    with read_verdicts(path, ANN).appending() as file:
        file.add("a", YES)
        assert read_verdicts(path).verdicts == {"a": YES}


def test_a_torn_last_line_is_passed_over_wherever_it_is_torn(path):
    write(path, ANN, a=YES, b=ODD)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for end in range(first, len(whole) + 1):
        path.write_bytes(whole[:end])
        complete = end >= len(whole) - 1  # all but the end of the line, or all
        assert read_verdicts(path).verdicts == ({"a": YES, "b": ODD} if complete else {"a": YES})
        write(path, ANN, c=YES)
        after = read_verdicts(path).verdicts
        assert after == {"a": YES, **({"b": ODD} if complete else {}), "c": YES}


def test_a_bad_line_in_the_middle_is_an_error(path):
    write(path, ANN, a=YES, b=YES)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0][:-9], lines[1], ""]))
    with pytest.raises(AbstainError, match=r"judged\.jsonl:1 is no verdict"):
        read_verdicts(path, ANN)


@pytest.mark.parametrize("content", ['{"results": {"gsm8k": 1}}', "a,b\n1,2", '{"key": 1}\n', "{}"])
def test_a_file_of_something_else_is_refused_and_left_alone(path, content):
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(AbstainError, match="is no verdict"):
        read_verdicts(path, ANN)
    assert path.read_text() == content


@pytest.mark.parametrize("other", [BOB, JudgeName("ann", "judge-v2")])
def test_two_judges_do_not_share_a_file(path, other):
    write(path, ANN, a=YES)
    with pytest.raises(AbstainError, match=r"is a verdict of judge-v1\(ann\), and not of"):
        read_verdicts(path, other)
    path.write_text(path.read_text() + path.read_text().replace("ann", "bob"))
    with pytest.raises(AbstainError, match="use one file for each judge"):
        read_verdicts(path)


def test_an_empty_or_absent_file_has_no_judge(path):
    with pytest.raises(AbstainError, match="cannot be read"):
        read_verdicts(path)
    path.parent.mkdir()
    path.write_text("")
    with pytest.raises(AbstainError, match="holds no verdicts"):
        read_verdicts(path)
    assert read_verdicts(path, ANN).verdicts == {}


def test_a_folder_cannot_be_written(tmp_path):
    with (
        pytest.raises(AbstainError, match="cannot be"),
        read_verdicts(tmp_path / "no", ANN).appending() as file,
    ):
        raise OSError("no space left")
    assert file.target.verdicts == {}


def test_the_key_tells_everything_apart_that_was_asked():
    keys = {
        judge.key(question, response)
        for judge in (ANN, BOB, JudgeName("ann", "judge-v2"))
        for question in ("", "Q", "Q\ud800")
        for response in ("", "R")
    }
    assert len(keys) == 18
    assert ANN.key("Q", "R") == JudgeName("ann", "judge-v1").key("Q", "R")
    assert ANN.key("QR", "") != ANN.key("Q", "R")


@pytest.mark.parametrize("model", ["", " ", "a|b", "a\nb"])
def test_a_name_that_a_signature_cannot_hold(model):
    with pytest.raises(AbstainError, match="cannot be named in a signature"):
        JudgeName(model, "judge-v1")
