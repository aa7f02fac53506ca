"""Results as flat rows, data frames, and the tables of a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from lm_eval_abstain.statistics import Difference, Interval

if TYPE_CHECKING:
    import pandas

__all__ = ["flat_row", "frame_of", "notebook_table"]


def flat_row(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without `Interval`s and `Difference`s.

    Their limits become fields of their own, `_low` and `_high`; so does the p-value of a
    difference, `_p`.
    """
    row: dict[str, Any] = {}
    for name, value in record.items():
        if not isinstance(value, (Interval, Difference)):
            row[name] = value
            continue
        row |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
        if isinstance(value, Difference):
            row[f"{name}_p"] = value.p
    return row


def frame_of(records: Iterable[Mapping[str, Any]]) -> pandas.DataFrame:
    """Records as a data frame, each made flat."""
    import pandas

    return pandas.DataFrame([flat_row(record) for record in records])


def notebook_table(frame: pandas.DataFrame, notes: Iterable[str] = ()) -> str:
    """A data frame as HTML, with notes below it; texts are escaped."""
    table = frame.to_html(index=False, float_format="{:.4f}".format, max_rows=60, notebook=True)
    return table + "".join(f"<p>{escape(note)}</p>" for note in notes)
