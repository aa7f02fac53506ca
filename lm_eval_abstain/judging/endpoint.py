"""Any OpenAI-compatible server, through OpenAI's own client: its retries, its back-off."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lm_eval_abstain.errors import AbstainError

if TYPE_CHECKING:
    from openai import OpenAI

__all__ = ["Endpoint", "NoReplyError", "Reply", "check_client", "key_from"]

DEFAULT_KEY = "OPENAI_API_KEY"
_RETRIES = 4  # of what may pass: 408, 409, 429, 5xx, no connection, no answer in time
_NO_KEY = "none"  # local servers want none, and the client cannot do without


class NoReplyError(Exception):
    """A request got no reply, after all retries. Another time it may."""


@dataclass(frozen=True)
class Reply:
    """What a model replied.

    Attributes:
        text: The text; empty where there is none.
        prompt_tokens: How many tokens the request had, as the server counts; None if it does not.
        completion_tokens: The same of the reply.
    """

    text: str
    prompt_tokens: int | None
    completion_tokens: int | None


def check_client() -> None:
    """Refuse before anything is read.

    Raises:
        AbstainError: The client's library is not installed.
    """
    if find_spec("openai") is None:
        raise AbstainError("a judge is asked through the library openai: pip install openai.")


def key_from(variable: str | None) -> str:
    """The key that an environment variable holds; empty where nothing was asked for or set.

    Args:
        variable: Its name; None for `OPENAI_API_KEY`, which may be absent.

    Raises:
        AbstainError: The variable was named and is not set.
    """
    key = os.environ.get(variable or DEFAULT_KEY, "").strip()
    if variable and not key:
        raise AbstainError(f"--api-key-env names {variable}, and that is not set or empty.")
    return key


@dataclass(frozen=True)
class Endpoint:
    """A model behind a server.

    Attributes:
        base_url: The server's address, up to and with `/v1`.
        model: The model's name there.
        key: What it is asked with; it is never shown.
        timeout: How many seconds a reply may take.
    """

    base_url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 60.0

    def __post_init__(self) -> None:
        """Refuse an address that is none."""
        if not self.base_url.startswith(("http://", "https://")):
            raise AbstainError(
                f"--base-url {self.base_url!r} is no address: write http:// or https:// before it, "
                "and the path up to /v1, such as http://localhost:8000/v1."
            )

    @cached_property
    def _client(self) -> OpenAI:
        from openai import OpenAI

        return OpenAI(
            base_url=self.base_url,
            api_key=self.key or _NO_KEY,
            timeout=self.timeout,
            max_retries=_RETRIES,
        )

    def ask(self, prompt: str, most_tokens: int) -> Reply:
        """Ask once; may be called from several threads.

        Args:
            prompt: The one message.
            most_tokens: How much the model may write.

        Raises:
            NoReplyError: No reply came, and a later run may get one.
            AbstainError: No request to this server can get one: the key, the model or the
                address is wrong.
        """
        import openai

        try:
            completion = self._client.chat.completions.create(
                model=self.model,
                messages=[{"role": "user", "content": prompt}],
                temperature=0,
                max_tokens=most_tokens,
            )
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            which = "the key was refused" if self.key else "a key is needed, and none was given"
            raise AbstainError(
                f"{self.base_url}: {which} ({self._said(error)}). Put the key into the "
                f"environment, as {DEFAULT_KEY} or under the name that --api-key-env gives."
            ) from None
        except openai.NotFoundError as error:
            raise AbstainError(
                f"{self.base_url} has no model {self.model!r}, or is not the address up to /v1 "
                f"({self._said(error)})."
            ) from None
        except openai.APITimeoutError:
            raise NoReplyError(f"no reply within {self.timeout:g} s") from None
        except openai.OpenAIError as error:
            raise NoReplyError(self._said(error)) from None
        except ValueError as error:  # what came is not JSON
            raise NoReplyError(f"the reply is not JSON: {error}") from None
        return _reply(completion)

    def _said(self, error: Exception) -> str:
        """What an error says, in a line, without the key."""
        cause = f": {error.__cause__}" if error.__cause__ else ""
        text = " ".join(f"{error}{cause}".split())
        return (text.replace(self.key, "[key]") if self.key else text)[:200]


def _reply(completion: Any) -> Reply:
    """The reply in what came; a server may send anything."""
    try:
        text = completion.choices[0].message.content
        usage = completion.usage
    except (AttributeError, IndexError, TypeError):
        raise NoReplyError(f"the reply is no chat completion: {str(completion)[:100]!r}") from None
    return Reply(
        text if isinstance(text, str) else "",
        getattr(usage, "prompt_tokens", None),
        getattr(usage, "completion_tokens", None),
    )
