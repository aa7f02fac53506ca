"""Whatever a text holds, it stays a text: in a script element, in markup, and cut to size."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lm_eval_abstain.reports.marked_text import Mark, segments
from lm_eval_abstain.reports.page import content_policy, json_for_script
from support.report_logs import HOSTILE

# With lone surrogates, which JSON may hold, and everything that HTML looks for.
PIECES = [
    *HOSTILE,
    "<",
    ">",
    "&",
    "</script",
    "<!--",
    "-->",
    "\u2028",
    "\x00",
    "\ud800",
    "😀",
    "'",
    '"',
]
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=8).map("".join) | st.text()
VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


class Elements(HTMLParser):
    """What a page holds, as a browser would see it."""

    def __init__(self):
        super().__init__()
        self.tags, self.data = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.data.append(data)


@given(VALUE)
@example("</script><img onerror=...>")
@example("<!--<script>")
def test_json_stays_inside_its_element(value):
    text = json_for_script(value)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert text.isascii()
    page = Elements()
    page.feed(f'<script type="application/json">{text}</script><p></p>')
    page.close()
    assert page.tags == ["script", "p"]
    assert json.loads("".join(page.data)) == value


def test_what_is_no_json_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        json_for_script({"score": float("nan")})


def test_the_policy_names_the_script_and_nothing_else_that_could_run_or_be_loaded():
    policy = dict(part.split(" ", 1) for part in content_policy("let x;\n").split("; "))
    digest = base64.b64encode(hashlib.sha256(b"let x;\n").digest()).decode()
    assert policy["script-src"] == f"'sha256-{digest}'"
    assert policy["default-src"] == "'none'"
    # Styles may stand anywhere: nothing can be loaded by them.
    assert policy.pop("style-src") == "'unsafe-inline'"
    assert not any("unsafe" in value or "*" in value for value in policy.values())


MARKS = st.lists(
    st.builds(Mark, st.integers(-5, 3000), st.integers(-5, 3000), st.sampled_from(["answer", "x"])),
    max_size=4,
)


@given(st.integers(0, 3000), st.integers(0, 500), st.integers(0, 500), MARKS)
def test_pieces_are_the_text_with_gaps_of_stated_size(size, head, tail, marks):
    text = "".join(chr(0x4E00 + place) for place in range(size))  # each character once
    place = 0
    for piece, kind in segments(text, head, tail, marks):
        if kind == "cut":
            place += int(piece.split()[0].replace(",", ""))
        else:
            assert text[place : place + len(piece)] == piece
            place += len(piece)
    assert place == size


@given(st.text(max_size=80), TEXT, st.text(max_size=80), st.integers(0, 50), st.integers(0, 50))
def test_a_mark_is_kept_wherever_it_stands(before, phrase, after, head, tail):
    before, after = before * 40, after * 40
    mark = Mark(len(before), len(before) + len(phrase), "abstention")
    pieces = segments(before + phrase + after, head, tail, [mark])
    marked = "".join(piece for piece, kind in pieces if kind == "abstention")
    assert marked == phrase[: max(400, len(marked))]


def test_a_text_is_cut_to_a_bounded_size():
    text = "x" * 1_000_000
    marks = [Mark(500_000, 900_000, "answer")]
    assert sum(len(piece) for piece, _ in segments(text, 300, 300, marks)) < 2_000
    assert segments("short", 300, 300) == [("short", "")]
    # By hand: 10 characters, 2 kept at each end.
    assert segments("0123456789", 2, 2) == [
        ("01", ""),
        ("6 characters left out", "cut"),
        ("89", ""),
    ]


def test_of_marks_that_overlap_the_first_counts():
    marks = [Mark(2, 5, "answer"), Mark(4, 8, "confidence"), Mark(8, 8, "answer"), Mark(9, 99, "x")]
    assert segments("0123456789", 9, 9, marks) == [("01", ""), ("234", "answer"), ("56789", "")]
