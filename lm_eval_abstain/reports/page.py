"""Renders the page from its templates."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lm_eval_abstain._version import __version__
from lm_eval_abstain.reports.embedding import content_policy, json_for_script

__all__ = ["render_page"]

_SCRIPTS = ("dom.js", "theme.js", "score.js", "leaderboard.js", "browser.js")


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
    style = _template("report.css")
    return environment.get_template("report.html").render(
        content,
        version=__version__,
        policy=Markup(content_policy(script, style)),
        script=Markup(script),
        style=Markup(style),
        data={name: Markup(json_for_script(value)) for name, value in data.items()},
    )


def _template(name: str) -> str:
    folder = files("lm_eval_abstain.reports") / "templates"
    return (folder / name).read_text(encoding="utf-8")
