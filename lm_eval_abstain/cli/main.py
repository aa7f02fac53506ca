"""The command `lm-eval-abstain`."""

from __future__ import annotations

import argparse
import fnmatch
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lm_eval_abstain._version import __version__
from lm_eval_abstain.cli import audit, report, rescore
from lm_eval_abstain.errors import AbstainError

__all__ = ["main"]

DESCRIPTION = """\
Benchmarks of lm-evaluation-harness with an "I don't know" option and penalised mistakes.

Each task, group or tag of the harness has variants, such as mmlu_abstain or arc_easy_closed:

  <base>_abstain              the prompt states what a mistake costs, and the score applies it
  <base>_closed               the base task as it is, rescored at every target
  <base>_abstain_sweep        both: closed once, open at each of several targets
  <base>_abstain_consistent   written answers: several samples, abstained where they disagree
  <base>_confidence           written answers: with a stated confidence, scored at every target
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

  one page about all runs, to open in a browser
    $ lm-eval-abstain report out other_model -o report.html

settings in --metadata:
  confidence_target   t in [0, 1): a mistake costs t/(1 - t) points (default 0.75, 3 points)
  confidence_targets  of a sweep: a list (default 0, 0.5, 0.75, 0.9)
  wording             paper-v1 (default), short-v1, or placebo, a control without stakes
  abstain_text        what the option says, or the model is to say (default "I don't know")
  headline_metric     which metric says right or wrong, where the base task reports several
  idk_position        multiple choice: last, or rotate: a place that depends on the document
  unparsed            written text without an answer counts as wrong, abstain, or exclude
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
    args = _parser(arguments).parse_args(arguments)
    try:
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
    if arguments[:1] == ["run"]:
        # The harness adds its own command, with all its flags, to any parser.
        from lm_eval._cli.run import Run

        Run.create(commands)
        harness_run = commands.choices["run"]
        harness_run.usage = "lm-eval-abstain run --tasks VARIANT [flags of lm-eval run]"
        harness_run.set_defaults(func=_run(harness_run.get_default("func")))
    else:
        commands.add_parser("run", help="the harness's own run, for any variant")
    add = commands.add_parser("path", help="print the folder of the shipped task files")
    add.set_defaults(func=_path)
    add = commands.add_parser(
        "ls",
        help="which base tasks have variants, and why the others have none",
        description="Lists tasks, groups and tags of the harness whose names match, each with the "
        "endings of its variants' names.",
    )
    add.add_argument("pattern", nargs="*", default=["*"], help="such as 'gpqa*' (default: all)")
    add.add_argument("--include_path", type=Path, help="task files of your own")
    add.set_defaults(func=_ls)
    add = commands.add_parser(
        "new",
        help="write the plain task files of a variant",
        description="Writes the task files of variants and of everything below them, to keep, "
        "to change, or to contribute. Existing files are never overwritten.",
    )
    add.add_argument(
        "base",
        nargs="+",
        help="a variant, or a task, group or tag of the harness for its <base>_abstain",
    )
    add.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    add.add_argument("--include_path", type=Path, help="task files of your own")
    add.set_defaults(func=_new)
    for name, module, summary in (
        ("rescore", rescore, "new scores from logged samples, no model"),
        ("audit", audit, "whether a model acts on the stakes that it is told, from a sweep"),
        ("report", report, "one page about all runs, and its pictures"),
    ):
        add = commands.add_parser(
            name,
            help=summary,
            description=module.DESCRIPTION,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(add)
    add = commands.add_parser("demo", help="a real model on real questions, on this machine")
    from lm_eval_abstain.cli.demo.arguments import add_arguments

    add_arguments(add)
    return parser


def _path(args: argparse.Namespace) -> None:
    from lm_eval_abstain.harness.shipped import shipped_path

    print(shipped_path())


def _run(harness_run: Callable[[argparse.Namespace], None]) -> Callable[..., None]:
    def run(args: argparse.Namespace) -> None:
        from lm_eval.utils import setup_logging

        from lm_eval_abstain.harness.wrapper import prepare

        setup_logging()
        with tempfile.TemporaryDirectory(prefix="lm-eval-abstain-") as folder:
            harness_run(prepare(args, Path(folder)))

    return run


def _ls(args: argparse.Namespace) -> None:
    from lm_eval_abstain.harness.kinds import SWEEPS, VARIANTS
    from lm_eval_abstain.harness.variants import Catalogue, base_of

    index = _index(args.include_path)
    catalogue = Catalogue(index)
    names = sorted({name for pattern in args.pattern for name in fnmatch.filter(index, pattern)})
    names = [name for name in names if not base_of(name)]
    if not names:
        raise AbstainError(f"the harness has no task, group or tag like {' '.join(args.pattern)}")
    suffixes = [*(variant.suffix for variant in VARIANTS), *SWEEPS]
    width = max(map(len, names))
    for name in names:
        kind = index[name].kind.name.removeprefix("PY_").lower()
        reasons = {suffix: catalogue.refusal(name + suffix) for suffix in suffixes}
        there = [suffix for suffix, reason in reasons.items() if not reason]
        shown = " ".join(there) or f"- {reasons[suffixes[0]]}"
        print(f"{name:<{width}}  {kind:<5}  {shown}")


def _new(args: argparse.Namespace) -> None:
    from lm_eval_abstain.harness.files import write_files
    from lm_eval_abstain.harness.kinds import OPEN
    from lm_eval_abstain.harness.variants import Catalogue, base_of

    names = [name if base_of(name) else name + OPEN.suffix for name in args.base]
    for path in write_files(Catalogue(_index(args.include_path)).files(names), args.output):
        print(path)


def _index(include_path: Path | None) -> Mapping[str, Any]:
    from lm_eval.tasks import TaskManager

    from lm_eval_abstain.harness.definition import check_folder

    if include_path is not None:
        check_folder(include_path)
    print("indexing the harness's tasks ...", file=sys.stderr)
    return TaskManager(include_path=include_path).task_index
