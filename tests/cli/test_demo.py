"""The demo's command: with a model that costs nothing, and with the real one where torch is."""

import json
import re
from importlib.util import find_spec

import pytest

from lm_eval_abstain.cli.demo.explain import DemoResults, explain
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.rubric import Outcome, Rubric


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
    for name in ("mmlu_demo", "mmlu_demo_abstain_t00", "mmlu_demo_abstain_t50"):
        assert re.search(rf"\| *{name} *\|", captured.out)
    said = " ".join(captured.out.split())
    assert "How to read this. dummy answered 60 questions" in said
    assert "At t = 0 it asks for a best guess and a mistake costs nothing" in said
    assert "a mistake costs 1 point and" in said
    # The first question stands above the table, the samples and the next commands below it.
    assert captured.out.index("Answer only if") < captured.out.index("How to read this")
    shown = captured.out.split("Samples at t = 0.5:")[1]
    assert [word for word in ("correct: +1", "wrong: -1", "its answer") if word not in shown] == []
    assert ("abstained: 0" in shown) == (form == "letters")
    assert f"lm-eval-abstain rescore {tmp_path / 'out'} --target 0.9" in shown
    assert "--model dummy" in shown
    for step in ("importing", "reading the questions", "loading dummy, then asking 60 questions"):
        assert step in captured.err
    rows = samples(tmp_path, "mmlu_demo_abstain_t50")
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
    for row in samples(tmp_path, "mmlu_demo_abstain_t75"):
        logliks = [float(resp[0][0]) for resp in row["resps"]]
        # This model prefers one letter, whatever the question; a broken one prefers none.
        assert logliks.index(max(logliks)) == 0
        assert max(logliks) - sorted(logliks)[-2] > 1


C, W, A = Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED


def explained(free, staked, target=0.75, right=40):
    """The paragraphs about 100 questions (or as many as there are outcomes), as one text."""
    guesses = [i < right for i in range(len(staked))]
    return " ".join(explain(DemoResults(guesses, free, staked), Rubric(target), "A model"))


@pytest.mark.parametrize(
    ("staked", "said"),
    [
        ([A] * 100, "It never answered, so nothing can be said about its answers"),
        ([C] * 40 + [W] * 10 + [A] * 50, "80.0% is right, not below the 75%"),
        ([C] * 40 + [W] * 10 + [A] * 50, "abstains rather where it would have been wrong"),
        ([C] * 20 + [W] * 30 + [A] * 50, "only 40.0% is right, where answering pays from 75% on"),
        ([C] * 20 + [W] * 30 + [A] * 50, "nothing here shows that it knows which answers"),
        ([C] * 4 + [W] * 2 + [A] * 94, "It answered 6 times: too few to tell how good"),
    ],
)
def test_what_is_said_of_the_answers(staked, said):
    text = explained([C] * 40 + [W] * 60, staked)
    assert said in text
    # 0.4 - 3 * 0.6, by hand.
    assert "under the same stakes, score -1.400" in text


def test_only_the_difference_is_a_reaction():
    free, staked = [A] * 30 + [W] * 70, [A] * 60 + [W] * 40
    text = explained(free, staked)
    assert 'the model says "I don\'t know" on 30.0%' in text
    assert "it says so on 60.0%" in text
    assert "The reaction to the stakes is the difference, +30.0%" in text
    assert "the other 30.0% is there without any" in text


def test_what_is_there_without_stakes_is_no_reaction():
    same = [A] * 75 + [W] * 25
    assert "The difference of +0.0% is within chance" in explained(same, same)
    assert "nothing here shows a reaction" in explained(same, [A] * 78 + [W] * 22)
    assert "It abstains less where a mistake costs more (-30.0%" in explained(
        [A] * 60 + [W] * 40, [A] * 30 + [W] * 70
    )
    assert 'it would rather be wrong than say "I don\'t know"' in explained([W] * 99, [W] * 99)


def test_few_questions_prove_nothing():
    text = explained([C, W, W, W, W], [A] * 5, right=1)
    assert "5 questions are too few to tell more" in text
    assert "from too few questions to tell" in text
    assert "It never answered" not in text
    assert explained([C], [C], right=1).startswith("How to read this. A model answered 1 question ")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (0, "There are no stakes to react to: ask with --target 0.75."),
        (0, "without a penalty every answer pays"),
        (0.5, "a mistake costs 1 point and"),
        (0.75, "a mistake costs 3 points and"),
    ],
)
def test_the_penalty_in_words(target, said):
    outcomes = [C] * 40 + [W] * 40 + [A] * 20
    text = explained(outcomes, outcomes, target)
    assert said in text
    assert "-0.0" not in text.replace("-0.0%", "")
    assert ("At t = 0.5 a" in text) == (target == 0.5)
