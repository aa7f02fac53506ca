"""An audit as plain values, for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lm_eval_abstain.audits.one import Audit, Brief
from lm_eval_abstain.printing.audit_words import (
    acted_words,
    condition_words,
    pair_words,
    target_words,
)
from lm_eval_abstain.printing.tables import jsonable

__all__ = ["record"]


def record(audited: Audit | Brief) -> dict[str, Any]:
    """All of an audit, with each line in words.

    Returns:
        Texts, numbers, lists and mappings; what is not known is None, so there is no NaN.
    """
    values = asdict(audited)
    if isinstance(audited, Audit):
        lines = (
            ("targets", [target_words(line) for line in audited.targets]),
            ("pairs", [pair_words(line) for line in audited.pairs]),
            ("conditions", [condition_words(line) for line in audited.conditions]),
            ("own", [condition_words(line) for line in audited.own]),
            ("acted", [acted_words(line) for line in audited.acted]),
        )
        for name, words in lines:
            values[name] = [{**line, "words": text} for line, text in zip(values[name], words)]
        values["otherwise"] = {way: other.value for way, other in audited.otherwise.items()}
    values["verdict"] = audited.verdict.value
    return jsonable(values)
