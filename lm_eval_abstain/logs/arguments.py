"""The requests that a sample was made of, as the harness's versions log them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

__all__ = ["logged_requests", "option_lengths", "prompt_of"]


def logged_requests(arguments: Any) -> list[list[Any]]:
    """The arguments of each request.

    Args:
        arguments: As they are logged: `{"gen_args_0": {"arg_0": prompt, "arg_1": option}}`, or by
            old versions `[[prompt, option]]`.

    Raises:
        ValueError: They are not of that form.
    """
    given: list[Any] = list(arguments.values() if isinstance(arguments, dict) else arguments or ())
    requests: list[list[Any]] = []
    for one in given:
        if not isinstance(one, (dict, list)):
            raise ValueError("its arguments are not those of requests")
        requests.append(list(cast("Any", one.values() if isinstance(one, dict) else one)))
    return requests


def prompt_of(arguments: Any) -> str:
    """The prompt of a sample's first request; empty where none was logged.

    Of messages for a chat model it is their texts, a line each.

    Args:
        arguments: See `logged_requests`.
    """
    try:
        requests = logged_requests(arguments)
    except (TypeError, ValueError):
        return ""
    prompt = requests[0][0] if requests and requests[0] else ""
    if isinstance(prompt, list):  # the harness's own type for messages, which has one field
        prompt = prompt[0] if prompt else ""
    if not isinstance(prompt, str):
        return ""
    return _messages(prompt) if prompt.startswith("[{") else prompt


def option_lengths(
    arguments: Any, options: int, delimiter: str, length: Callable[[str], float]
) -> list[float]:
    """The lengths of a document's real options, from the logged arguments of its requests.

    Args:
        arguments: See `logged_requests`.
        options: How many real options there are; they come first.
        delimiter: What the harness puts before an option.
        length: What the metric divides by; see `choose.LENGTHS`.

    Raises:
        ValueError: The arguments are not of that form, or there are fewer.
    """
    try:
        texts = [request[1] for request in logged_requests(arguments)][:options]
        if len(texts) < options or not all(isinstance(text, str) for text in texts):
            raise TypeError
    except (IndexError, TypeError, ValueError):
        raise ValueError("its arguments do not name the options") from None
    # A chat template may have taken the delimiter away.
    if all(text.startswith(delimiter) for text in texts):
        texts = [text[len(delimiter) :] for text in texts]
    return [length(text) for text in texts]


def _messages(prompt: str) -> str:
    """The texts of messages that were logged as JSON; other text as it is."""
    try:
        messages = cast("list[Any]", json.loads(prompt))
    except ValueError:
        return prompt
    contents = [one.get("content") if isinstance(one, dict) else None for one in messages]
    texts = [content for content in contents if isinstance(content, str)]
    return "\n".join(texts) if len(texts) == len(messages) else prompt
