"""Which models give no log-likelihoods, and which task works in place of multiple choice."""

import argparse

import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.harness.log_likelihoods import no_log_likelihoods
from lm_eval_abstain.harness.wrapper import prepare

CHAT = "local-chat-completions"


def prepared(tasks, folder, model=CHAT, model_args=None):
    args = argparse.Namespace(
        tasks=[tasks], config=None, include_path=None, model=model, model_args=model_args
    )
    return prepare(args, folder)


@pytest.mark.parametrize(
    ("model", "model_args", "given"),
    [
        ("local-chat-completions", {}, False),
        ("openai-chat-completions", {}, False),
        ("anthropic-chat-completions", {}, False),
        ("anthropic-completions", {}, False),
        ("litellm", {}, False),
        ("local-completions", {"model": "mine"}, True),
        ("local-completions", {"model": "mine", "tokenizer_backend": None}, False),
        ("local-completions", {"model": "mine", "tokenizer_backend": "None"}, False),
        ("openai-completions", {"model": "davinci-002"}, True),
        ("openai-completions", {"pretrained": "babbage-002"}, True),
        ("openai-completions", {"model": "gpt-3.5-turbo-instruct"}, False),
        ("dummy", {}, True),
        ("gguf", {}, True),
        ("hf", {}, True),
        ("no-such-model", {}, True),  # the harness's own matter
    ],
)
def test_the_harness_s_own_classes_say_so(model, model_args, given, capsys):
    assert (no_log_likelihoods(model, model_args) is None) is given
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("tasks", "twins"),
    [
        ("mmlu_anatomy_abstain", "mmlu_anatomy_generative_abstain asks the same"),
        ("mmlu_abstain_sweep", "mmlu_generative_abstain_sweep asks the same"),
        ("mmlu", "mmlu_generative asks the same"),
        ("piqa_abstain", "none: piqa_generative_abstain asks the same"),
        ("leaderboard_gpqa_abstain", "leaderboard_gpqa_generative_abstain asks the same"),
        ("leaderboard_abstain", "leaderboard_generative_abstain asks the same"),
        ("m_mmlu_de_closed", "m_mmlu_de_generative_closed asks the same"),
        (
            "winogrande_closed",
            "none: winogrande_closed cannot be asked for a generated letter (each of its options "
            "makes a prompt of its own, and no question lists them), so take a model type that",
        ),
        (
            "gsm8k_abstain,piqa_abstain,winogrande,mmlu_anatomy",
            "piqa_abstain, winogrande and mmlu_anatomy compare the log-likelihoods of options, and "
            "local-chat-completions gives none: piqa_generative_abstain asks the questions of "
            "piqa_abstain for a generated answer; mmlu_anatomy_generative asks the questions of "
            "mmlu_anatomy for a generated answer; winogrande cannot be asked",
        ),
    ],
)
def test_the_variant_that_works_is_named(tasks, twins, tmp_path):
    with pytest.raises(AbstainError) as caught:
        prepared(tasks, tmp_path)
    assert twins in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_why_is_told_where_other_arguments_help(tmp_path):
    args = ("mmlu_anatomy_abstain", tmp_path, "openai-completions", {"model": "gpt-4o"})
    with pytest.raises(
        AbstainError, match=r"with these --model_args .*babbage-002.*: mmlu_anatomy"
    ):
        prepared(*args)


def test_a_name_that_the_user_defines_is_looked_at_too(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.yaml").write_text("task: mine\noutput_type: multiple_choice\n")
    args = argparse.Namespace(
        tasks=["mine"], config=None, include_path=own, model=CHAT, model_args={}
    )
    with pytest.raises(AbstainError, match="mine compares the log-likelihoods"):
        prepare(args, tmp_path)


@pytest.mark.parametrize(
    ("tasks", "looked"),
    [
        ("gsm8k_abstain,gsm8k,no_such", []),
        ("mmlu_anatomy_generative_closed", []),
        ("gsm8k,mmlu_anatomy", ["dummy"]),
    ],
)
def test_the_class_is_looked_at_for_multiple_choice_alone(tasks, looked, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr("lm_eval_abstain.harness.log_likelihoods.get_model", seen.append)
    assert prepared(tasks, tmp_path, "dummy").tasks
    assert seen == looked
