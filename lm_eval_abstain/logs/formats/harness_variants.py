"""Samples of our variants, which say themselves what became of them."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs.arguments import option_lengths
from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats.harness_rows import Recipe, Rows, numbers
from lm_eval_abstain.logs.lines import Records
from lm_eval_abstain.outcomes.choose import LENGTHS
from lm_eval_abstain.outcomes.forced import forced_confidence
from lm_eval_abstain.rubric import CODE, Outcome, Signature

__all__ = ["LoggedRecipe"]


class Logged(msgspec.Struct, gc=False):
    """A sample of a variant, as far as it is needed."""

    doc_id: int
    outcome: str
    signature: str
    filter: str = ""
    doc_hash: str = ""
    base: str | None = None
    confidence: float | None = None
    forced_acc: float | None = None
    abstain_prob: float | None = None


class LoggedBefore(Logged, gc=False):
    """A multiple-choice sample from before `confidence` was logged."""

    filtered_resps: list[tuple[float | str, Any]] = []
    arguments: Any = None


class LoggedRecipe(Recipe):
    """Samples with `outcome` and `signature`."""

    strict = True

    def __init__(self, base: str, delimiter: str, *, choice: bool, before: bool) -> None:
        """Choose what is decoded.

        Args:
            base: The base task's name, where the samples do not give it.
            delimiter: What stands between a prompt and an option.
            choice: Whether options were compared.
            before: Whether a choice's `confidence` has to be worked out.
        """
        self.kind = LoggedBefore if before else Logged
        self._base, self._delimiter = base, delimiter
        self._choice, self._before = choice, before
        self._signatures: dict[str, Signature | str] = {}

    def rows(self, records: Records, builder: Builder) -> Rows:
        """See `Recipe`."""
        values = records.values
        rows = Rows(records, builder)
        outcome = np.array([CODE.get(r.outcome, -1) for r in values], dtype=np.int8)
        rows.refuse(
            outcome < 0, "unknown outcome", lambda i: f"there is no outcome {values[i].outcome!r}"
        )
        signed = [self._signature(r.signature) for r in values]
        rows.refuse(
            np.array([isinstance(one, str) for one in signed]),
            "bad signature",
            lambda i: str(signed[i]),
        )
        is_open = np.array([isinstance(one, Signature) and one.rubric == "open" for one in signed])
        confidence = numbers([r.confidence for r in values])
        if self._before:
            confidence = self._derived(values, signed, rows)
        abstain_prob = numbers([r.abstain_prob for r in values])
        forced = np.full(len(values), np.nan)
        if self._choice:
            forced = numbers([r.forced_acc for r in values])
            # Under the closed rubric the forced answer is the answer.
            forced = np.where(is_open, forced, outcome == CODE[Outcome.CORRECT])
        for name, column in (("confidence", confidence), ("abstain_prob", abstain_prob)):
            rows.refuse(
                (column < 0) | (column > 1),
                "not a probability",
                lambda i, name=name: f"{name} is {getattr(values[i], name)}, not within 0 and 1",
            )
        rows.refuse(
            ~np.isnan(forced) & (forced != 0) & (forced != 1),
            "not 0 or 1",
            lambda i: f"forced_acc is {values[i].forced_acc}, neither 0 nor 1",
        )
        rows.columns |= {
            "outcome": outcome,
            "signature": np.array(
                [
                    builder.signatures[r.signature] if isinstance(one, Signature) else -1
                    for r, one in zip(values, signed)
                ]
            ),
            "base": builder.bases.codes(r.base or self._base for r in values),
            "confidence": confidence,
            "abstain_prob": abstain_prob,
            "forced": forced,
        }
        return rows

    def _signature(self, line: str) -> Signature | str:
        """A signature, read once; or what is wrong with it."""
        if line not in self._signatures:
            try:
                self._signatures[line] = Signature(line)
            except AbstainError as error:
                self._signatures[line] = str(error)
        return self._signatures[line]

    def _derived(
        self, values: list[Any], signed: list[Signature | str], rows: Rows
    ) -> npt.NDArray[np.float64]:
        """The confidence, from the log-likelihoods: the abstain option's comes last."""
        real: list[list[float]] = []
        lengths: list[list[float]] = []
        wrong: dict[int, str] = {}
        for index, (value, one) in enumerate(zip(values, signed)):
            metric = one.parts.get("metric", "acc") if isinstance(one, Signature) else "acc"
            try:
                pairs = value.filtered_resps[: -1 if _is_open(one) else None]
                options = [float(loglik) for loglik, _ in pairs]
                sizes = option_lengths(
                    value.arguments, len(options), self._delimiter, LENGTHS[metric]
                )
            except (ValueError, KeyError) as error:
                wrong[index] = f"the confidence cannot be worked out: {error}"
                options, sizes = [], []
            real.append(options)
            lengths.append(sizes)
        rows.refuse(
            np.isin(np.arange(len(values)), list(wrong)), "no confidence", wrong.__getitem__
        )
        return forced_confidence(real, lengths)


def _is_open(one: Signature | str) -> bool:
    return isinstance(one, Signature) and one.rubric == "open"
