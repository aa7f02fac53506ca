"""Records as text, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest

from lm_eval_abstain.audits import Verdict
from lm_eval_abstain.printing.tables import cell, jsonable, render, table_of, table_text
from lm_eval_abstain.statistics import Interval

RECORDS = [
    {"name": "a|b", "n": 7, "score": Interval(0.25, 0.1, 0.45, 7), "on": True, "empty": None},
    {"name": "c", "n": 12, "score": Interval(math.nan, math.nan, math.nan, 0), "on": False},
]


def test_a_terminal_table():
    assert render(RECORDS, "table") == (
        "name   n                  score   on\n"
        "----  --  ---------------------  ---\n"
        "a|b    7  0.2500 [0.100, 0.450]  yes\n"
        "c     12                    n/a\n"
    )


def test_markdown():
    assert render(RECORDS, "markdown") == (
        "| name | n | score | on |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| a\\|b | 7 | 0.2500 [0.100, 0.450] | yes |\n"
        "| c | 12 | n/a |  |\n"
    )


def test_csv():
    rows = list(csv.reader(io.StringIO(render(RECORDS, "csv"))))
    assert rows == [
        ["name", "n", "score", "score_low", "score_high", "on"],
        ["a|b", "7", "0.25", "0.1", "0.45", "True"],
        ["c", "12", "nan", "nan", "nan", "False"],
    ]


def test_json():
    first, second = json.loads(render(RECORDS, "json"))
    assert first["score"] == {"value": 0.25, "low": 0.1, "high": 0.45, "n": 7, "level": 0.95}
    assert second["score"]["value"] is None
    assert (first["on"], second["n"]) == (True, 12)


def test_columns_are_chosen_and_named():
    columns = {"n": "documents", "name": "task"}
    assert render(RECORDS, "csv", columns) == "documents,task\n7,a|b\n12,c\n"
    assert render(RECORDS, "table", columns).splitlines()[0] == "documents  task"
    assert json.loads(render(RECORDS, "json", columns))[1] == {"documents": 12, "task": "c"}


def test_limits_that_nobody_computed_are_no_columns():
    records = [{"aurc": Interval(0.5, math.nan, math.nan, 3)}, {"aurc": None}]
    assert render(records, "csv") == 'aurc\n0.5\n""\n'
    assert "[" not in render(records, "table")


def test_a_terminal_obeys_nothing_of_it():
    text = render([{"name": "\x1b[31mred\nnew"}], "table")
    assert "\x1b" not in text
    assert text.count("\n") == 3


def test_nothing():
    assert render([], "table", {"name": "task"}) == render([], "markdown") == ""
    assert json.loads(render([], "json")) == []


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_json_does_not_know_is_null(value):
    assert jsonable({"a": [value, 1.5, ("x", value)]}) == {"a": [None, 1.5, ["x", None]]}


def test_the_cells_of_a_page_are_those_of_the_terminal():
    records = [{**record, "n": 1000 * record["n"]} for record in RECORDS]
    page = table_of("caption", records)
    plain = table_of("caption", records, thousands=False)
    assert [row[1] for row in page.rows] == ["7,000", "12,000"]
    assert [[text.replace(",000", "000") for text in row[:2]] for row in page.rows] == [
        list(row[:2]) for row in plain.rows
    ]
    for how in ("table", "markdown"):
        assert table_text(plain, markdown=how == "markdown") == render(records, how)
    assert [column.numeric for column in page.columns] == [False, True, True, True]


def test_an_enum_is_written_as_its_value():
    assert cell(Verdict.UNTESTED) == f"{Verdict.UNTESTED}" == "not put to the test"
    plain = jsonable({"verdict": Verdict.UNTESTED})
    assert (plain, type(plain["verdict"])) == ({"verdict": "not put to the test"}, str)
