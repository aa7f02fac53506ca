"""The demonstration: one model, the same questions without a rubric, at t = 0, and with stakes."""

from __future__ import annotations

import argparse
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lm_eval_abstain.cli.demo.examples import EXAMPLES, examples, indented, shown
from lm_eval_abstain.cli.demo.explain import DemoResults, explain
from lm_eval_abstain.cli.demo.questions import questions_dataset
from lm_eval_abstain.errors import DemoError
from lm_eval_abstain.rubric import Outcome, Rubric

__all__ = ["base_and_changes", "demo"]

# Any one subject's file: what it adds to MMLU's template is overridden below.
_BASES = {
    "continuation": "mmlu/continuation/mmlu_anatomy.yaml",
    "letters": "mmlu/default/mmlu_anatomy.yaml",
}
_ABOUT = {"continuation": "questions", "letters": "multiple choice questions"}
NAME = "mmlu_demo"
_SECONDS_A_QUESTION = 1.3  # of one way of asking, with the default model on two cores
_NEEDS = ("torch", "transformers", "accelerate", "gguf")
_PACKAGES = {"torch": "'torch>=2.6,<2.14'"}  # the range of the extra `demo`


def demo(args: argparse.Namespace) -> None:
    """Ask a model the worked MMLU questions, print the table, read it out, show samples.

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

    targets = sorted({0.0, float(rubric.target)})
    _say("importing PyTorch and the harness (up to half a minute) ...")
    from lm_eval_abstain.harness.demonstration import demo_tasks, evaluated, first_prompt

    _say("reading the questions from the installed lm-eval ...")
    tasks = demo_tasks(NAME, *base_and_changes(args.form), targets)
    print(f"The first question, with its stakes:\n\n{indented(first_prompt(tasks[-1]))}\n")
    asked = min(args.limit, len(tasks[0].eval_docs))
    _say(
        f"loading {who}, then asking {asked} questions in {len(tasks)} ways"
        f"{_duration(asked, len(tasks)) if args.model is None else ''} ..."
    )
    table, samples = evaluated(
        tasks,
        args.output_path,
        model=model,
        model_args=model_args,
        batch_size=args.batch_size,
        device=args.device,
        limit=args.limit,
    )
    plain, free, staked = (samples[one.task_name] for one in (tasks[0], tasks[1], tasks[-1]))
    results = DemoResults(
        guesses=[row["acc"] == 1 for row in plain],
        free=[Outcome(row["outcome"]) for row in free],
        staked=[Outcome(row["outcome"]) for row in staked],
    )
    print(table)
    for paragraph in explain(results, rubric, who):
        print(textwrap.fill(paragraph, 100), end="\n\n")
    print(f"Samples at t = {rubric.target_text}:\n")
    for row in examples(staked):
        print(indented(shown(row, rubric)), end="\n\n")
    for outcome in EXAMPLES:
        if not results.count(outcome):
            print(f"None is {outcome.value}.\n")
    print(_next_steps(args.output_path, model, args.model_args if args.model else None))


def _duration(questions: int, ways: int) -> str:
    """How long the demo's own model takes: about a second a question and way on two cores."""
    minutes = questions * ways * _SECONDS_A_QUESTION / 60
    return f", about {max(1, round(minutes))} min on two cores"


def _next_steps(folder: Path, model: str, model_args: str | None) -> str:
    """What to try next, as commands to copy."""
    named = f"--model {model}"
    named += f" --model_args {model_args}" if model_args else ""
    if model_args is None:
        named = "--model hf --model_args pretrained=HuggingFaceTB/SmolLM2-1.7B-Instruct"
    return (
        f"Results and samples, one line a question: {folder}. Next:\n"
        f"    lm-eval-abstain rescore {folder} --target 0.9     # other stakes\n"
        f"    lm-eval-abstain report {folder} -o report.html    # one page (needs '[report]')\n"
        f"    lm-eval-abstain run {named} \\\n"
        "        --tasks mmlu_abstain_sweep --limit 10 --log_samples --output_path out\n"
        "    lm-eval-abstain audit out                         # does it act on the stakes?"
    )


def base_and_changes(form: str) -> tuple[str, dict[str, Any]]:
    """The file of a subject's task of MMLU, and what makes it one of the worked questions.

    Args:
        form: A key of the flag `--form`.
    """
    return _BASES[form], {
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
