"""What `ls` prints."""

from __future__ import annotations

import csv
import io
import json

from lm_eval_abstain.harness.listed import Listed
from lm_eval_abstain.printing.listings import closing_line, details_text, listing_text

SOFT = "it is too soft to be asked about, and nobody has ever tried to do so."
GRANITE = Listed(
    *("granite", "task", 1, ("de",), ("_abstain", "_closed", "_abstain_sweep", "_generative")),
    *(("_abstain",), {"_confidence": "it is a rock."}, {}),
)
HARD = Listed(
    *("hard", "group", 1200, ("ar", "de", "en", "ja"), ("_abstain", "_closed"), ()),
    *({"_confidence": "none has it."}, {"_abstain": {"talc": SOFT, "chalk": SOFT}}),
)
TALC = Listed("talc", "task", 1, (), (), (), {"_abstain": SOFT, "_closed": "it is white."}, {})
ROWS = [GRANITE, HARD, TALC]


def test_a_table() -> None:
    assert listing_text(ROWS, "table") == (
        "name     kind   language     tasks  variants, or why there are none\n"
        f"-------  -----  -----------  -----  {'-' * (len(SOFT) + 6)}\n"
        "granite  task   de               1  _abstain[_sweep] _closed _generative\n"
        "hard     group  4 languages   1200  _abstain _closed; without 2 of 1,200 tasks\n"
        f"talc     task                    1  none: {SOFT}\n"
    )


def test_of_a_narrow_terminal_reasons_are_cut_and_names_are_not() -> None:
    lines = listing_text(ROWS, "table", 75).splitlines()
    assert max(map(len, lines)) == 75
    assert lines[-1].endswith("…")
    assert lines[2] == listing_text(ROWS, "table").splitlines()[2]
    assert all(line.startswith(row.name) for line, row in zip(lines[2:], ROWS, strict=True))
    assert SOFT not in listing_text(ROWS, "table", 10)


def test_no_language_is_known() -> None:
    assert "language" not in listing_text([TALC], "table")


def test_markdown() -> None:
    assert (
        listing_text(ROWS, "markdown").splitlines()[-1] == f"| talc | task |  | 1 | none: {SOFT} |"
    )


def test_csv_has_names_in_full() -> None:
    granite, hard, talc = csv.DictReader(io.StringIO(listing_text(ROWS, "csv")))
    assert tuple(granite["variants"].split()) == GRANITE.variants
    assert "granite_generative_abstain" in GRANITE.variants
    assert (hard["left_out"], hard["languages"]) == ("chalk talc", "ar de en ja")
    assert (talc["variants"], talc["reason"], hard["reason"]) == ("", SOFT, "")


def test_json_has_each_reason() -> None:
    granite, hard, talc = json.loads(listing_text(ROWS, "json"))
    assert granite["refused"] == {"granite_confidence": "it is a rock."}
    assert hard["left_out"] == {"hard_abstain": {"talc": SOFT, "chalk": SOFT}}
    assert talc["variants"] == []


def test_details_of_a_group() -> None:
    text = details_text(HARD, shipped=False)
    assert "hard: a group of 1,200 tasks, ar, de, en, ja\n" in text
    assert "  hard_abstain  1,198 of 1,200 tasks\n  hard_closed   1,200 tasks\n" in text
    assert f"left out of hard_abstain: chalk, talc: {SOFT[:40]}" in text
    assert "no hard_confidence: none has it.\n" in text
    assert (
        "lm-eval-abstain run --model hf --model_args pretrained=... --tasks hard_abstain\n" in text
    )
    assert "lm-eval-abstain new hard_abstain" in text
    assert "$(lm-eval-abstain path)" in details_text(HARD, shipped=True)


def test_details_name_what_there_is_of_the_generated_form() -> None:
    assert "  granite_generative_abstain\n" in details_text(GRANITE, shipped=False)


def test_details_of_what_has_none_give_all_reasons_and_no_command() -> None:
    text = details_text(TALC, shipped=False)
    assert f"no talc_abstain: {SOFT[:40]}" in text
    assert "no talc_closed: it is white.\n" in text
    assert "run" not in text


def test_the_closing_line() -> None:
    assert closing_line(ROWS) == (
        "2 tasks, 1 group; 1 without any variant; 1 with variants that leave tasks out."
    )
    assert closing_line([GRANITE]) == "1 task."


def test_a_name_from_a_file_cannot_move_the_cursor() -> None:
    row = Listed("a\x1b[2J", "task", 1, (), (), (), {"_abstain": "b\x1b[2J"}, {})
    for text in (listing_text([row], "table"), details_text(row, shipped=False)):
        assert "\x1b" not in text
