"""Values that are made up for a column, by what it may be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from support.survey.columns import Use
from support.survey.rows import Row
from support.survey.words import Phrases

__all__ = ["KINDS", "Maker", "likely"]

_LABEL = re.compile(
    r"label|gold|idx|index|correct|cop$|target|answer_?key|solution|answer_?n|ans$|mc_answer$", re.I
)
_LIST = re.compile(r"choices|options|endings|candidates|alternatives|mc\d_targets|sentences$", re.I)
_OPTION = re.compile(
    r"^(option|choice|opt|answer|ending|sol|op|distractor|alternative|candidate|ans|answer_?choice|"
    r"incorrect_?answer|correct_?answer|wrong)[_ ]?[a-z]?\d*$|^[a-eA-E]$|^[0-5]$|answer|option|"
    r"choice|response|target|entity|name|ending",
    re.I,
)
_QUESTION = re.compile(r"question|query|prompt|input|instruction|problem|goal|quest|ctx", re.I)
LETTERS = "ABCDEFGHIJ"


class Maker:
    """Makes the value of a column of a row.

    Args:
        phrases: Phrases, each given once.
        split: The split that the rows belong to.
        count: How many options there are.
    """

    def __init__(self, phrases: Phrases, split: str, count: int = 4) -> None:
        self.phrases, self.split, self.count = phrases, split, count

    def text(self, path: tuple[str, ...], n: int) -> str:
        """A question, an option or a statement, by the column's name."""
        name = next((part for part in reversed(path) if not part.isdigit()), path[-1])
        phrase = self.phrases[self.split, n, path]
        if _OPTION.search(path[-1]) or _OPTION.search(name):
            return phrase
        more = self.phrases[self.split, n, path, "more"]
        if _QUESTION.search(name):
            return f"{self.phrases.written('Which')} {phrase} {self._stands} {more}?"
        return f"{self.phrases.written('The')} {phrase} {self._stands} {more}."

    @property
    def _stands(self) -> str:
        return self.phrases.written("stands behind the")

    def value(self, kind: str, path: tuple[str, ...], n: int, use: Use, row: Row) -> Any:
        """The value of a column by its kind."""
        return KINDS[kind](self, path, n, use, row)

    def options(self, path: tuple[str, ...], n: int, count: int) -> list[str]:
        """Phrases for a list."""
        return [self.phrases[self.split, n, path, k] for k in range(count)]

    def place(self, n: int) -> int:
        """Which option is right."""
        return (n * 3 + 1) % min(self.count, 4) if self.count > 2 else n % self.count


Kind = Callable[[Maker, tuple[str, ...], int, Use, Row], Any]


def _at(path: tuple[str, ...], pairs: Any) -> Row:
    row = Row(pairs)
    row.path = path
    return row


def _nested(m: Maker, path: tuple[str, ...], n: int, use: Use) -> Row:
    row = Row()
    for key in sorted(use.keys):
        inner = (*path, key)
        if _LIST.search(key):
            texts = m.options(inner, n, m.count)
            row[key] = [_at(inner, {"text": t, "label": c}) for t, c in zip(texts, LETTERS)]
        else:
            told = re.search(r"label|key$", key)
            row[key] = LETTERS[m.place(n)] if told else m.text(inner, n)
    row.path = path
    return row


def _records(m: Maker, path: tuple[str, ...], n: int, use: Use, row: Row) -> Any:
    made = []
    for k in range(m.count):
        one = _nested(m, (*path, str(k)), n, use)
        for key in one:
            if key in ("label", "key"):
                one[key] = LETTERS[k]
        one.path = path
        made.append(one)
    return made


def _columns(m: Maker, path: tuple[str, ...], n: int, use: Use, row: Row) -> Any:
    made = Row()
    for key in sorted(use.keys):
        if re.search("label|key", key):
            right = m.place(n)
            made[key] = (
                [int(k == right) for k in range(m.count)]
                if path[-1].startswith("mc")
                else list(LETTERS[: m.count])
            )
        else:
            made[key] = m.options((*path, key), n, m.count)
    made.path = path
    return made


def _option_of(m: Maker, row: Row, n: int) -> Any:
    """The text of the right option, as another column of the row lists it."""
    for value in row.values():
        if isinstance(value, list) and value and isinstance(value[0], str):
            return value[m.place(n) % len(value)]
        if isinstance(value, dict) and isinstance(value.get("text"), list):
            return value["text"][m.place(n) % len(value["text"])]
    options = [
        value
        for name, value in row.items()
        if isinstance(value, str) and _OPTION.search(name) and len(value.split()) == 2
    ]
    return options[m.place(n) % len(options)] if options else m.phrases["none", n]


KINDS: Mapping[str, Kind] = {
    "text": lambda m, path, n, use, row: m.text(path, n),
    "int": lambda m, path, n, use, row: m.place(n),
    "letter": lambda m, path, n, use, row: LETTERS[m.place(n)],
    "texts": lambda m, path, n, use, row: m.options(path, n, m.count),
    "columns": _columns,
    "dict": lambda m, path, n, use, row: _nested(m, path, n, use),
    "records": _records,
    "option": lambda m, path, n, use, row: _option_of(m, row, n),
    "const": lambda m, path, n, use, row: (
        use.constants[n % len(use.constants)] if use.constants else m.text(path, n)
    ),
    "digit": lambda m, path, n, use, row: str(m.place(n)),
    "int from 1": lambda m, path, n, use, row: m.place(n) + 1,
    "digit from 1": lambda m, path, n, use, row: str(m.place(n) + 1),
    "binary": lambda m, path, n, use, row: n % 2,
    "bool": lambda m, path, n, use, row: n % 2 == 0,
    "two": lambda m, path, n, use, row: m.options(path, n, 2),
    "five": lambda m, path, n, use, row: m.options(path, n, 5),
    "ten": lambda m, path, n, use, row: m.options(path, n, 10),
    "letter dict": lambda m, path, n, use, row: _at(
        path, zip(LETTERS, m.options(path, n, m.count))
    ),
    "text dict": lambda m, path, n, use, row: _at(
        path, {"text": m.options(path, n, m.count), "label": list(LETTERS[: m.count])}
    ),
    "one letter": lambda m, path, n, use, row: [LETTERS[m.place(n)]],
    "one int": lambda m, path, n, use, row: [m.place(n)],
    "one text": lambda m, path, n, use, row: [m.text(path, n)],
    "ones": lambda m, path, n, use, row: [int(k == m.place(n)) for k in range(m.count)],
    "json": lambda m, path, n, use, row: json.dumps(m.options(path, n, m.count)),
    "json dict": lambda m, path, n, use, row: json.dumps(
        dict(zip(LETTERS, m.options(path, n, m.count)))
    ),
    "literal": lambda m, path, n, use, row: str(m.options(path, n, m.count)),
    "numbers": lambda m, path, n, use, row: [n + k + 3 for k in range(m.count)],
    "number": lambda m, path, n, use, row: str(17 + 3 * n),
    "steps": lambda m, path, n, use, row: f"It is {9 + n} and {8 + 2 * n}.\n#### {17 + 3 * n}",
    "boxed": lambda m, path, n, use, row: rf"So the answer is $\boxed{{{17 + 3 * n}}}$.",
    "yes": lambda m, path, n, use, row: ("yes", "no")[n % 2],
    "Yes": lambda m, path, n, use, row: ("Yes", "No")[n % 2],
    "True": lambda m, path, n, use, row: ("True", "False")[n % 2],
    "float": lambda m, path, n, use, row: n + 0.5,
    "lines": lambda m, path, n, use, row: "\n".join(
        f"{LETTERS[k]}. {one}" for k, one in enumerate(m.options(path, n, m.count))
    ),
    "turns": lambda m, path, n, use, row: [
        {"role": "user", "content": m.text((*path, "question"), n)},
        {"role": "assistant", "content": m.phrases[m.split, n, path]},
    ],
    "lists": lambda m, path, n, use, row: [
        m.options((*path, str(k)), n, 2) for k in range(m.count)
    ],
    "problems": lambda m, path, n, use, row: str(
        [
            {
                "question": m.text((*path, "question", str(k)), n),
                "options": m.options((*path, "options", str(k)), n, m.count),
                "answer": LETTERS[m.place(n)],
            }
            for k in range(3)
        ]
    ),
    "gap": lambda m, path, n, use, row: m.text(path, n).replace(" ", " _ ", 1),
    "none": lambda m, path, n, use, row: None,
    "empty": lambda m, path, n, use, row: "",
    "no list": lambda m, path, n, use, row: [],
}
"""What a column may be: most likely first, where nothing else is known."""


def likely(name: str, use: Use) -> list[str]:
    """The kinds that a column may be of, the likeliest first."""
    first: list[str] = []
    if use.keys:
        labelled = {"text", "label"} <= use.keys or {"choices", "labels"} <= use.keys
        first += ["columns", "dict", "records"] if labelled or use.listed else ["dict", "records"]
        if any(key in ("text", "choices") for key in use.keys) and not use.listed:
            first.insert(0, "columns")
    if use.constants:
        if all(str(c) in LETTERS for c in use.constants):
            first += ["letter"]
        first += ["const"]
    if use.index:
        first += ["int", "letter"]
    if use.sought:
        first += ["letter", "option"] if _LABEL.search(name) else ["option", "letter"]
    if use.listed and not _LABEL.search(name):
        first += ["texts", "records"]
    if _LIST.search(name):
        first += ["texts", "columns", "text dict"]
    if re.search(r"answers$|targets$|references$", name):
        first += ["texts"]
    if _LABEL.search(name) and use.listed:
        first += ["one letter", "one text", "one int", "texts"]
    if _LABEL.search(name) and not use.listed:
        first += ["int", "letter"]
    if re.fullmatch(r"answers?", name, re.I) and not use.listed:
        first += ["option", "letter", "int"]
    return list(dict.fromkeys([*first, *KINDS]))
