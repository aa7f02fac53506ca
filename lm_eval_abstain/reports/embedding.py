"""Puts data and scripts into a page so that nothing in them can become markup or code."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

__all__ = ["content_policy", "json_for_script"]

# Inside a script element HTML looks for "</script", "<!--" and "<script"; the rest is caution.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def json_for_script(value: Any) -> str:
    r"""JSON that can stand in a script element, whatever texts it holds.

    Everything beyond ASCII is written as `\uXXXX`, and so are `<`, `>` and `&`, which JSON has
    nowhere but in texts. What `JSON.parse` makes of it is the value itself.

    Args:
        value: Texts, numbers without NaN and infinities, None, lists and mappings.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text


def content_policy(script: str, style: str) -> str:
    """A content security policy that allows one script and one style sheet, and nothing else.

    No request can leave the page, and no other script can run in it.

    Args:
        script: The text of the script element.
        style: The text of the style element.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
