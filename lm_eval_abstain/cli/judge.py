"""`lm-eval-abstain judge`: a judge model reads logged responses that remain doubtful."""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from lm_eval_abstain.cli.arguments import add_columns, add_paths, add_skip_bad, loaded
from lm_eval_abstain.errors import AbstainError

if TYPE_CHECKING:
    from lm_eval_abstain.judging.ask import Asked
    from lm_eval_abstain.judging.select import Case, Cases
    from lm_eval_abstain.judging.verdicts import VerdictFile

__all__ = ["DESCRIPTION", "add_arguments", "run"]

DESCRIPTION = """\
Asks a model behind any OpenAI-compatible server what logged responses are: whether they abstain,
answer, refuse, or reject the question. It sees the question and the response, and neither the
stakes nor which answer is right. Verdicts are written as they come, one a line, so that a run that
was stopped goes on where it was. Then:

  lm-eval-abstain rescore DIR --judged FILE        and so do audit and report

The key is read from the environment, and neither shown nor written.
"""
_OF = ("doubtful", "unread", "all")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_paths(parser)
    parser.add_argument(
        "--base-url",
        metavar="URL",
        help="the server's address up to /v1: http://localhost:8000/v1 (needed to ask)",
    )
    parser.add_argument("--model", required=True, metavar="NAME", help="the model's name there")
    parser.add_argument(
        "--of",
        choices=_OF,
        default=_OF[0],
        help="which responses: those of which the classifier is not sure, or whose language it "
        "does not know (doubtful, the default); those in which no answer was found (unread); or "
        "all but those in the words that the prompt asks for",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say how many requests and tokens it would take"
    )
    parser.add_argument(
        "--concurrency",
        type=int,
        default=8,
        metavar="N",
        help="how many requests are on their way at once (default: 8)",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="send at most N requests")
    parser.add_argument(
        "--timeout",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how long a reply may take before it is asked for again (default: 60)",
    )
    parser.add_argument(
        "--api-key-env",
        metavar="NAME",
        help="the environment variable that holds the key (default: OPENAI_API_KEY, if it is set)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("judged.jsonl"),
        metavar="FILE",
        help="where the verdicts are, and are added (default: judged.jsonl)",
    )
    add_columns(parser)
    add_skip_bad(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> None:
    """Read the logs, ask, write each verdict.

    Raises:
        AbstainError: An argument is wrong, something cannot be read or written, the server
            refuses, or some requests got no reply.
    """
    _check(args)
    from lm_eval_abstain.judging.ask import ask_all
    from lm_eval_abstain.judging.endpoint import Endpoint, check_client, key_from
    from lm_eval_abstain.judging.prompt import JUDGE_VERSION
    from lm_eval_abstain.judging.select import Cases
    from lm_eval_abstain.judging.verdicts import JudgeName, read_verdicts

    judge = JudgeName(args.model, JUDGE_VERSION)
    endpoint = None
    if not args.dry_run:
        check_client()
        key = key_from(args.api_key_env)
        endpoint = Endpoint(args.base_url, args.model, key, args.timeout)
    verdicts = read_verdicts(args.output, judge)
    cases = Cases(args.of, judge)
    loaded(args, cases.judge)
    new = list(islice(cases.without(verdicts.verdicts), args.limit))
    print(_plan(cases, new, verdicts, args.of))
    if endpoint is None or not new:
        return
    from tqdm import tqdm

    with (
        verdicts.appending() as file,
        tqdm(total=len(new), unit="request", desc=args.model, disable=None) as bar,
    ):
        asked = ask_all(new, endpoint, file, concurrency=args.concurrency, progress=bar.update)
    print(_summary(asked, verdicts))
    _refuse_gaps(asked, len(new))


def _check(args: argparse.Namespace) -> None:
    """Refuse before minutes are spent on reading."""
    if not args.dry_run and not args.base_url:
        raise AbstainError(
            "--base-url is missing: the address of an OpenAI-compatible server, such as "
            "http://localhost:8000/v1. Without a server, --dry-run says what would be asked."
        )
    for name in ("concurrency", "limit", "timeout"):
        value = getattr(args, name)
        if value is not None and value <= 0:
            raise AbstainError(f"--{name} must be above 0, got {value:g}.")


def _plan(cases: Cases, new: list[tuple[str, Case]], verdicts: VerdictFile, of: str) -> str:
    """What there is to ask."""
    known = len(cases) - sum(1 for _ in cases.without(verdicts.verdicts))
    lines = [
        f"Responses read: {cases.seen:,}; different ones to be judged ({of}): {len(cases):,}; "
        f"of these in {verdicts.path} already: {known:,}.",
        f"Requests: {len(new):,}, about {sum(case.tokens for _, case in new):,} tokens.",
    ]
    if not cases and of != "all":
        lines.append("There is nothing to ask; --of unread or --of all asks about more.")
    return "\n".join(lines)


def _summary(asked: Asked, verdicts: VerdictFile) -> str:
    """What came of it."""
    counts = {word: n for word, n in asked.words.most_common() if word}
    ungraded = asked.words[None]
    words = ", ".join(f"{word} {n:,}" for word, n in [*counts.items(), ("ungraded", ungraded)])
    tokens = f"{asked.prompt_tokens:,} prompt tokens and {asked.completion_tokens:,} of replies"
    lines = [f"Replies: {asked.words.total():,}: {words}.", f"The server counted {tokens}."]
    if asked.uncounted:
        lines[-1] += f" Replies without a count: {asked.uncounted:,}."
    if ungraded:
        odd = ", ".join(map(repr, asked.odd))
        lines.append(f"Ungraded, as the reply is none of the words, for example: {odd}.")
    lines.append(f"Replies in {verdicts.path}: {len(verdicts.verdicts):,}.")
    return "\n".join(lines)


def _refuse_gaps(asked: Asked, wanted: int) -> None:
    """An error where not all was answered."""
    absent = wanted - asked.words.total()
    for reason, count in asked.failures.most_common(5):
        print(f"no reply to {count:,} of the requests: {reason}", file=sys.stderr)
    if asked.stopped:
        raise AbstainError(
            f"{asked.stopped} Responses without a verdict: {absent:,}; what there is was kept, and "
            "the same command goes on from there."
        )
    if absent:
        raise AbstainError(
            f"Responses without a verdict, as their requests got no reply: {absent:,}. The same "
            "command asks about these again, and about no other."
        )
