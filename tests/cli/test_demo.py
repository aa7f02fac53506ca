"""The demo's command: with a model that costs nothing, and with the real one where torch is."""

import json
from importlib.util import find_spec

import pytest

from lm_eval_abstain import Rubric
from lm_eval_abstain.cli.demo.explain import explain
from lm_eval_abstain.cli.main import main


def demo(capsys, tmp_path, *flags):
    status = main(["demo", "--output_path", str(tmp_path / "out"), *flags])
    return status, capsys.readouterr()


def samples(tmp_path, task):
    (path,) = (tmp_path / "out").rglob(f"samples_{task}_2*.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("form", ["continuation", "letters"])
def test_another_model(form, capsys, tmp_path):
    flags = ["--model", "dummy", "--limit", "60", "--form", form, "--target", "0.5"]
    status, captured = demo(capsys, tmp_path, *flags)
    assert status == 0
    assert "|mmlu_demo_abstain|" in captured.out
    said = " ".join(captured.out.split())
    assert "How to read this. dummy answered 60 questions" in said
    assert "a mistake costs 1 point and" in said
    rows = samples(tmp_path, "mmlu_demo_abstain")
    assert len(rows) == 60
    assert len({row["doc"]["subject"] for row in rows}) == 57
    prompt = rows[0]["arguments"]["gen_args_0"]["arg_0"]
    subject = rows[0]["doc"]["subject"].replace("_", " ")
    assert f"(with answers) about {subject}.\n\nAnswer only if you are > 50%" in prompt
    assert ("E. I don't know" in prompt) == (form == "letters")
    assert len(samples(tmp_path, "mmlu_demo")) == 60


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--target", "1"], "confidence_target"),
        (["--limit", "0"], "--limit"),
        (["--model_args", "pretrained=x"], "needs --model"),
    ],
)
def test_bad_flags(flags, message, capsys, tmp_path):
    status, captured = demo(capsys, tmp_path, *flags)
    assert status == 1
    assert message in captured.err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.skipif(find_spec("torch") is None, reason="the real model needs torch: '.[demo]'")
@pytest.mark.skipif(find_spec("gguf") is None, reason="the real model needs gguf: '.[demo]'")
def test_the_real_model(capsys, tmp_path):
    status, captured = demo(capsys, tmp_path, "--limit", "4", "--form", "letters")
    assert status == 0, captured.err
    assert "SmolLM2-135M-Instruct answered 4 questions" in " ".join(captured.out.split())
    for row in samples(tmp_path, "mmlu_demo_abstain"):
        logliks = [float(resp[0][0]) for resp in row["resps"]]
        # This model prefers one letter, whatever the question; a broken one prefers none.
        assert logliks.index(max(logliks)) == 0
        assert max(logliks) - sorted(logliks)[-2] > 1


def result(n, **values):
    return {"sample_len": n, **{f"{name},none": value for name, value in values.items()}}


@pytest.mark.parametrize(
    ("acc", "error_rate", "said"),
    [
        (0.0, 0.0, "It never answered"),
        (0.4, 0.1, "80.0% is right, not below the 75%"),
        (0.4, 0.1, "abstains rather where it would have been wrong"),
        (0.2, 0.3, "only 40.0% is right, where answering pays from 75% on"),
        (0.2, 0.3, "nothing here shows that it knows what it knows"),
    ],
)
def test_the_paragraph_says_what_the_numbers_say(acc, error_rate, said):
    answered = acc + error_rate
    variant = result(
        100,
        acc=acc,
        error_rate=error_rate,
        abstain_rate=1 - answered,
        score=acc - 3 * error_rate,
        acc_answered=acc / answered if answered else float("nan"),
    )
    text = explain(result(100, acc=0.4), variant, Rubric(0.75), "A model")
    assert said in text
    # 0.4 - 3 * 0.6, by hand.
    assert "under the same stakes, score -1.400" in text
