"""Asks a judge about many responses at once, and keeps each verdict as it comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.judging.endpoint import Endpoint, NoReplyError, Reply
from lm_eval_abstain.judging.prompt import MOST_TOKENS, verdict_of
from lm_eval_abstain.judging.select import Case
from lm_eval_abstain.judging.verdicts import Appender, Judged

__all__ = ["Asked", "ask_all"]

_MOST_FAILURES = 10  # in a row: the server is gone
_KEPT_REPLY = 100


@dataclass
class Asked:
    """What became of the requests.

    Attributes:
        words: How many replies were each verdict; under None those that were no verdict.
        odd: The first few replies that were no verdict.
        failures: How many requests got no reply, by reason.
        prompt_tokens: The tokens of all requests, as the server counts them.
        completion_tokens: Those of all replies.
        uncounted: How many replies came without a count of tokens.
        stopped: Why no more was asked; None where all was.
    """

    words: Counter[str | None] = field(default_factory=Counter[str | None])
    odd: list[str] = field(default_factory=list[str])
    failures: Counter[str] = field(default_factory=Counter[str])
    prompt_tokens: int = 0
    completion_tokens: int = 0
    uncounted: int = 0
    stopped: str | None = None
    _in_a_row: int = 0

    def take(self, key: str, replied: Future[Reply], file: Appender) -> None:
        """Keep what came of one request."""
        try:
            reply = replied.result()
        except NoReplyError as error:
            self.failures[str(error)] += 1
            self._in_a_row += 1
            if self._in_a_row == _MOST_FAILURES:
                self.stopped = f"{_MOST_FAILURES} requests in a row got no reply ({error})."
            return
        except AbstainError as error:
            self.stopped = str(error)
            return
        verdict = verdict_of(reply.text)
        shown = "" if verdict else reply.text.strip()[:_KEPT_REPLY]
        file.add(key, Judged(verdict, shown))
        self._in_a_row = 0
        self.words[verdict.value if verdict else None] += 1
        if not verdict and len(self.odd) < 3:
            self.odd.append(shown)
        self.prompt_tokens += reply.prompt_tokens or 0
        self.completion_tokens += reply.completion_tokens or 0
        self.uncounted += reply.prompt_tokens is None


def ask_all(
    cases: Iterable[tuple[str, Case]],
    endpoint: Endpoint,
    file: Appender,
    *,
    concurrency: int,
    progress: Callable[[int], object] = int,
) -> Asked:
    """Ask about each case once.

    Requests that are on their way when something goes wrong, or at Ctrl-C, are paid for: they are
    waited for, and their verdicts are kept.

    Args:
        cases: The cases by their keys.
        endpoint: Who is asked.
        file: Where the verdicts go.
        concurrency: How many requests are on their way at once.
        progress: Told how many requests are done since it was last told.
    """
    asked = Asked()
    pending: dict[Future[Reply], str] = {}

    def take(done: Iterable[Future[Reply]]) -> None:
        for one in done:
            asked.take(pending.pop(one), one, file)
            progress(1)

    with ThreadPoolExecutor(concurrency) as pool:
        try:
            for key, case in cases:
                if len(pending) == concurrency:
                    take(wait(pending, return_when=FIRST_COMPLETED).done)
                if asked.stopped:
                    break
                pending[pool.submit(endpoint.ask, case.prompt, MOST_TOKENS)] = key
        except KeyboardInterrupt:
            asked.stopped = "Stopped by hand."
        finally:
            take(wait(pending).done)
    return asked
