"""Figures as SVG inside a page: texts stay texts, and the page decides on black and white."""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree as Tree

import matplotlib as mpl
from matplotlib.figure import Figure

from lm_eval_abstain.reports.figures.style import INK, SETTINGS, quiet

__all__ = ["inline_svg"]

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
# Letters as letters, and one font instead of a list of them at every text.
_TEXTS: Any = {"svg.fonttype": "none", "font.sans-serif": ["DejaVu Sans"]}
_ROOT = {"stroke-linejoin": "round", "stroke-linecap": "butt", "fill": "currentColor"}


def inline_svg(figure: Figure, name: str, title: str, description: str) -> str:
    """A figure as an `svg` element for a page of HTML.

    Args:
        figure: The figure.
        name: A name that no other picture on the page has: letters, digits and hyphens.
        title: What the picture shows.
        description: What is to be seen in it, for those who do not see it.
    """
    file = io.StringIO()
    with mpl.rc_context({**SETTINGS, **_TEXTS}), quiet():
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    root = Tree.fromstring(file.getvalue())
    for parent in list(root.iter()):
        for child in list(parent):
            # matplotlib's style sheet would be the whole page's.
            if child.tag in (f"{_SVG}style", f"{_SVG}metadata"):
                parent.remove(child)
        _adapt(parent, name)
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.attrib |= {
        **_ROOT,
        "role": "img",
        "aria-labelledby": f"{name}-title",
        "aria-describedby": f"{name}-description",
    }
    for place, (tag, key, text) in enumerate(
        (("title", "title", title), ("desc", "description", description))
    ):
        element = Tree.Element(f"{_SVG}{tag}", {"id": f"{name}-{key}"})
        element.text = text
        root.insert(place, element)
    for element in root.iter():  # in a page of HTML the namespace goes without saying
        element.tag = element.tag.removeprefix(_SVG)
        element.text, element.tail = ((text or "").strip() for text in (element.text, element.tail))
    return Tree.tostring(root, encoding="unicode")


def _adapt(element: Tree.Element, name: str) -> None:
    """Names that no other picture has, and the page's ink."""
    attributes = element.attrib
    if element.tag == f"{_SVG}g":  # nothing refers to a group
        attributes.pop("id", None)
    elif "id" in attributes:
        attributes["id"] = f"{name}-{attributes['id']}"
    if _HREF in attributes:
        attributes["href"] = f"#{name}-{attributes.pop(_HREF)[1:]}"
    for key, value in attributes.items():
        attributes[key] = value.replace(INK, "currentColor").replace("url(#", f"url(#{name}-")
