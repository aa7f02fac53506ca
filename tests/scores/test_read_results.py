"""How responses were read, from a small log through the commands: tables, CSV, JSON, the page."""

from __future__ import annotations

import csv
import io
import json

import pytest

from lm_eval_abstain import audit
from lm_eval_abstain.logs import load_samples, with_objections
from lm_eval_abstain.rubric import ORDER
from lm_eval_abstain.scores import rescore
from support.logged_files import choice, common, generated, write_results, write_samples

SIGNATURE = "rubric:open|t:0.75|wording:paper-v1|unparsed:wrong|detector:v1|metric:exact_match"
# The outcome, what was read, and the outcomes if it were read otherwise.
ROWS = [
    ("correct", {"kind": "other"}, {}),
    ("correct", {"kind": "premise", "stage": "classifier"}, {"outcome_otherwise": "abstained"}),
    ("abstained", {"kind": "abstained", "stage": "phrase"}, {}),
    ("wrong", {"kind": "asks_back", "stage": "classifier"}, {"outcome_otherwise": "abstained"}),
    ("wrong", {"kind": "none_listed", "stage": "classifier"}, {}),
    ("wrong", {"kind": "other", "language": "mt"}, {}),
    ("unparsed", {"kind": "other", "unread": "B"}, {"outcome_if_read": "correct"}),
    ("unparsed", {"kind": "refused", "stage": "rules"}, {}),
]
NOTE = (
    "org/model, stones_abstain: 5 of 8 responses were decided by reading them: 1 by the words that "
    "the prompt asks for, 1 by rules, 3 by the classifier. 4 of these are no abstentions: none of "
    "the listed options 1, premise rejected 1, asks back 1, refused 1. 1 response is in a language "
    "that the classifier does not know: mt 1. 2 responses object to their questions and count as "
    "answers (premise rejected 1, asks back 1); as abstentions: acc 0.125 (now 0.250), "
    "abstain_rate 0.375 (now 0.125), score -1.375 (now -1.625) at t = 0.75. 1 response states an "
    "answer that the task's filter does not read; accuracy if they were read: 0.375 (now 0.250)."
)


@pytest.fixture
def folder(tmp_path):
    rows = [
        common(
            number,
            metrics=["score"],
            resps=[["some words"]],
            filtered_resps=["?"],
            outcome=outcome,
            signature=SIGNATURE,
            base="stones",
            reading={"where": "", "phrase": "", "start": 0, "end": 0, **reading},
            **more,
        )
        for number, (outcome, reading, more) in enumerate(ROWS)
    ]
    write_samples(tmp_path / "run", "stones_abstain", rows)
    write_results(tmp_path / "run", {"stones_abstain": len(rows)})
    return tmp_path / "run"


@pytest.fixture
def command(run_command, folder):
    def run(name, *arguments):
        done = run_command("lm-eval-abstain", name, str(folder), *arguments)
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_under_the_table_and_beside_the_rates(command):
    for how in ("table", "markdown"):
        printed = command("rescore", "--format", how).stdout
        assert NOTE in " ".join(printed.split())
    assert "acc, unread answers read" in printed
    assert "0.3750" in printed
    assert "acc, unread answers read: 0.3750" in command("rescore").stdout


def test_csv_has_columns(command):
    done = command("rescore", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    read = {name: row[f"read_by_{name}"] for name in ("phrase", "rules", "classifier")}
    assert read == {"phrase": "1", "rules": "1", "classifier": "3"}
    kinds = {name: row[name] for name in ("none_listed", "premise", "asks_back", "refused")}
    assert set(kinds.values()) == {"1"}
    assert (row["uncovered"], row["uncovered_languages"], row["unread"]) == ("1", "mt 1", "1")
    assert (row["acc_if_read"], row["acc_otherwise"]) == ("0.375", "0.125")
    assert (row["abstain_rate_otherwise"], row["score_otherwise"]) == ("0.375", "-1.375")
    assert NOTE in done.stderr


def test_json_has_an_object(command):
    content = json.loads(command("rescore", "--format", "json").stdout)
    (score,) = content["scores"]
    assert content["objections"] == "answer"
    assert NOTE in content["notes"]
    assert not {"unread", "premise", "read_by_rules"} & score.keys()
    counts = {
        "responses": 8,
        "stages": {"phrase": 1, "rules": 1, "classifier": 3, "judge": 0},
        "kinds": {"none_listed": 1, "premise": 1, "asks_back": 1, "refused": 1},
        "uncovered": {"mt": 1},
        "unread": 1,
    }
    assert score["reading"] == {
        **counts,
        "acc_if_read": 0.375,
        "acc_otherwise": 0.125,
        "abstain_rate_otherwise": 0.375,
        "score_otherwise": -1.375,
    }
    results = json.loads(command("rescore", "--format", "results").stdout)
    assert results["reading"] == {"stones_abstain": {"none": counts}}


def test_objections_may_count_as_abstentions(command):
    (row,) = csv.DictReader(
        io.StringIO(command("rescore", "--objections", "abstain", "--format", "csv").stdout)
    )
    assert (row["acc"], row["abstain_rate"], row["score"]) == ("0.125", "0.375", "-1.375")
    assert (row["acc_otherwise"], row["score_otherwise"]) == ("0.25", "-1.625")
    assert "|objections:abstain|" in row["signature"]


def test_the_page_says_it(command, tmp_path):
    page = tmp_path / "page.html"
    command("report", "-o", str(page))
    html = " ".join(page.read_text().split()).replace("&#39;", "'")
    assert NOTE in html
    assert "acc, unread answers read" in html
    command("report", "-o", str(page), "--objections", "abstain")
    assert "count as abstentions (premise rejected 1, asks back 1); as answers" in page.read_text()


def test_a_policy_that_is_none_is_refused(run_command, folder):
    done = run_command("lm-eval-abstain", "rescore", str(folder), "--objections", "maybe")
    assert done.returncode != 0
    assert "choose from" in done.stderr


def test_there_and_back(folder):
    samples = load_samples(folder)
    assert with_objections(samples, "answer") is samples
    there = with_objections(samples, "abstain")
    outcomes = [ORDER[code].value for code in there.outcome]
    assert outcomes == [more.get("outcome_otherwise", outcome) for outcome, _, more in ROWS]
    back = with_objections(there, "answer")
    assert list(back.outcome) == list(samples.outcome)
    assert back.signatures == samples.signatures
    assert [back.traces[code] for code in back.read] == [samples.traces[c] for c in samples.read]


GSM8K = {
    "filter_list": [
        {
            "name": "strict",
            "filter": [
                {"function": "regex", "regex_pattern": r"#### (\-?[0-9\.\,]+)"},
                {"function": "take_first"},
            ],
        }
    ],
    "metric_list": [{"metric": "exact_match", "regexes_to_ignore": [",", r"\$"]}],
    "generation_kwargs": {"max_gen_toks": 256},
}


def test_a_plain_log_counts_what_its_filter_misses(tmp_path):
    said = [
        ("2 and 2 are 4.\n#### 4", "4", 1.0),
        ("2 and 2 are 4. The answer is 4.", "[invalid]", 0.0),
        ("It costs a lot. The answer is $1,200.", "[invalid]", 0.0),
        ("2 and 2 are 5. The answer is 5.", "[invalid]", 0.0),
        ("It is more than nothing.", "[invalid]", 0.0),
        ("#### 5", "5", 0.0),
    ]
    targets = ["4", "4", "1200", "4", "4", "4"]
    rows = [
        generated(number, *row, filter="strict", target=target)
        for number, (row, target) in enumerate(zip(said, targets))
    ]
    write_samples(tmp_path, "gsm8k", rows)
    write_results(tmp_path, {"gsm8k": len(rows)}, configs={"gsm8k": GSM8K})
    samples = load_samples(tmp_path)
    (score,) = rescore(samples, 0).scores
    assert score.counts.unparsed == 4
    assert score.reading
    assert score.reading.counts.unread == 3
    assert score.reading.told == {"acc_if_read": pytest.approx(3 / 6)}
    excluded = rescore(samples, 0, unparsed="exclude").scores[0]
    assert excluded.metrics["acc"].value == pytest.approx(1 / 2)
    assert excluded.reading
    assert excluded.reading.told == {"acc_if_read": pytest.approx(3 / 5)}


def test_where_no_text_was_read_nothing_is_said(tmp_path):
    write_samples(tmp_path, "quiz", [choice(0, [-1.0, -2.0], 1.0)])
    write_results(tmp_path, {"quiz": 1})
    samples = load_samples(tmp_path)
    scores = rescore(samples, 0)
    assert scores.scores[0].reading is None
    assert not any("reading them" in note for note in scores.notes)
    assert list(samples.to_pandas()[["read_as", "read_by", "unread", "uncovered"]].iloc[0]) == [
        *("", "", 0, "")
    ]


def test_an_audit_tells_the_bounds(tmp_path):
    for target in (0.5, 0.75):
        rows = [
            common(
                number,
                metrics=["score"],
                outcome=outcome,
                signature=SIGNATURE.replace("0.75", str(target)),
                base="stones",
                reading={"where": "", "phrase": "", "start": 0, "end": 0, **reading},
                **more,
            )
            for number, (outcome, reading, more) in enumerate(ROWS)
        ]
        write_samples(tmp_path, f"stones_abstain_t{100 * target:.0f}", rows)
    for policy, abstained, told in (("answer", 1, "as answers"), ("abstain", 3, "as abstentions")):
        found = audit(tmp_path, objections=policy)
        (one,) = found.audits
        assert [line.counts.abstained for line in one.targets] == [abstained] * 2
        bounds = [note for note in found.notes if "object to their questions" in note]
        assert len(bounds) == 2
        assert all(f"count {told} (" in note for note in bounds)
        assert "reading them" not in " ".join(found.notes)
