"""Pictures as SVG inside a page: texts stay texts, and the page decides on black and white.

The page allows no inline styles, so what matplotlib writes as styles becomes attributes.
"""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as Tree

import matplotlib as mpl
from matplotlib.figure import Figure

from lm_eval_abstain.reports.style import INK, SETTINGS, quiet

__all__ = ["inline_svg"]

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_FONT = re.compile(r"(?:(?P<weight>bold|\d+)\s+)?(?P<size>[\d.]+)px")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
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
    with mpl.rc_context({**SETTINGS, "svg.fonttype": "none"}), quiet():
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    root = Tree.fromstring(file.getvalue())
    kept = _referenced(root)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}style", f"{_SVG}metadata"):
                parent.remove(child)
        _restyle(parent, name, kept)
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.attrib |= {
        **_ROOT,
        "role": "img",
        "aria-labelledby": f"{name}-title",
        "aria-describedby": f"{name}-description",
    }
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = Tree.Element(
            f"{_SVG}{tag}", {"id": f"{name}-{tag.replace('desc', 'description')}"}
        )
        element.text = text
        root.insert(place, element)
    for element in root.iter():  # in a page of HTML the namespace goes without saying
        element.tag = element.tag.removeprefix(_SVG)
        element.text, element.tail = ((text or "").strip() for text in (element.text, element.tail))
    return Tree.tostring(root, encoding="unicode")


def _referenced(root: Tree.Element) -> set[str]:
    """The ids that something in the picture refers to."""
    values = [value for element in root.iter() for value in element.attrib.values()]
    found = {name for value in values for name in _REFERENCE.findall(value)}
    return found | {element.attrib[_HREF][1:] for element in root.iter() if _HREF in element.attrib}


def _restyle(element: Tree.Element, name: str, kept: set[str]) -> None:
    attributes = element.attrib
    for declaration in attributes.pop("style", "").split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if key == "font":
            match = _FONT.search(value)
            if match:
                attributes["font-size"] = match["size"]
                attributes["font-weight"] = match["weight"] or "normal"
        elif key:
            attributes[key] = value
    if attributes.get("id") in kept:
        attributes["id"] = f"{name}-{attributes['id']}"
    else:
        attributes.pop("id", None)
    if _HREF in attributes:
        attributes["href"] = f"#{name}-{attributes.pop(_HREF)[1:]}"
    for key, value in attributes.items():
        if value.lower() == INK:
            attributes[key] = "currentColor"
        elif "url(#" in value:
            attributes[key] = _REFERENCE.sub(rf"url(#{name}-\1)", value)
