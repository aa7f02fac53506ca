"""The demonstration: one model, the same questions with and without stakes."""

from __future__ import annotations

import argparse
import sys
import textwrap
from importlib.util import find_spec
from typing import Any

from lm_eval_abstain.cli.demo.explain import explain
from lm_eval_abstain.cli.demo.questions import questions_dataset
from lm_eval_abstain.errors import DemoError
from lm_eval_abstain.rubric import Rubric

__all__ = ["demo"]

# Any one subject's file: what it adds to MMLU's template is overridden below.
_BASES = {
    "continuation": "mmlu/continuation/mmlu_anatomy.yaml",
    "letters": "mmlu/default/mmlu_anatomy.yaml",
}
_ABOUT = {"continuation": "questions", "letters": "multiple choice questions"}
NAME = "mmlu_demo"
_NEEDS = ("torch", "transformers", "accelerate", "gguf", "platformdirs")
_PACKAGES = {"torch": "'torch>=2.6,<2.14'"}  # the range of the extra `demo`


def demo(args: argparse.Namespace) -> None:
    """Evaluate a model on the worked MMLU questions, print and explain the table.

    Args:
        args: The flags of `lm_eval_abstain.cli.demo.arguments`.

    Raises:
        AbstainError: A flag or the download is at fault; the text says what to do.
    """
    rubric = Rubric(args.target)
    if args.limit < 1:
        raise DemoError(f"--limit must be at least 1, got {args.limit}.")
    if args.model is None and args.model_args:
        raise DemoError("--model_args needs --model, such as --model hf.")
    if args.model is None:
        model, model_args, who = "hf", _smollm2(), "SmolLM2-135M-Instruct"
    else:
        model, model_args = args.model, args.model_args
        who = f"{model} ({model_args})" if model_args else model

    from lm_eval_abstain.harness.demonstration import demo_tasks, evaluated

    _say(f"loading {who}, then asking {args.limit} questions in two ways ...")
    table, rows = evaluated(
        lambda: demo_tasks(NAME, _BASES[args.form], _changes(args.form), rubric.target),
        args.output_path,
        model=model,
        model_args=model_args,
        batch_size=args.batch_size,
        device=args.device,
        limit=args.limit,
    )
    print(table)
    print(textwrap.fill(explain(rows[NAME], rows[f"{NAME}_abstain"], rubric, who), 100))
    print(f"\nResults and samples, one line a question: {args.output_path}")


def _changes(form: str) -> dict[str, Any]:
    """What makes a subject's task of MMLU one of the worked questions."""
    return {
        "custom_dataset": questions_dataset,
        "description": f"The following are {_ABOUT[form]} (with answers) about "
        "{{ subject.replace('_', ' ') }}.\n\n",
        "fewshot_split": None,
        "fewshot_config": None,
    }


def _smollm2() -> dict[str, str]:
    missing = [name for name in _NEEDS if not _has(name)]
    if missing:
        raise DemoError(
            f"the demo's model needs {', '.join(missing)}: pip install "
            f"{' '.join(_PACKAGES.get(name, name) for name in missing)}, or name another one with "
            "--model."
        )
    _say("fetching SmolLM2-135M-Instruct (93 MB, kept for the next time) ...")
    from lm_eval_abstain.cli.demo.weights import fetch_weights

    weights = fetch_weights()
    return {"pretrained": str(weights.parent), "gguf_file": weights.name, "dtype": "float32"}


def _has(module: str) -> bool:
    return find_spec(module) is not None


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
