"""Many requests, and everything that can go wrong with them: none paid twice, none lost."""

from __future__ import annotations

import signal
import threading
from collections import Counter

import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.judging.ask import ask_all
from lm_eval_abstain.judging.endpoint import Endpoint, key_from
from lm_eval_abstain.judging.select import Case
from lm_eval_abstain.judging.verdicts import JudgeName, read_verdicts
from lm_eval_abstain.outcomes.judged import Verdict
from support.judge_server import JudgeServer, serving_judge

NAME = JudgeName("wise", "judge-v1")
WORDS = [*Verdict]


def word_of(response: str) -> str:
    """The known answer to the response "text 5"."""
    return WORDS[int(response.split()[1]) % len(WORDS)].value


def cases(n: int) -> list[tuple[str, Case]]:
    made = [Case("Who?", f"text {i}") for i in range(n)]
    return [(NAME.key(case.question, case.response), case) for case in made]


@pytest.fixture
def ask(tmp_path):
    """`ask(server, n)`: ask about n texts, of which only those without a verdict."""

    def run(server, n, *, concurrency=3, timeout=5.0, key=""):
        path = tmp_path / "judged.jsonl"
        verdicts = read_verdicts(path, NAME)
        new = [(key, case) for key, case in cases(n) if key not in verdicts.verdicts]
        endpoint = Endpoint(server.url, server.model, key, timeout)
        with verdicts.appending() as file:
            asked = ask_all(new, endpoint, file, concurrency=concurrency)
        return asked, read_verdicts(path, NAME).verdicts

    return run


def complete(verdicts, n):
    """Whether every one of n texts has its known verdict."""
    return {key: one.verdict.value for key, one in verdicts.items()} == {
        key: word_of(case.response) for key, case in cases(n)
    }


def test_every_response_gets_its_verdict(ask):
    with serving_judge(JudgeServer(word_of, delay=0.02)) as server:
        asked, verdicts = ask(server, 25)
    assert complete(verdicts, 25)
    assert server.most_at_once == 3
    assert sorted(server.paid) == sorted(f"text {i}" for i in range(25))
    # 25 texts over six words in turn: the first word five times, the others four.
    assert asked.words == Counter({word.value: 4 for word in WORDS} | {"abstains": 5})
    assert (asked.prompt_tokens, asked.completion_tokens, asked.uncounted) == (2500, 50, 0)
    (body,) = {str({**body, "messages": None}) for body in server.bodies}
    assert "'temperature': 0" in body
    assert "'max_tokens': 16" in body


@pytest.mark.parametrize("fault", ["429", "500", "hang"])
def test_what_passes_is_asked_again(ask, fault):
    """The first four requests meet it; with a wait of 0.3 s for what hangs."""
    server = JudgeServer(word_of, lambda number: fault if number < 4 else None)
    with serving_judge(server):
        asked, verdicts = ask(server, 8, timeout=0.3)
    assert complete(verdicts, 8)
    assert not asked.failures
    assert len(server.prompts) == 12
    assert sorted(server.paid) == sorted(f"text {i}" for i in range(8))


@pytest.mark.parametrize("fault", ["429", "500", "400", "hang", "not json", "no completion"])
def test_what_stays_is_told_and_asked_about_in_the_next_run(ask, fault):
    server = JudgeServer(word_of)
    # One at a time: of the third text every request fails.
    server.fault = lambda number: fault if "text 2\n" in server.prompts[number] else None
    with serving_judge(server):
        asked, verdicts = ask(server, 5, concurrency=1, timeout=0.2)
        assert sum(asked.failures.values()) == 1
        assert asked.stopped is None
        assert len(verdicts) == 4
        server.fault = lambda number: None
        again, verdicts = ask(server, 5)
    assert complete(verdicts, 5)
    assert sum(again.words.values()) == 1
    assert Counter(server.paid) == Counter(f"text {i}" for i in range(5))


def test_a_page_instead_of_a_reply_is_no_reply(ask):
    with serving_judge(JudgeServer(word_of, lambda number: "no text")) as server:
        asked, verdicts = ask(server, 2)
    assert verdicts == {}
    assert "no chat completion" in next(iter(asked.failures))


@pytest.mark.parametrize("reply", ["", None, "It abstains.", "unclear"])
def test_a_reply_that_is_no_verdict_is_counted_and_not_paid_again(ask, reply):
    with serving_judge(JudgeServer(lambda response: reply)) as server:
        asked, verdicts = ask(server, 3)
        assert asked.words == {None: 3}
        assert [one.verdict for one in verdicts.values()] == [None] * 3
        assert {one.reply for one in verdicts.values()} == {reply or ""}
        ask(server, 3)
    assert len(server.prompts) == 3


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("401", "the key was refused"),
        ("404", "has no model 'wise'"),
    ],
)
def test_what_no_retry_can_mend_stops_at_once(ask, fault, said):
    server = JudgeServer(word_of, lambda number: fault if number >= 2 else None)
    with serving_judge(server):
        asked, verdicts = ask(server, 50, concurrency=1, key="sk-very-secret")
    assert said in asked.stopped
    assert "very-secret" not in asked.stopped
    assert server.headers["authorization"] == "Bearer sk-very-secret"
    assert len(verdicts) == 2
    assert len(server.prompts) == 3


def test_without_a_key_it_says_that_one_is_needed(ask):
    with serving_judge(JudgeServer(word_of, lambda number: "401")) as server:
        asked, _ = ask(server, 1)
    assert "a key is needed, and none was given" in asked.stopped
    assert "OPENAI_API_KEY" in asked.stopped


def test_a_server_that_is_gone_is_given_up(ask):
    server = JudgeServer(word_of)
    server.fault = lambda number: "400" if number >= 3 else None
    with serving_judge(server):
        asked, verdicts = ask(server, 100, concurrency=2)
    assert "10 requests in a row got no reply" in asked.stopped
    assert len(verdicts) == 3
    assert len(server.prompts) <= 15


def test_failures_far_between_do_not_stop_it(ask):
    server = JudgeServer(word_of, lambda number: "400" if number % 2 else None)
    with serving_judge(server):
        asked, verdicts = ask(server, 40, concurrency=1)
    assert asked.stopped is None
    assert (len(verdicts), sum(asked.failures.values())) == (20, 20)


def test_nobody_there(ask):
    asked, _ = ask(JudgeServer(word_of, url="http://127.0.0.1:9/v1"), 1, concurrency=1)
    assert "Connection error" in next(iter(asked.failures))


def test_at_ctrl_c_what_is_on_its_way_is_kept(ask):
    """It is paid for: the next run asks about none of it."""
    server = JudgeServer(word_of, delay=0.2)
    with serving_judge(server):
        main = threading.main_thread().ident
        timer = threading.Timer(0.5, lambda: signal.pthread_kill(main, signal.SIGINT))
        timer.start()
        asked, verdicts = ask(server, 30)
        assert asked.stopped == "Stopped by hand."
        assert 3 <= len(verdicts) < 30
        assert len(verdicts) == len(server.paid)
        server.delay = 0
        _, verdicts = ask(server, 30)
    assert complete(verdicts, 30)
    assert Counter(server.paid) == Counter(f"text {i}" for i in range(30))


def test_the_key_comes_from_the_environment(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert key_from(None) == ""
    monkeypatch.setenv("OPENAI_API_KEY", " one ")
    monkeypatch.setenv("OTHER", "two")
    assert (key_from(None), key_from("OTHER")) == ("one", "two")
    with pytest.raises(AbstainError, match="names ABSENT, and that is not set"):
        key_from("ABSENT")


def test_the_key_is_not_shown():
    assert "secret" not in repr(Endpoint("http://localhost/v1", "wise", "secret"))


@pytest.mark.parametrize("url", ["localhost:8000/v1", "", "file:///v1"])
def test_an_address_that_is_none(url):
    with pytest.raises(AbstainError, match="is no address"):
        Endpoint(url, "wise")
