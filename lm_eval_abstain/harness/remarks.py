"""Sentences at the end of a run about what became of the documents, where that needs a look."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from lm_eval_abstain.outcomes.stakes import MOST, NO_REACTION
from lm_eval_abstain.reading.detect import Reading
from lm_eval_abstain.rubric import Outcome, UnparsedPolicy

__all__ = [
    "Remark",
    "Seen",
    "fate_of_response",
    "fates_of_choice",
    "on_choices",
    "on_own_abstentions",
    "on_responses",
]

Seen = Counter[tuple[str, str]]
"""How often each fate was met: a filter's name (empty for multiple choice), and the fate."""

# What cuts a response or leaves it empty is named from this share of the responses on.
_NOTABLE = 0.05
# Far above what tasks allow: reasoning takes thousands of tokens.
_FOR_ANSWERS, _FOR_REASONING = 2048, 8192
_IN_REASONING = "reasoning"
_ABSTAINED, _ABSTAINED_FREELY = "abstained", "abstained at t = 0, too"
_SCORED: dict[UnparsedPolicy, str] = {
    "wrong": "scored as wrong",
    "abstain": "scored as abstentions",
    "exclude": "left out of the score",
}
# Ends that no model writes inside its reasoning.
_SPECIAL = re.compile(r"<[^<>\s]+>")


class Remark(NamedTuple):
    """One sentence with a count, which is a task's own, and what to do, which many tasks share."""

    seen: str
    advice: str


def fate_of_response(outcome: Outcome, reading: Reading) -> str:
    """What is counted of a generated response: its outcome, and where it was cut."""
    cut_in_reasoning = outcome is Outcome.TRUNCATED and reading.where == "reasoning"
    return _IN_REASONING if cut_in_reasoning else outcome.value


def fates_of_choice(*, abstained: bool, at_zero: bool) -> Iterable[tuple[str, str]]:
    """What is counted of a choice that was also asked for at t = 0: whether it abstained."""
    if abstained:
        yield "", _ABSTAINED
        if at_zero:
            yield "", _ABSTAINED_FREELY


def on_choices(seen: Mapping[tuple[str, str], int]) -> list[Remark]:
    """A remark where most abstentions are no reaction to the stakes."""
    abstained, freely = seen.get(("", _ABSTAINED), 0), seen.get(("", _ABSTAINED_FREELY), 0)
    if freely <= MOST * abstained:
        return []
    return [
        Remark(
            f"{freely} of {abstained} {NO_REACTION}",
            "Read abstain_rate beside abstain_rate_t00.",
        )
    ]


def on_own_abstentions(found: Sequence[str]) -> list[Remark]:
    """A remark where options of the base task abstain: they are counted as answers.

    Args:
        found: One such option of each document that has any.
    """
    if not found:
        return []
    documents = "1 document has" if len(found) == 1 else f"{len(found)} documents have"
    return [
        Remark(
            f"{documents} an option of the base task's own that abstains "
            f"({max(found, key=found.count)!r}); to choose it is an answer, right or wrong as in "
            "the base task, and no abstention.",
            "",
        )
    ]


def on_responses(
    seen: Mapping[tuple[str, str], int],
    *,
    limit: int,
    stops: Sequence[str],
    unparsed: UnparsedPolicy,
) -> list[Remark]:
    """Remarks on responses that were cut, are empty, or hold no answer for the task's filter.

    Args:
        seen: By a filter's name and `fate_of_response`, the number of responses.
        limit: The most tokens that a response could have.
        stops: The stop sequences in force.
        unparsed: How responses without an answer are scored.
    """
    by_filter: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (name, fate), count in seen.items():
        by_filter[name][fate] += count
    if not by_filter:
        return []
    are = f"and are {_SCORED[unparsed]}: the limit is {limit} tokens"
    harmful = [repr(stop) for stop in stops if not _SPECIAL.fullmatch(stop)]
    cutting = f", and the task stops at {', '.join(harmful)}" if harmful else ""
    whole = _flag(limit, stops)
    found = [
        (
            _IN_REASONING,
            f"were cut inside their reasoning, before an answer, {are}{cutting}.",
            f"To let the reasoning end, add --gen_kwargs {whole} ; to take it out of the response, "
            "add 'think_end_token=</think>' to --model_args where the model type has it (hf, "
            "vllm, sglang, local-chat-completions).",
        ),
        (
            Outcome.EMPTY.value,
            f"are empty, {are}{cutting}.",
            "A server that keeps the reasoning to itself sends nothing where it is cut, and a "
            "response that begins with a stop sequence is empty, too: try "
            f"--gen_kwargs {whole} .",
        ),
        (
            Outcome.TRUNCATED.value,
            f"were cut before an answer, {are}.",
            "To let the responses end, add --gen_kwargs "
            f"max_gen_toks={_more_tokens(limit, _FOR_ANSWERS)} .",
        ),
    ]
    remarks: list[Remark] = []
    for fate, what, advice in found:
        # What is cut or empty is so under every filter; an answer, one may find before the cut.
        n, total = max((one[fate], one.total()) for one in by_filter.values())
        if n and n >= _NOTABLE * total:
            remarks.append(Remark(f"{n} of {total} responses {what}", advice))
    for name, fates in by_filter.items():
        n, total = fates[Outcome.UNPARSED.value], fates.total()
        if n > MOST * total:
            remarks.append(
                Remark(
                    f"the task's filter {name!r} reads no answer in {n} of {total} responses, "
                    f"which are {_SCORED[unparsed]}.",
                    "Look at the samples (--log_samples --output_path DIR) before the score.",
                )
            )
    return remarks


def _flag(limit: int, stops: Sequence[str]) -> str:
    """The value of `--gen_kwargs` with which reasoning is not cut."""
    tokens = _more_tokens(limit, _FOR_REASONING)
    harmless = [stop for stop in stops if _SPECIAL.fullmatch(stop)]
    if len(harmless) == len(stops):
        return f"max_gen_toks={tokens}"
    # An empty list of stop sequences is refused by some servers.
    kept = {"max_gen_toks": tokens, "until": harmless or ["<|im_end|>"]}
    return f"'{json.dumps(kept)}'"


def _more_tokens(limit: int, enough: int) -> int:
    """Four times the limit, or what is enough for most models where that is more."""
    return max(enough, 4 * limit)
