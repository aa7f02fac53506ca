"""Logged samples whose readings are replaced by a judge's verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.judging.verdicts import VerdictFile, read_verdicts
from lm_eval_abstain.logs import Samples, load_samples
from lm_eval_abstain.logs.load import Paths
from lm_eval_abstain.outcomes.judge import Judgement, judge
from lm_eval_abstain.reading.stages import Stage, with_judge
from lm_eval_abstain.rubric import Signature

__all__ = ["load_judged"]


class _Judging:
    """`outcomes.judge.judge` with the verdicts of a file, and what they changed."""

    def __init__(self, verdicts: VerdictFile) -> None:
        self._verdicts, self.name = verdicts, str(verdicts.judge)
        self._used: set[str] = set()
        self._replaced = self._changed = 0

    def judge(
        self, response: str, *, part: str | None = None, question: str = "", **rest: Any
    ) -> Judgement:
        own = response if part is None else part
        key = self._verdicts.judge.key(question, own)
        read = judge(response, part=part, question=question, **rest)
        if key not in self._verdicts.verdicts:
            return read
        self._used.add(key)
        verdict = self._verdicts.verdicts[key].verdict
        if verdict is None:
            return read
        judged = judge(response, part=part, question=question, verdict=verdict, **rest)
        self._replaced += judged.reading.stage is Stage.JUDGE
        self._changed += judged.outcome is not read.outcome
        return judged

    def check(self) -> None:
        """Refuse verdicts about responses that were not read."""
        every = len(self._verdicts.verdicts)
        absent = every - len(self._used)
        if absent:
            raise AbstainError(
                f"{absent} of the {every} verdicts in {self._verdicts.path} are about responses "
                "that these logs do not hold: name all folders that were judged, or the file of "
                "verdicts that belongs to these."
            )

    @property
    def note(self) -> str:
        """What the verdicts did, in a sentence."""
        verdicts = self._verdicts.verdicts.values()
        ungraded = sum(one.verdict is None for one in verdicts)
        were = "reply was" if ungraded == 1 else "replies were"
        kept = f" {ungraded} {were} no verdict: there the reading stays." if ungraded else ""
        return (
            f"Verdicts of {self.name} replace {self._replaced} readings and change "
            f"{self._changed} outcomes.{kept}"
        )


def load_judged(
    paths: Paths,
    verdicts: Path,
    *,
    columns: Mapping[str, str] | None = None,
    skip_bad: bool = False,
) -> Samples:
    """Read logged samples, with the verdicts of a judge in place of their readings.

    Args:
        paths: Files and folders; see `load_samples`, and so are `columns` and `skip_bad`.
        verdicts: The file of verdicts.
        columns: See there.
        skip_bad: See there.

    Returns:
        The samples. Signatures of those whose text was read name the judge.

    Raises:
        AbstainError: A file cannot be read, or a verdict is about a response that is not there.
    """
    judging = _Judging(read_verdicts(verdicts))
    samples = load_samples(paths, columns=columns, skip_bad=skip_bad, judge=judging.judge)
    judging.check()
    signatures = tuple(_signed(one, judging.name) for one in samples.signatures)
    return replace(samples, signatures=signatures, notes=(*samples.notes, judging.note))


def _signed(signature: Signature, judge: str) -> Signature:
    """The signature with the judge, where text was read."""
    detector = signature.detector
    return signature.plus(detector=with_judge(detector, judge)) if detector else signature
