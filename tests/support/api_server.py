"""An API server on loopback whose answers are scripted: completions and chat.

It does what servers of models do, and no more: it cuts a response at the stop sequences and at
the token limit of the request, where a word counts as a token; it returns log-likelihoods of a
prompt that is to be echoed, where a byte counts as a token; it may tokenize for its clients; and
it may keep the reasoning of a response to itself.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from support.loopback import Quiet, serving_on_loopback

__all__ = ["ApiServer", "byte_tokenizer", "serving"]


@dataclass
class ApiServer:
    """What the server answers, and what it was asked.

    Attributes:
        reply: What the model would write to a text if nothing cut it: the prompt, or the last
            message of a chat.
        loglik: The log-likelihood of a prompt's last byte; every other byte has -0.125. The
            second value says whether that byte is the most likely one.
        hides_reasoning: Whether what stands before `</think>` is kept out of the content, as
            servers with a reasoning parser do it.
        tokenizes: Whether it has the tokenizer's endpoints of vLLM.
        requests: The path and the body of each request, in the order of their arrival.
    """

    reply: Callable[[str], str] = lambda text: ""
    loglik: Callable[[str], tuple[float, bool]] = lambda text: (-1.0, False)
    hides_reasoning: bool = False
    tokenizes: bool = False
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    address: str = ""

    @property
    def completions(self) -> str:
        return f"{self.address}/v1/completions"

    @property
    def chat(self) -> str:
        return f"{self.address}/v1/chat/completions"

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The body of a response; None for a path that there is not."""
        if self.tokenizes and path == "/tokenize":
            return {"tokens": list(body["prompt"].encode())}
        self.requests.append((path, body))
        if path == "/v1/completions":
            prompts = body["prompt"]
            if isinstance(prompts, str) or isinstance(prompts[0], int):
                prompts = [prompts]
            give = self._echoed if body.get("echo") else self._completed
            choices = [give(_text(prompt), body) for prompt in prompts]
        elif path == "/v1/chat/completions":
            choices = [self._said(body["messages"], body)]
        elif path == "/v1/messages":
            text, _ = self._written(body["messages"][-1]["content"][-1]["text"], body)
            return {"role": "assistant", "content": [{"type": "text", "text": text}]}
        else:
            return None
        return {"choices": [{"index": i, **choice} for i, choice in enumerate(choices)]}

    def _written(self, text: str, body: dict[str, Any]) -> tuple[str, str]:
        """What the model writes to a text, and why it ends."""
        words = re.findall(r"\s*\S+|\s+$", self.reply(text))
        limit = body.get("max_tokens") or body.get("max_completion_tokens") or 16
        written = "".join(words[:limit])
        stops = body.get("stop") or body.get("stop_sequences") or []
        cuts = [at for stop in stops if (at := written.find(stop)) >= 0]
        if cuts:
            return written[: min(cuts)], "stop"
        return written, "length" if len(words) > limit else "stop"

    def _completed(self, text: str, body: dict[str, Any]) -> dict[str, Any]:
        written, reason = self._written(text, body)
        return {"text": written, "finish_reason": reason}

    def _said(self, messages: list[dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
        written, reason = self._written(messages[-1]["content"], body)
        message: dict[str, Any] = {"role": "assistant", "content": written}
        if self.hides_reasoning:
            reasoning, closed, content = written.partition("</think>")
            message["content"] = content.lstrip() if closed else None
            message["reasoning_content"] = reasoning.removeprefix("<think>")
        return {"message": message, "finish_reason": reason}

    def _echoed(self, text: str, body: dict[str, Any]) -> dict[str, Any]:
        last, likeliest = self.loglik(text)
        tokens = [bytes([byte]).decode("latin-1") for byte in text.encode()] + ["\n"]
        values: list[float | None] = [None, *[-0.125] * (len(tokens) - 3), last, -0.125]
        best = [{token: value} for token, value in zip(tokens, values)]
        best[-2] = {tokens[-2]: last} if likeliest else {"?": last / 2}
        logprobs = {"tokens": tokens, "token_logprobs": values, "top_logprobs": best}
        return {"text": text + "\n", "logprobs": logprobs, "finish_reason": "length"}


def _text(prompt: str | list[int]) -> str:
    """A prompt's text; of one that came as tokens, those of `byte_tokenizer`."""
    return prompt if isinstance(prompt, str) else bytes(prompt).decode()


@contextlib.contextmanager
def serving(server: ApiServer) -> Iterator[ApiServer]:
    """Serve on a free port of loopback, each request in a thread of its own."""

    class Scripted(Quiet, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there = server.tokenizes and self.path == "/tokenizer_info"
            self._send(200 if there else 404, {"eos_token": "\n"} if there else {})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = server.answer(self.path, body)
            self._send(200 if answer else 404, answer or {"error": f"no {self.path} here"})

        def _send(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with serving_on_loopback(Scripted) as address:
        server.address = address
        yield server


def byte_tokenizer(folder: Path) -> Path:
    """Write a tokenizer whose tokens are the bytes of UTF-8, and whose ids are their values."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    # The alphabet's characters stand for the bytes; `bytes_to_unicode` tells for which.
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {sign: _byte_of(sign) for sign in alphabet} | {"<eos>": 256}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<eos>", clean_up_tokenization_spaces=False
    ).save_pretrained(folder)
    return folder


def _byte_of(sign: str) -> int:
    """The byte that a character of the alphabet stands for: itself, or one that is not printed."""
    printed = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in printed]
    return ord(sign) if ord(sign) in printed else hidden[ord(sign) - 256]
