"""The table of samples, and what of it does not depend on a format."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain import AbstainError
from lm_eval_abstain.logs import load_samples, pair, split
from lm_eval_abstain.logs.building import document_hashes
from lm_eval_abstain.logs.lines import read_lines
from lm_eval_abstain.logs.problems import Problems
from lm_eval_abstain.outcomes.choose import LENGTHS, forced_answer
from lm_eval_abstain.outcomes.filters import selection_of
from lm_eval_abstain.outcomes.forced import forced_confidence
from lm_eval_abstain.outcomes.headline import headline_metrics
from lm_eval_abstain.rubric import ORDER, Signature
from lm_eval_abstain.rubric.names import base_name
from support.logged_files import choice, signature, variant, write_results, write_samples

LOGLIK = st.floats(min_value=-50, max_value=0, allow_nan=False)


def outcomes(samples):
    return [ORDER[code].value for code in samples.outcome]


# ------------------------------------------------------------------ signatures


def test_a_signature_is_read():
    one = Signature("rubric:open|t:0.75|wording:paper-v1|detector:v1|lm_eval:0.4.13|v:0.1.0")
    assert (one.rubric, one.target, one.wording, one.detector) == ("open", 0.75, "paper-v1", "v1")
    # Who logged it does not change what was asked; the target does.
    assert one.run == Signature("rubric:open|t:0.75|wording:paper-v1|v:9").run
    assert one.run != Signature("rubric:open|t:0.9|wording:paper-v1").run
    closed = Signature("rubric:closed|metric:acc")
    assert np.isnan(closed.target)
    assert Signature("rubric:open|t:0|text:It depends: no").parts["text"] == "It depends: no"


@pytest.mark.parametrize(
    "line",
    [
        *("", "rubric", "t:0.5", "rubric:half", "rubric:open", "rubric:open|t:1"),
        *("rubric:open|t:x", "rubric:closed|t:0.5"),
    ],
)
def test_what_is_no_signature_is_refused(line):
    with pytest.raises(AbstainError, match="signature"):
        Signature(line)


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("mmlu_anatomy_abstain", "mmlu_anatomy"),
        ("gsm8k_abstain_t75", "gsm8k"),
        ("gsm8k_abstain_consistent_t905", "gsm8k"),
        ("gsm8k_abstain_consistent", "gsm8k"),
        ("gsm8k_confidence", "gsm8k"),
        ("arc_easy_closed", "arc_easy"),
        ("enclosed", "enclosed"),
        ("gsm8k", "gsm8k"),
    ],
)
def test_base_names(name, base):
    assert base_name(name) == base


# ------------------------------------------------------------------ probabilities


@given(st.lists(st.lists(st.tuples(LOGLIK, st.integers(1, 30)), min_size=1, max_size=6)))
def test_forced_confidences_are_those_of_single_documents(documents):
    logliks = [[loglik for loglik, _ in document] for document in documents]
    texts = [["x" * length for _, length in document] for document in documents]
    for metric, lengths in (("acc", None), ("acc_norm", [[len(t) for t in d] for d in texts])):
        found = forced_confidence(logliks, lengths)
        expected = [
            forced_answer(values, options, metric).confidence
            for values, options in zip(logliks, texts)
        ]
        assert found == pytest.approx(expected)


def test_golden_confidences():
    # e^-1, e^-2 and e^-3: 0.36788 / 0.55305 = 0.66524.
    assert forced_confidence([[-2.0, -1.0, -3.0]]) == pytest.approx([0.66524], abs=1e-5)
    # By length -2/10 is best; its share is 0.13534 / 0.55305 = 0.24473.
    found = forced_confidence([[-2.0, -1.0, -3.0]], [[10, 1, 1]])
    assert found == pytest.approx([0.24473], abs=1e-5)
    assert np.isnan(forced_confidence([[-np.inf, -np.inf], [np.nan, -1.0], []])).all()
    assert forced_confidence([[-np.inf, -4.0]]) == pytest.approx([1.0])


# ------------------------------------------------------------------ lines


@given(st.lists(st.integers(0, 99), max_size=30), st.booleans(), st.booleans(), st.integers(0, 2))
def test_lines_are_found_whatever_ends_them(tmp_path_factory, numbers, bom, crlf, gaps):
    end = b"\r\n" if crlf else b"\n"
    path = tmp_path_factory.mktemp("lines") / "a.jsonl"
    lines = [json.dumps({"a": number}).encode() for number in numbers]
    separator = end * (gaps + 1)
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + separator.join(lines))
    data = path.read_bytes()
    found = list(read_lines(path, dict[str, int], Problems()))
    assert [value["a"] for records in found for value in records.values] == numbers
    for records in found:
        for value, place, number in zip(records.values, records.places, records.numbers):
            assert json.loads(data[place:].splitlines()[0]) == value
            assert json.loads(data.removeprefix(b"\xef\xbb\xbf").split(b"\n")[number - 1]) == value


def test_files_longer_than_a_piece(tmp_path, monkeypatch):
    monkeypatch.setattr("lm_eval_abstain.logs.lines._PIECE", 50)
    path = tmp_path / "a.jsonl"
    lines = [{"a": number, "b": "x" * (number * 7 % 90)} for number in range(40)]
    path.write_text("\n".join(map(json.dumps, lines)))
    found = list(read_lines(path, dict[str, object], Problems()))
    assert len(found) > 5
    assert [value for records in found for value in records.values] == lines
    assert [n for records in found for n in records.numbers] == list(range(1, 41))


def test_progress_adds_up_to_the_file(tmp_path):
    path = write_samples(tmp_path, "quiz", [variant(i, "wrong") for i in range(3)])
    told = []
    list(read_lines(path, dict[str, object], Problems(), progress=told.append))
    assert sum(told) == path.stat().st_size


def test_a_bar_only_on_a_terminal(tmp_path, capsys, monkeypatch):
    import sys

    import tqdm

    bars = []

    class Bar(tqdm.tqdm):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            bars.append(self)

    monkeypatch.setattr(tqdm, "tqdm", Bar)
    path = write_samples(tmp_path, "quiz", [variant(i, "wrong") for i in range(3)])
    load_samples(path)
    assert not bars
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    load_samples(path)
    (bar,) = bars
    assert bar.n == bar.total == path.stat().st_size
    assert capsys.readouterr().out == ""


# ------------------------------------------------------------------ the table


def test_hashes():
    assert list(document_hashes(["00000000000000ff" + "0" * 48])) == [255]
    assert next(iter(document_hashes(["", "ff"]))) == 0
    one, other = document_hashes(["not hexadecimal", "neither"])
    assert one != other
    assert len(set(document_hashes([f"00 00 00 00 000{i}" for i in range(4)]))) == 4


def test_columns_and_names(tmp_path):
    write_samples(
        tmp_path,
        "quiz_abstain",
        [variant(3, "abstained"), variant(1, "correct"), variant(7, "wrong")],
    )
    write_results(tmp_path, {"quiz_abstain": 3})
    samples = load_samples(tmp_path)
    assert len(samples) == 3
    assert samples.models == ("org/model",)
    assert samples.tasks == ("quiz_abstain",)
    assert samples.bases == ("quiz",)
    assert samples.filters == ("none",)
    assert outcomes(samples) == ["abstained", "correct", "wrong"]
    assert list(samples.doc_id) == [3, 1, 7]
    assert list(samples.forced) == [0, 1, 0]
    assert list(samples.confidence) == [0.625] * 3
    assert list(samples.abstain_prob) == [0.2] * 3
    assert list(samples.target) == [0.75] * 3
    assert samples.notes == ()
    assert samples.skipped == {}
    text = samples.text(2)
    assert text.prompt == "Question 7?"
    assert text.record["doc_id"] == 7
    assert [samples.name_of(row) for row in range(3)] == [3, 1, 7]
    assert outcomes(samples.select(samples.doc_id > 2)) == ["abstained", "wrong"]
    assert len(samples.select([0])) == 1


def test_pandas(tmp_path):
    pytest.importorskip("pandas")
    write_samples(tmp_path, "quiz_abstain", [variant(3, "abstained"), variant(1, "correct")])
    samples = load_samples(tmp_path)
    assert "quiz_abstain" in samples._repr_html_()
    frame = samples.to_pandas()
    assert list(frame["outcome"]) == ["abstained", "correct"]
    assert list(frame["task"]) == ["quiz_abstain"] * 2
    assert list(frame["target"]) == [0.75, 0.75]
    assert list(frame["signature"]) == [signature()] * 2


def test_pairs(tmp_path):
    other = signature(0.9)
    write_samples(tmp_path, "a_abstain", [variant(i, "wrong") for i in (5, 2, 9)])
    write_samples(
        tmp_path,
        "b_abstain",
        [variant(i, "correct", signature=other) for i in (9, 5, 4)]
        + [variant(2, "correct", signature=other, doc_hash="f" * 64)],  # another document
    )
    samples = load_samples(tmp_path)
    one, two = split(samples)
    assert (one.shown, two.shown) == (0.75, 0.9)
    pairs = pair(one, two)
    assert list(samples.doc_id[pairs.one]) == list(samples.doc_id[pairs.other]) == [5, 9]
    assert {samples.tasks[code] for code in samples.task[pairs.one]} == {"a_abstain"}
    assert not len(pairs.only_one)
    assert list(samples.doc_id[pairs.only_other]) == [4]
    assert list(samples.doc_id[pairs.changed]) == [2]
    with pytest.raises(AbstainError, match="twice"):
        pair(replace(one, by_task=(np.arange(len(samples)),)), two)
    with pytest.raises(AbstainError, match="two tables"):
        pair(one, split(samples.select(samples.target == 0.9))[0])


def test_an_unknown_hash_agrees_with_every_hash(tmp_path):
    write_samples(tmp_path, "a_abstain", [variant(1, "wrong")])
    write_samples(tmp_path, "b_abstain", [variant(1, "wrong", doc_hash="")])
    samples = load_samples(tmp_path)
    pairs = pair(*split(samples))
    assert [list(pairs.one), list(pairs.other)] == [[0], [1]]


# ------------------------------------------------------------------ the harness's rules


def test_which_metric_says_right_or_wrong():
    def headline(reported, *, choice, listed):
        return next(iter(headline_metrics(reported, choice=choice, listed=listed)), None)

    assert headline(["acc", "acc_norm"], choice=True, listed=True) == "acc_norm"
    assert headline(["acc", "acc_norm"], choice=True, listed=False) == "acc"
    assert headline(["acc"], choice=True, listed=True) == "acc"
    assert headline(["bleu", "exact_match"], choice=False, listed=True) == "exact_match"
    assert headline(["word_perplexity"], choice=False, listed=True) is None


def test_which_of_several_answers_a_filter_takes():
    filters = [
        {"name": "one", "filter": [{"function": "regex", "regex_pattern": "a"}]},
        {
            "name": "two",
            "filter": [
                {"function": "lowercase"},
                {"function": "regex", "regex_pattern": "a", "group_select": -1},
            ],
        },
        {"name": "three", "filter": [{"function": "remove_whitespace"}]},
        {"name": "four", "filter": [{"regex_pattern_to_value": {"a": "b"}}]},
    ]
    taken = {"one": "first", "two": "last", "three": "last", "four": "first"}
    assert selection_of(filters) == taken
    assert selection_of(None) == {}


def test_every_length_of_the_variants_is_read(tmp_path):
    # Of "aa" and "b" -1.8 loses in full to -1.0, and wins by length: -0.9 a character.
    for metric in LENGTHS:
        folder = tmp_path / metric
        write_samples(folder, "quiz", [choice(0, [-1.8, -1.0], 1.0, metric, ["aa", "b"])])
        write_results(folder, {"quiz": 1})
        (confidence,) = load_samples(folder).confidence
        shares = np.exp([-1.8, -1.0]) / np.exp([-1.8, -1.0]).sum()
        assert confidence == pytest.approx(shares[0 if metric != "acc" else 1])
