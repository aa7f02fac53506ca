"""The command `lm-eval-abstain`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from lm_eval_abstain._version import __version__
from lm_eval_abstain.cli import audit, judge, ls, new, path, report, rescore, run
from lm_eval_abstain.cli.demo import arguments as demo
from lm_eval_abstain.errors import AbstainError

__all__ = ["main"]

DESCRIPTION = """\
Benchmarks of lm-evaluation-harness with an "I don't know" option and penalised mistakes.

Each task, group or tag of the harness has variants, such as mmlu_abstain or arc_easy_closed:

  <base>_abstain              the prompt states what a mistake costs, and the score applies it
  <base>_closed               the base task as it is, rescored at every target
  <base>_abstain_sweep        both: closed once, open at each of several targets
  <base>_abstain_consistent   generated answers: several samples, abstained where they disagree
  <base>_confidence           generated answers: with a stated confidence, scored at every target
  <base>_generative           multiple choice asked for a generated letter, for chat APIs; a plain
                              task, and the base of all variants: arc_easy_generative_abstain
"""
EXAMPLES = """\
examples:
  a real model on real questions, nothing to fetch from a hub
    $ lm-eval-abstain demo

  any variant, with the harness's own flags
    $ lm-eval-abstain run --model hf --model_args pretrained=... --tasks mmlu,mmlu_abstain

  the shipped task files, with the harness alone
    $ lm-eval run --include_path "$(lm-eval-abstain path)" --tasks mmlu_abstain ...

  another confidence target, in prompt and score together
    $ lm-eval-abstain run ... --tasks mmlu_abstain --metadata '{"confidence_target": 0.9}'

  does the model act on the stakes?
    $ lm-eval-abstain run ... --tasks mmlu_abstain_sweep --log_samples --output_path out
    $ lm-eval-abstain audit out

  new scores from logged samples, of plain tasks too, without the model
    $ lm-eval-abstain rescore out --target 0.5 --target 0.9

  what remains doubtful, judged by a model behind any OpenAI-compatible server
    $ lm-eval-abstain judge out --base-url http://localhost:8000/v1 --model NAME
    $ lm-eval-abstain rescore out --judged judged.jsonl

  one page about all runs, to open in a browser
    $ lm-eval-abstain report out other_model -o report.html

settings in --metadata:
  confidence_target   t in [0, 1): a mistake costs t/(1 - t) points (default 0.75, 3 points)
  confidence_targets  of a sweep: a list (default 0, 0.5, 0.75, 0.9)
  wording             paper-v1 (default), short-v1, or placebo, a control without stakes
  language            of our words in the prompts: de, fr, ... (default: the task's own language)
  abstain_text        what the option says, or the model is to say (default "I don't know")
  headline_metric     which metric says right or wrong, where the base task reports several
  idk_position        multiple choice: last, or rotate: a place that depends on the document
  unparsed            generated text without an answer counts as wrong, abstain, or exclude
  k, temperature      of _consistent: samples a question (2), and how they are drawn (0.7)
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: The arguments without the program's name; those of the process by default.

    Returns:
        The exit status: 0, or 1 with one line on standard error that says what to do.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["run"]:
        arguments.append("--help")
    try:
        args = _parser(arguments).parse_args(arguments)
        # The room checks as it is imported: nothing imports it before an error can be told.
        from lm_eval_abstain.harness.supported import check_installed

        check_installed()
        args.func(args)
    except AbstainError as error:
        print(f"lm-eval-abstain: {error}", file=sys.stderr)
        return 1
    return 0


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lm-eval-abstain",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.set_defaults(func=lambda args: parser.print_help())
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    run.add_command(commands, wanted=arguments[:1] == ["run"])
    for name, module, summary in (
        ("path", path, "print the folder of the shipped task files"),
        ("ls", ls, "which base tasks have variants, and why the others have none"),
        ("new", new, "write the plain task files of a variant"),
        ("rescore", rescore, "new scores from logged samples, no model"),
        ("audit", audit, "whether a model acts on the stakes that it is told, from a sweep"),
        ("judge", judge, "a judge model reads logged responses that remain doubtful"),
        ("report", report, "one page about all runs, and its pictures"),
        ("demo", demo, "a real model on real questions, on this machine"),
    ):
        add = commands.add_parser(
            name,
            help=summary,
            description=module.DESCRIPTION,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(add)
    return parser
