"""`judge`, and `--judged` of the other commands, from a log to changed scores."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from lm_eval_abstain.cli.main import main
from lm_eval_abstain.judging.rejudge import load_judged
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.rubric import ORDER, Rubric
from support.judge_server import JudgeServer, serving_judge
from support.logged_files import common, generated, write_results, write_samples

KEY = "sk-very-secret-1234"
# A plain task whose filter takes a letter, and leaves "[invalid]" where it finds none: what is
# written, what the filter made of it, whether that is right, what the judge says, and the outcomes
# before and after.
TEXTS = [
    ("The answer is (A).", "A", 1.0, "answers", "correct", "correct"),
    ("That one goes beyond me, mate.", "[invalid]", 0.0, "abstains", "unparsed", "abstained"),
    ("Could be B, could be anything really.", "B", 0.0, "abstains", "wrong", "abstained"),
    ("Might well be A, could be anything.", "A", 1.0, "abstains", "correct", "abstained"),
    ("Second one, surely.", "[invalid]", 0.0, "answers", "unparsed", "unparsed"),
    ("No thanks.", "[invalid]", 0.0, "refuses", "unparsed", "unparsed"),
    ("Bananas.", "[invalid]", 0.0, "no idea what this is", "unparsed", "unparsed"),
    ("I don't know.", "[invalid]", 0.0, "never asked", "abstained", "abstained"),
    (" ", "[invalid]", 0.0, "never asked", "empty", "empty"),
    ("<think>Hm. Hm.", "[invalid]", 0.0, "never asked", "truncated", "truncated"),
]
STEPS = [{"function": "regex", "regex_pattern": "([AB])"}, {"function": "take_first"}]
CONFIG = {"task": "quiz", "filter_list": [{"name": "none", "filter": STEPS}]}
WORDS = {text: word for text, _, _, word, _, _ in TEXTS}


def quiz(folder: Path) -> Path:
    samples = [
        generated(i, text, answer, right, target=f"GOLD{i}")
        for i, (text, answer, right, *_) in enumerate(TEXTS)
    ]
    write_samples(folder, "quiz", samples)
    write_results(folder, {"quiz": len(samples)}, configs={"quiz": CONFIG})
    return folder


def outcomes(samples) -> list[str]:
    return [ORDER[code].value for code in samples.outcome]


@pytest.fixture
def log(tmp_path):
    return quiz(tmp_path / "out")


@pytest.fixture
def judge(tmp_path, monkeypatch, capsys):
    """`judge(server, folder, ...)` runs the command; its status and what it printed."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    file = tmp_path / "judged.jsonl"

    def run(server, folder, *arguments):
        where = ["--base-url", server.url, "--model", "wise", "-o", str(file)]
        status = main(["judge", str(folder), *where, *arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    run.file = file
    return run


def scores_of(capsys, *arguments):
    assert main(["rescore", *map(str, arguments), "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_from_a_log_to_changed_scores(log, judge, capsys):
    assert outcomes(load_samples(log)) == [before for *_, before, _ in TEXTS]
    with serving_judge(JudgeServer(WORDS.__getitem__)) as server:
        status, out, _ = judge(server, log, "--of", "all")
        assert status == 0
        assert "Responses read: 10; different ones to be judged (all): 7; of these in" in out
        assert "Replies: 7: abstains 3, answers 2, refuses 1, ungraded 1." in out
        assert "700 prompt tokens and 14 of replies" in out
        assert "'no idea what this is'" in out
        assert sorted(server.paid) == sorted(text for text, *_ in TEXTS[:7])
        status, out, _ = judge(server, log, "--of", "all")
        assert status == 0
        assert "already: 7." in out
        assert len(server.prompts) == 7  # nothing is paid twice

    judged = load_judged(log, judge.file)
    assert outcomes(judged) == [after for *_, after in TEXTS]
    (signature,) = judged.signatures
    assert signature.detector.endswith("+judge-v1(wise)")
    assert signature.detector == f"{load_samples(log).signatures[0].detector}+judge-v1(wise)"

    # By hand, of 10. Before: 2 right, 1 abstained, 7 wrong or without an answer. After: 1 right,
    # 4 abstained, 5 without an answer. A mistake costs 3 at t = 0.75.
    before = scores_of(capsys, log, "--target", 0.75)["scores"][0]
    after = scores_of(capsys, log, "--target", 0.75, "--judged", judge.file)
    notes, after = after["notes"], after["scores"][0]
    assert [before[name]["value"] for name in ("acc", "abstain_rate", "error_rate", "score")] == [
        pytest.approx(value) for value in (0.2, 0.1, 0.7, 0.2 - 3 * 0.7)
    ]
    assert [after[name]["value"] for name in ("acc", "abstain_rate", "error_rate", "score")] == [
        pytest.approx(value) for value in (0.1, 0.4, 0.5, 0.1 - 3 * 0.5)
    ]
    said = " ".join(notes)
    assert "Verdicts of judge-v1(wise) replace 6 readings and change 3 outcomes." in said
    assert "1 reply was no verdict: there the reading stays." in said
    assert "outcomes that were logged by another" not in said


def test_the_judge_sees_neither_the_answer_nor_the_key_in_a_file(log, judge, tmp_path):
    with serving_judge(JudgeServer(WORDS.__getitem__)) as server:
        judge(server, log, "--of", "all")
    assert not any("GOLD" in prompt for prompt in server.prompts)
    assert all("Question " in prompt for prompt in server.prompts)
    assert server.headers["authorization"] == f"Bearer {KEY}"
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY not in path.read_text()


def test_a_wrong_key_is_said_and_not_shown(log, judge):
    with serving_judge(JudgeServer(WORDS.__getitem__, lambda number: "401")) as server:
        status, out, err = judge(server, log, "--of", "all")
    assert status == 1
    assert "the key was refused" in err
    assert "Responses without a verdict: 7" in err
    assert KEY not in out + err


def test_a_dry_run_asks_nothing(log, judge, monkeypatch):
    monkeypatch.setattr("lm_eval_abstain.judging.endpoint.find_spec", lambda name: None)
    server = JudgeServer(WORDS.__getitem__, url="http://127.0.0.1:9/v1")
    status, out, _ = judge(server, log, "--of", "unread", "--dry-run")
    assert status == 0
    assert "Requests: 4, about" in out
    assert not judge.file.exists()
    status, _, err = judge(server, log)
    assert (status, "pip install openai" in err) == (1, True)


def test_only_so_many(log, judge):
    with serving_judge(JudgeServer(WORDS.__getitem__)) as server:
        assert judge(server, log, "--of", "all", "--limit", "3")[0] == 0
        assert len(server.paid) == 3
        assert judge(server, log, "--of", "all", "--limit", "3")[0] == 0
        assert len(set(server.paid)) == 6
        assert "Requests: 1, about" in judge(server, log, "--of", "all", "--limit", "3")[1]


def test_nothing_doubtful_is_said_so(tmp_path, judge):
    log = tmp_path / "sure"
    write_samples(log, "quiz", [generated(1, "The answer is (A).", "A", 1.0)])
    status, out, _ = judge(JudgeServer(str, url="http://127.0.0.1:9/v1"), log)
    assert status == 0
    assert "There is nothing to ask; --of unread or --of all asks about more." in out


def test_gaps_end_in_an_error(log, judge):
    with serving_judge(JudgeServer(WORDS.__getitem__)) as server:
        server.fault = lambda number: "400" if "Bananas" in server.prompts[number] else None
        status, out, err = judge(server, log, "--of", "all")
        assert status == 1
        assert "Replies: 6: " in out
        assert "no reply to 1 of the requests: Error code: 400" in err
        assert "got no reply: 1. The same command" in err
        server.fault = lambda number: None
        assert judge(server, log, "--of", "all")[0] == 0
    assert Counter(server.paid) == Counter(text for text, *_ in TEXTS[:7])


def test_verdicts_about_other_responses_are_an_error(log, judge, tmp_path, capsys):
    other = tmp_path / "other"
    write_samples(other, "quiz", [generated(1, "Pears!", "[invalid]", 0.0)])
    with serving_judge(JudgeServer(lambda response: "abstains")) as server:
        judge(server, log, "--of", "unread")
        judge(server, other, "--of", "unread")
    for command in ("rescore", "audit", "report"):
        assert main([command, str(log), "--judged", str(judge.file)]) == 1
        said = capsys.readouterr().err
        assert "1 of the 5 verdicts in" in said
        assert "these logs do not hold" in said
    assert main(["rescore", str(log), str(other), "--judged", str(judge.file)]) == 0


def test_the_report_is_made_with_the_verdicts(log, judge, tmp_path):
    with serving_judge(JudgeServer(WORDS.__getitem__)) as server:
        judge(server, log, "--of", "all")
    page = tmp_path / "report.html"
    assert main(["report", str(log), "--judged", str(judge.file), "-o", str(page)]) == 0
    assert "judge-v1(wise)" in page.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--model", "wise"], "--base-url is missing"),
        (["--model", "wise", "--base-url", "localhost"], "is no address"),
        (["--model", "a|b", "--dry-run"], "cannot be named in a signature"),
        (["--model", "wise", "--dry-run", "--concurrency", "0"], "--concurrency must be above 0"),
        (["--model", "wise", "--dry-run", "--limit", "-1"], "--limit must be above 0"),
        (["--model", "wise", "--base-url", "http://h/v1", "--api-key-env", "NO_KEY"], "NO_KEY"),
    ],
)
def test_bad_arguments(log, arguments, said, capsys):
    assert main(["judge", str(log), *arguments]) == 1
    assert said in capsys.readouterr().err


def test_its_help_names_what_it_sees(capsys):
    with pytest.raises(SystemExit):
        main(["judge", "--help"])
    out = capsys.readouterr().out
    assert "It sees the question and the response, and neither the\nstakes nor" in out
    for flag in ("--of", "--dry-run", "--concurrency", "--limit", "--api-key-env"):
        assert flag in out
    with pytest.raises(SystemExit):
        main(["rescore", "--help"])
    assert "--judged FILE" in capsys.readouterr().out


# ---------------------------------------------------------------------- variants


def asked(target: float) -> str:
    return f"Q: 2+2?\nA: 4\n\n{Rubric(target).sentence}\n\nQ: 3+3?\nA:"


def open_sample(doc_id: int, text: str, outcome: str, **fields):
    parts = "rubric:open|t:0.75|wording:paper-v1|unparsed:wrong|detector:old|metric:exact_match"
    return common(
        doc_id,
        **{
            "arguments": {"gen_args_0": {"arg_0": asked(0.75), "arg_1": {}}},
            "resps": [[text]],
            "filtered_resps": ["[invalid]"],
            "metrics": ["acc"],
            "outcome": outcome,
            "base_metric": 0.0,
            "reading": {"kind": "other"},
            "base": "sums",
            "signature": parts,
            **fields,
        },
    )


def test_a_variant_is_judged_without_its_stakes(tmp_path, judge):
    words = {
        "Beats me.": "abstains",
        "I'm not sure it's six.": "answers",
        "7, I'm not sure.": "answers",
        "6, or I'm wrong.": "abstains",
        "No.": "refuses",
    }
    write_samples(
        tmp_path / "out",
        "sums_abstain",
        [
            open_sample(0, "Beats me.", "unparsed"),
            # What an older detector took for abstentions.
            open_sample(1, "I'm not sure it's six.", "abstained", filtered_resps=["6"]),
            open_sample(2, "7, I'm not sure.", "abstained"),
            open_sample(3, "6, or I'm wrong.", "correct", base_metric=1.0),
            open_sample(4, "No.", "wrong", filtered_resps=["No."]),
        ],
    )
    with serving_judge(JudgeServer(words.__getitem__)) as server:
        judge(server, tmp_path / "out", "--of", "all")
    assert sorted(server.paid) == sorted(words)
    for prompt in server.prompts:
        assert "<question>\nQ: 3+3?\nA:\n</question>" in prompt
        assert "75%" not in prompt
        assert "points" not in prompt
    judged = load_judged(tmp_path / "out", judge.file)
    assert outcomes(judged) == ["abstained", "wrong", "unparsed", "abstained", "unparsed"]
    assert judged.signatures[0].detector == "old+judge-v1(wise)"


def test_a_prompt_that_may_show_the_stakes_in_other_words_is_refused(tmp_path, judge):
    prompt = {"gen_args_0": {"arg_0": "Mistakes cost 3 points.\nQ: 3+3?", "arg_1": {}}}
    samples = [open_sample(0, "Hm.", "unparsed", arguments=prompt)]
    write_samples(tmp_path / "out", "sums_abstain", samples)
    server = JudgeServer(str, url="http://127.0.0.1:9/v1")
    status, _, err = judge(server, tmp_path / "out", "--of", "all")
    assert status == 1
    assert "a judge must not see them" in err


def test_a_stated_confidence_counts_once_its_answer_does(tmp_path, judge):
    from lm_eval_abstain.reading.confidence import CONFIDENCE_SENTENCE

    parts = "rubric:confidence|wording:confidence-v1|detector:old|metric:exact_match"
    prompt = {"gen_args_0": {"arg_0": f"{CONFIDENCE_SENTENCE}\n\nQ: 3+3?", "arg_1": {}}}
    more = {"arguments": prompt, "signature": parts, "confidence": None}
    write_samples(
        tmp_path / "out",
        "sums_confidence",
        [
            open_sample(
                0, "Not 6, so 7.\nConfidence: 80%", "abstained", filtered_resps=["7"], **more
            ),
            open_sample(1, "Well, 7 it is.", "abstained", filtered_resps=["7"], **more),
            open_sample(
                2,
                "7?\nConfidence: 10%",
                "wrong",
                filtered_resps=["7"],
                **{**more, "confidence": 0.1},
            ),
        ],
    )
    words = {"Not 6, so 7.": "answers", "Well, 7 it is.": "answers", "7?": "abstains"}
    with serving_judge(JudgeServer(lambda text: words[text.strip()])) as server:
        judge(server, tmp_path / "out", "--of", "all")
    assert not any("Confidence" in prompt for prompt in server.prompts)
    judged = load_judged(tmp_path / "out", judge.file)
    assert outcomes(judged) == ["wrong", "unparsed", "abstained"]
    assert [None if c != c else c for c in judged.confidence.tolist()] == [0.8, None, None]


def test_several_samples_a_question_stay_as_they_were(tmp_path, judge):
    folder = tmp_path / "out"
    single = open_sample(0, "Beats me.", "unparsed")
    drawn = open_sample(1, "", "abstained", resps=[["7", "6"]])
    write_samples(folder, "sums_abstain_consistent", [single, drawn])
    with serving_judge(JudgeServer(lambda text: "abstains")) as server:
        judge(server, folder, "--of", "all")
    assert server.paid == ["Beats me."]
    judged = load_judged(folder, judge.file)
    assert outcomes(judged) == ["abstained", "abstained"]
    assert "verdicts are about single responses" in " ".join(judged.notes)


# ---------------------------------------------------------------------- a kill


@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT"])
def test_a_run_that_was_killed_goes_on(tmp_path, how):
    """After a kill only what was on its way is asked again; after Ctrl-C nothing is."""
    n, concurrency = 60, 4
    samples = [generated(i, f"Hm, number {i}", "[invalid]", 0.0) for i in range(n)]
    write_samples(tmp_path / "out", "quiz", samples)
    file = tmp_path / "judged.jsonl"
    with serving_judge(JudgeServer(lambda text: "abstains", delay=0.1)) as server:
        command = [sys.executable, "-m", "lm_eval_abstain", "judge", str(tmp_path / "out")]
        command += ["--base-url", server.url, "--model", "wise", "--of", "all"]
        command += ["--concurrency", str(concurrency), "-o", str(file)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, **quiet) as process:
            while len(server.paid) < 10 and process.poll() is None:
                time.sleep(0.01)
            os.kill(process.pid, getattr(signal, how))
            status = process.wait()
        assert status == (1 if how == "SIGINT" else -signal.SIGKILL)
        time.sleep(0.3)  # the server answers what is on its way
        kept = len([line for line in file.read_text().split("\n") if line.endswith("}")])
        assert 5 <= kept < n
        first, asked_first = Counter(server.paid), len(server.prompts)
        again = subprocess.run(command, text=True, capture_output=True, check=False)
    assert again.returncode == 0, again.stderr
    assert f"already: {kept}." in again.stdout
    assert len(server.prompts) - asked_first == n - kept
    assert set(server.paid) == {f"Hm, number {i}" for i in range(n)}
    twice = sum(Counter(server.paid).values()) - n
    assert twice == first.total() - kept
    assert twice <= (concurrency if how == "SIGKILL" else 0)
    assert set(outcomes(load_judged(tmp_path / "out", file))) == {"abstained"}
