"""The texts that the classifier is made from and measured on.

Own texts are in `texts/`, one file a language. Others' texts are read where they are, in a folder
that is laid out like this project's `../shared`; only their labels are here, in `labels/`.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from support.labelled_responses import published

__all__ = ["ANSWERS", "HERE", "SOURCES", "Text", "every_text", "own_texts"]

HERE = Path(__file__).parent
_OF_LETTER = {
    "A": "abstained",
    "O": "other",
    "N": "none_listed",
    "P": "premise",
    "C": "asks_back",
    "R": "refused",
    "X": "other",  # cut in its reasoning
}
LABELS = tuple(dict.fromkeys(_OF_LETTER.values()))
_FILLED = 3
"""How many texts are made of one that has a slot."""
_UNLABELLED = 1500
"""How many of MMLU-Pro's responses without a letter and without a suspicious word are taken."""
_ANSWERS = 1500
"""How many answers of each kind are taken that no model wrote, and of each model that state one."""
# In a statement that is an answer, these may make it an abstention all the same.
_SUSPICIOUS = re.compile(
    r"cannot|can't|unable|unknown|insufficient|impossible|none of|determin"
    r"|not (?:known|enough|given|provided|possible|specified|available|sure)"
    r"|no (?:information|answer|way)|n't (?:know|have|give)",
    re.IGNORECASE,
)


class Text(NamedTuple):
    """One labelled text.

    Attributes:
        label: `abstained`, `other`, `none_listed`, `premise`, `asks_back` or `refused`.
        text: The text.
        language: Its ISO 639 code.
        source: Where it comes from.
        model: Who wrote it; no model of a source is in the training and in the test.
        doubtful: Whether two readers could disagree about the label.
    """

    label: str
    text: str
    language: str
    source: str
    model: str
    doubtful: bool = False


def own_texts(folder: Path = HERE / "texts") -> Iterator[Text]:
    """The texts that were written for this purpose, slots filled."""
    for path in sorted(folder.glob("*.tsv")):
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        phrases = [text for label, text in rows if label == "x"]
        language = path.stem.split("-")[0]
        for label, written in rows:
            if label in ("x", "cue"):
                continue
            if label not in LABELS:
                raise SystemExit(f"{path.name}: {label!r} is none of {', '.join(LABELS)}.")
            text = written.replace("\\n", "\n")
            if "{x}" not in text:
                yield Text(label, text, language, "own", path.stem)
                continue
            # The same phrases for a text each time, whatever else is in the file.
            drawn = random.Random(zlib.crc32(written.encode()))
            for phrase in drawn.sample(phrases, min(_FILLED, len(phrases))):
                yield Text(label, text.replace("{x}", phrase), language, "own", path.stem)


def unknownbench(shared: Path) -> Iterator[Text]:
    """Free text about real and made-up things: four models."""
    added = _labels("unknownbench.tsv", keys=3)
    with gzip.open(shared / "reading" / "unknownbench.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            key = (row["model"], row["set"], str(row["id"]))
            letter = row["label"] or added.get(key, "O")
            yield _text(letter, row["text"], "en", "unknownbench", row["model"])


def halluqa(shared: Path) -> Iterator[Text]:
    """Chinese free text about misconceptions: six models."""
    lines = (shared / "reading" / "halluqa_zh.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, lines):
        yield _text(row["label"], row["text"], "zh", "halluqa", row["model"].split("_output")[0])


def mmlu_pro(shared: Path) -> Iterator[Text]:
    """Responses to multiple choice that state no letter: eight models."""
    lines = (shared / "reading" / "mmlu_pro.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, lines):
        yield _text(row["label"], row["tail"], "en", "mmlu_pro", row["model"])
    labels = _labels("mmlu_pro.tsv", keys=2)
    rest: list[Text] = []
    for model, row, text in published(shared / "published" / "mmlu_pro"):
        letter = labels.get((model, str(row["question_id"])))
        if letter:
            yield _text(letter, text, "en", "mmlu_pro", model)
        elif "answer is" not in text:
            rest.append(_text("O", text, "en", "mmlu_pro", model))
    yield from random.Random(5).sample(rest, min(_UNLABELLED, len(rest)))


def czech_simpleqa(shared: Path) -> Iterator[Text]:
    """Short answers in Czech, as a judge model graded them: two models."""
    for path in sorted((shared / "published" / "czech_simpleqa").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                letter = "A" if row["grade"] == "C" else "O"
                model = path.name.removesuffix(".csv.gz")
                yield _text(letter, row["predicted_answer"], "cs", "czech_simpleqa", model)


def solutions(shared: Path) -> Iterator[Text]:
    """Parts of MMLU-Pro's responses that state a letter: from the middle, and the end."""
    drawn = random.Random(7)
    parts: dict[str, list[str]] = {}
    for model, _, text in published(shared / "published" / "mmlu_pro"):
        sentences = re.split(r"(?<=[.!?])\s+", text)
        if not re.search(r"answer is \(?[A-J]\b", text) or len(sentences) < 4:
            continue
        start = drawn.randrange(len(sentences) - 2)
        some = parts.setdefault(model, [])
        some += [" ".join(sentences[start : start + 2]), " ".join(sentences[-2:])]
    for model, texts in parts.items():
        plain = [text for text in texts if not _SUSPICIOUS.search(text)]
        for text in drawn.sample(plain, min(_ANSWERS, len(plain))):
            yield _text("O", text, "en", "solutions", model)


def answers(shared: Path) -> Iterator[Text]:
    """Answers that no model wrote: options of MMLU, right answers of SimpleQA and TriviaQA."""
    import pandas

    drawn = random.Random(11)
    hub = shared / "hub"
    options = [
        option
        for path in sorted((hub / "cais" / "mmlu").glob("*/test.parquet"))
        for choices in pandas.read_parquet(path)["choices"]
        for option in choices
    ]
    simple = pandas.read_parquet(hub / "basicv8vc" / "SimpleQA" / "default" / "test.parquet")
    trivia = [
        answer["value"]
        for path in sorted((hub / "mandarjoshi" / "trivia_qa").rglob("*.parquet"))
        for answer in pandas.read_parquet(path)["answer"]
    ]
    for name, texts in {
        "mmlu": [text for text in options if len(text) > 40],
        "short mmlu": [text for text in options if len(text) <= 40],
        "simpleqa": list(simple["answer"]),
        "trivia_qa": trivia,
    }.items():
        plain = [text for text in dict.fromkeys(texts) if not _SUSPICIOUS.search(text)]
        for text in drawn.sample(plain, min(_ANSWERS, len(plain))):
            yield _text("O", text, "en", "answers", name)


SOURCES = {one.__name__: one for one in (unknownbench, mmlu_pro, halluqa, czech_simpleqa)}
"""Others' texts with abstentions among them, by the name of their source."""
ANSWERS = {one.__name__: one for one in (solutions, answers)}
"""Others' texts that all answer."""


def every_text(shared: Path) -> Iterator[Text]:
    """All texts that the classifier is made from, in a fixed order."""
    yield from own_texts()
    for source in (*SOURCES.values(), *ANSWERS.values()):
        yield from source(shared)


def _labels(name: str, keys: int) -> dict[tuple[str, ...], str]:
    lines = (HERE / "labels" / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return {tuple(row[:keys]): row[keys] for row in rows}


def _text(letter: str, text: str, language: str, source: str, model: str) -> Text:
    """A text with its label; a question mark says that the label is doubtful."""
    label = _OF_LETTER[letter.rstrip("?")]
    return Text(label, text or "", language, source, model, doubtful=letter.endswith("?"))
