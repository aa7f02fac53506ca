"""The demonstration: one model, the same questions with and without stakes."""

from __future__ import annotations

import argparse
import logging
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

    import lm_eval
    from lm_eval.loggers import EvaluationTracker
    from lm_eval.tasks import TaskManager
    from lm_eval.utils import make_table, setup_logging

    setup_logging(logging.ERROR)
    _say(f"loading {who}, then asking {args.limit} questions in two ways ...")
    tracker = EvaluationTracker(output_path=str(args.output_path))
    evaluate: Any = lm_eval.simple_evaluate  # its decorator hides its parameters
    results = evaluate(
        model=model,
        model_args=model_args,
        tasks=demo_tasks(args.form, rubric.target),
        task_manager=TaskManager(include_defaults=False),
        batch_size=args.batch_size,
        device=args.device,
        limit=args.limit,
        evaluation_tracker=tracker,
    )
    samples = results.pop("samples")
    tracker.save_results_aggregated(results=results, samples=samples)
    for name, rows in samples.items():
        tracker.save_results_samples(task_name=name, samples=rows)
    print(make_table(results))
    rows = results["results"]
    print(textwrap.fill(explain(rows[NAME], rows[f"{NAME}_abstain"], rubric, who), 100))
    print(f"\nResults and samples, one line a question: {args.output_path}")


def demo_tasks(form: str, target: float) -> list[Any]:
    """The base task and its variant over the worked questions, in MMLU's own template.

    Args:
        form: `continuation` or `letters`.
        target: The confidence target of the variant.

    Returns:
        Two task objects of the harness, `mmlu_demo` and `mmlu_demo_abstain`.
    """
    from lm_eval.api.task import ConfigurableTask

    from lm_eval_abstain.harness import OpenMultipleChoice
    from lm_eval_abstain.harness.definition import definition

    overrides: dict[str, Any] = {
        "custom_dataset": questions_dataset,
        "description": f"The following are {_ABOUT[form]} (with answers) about "
        "{{ subject.replace('_', ' ') }}.\n\n",
        "fewshot_split": None,
        "fewshot_config": None,
    }
    base = {**definition(_BASES[form]), **overrides, "task": NAME, "task_alias": NAME}
    variant = {
        **overrides,
        "base": _BASES[form],
        "task": f"{NAME}_abstain",
        "task_alias": f"{NAME}_abstain",
        "metadata": {"confidence_target": target},
    }
    base.pop("tag", None)
    return [ConfigurableTask(config=base), OpenMultipleChoice(config=variant)]


def _smollm2() -> dict[str, str]:
    missing = [name for name in _NEEDS if not _has(name)]
    if missing:
        raise DemoError(
            f"the demo's model needs {', '.join(missing)}: "
            "pip install 'lm-eval-abstain[demo]', or name another one with --model."
        )
    _say("fetching SmolLM2-135M-Instruct (93 MB, kept for the next time) ...")
    from lm_eval_abstain.cli.demo.weights import fetch_weights

    weights = fetch_weights()
    return {"pretrained": str(weights.parent), "gguf_file": weights.name, "dtype": "float32"}


def _has(module: str) -> bool:
    return find_spec(module) is not None


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
