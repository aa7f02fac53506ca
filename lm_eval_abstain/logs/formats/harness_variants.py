"""Samples of our variants, which have the outcome and the signature in them."""

from __future__ import annotations

import msgspec
import numpy as np

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats.harness_rows import RowReader, Rows, numbers
from lm_eval_abstain.logs.lines import Records
from lm_eval_abstain.outcomes.trace import ResponseTrace, Trace
from lm_eval_abstain.rubric import CODE, Outcome, Signature

__all__ = ["VariantReader"]


class LoggedReading(msgspec.Struct, gc=False, frozen=True):
    """How a response was read, as far as it is needed; see `trace.logged_reading`."""

    kind: str
    stage: str | None = None
    language: str = ""
    unread: str = ""


# A run has few that differ: each is looked into once.
LoggedTrace = tuple[tuple[LoggedReading, ...], str | None, str | None]


class LoggedResponse(msgspec.Struct, gc=False):
    """One of several responses to a question."""

    reading: LoggedReading | None = None


class VariantSample(msgspec.Struct, gc=False):
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
    abstain_rate_t00: float | None = None
    reading: LoggedReading | None = None
    samples: list[LoggedResponse] = []
    outcome_otherwise: str | None = None
    outcome_if_read: str | None = None

    @property
    def read(self) -> LoggedTrace | None:
        """How its responses were read; None where options were compared."""
        if self.reading is not None:
            return (self.reading,), self.outcome_otherwise, self.outcome_if_read
        readings = tuple(one.reading for one in self.samples if one.reading)
        return (readings, self.outcome_otherwise, self.outcome_if_read) if readings else None


class VariantReader(RowReader):
    """Samples with `outcome` and `signature`."""

    kind = VariantSample
    strict = True

    def __init__(self, base: str, *, choice: bool) -> None:
        """Remember what the samples do not say.

        Args:
            base: The base task's name, where the samples do not give it.
            choice: Whether options were compared.
        """
        self._base, self._choice = base, choice
        self._signatures: dict[str, Signature | str] = {}
        self._traces: dict[LoggedTrace, int | str] = {}

    def rows(self, records: Records, builder: Builder) -> Rows:
        """See `RowReader`."""
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
        traces = [self._trace(r.read, builder) for r in values]
        read = np.array([-2 if isinstance(one, str) else one for one in traces], dtype=np.int32)
        rows.refuse(
            read == -2,
            "unknown reading",
            lambda i: str(traces[i]),
        )
        is_open = np.array([isinstance(one, Signature) and one.rubric == "open" for one in signed])
        confidence = numbers([r.confidence for r in values])
        abstain_prob = numbers([r.abstain_prob for r in values])
        without_stakes = numbers([r.abstain_rate_t00 for r in values])
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
        for name, column in (("forced_acc", forced), ("abstain_rate_t00", without_stakes)):
            rows.refuse(
                ~np.isnan(column) & (column != 0) & (column != 1),
                "not 0 or 1",
                lambda i, name=name: f"{name} is {getattr(values[i], name)}, neither 0 nor 1",
            )
        rows.columns |= {
            "outcome": outcome,
            "signature": np.array(
                [builder.signatures[one] if isinstance(one, Signature) else -1 for one in signed]
            ),
            "read": read,
            "base": builder.bases.codes(r.base or self._base for r in values),
            "confidence": confidence,
            "abstain_prob": abstain_prob,
            "without_stakes": without_stakes,
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

    def _trace(self, logged: LoggedTrace | None, builder: Builder) -> int | str:
        """The code of how a document was read, or what is wrong with the log of it."""
        if logged is None:
            return -1
        if logged not in self._traces:
            readings, otherwise, if_read = logged
            try:
                trace = Trace(
                    tuple(
                        ResponseTrace.of_log(one.kind, one.stage, one.language, one.unread != "")
                        for one in readings
                    ),
                    Outcome(otherwise) if otherwise else None,
                    Outcome(if_read) if if_read else None,
                )
                self._traces[logged] = builder.traces[trace]
            except ValueError as error:
                self._traces[logged] = f"its reading is not one that this version knows: {error}"
        return self._traces[logged]
