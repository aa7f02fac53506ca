"""Makes the page from its templates: data and script stand in it so that no text becomes code."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lm_eval_abstain._version import __version__

__all__ = ["content_policy", "json_for_script", "render_page"]

_SCRIPTS = ("dom.js", "theme.js", "leaderboard.js", "browser.js")
# Inside a script element HTML looks for "</script", "<!--" and "<script"; the rest is caution.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def render_page(content: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The page.

    Args:
        content: What `report.html` shows; all texts in it are escaped.
        data: What its scripts need, by the id of the element that holds it.
    """
    environment = Environment(
        loader=PackageLoader("lm_eval_abstain.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = f'"use strict";\n(() => {{\n{"".join(map(_template, _SCRIPTS))}}})();\n'
    return environment.get_template("report.html").render(
        content,
        version=__version__,
        policy=Markup(content_policy(script)),
        script=Markup(script),
        style=Markup(_template("report.css")),
        data={name: Markup(json_for_script(value)) for name, value in data.items()},
    )


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


def content_policy(script: str) -> str:
    """A content security policy that allows one script and styles, and nothing else.

    No request can leave the page, no other script can run in it, and no text becomes markup.

    Args:
        script: The text of the script element.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'sha256-{digest}'",
            "style-src 'unsafe-inline'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _template(name: str) -> str:
    folder = files("lm_eval_abstain.reports") / "templates"
    return (folder / name).read_text(encoding="utf-8")
