"""A model of the harness whose answers are functions, so that they are known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import support.environment  # noqa: F401  (before the harness)

from lm_eval.api.model import LM  # isort: skip


def hashed(context: str, continuation: str) -> float:
    """A log-likelihood that depends on nothing but the two texts."""
    digest = hashlib.sha256(f"{context}\0{continuation}".encode()).digest()
    return -10 * (int.from_bytes(digest[:6], "big") + 1) / 2**48


class ScriptedLM(LM):
    """A model whose log-likelihoods are a function of context and continuation.

    Whether greedy decoding gives the continuation is a function of them, too, and what it
    generates one of the harness's request. It remembers the pairs, and the
    prompts, that it was asked for in `asked`.
    """

    tokenizer_name = "scripted"

    def __init__(
        self,
        loglik: Callable[[str, str], float] = hashed,
        generate: Callable[[Any], str] = lambda request: "",
        greedy: Callable[[str, str], bool] = lambda context, continuation: False,
    ) -> None:
        super().__init__()
        self.loglik = loglik
        self.generate = generate
        self.greedy = greedy
        self.asked: list[tuple[Any, ...]] = []

    def loglikelihood(self, requests: Sequence[Any], **_: Any) -> list[tuple[float, bool]]:
        pairs = [tuple(request.args[:2]) for request in requests]
        self.asked += pairs
        answers = [(self.loglik(*pair), self.greedy(*pair)) for pair in pairs]
        for pair, answer in zip(pairs, answers):
            self.cache_hook.add_partial("loglikelihood", pair, answer)
        return answers

    def loglikelihood_rolling(self, requests: Any) -> Any:
        raise NotImplementedError

    def generate_until(self, requests: Sequence[Any], **_: Any) -> list[str]:
        self.asked += [tuple(request.args) for request in requests]
        return [self.generate(request) for request in requests]

    def chat_template(self, chat_template: Any = False) -> str:
        return "scripted"

    def apply_chat_template(self, chat_history: Any, add_generation_prompt: Any = True) -> str:
        return render_chat(chat_history, add_generation_prompt)


def render_chat(messages: Sequence[Mapping[str, str]], add_generation_prompt: bool = True) -> str:
    """A chat template that shows who says what."""
    turns = [f"<{m['role']}>{m['content']}</{m['role']}>" for m in messages]
    return "".join(turns) + ("<assistant>" if add_generation_prompt else "")
