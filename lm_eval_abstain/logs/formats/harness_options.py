"""Samples of plain multiple-choice tasks: log-likelihoods, and what the harness says of them."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from lm_eval_abstain.logs.arguments import option_lengths
from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats.harness_rows import RowReader, Rows, right_or_wrong
from lm_eval_abstain.logs.lines import Records
from lm_eval_abstain.outcomes.choose import LENGTHS
from lm_eval_abstain.outcomes.forced import forced_confidence
from lm_eval_abstain.rubric import CODE, Outcome, Signature

__all__ = ["ChoiceReader", "are_pairs"]

_NO_GOLD = ("", "None", "-1", "-100", None, -1, -100)


class ChoiceReader(RowReader):
    """Samples whose responses are pairs of log-likelihood and greediness, one an option."""

    strict = False  # log-likelihoods are logged as strings

    def __init__(
        self, base: str, metric: str, signature: Signature, delimiter: str, *, mutual: bool
    ) -> None:
        """Choose what is decoded.

        Args:
            base: The task's name.
            metric: Its metric that says right or wrong.
            signature: The signature of its samples.
            delimiter: What stands between a prompt and an option.
            mutual: Whether the log-likelihoods without a prompt follow those with one.
        """
        self._base, self._metric, self._signature = base, metric, signature
        self._delimiter, self._mutual = delimiter, mutual
        # Only a metric that divides by the options' lengths needs their texts.
        texts = [] if metric == "acc" else [("arguments", Any)]
        self.kind: Any = msgspec.defstruct(
            "ChoiceSample",
            [
                ("doc_id", int),
                ("filtered_resps", list[tuple[float, Any]]),
                ("right", float | bool, msgspec.field(name=metric)),
                *texts,
                ("filter", str, ""),
                ("doc_hash", str, ""),
                ("target", Any, 0),
            ],
            gc=False,
        )

    def rows(self, records: Records, builder: Builder) -> Rows:
        """See `RowReader`."""
        values = records.values
        rows = Rows(records, builder)
        outcome = right_or_wrong(rows, [r.right for r in values], self._metric)
        rows.refuse(
            np.array([r.target in _NO_GOLD for r in values]),
            "no gold answer",
            lambda i: f"there is no gold answer: target is {values[i].target!r}",
        )
        logliks = [[loglik for loglik, _ in r.filtered_resps] for r in values]
        if self._mutual:
            logliks = [pairs[: len(pairs) // 2] for pairs in logliks]
        # A single continuation has nothing to be compared with.
        several = np.array([*map(len, logliks)]) > 1
        confidence = forced_confidence(logliks, self._lengths(rows, values, logliks))
        rows.refuse(
            np.isnan(confidence),
            "not a number",
            lambda i: f"no answer can be read from the log-likelihoods {logliks[i]}",
        )
        rows.columns |= {
            "outcome": outcome,
            "signature": builder.signatures[self._signature],
            "base": builder.bases[self._base],
            "confidence": np.where(several, confidence, np.nan),
            "forced": np.where(several, outcome == CODE[Outcome.CORRECT], np.nan),
        }
        return rows

    def _lengths(
        self, rows: Rows, values: list[Any], logliks: list[list[float]]
    ) -> list[list[float]] | None:
        """What each log-likelihood is divided by; None where it is taken as it is."""
        if self._metric == "acc":
            return None
        lengths: list[list[float]] = []
        wrong: dict[int, str] = {}
        for index, (value, options) in enumerate(zip(values, logliks)):
            try:
                found = option_lengths(
                    value.arguments, len(options), self._delimiter, LENGTHS[self._metric]
                )
            except ValueError as error:
                wrong[index] = f"the confidence cannot be worked out: {error}"
                found = [1.0] * len(options)
            lengths.append(found)
        rows.refuse(
            np.isin(np.arange(len(values)), list(wrong)), "no confidence", wrong.__getitem__
        )
        return lengths


def are_pairs(responses: Any) -> bool:
    """Whether responses are log-likelihoods and no texts."""
    return (
        isinstance(responses, list)
        and bool(responses)
        and all(
            isinstance(pair, list) and len(pair) == 2 and str(pair[1]) in ("True", "False")
            for pair in responses
        )
    )
