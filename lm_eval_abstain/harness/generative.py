"""The definition of `<base>_generative`: a multiple-choice task, asked for a generated letter.

It is made of the base task's own, and it is one of generated answers as the harness has them: the
harness runs it, and every variant is made of it as of any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lm_eval.defaults import default_gen_kwargs

from lm_eval_abstain.harness.definition import headline_metric, refusal, variant_alias
from lm_eval_abstain.harness.lettering import Lettering
from lm_eval_abstain.harness.nothing_asked import nothing_asked
from lm_eval_abstain.harness.option_prompts import option_prompts
from lm_eval_abstain.prompts.lettered import LETTERS_VERSION, NO_QUESTION, ONE_PROMPT_EACH
from lm_eval_abstain.reading.stated_answer import STATED_VERSION
from lm_eval_abstain.rubric.names import GENERATIVE
from lm_eval_abstain.rubric.signature import LETTERS

__all__ = ["LABEL", "LETTERED", "METRIC", "SIGNED", "lettered", "outline", "unletterable"]

LETTERED = "lettered"
"""The key of a definition that names a base of multiple choice, and is one of generated letters."""

LABEL = GENERATIVE.lstrip("_")
"""What it is called in tables."""
METRIC = "exact_match"
"""Its metric: the letter is the right one."""
SIGNED = {LETTERS: f"{LETTERS_VERSION}+{STATED_VERSION}"}
"""How it asks and reads, as signatures name it."""
# Room for some lines of reasoning. A stop at a line's end would cut an answer that begins with it.
_MOST_TOKENS = 1024
_STOPS = ["</s>"]
# What multiple choice has and generated answers do not.
_DROPPED = ("doc_to_choice", "process_results", "generation_kwargs", "filter_list", "repeats")
# What is about the generation: a task file sets it as for any task of generated answers.
_OF_GENERATION = ("generation_kwargs", "filter_list", "repeats")


def outline(config: Mapping[str, Any]) -> dict[str, Any]:
    """The definition of the generated form, as far as it needs no documents.

    Args:
        config: The base task's definition; functions may be resolved or not.
    """
    kept = {key: value for key, value in config.items() if key not in _DROPPED}
    metric = {"metric": METRIC, "aggregation": "mean", "higher_is_better": True}
    alias = config.get("task_alias")
    return {
        **kept,
        **({"task_alias": variant_alias(alias, LABEL, None)} if alias else {}),
        "task": str(config.get("task")) + GENERATIVE,
        "output_type": "generate_until",
        "metric_list": [metric],
    }


def lettered(
    merged: Mapping[str, Any],
    own: Mapping[str, Any],
    docs: Callable[[], Any],
    abstain_text: str,
) -> dict[str, Any]:
    """The definition of the generated form.

    Args:
        merged: The base task's definition under its own name, with a task file's overrides.
        own: These overrides.
        docs: Gives the documents, once they are loaded.
        abstain_text: What the prompt asks the model to say when it abstains.

    Raises:
        UnsupportedTaskError: The base task reports no metric that says right or wrong.
    """
    structural = ("tag", "group", "task_list", "class", "base")
    base = {key: value for key, value in merged.items() if key not in structural}
    lettering = Lettering(
        {key: value for key, value in base.items() if key not in _OF_GENERATION},
        headline_metric(base),
        docs,
        abstain_text,
    )
    reads = [{"function": "custom", "filter_fn": lettering.read}, {"function": "take_first"}]
    return {
        **outline(base),
        "doc_to_text": lettering.text,
        "doc_to_target": lettering.target,
        "filter_list": [{"name": "letter", "filter": reads}],
        "generation_kwargs": default_gen_kwargs([*_STOPS], _MOST_TOKENS),
        **{key: own[key] for key in _OF_GENERATION if key in own},
    }


def unletterable(config: Mapping[str, Any]) -> str | None:
    """Why a task of multiple choice cannot be asked for a letter, as far as its definition tells.

    Args:
        config: The definition; functions may be resolved or not.
    """
    if option_prompts(config):
        return ONE_PROMPT_EACH
    if nothing_asked(config):
        return NO_QUESTION
    return refusal(outline(config))
