"""A judge behind an OpenAI-compatible server on loopback, whose words and faults are scripted."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from support.loopback import Quiet, serving_on_loopback

__all__ = ["JudgeServer", "response_in", "serving_judge"]

ERRORS = {"400": 400, "401": 401, "404": 404, "429": 429, "500": 500}
BODIES = {"not json": "{'choices': [", "no completion": '{"error": "busy"}', "no text": "<html>"}


def response_in(prompt: str) -> str:
    """The response that a prompt is about."""
    return prompt.split("<response>\n")[1].split("\n</response>")[0]


@dataclass
class JudgeServer:
    """What the judge says, and what it was asked.

    Attributes:
        says: The reply to a response.
        fault: What goes wrong with the request of this number, from 0: a key of `ERRORS` or of
            `BODIES`, "hang", or nothing.
        delay: How many seconds a reply takes.
        model: The one model that there is.
        prompts: The prompt of each request.
        paid: The response of each request that got a reply, in the order of the replies.
        headers: The headers of the last request.
    """

    says: Callable[[str], str | None]
    fault: Callable[[int], str | None] = lambda number: None
    delay: float = 0.0
    model: str = "wise"
    prompts: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    paid: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    most_at_once: int = 0
    url: str = ""
    _lock: Any = field(default_factory=threading.Lock)
    _now: int = 0

    def answer(self, body: dict[str, Any], headers: dict[str, str]) -> tuple[int, str, str | None]:
        """The status and the body of a reply, and the response that it is about if it counts."""
        prompt = body["messages"][-1]["content"]
        with self._lock:
            number = len(self.prompts)
            self.prompts.append(prompt)
            self.bodies.append(body)
            self.headers = headers
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        fault = self.fault(number) or ("404" if body["model"] != self.model else None)
        time.sleep(30 if fault == "hang" else self.delay)
        with self._lock:
            self._now -= 1
        if fault in ERRORS:
            text = f"{fault} for {headers.get('authorization')}"
            return ERRORS[fault], json.dumps({"error": {"message": text}}), None
        if fault in BODIES:
            return 200, BODIES[fault], None
        response = response_in(prompt)
        message = {"role": "assistant", "content": self.says(response)}
        usage = {"prompt_tokens": 100, "completion_tokens": 2, "total_tokens": 102}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        content = {"id": "1", "object": "chat.completion", "created": 1, "model": self.model}
        return 200, json.dumps({**content, "choices": [choice], "usage": usage}), response


@contextlib.contextmanager
def serving_judge(server: JudgeServer) -> Iterator[JudgeServer]:
    """Serve on a free port of loopback, each connection in a thread of its own."""

    class Scripted(Quiet, BaseHTTPRequestHandler):
        disable_nagle_algorithm = True  # else each reply waits 40 ms for an acknowledgement

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, text, response = server.answer(body, headers)
            content = text.encode()
            with contextlib.suppress(OSError):  # whoever asked may be gone
                self.send_response(status)
                page = text.startswith("<")
                self.send_header("Content-Type", "text/html" if page else "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.send_header("retry-after-ms", "1")
                self.end_headers()
                self.wfile.write(content)
                if response is not None:
                    server.paid.append(response)

    with serving_on_loopback(Scripted) as address:
        server.url = f"{address}/v1"
        yield server
