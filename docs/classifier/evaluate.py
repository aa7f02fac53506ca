"""How well the whole detector does on texts that the classifier was not made from.

    python docs/classifier/evaluate.py --shared SHARED [--by model|source] [--errors FILE]

By model (the default), the models of each source are parted in three, and a third is read by a
classifier that was made without it. By source, it is made without the whole source: a text from
elsewhere. Texts of our own are in each training; those of `blind/` are in none, and are read by the
classifier that the package comes with.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from model import features, trained
from sources import HERE, SOURCES, Text, every_text, own_texts

from lm_eval_abstain import detect_abstention
from lm_eval_abstain.reading import classifier as module
from lm_eval_abstain.reading.classifier import Classifier
from lm_eval_abstain.reading.detect import Kind, Reading
from lm_eval_abstain.reading.phrases import SCRIPTS, languages_in
from lm_eval_abstain.statistics import proportion

Pair = tuple[Text, Reading]
_PARTS = 3


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shared", type=Path, required=True, help="the folder of others' texts")
    parser.add_argument(
        "--by", choices=("model", "source"), default="model", help="what is held out"
    )
    parser.add_argument("--errors", type=Path, help="a file for the texts that were misread")
    arguments = parser.parse_args()
    texts = list(every_text(arguments.shared))
    read = list(_read(texts, arguments.by))
    blind = [(text, detect_abstention(text.text)) for text in own_texts(HERE / "blind")]
    _print_sources(read, blind)
    _print_stages(read)
    read += blind
    if arguments.errors:
        lines = [_error(text, reading) for text, reading in read if not _right(text, reading)]
        arguments.errors.write_text("".join(lines), encoding="utf-8")


def _read(texts: list[Text], by: str) -> Iterator[tuple[Text, Reading]]:
    """Each text of others with its reading by a classifier that does not know it."""
    matrix = features(texts)
    parts = _parts(texts, by)
    for part in sorted(set(parts) - {-1}):
        without = np.flatnonzero(parts != part)
        made = trained([texts[i] for i in without], matrix[without])
        with _in_place(made):
            for i in np.flatnonzero(parts == part):
                yield texts[i], detect_abstention(texts[i].text)


def _parts(texts: list[Text], by: str) -> np.ndarray:
    """The number of the part that each text is held out with; -1 where it never is."""
    keys = [(one.source, one.model if by == "model" else "") for one in texts]
    ordered = sorted({key for key in keys if key[0] in SOURCES})
    within: Counter[str] = Counter()
    number: dict[tuple[str, str], int] = {}
    for place, key in enumerate(ordered):
        number[key] = within[key[0]] % _PARTS if by == "model" else place
        within[key[0]] += 1
    return np.array([number.get(key, -1) for key in keys])


@contextmanager
def _in_place(made: Classifier) -> Iterator[None]:
    """While it lasts, the detector has another classifier."""
    own = module.classifier
    module.classifier = lambda: made
    try:
        yield
    finally:
        module.classifier = own


def _right(text: Text, reading: Reading) -> bool:
    return (text.label == Kind.ABSTAINED) == bool(reading)


def _print_sources(read: list[Pair], blind: list[Pair]) -> None:
    ruled = languages_in(frozenset(SCRIPTS))
    rows = {source: [pair for pair in read if pair[0].source == source] for source in SOURCES}
    rows["blind, English"] = [pair for pair in blind if pair[0].language == "en"]
    rows["blind, 11 languages that have rules"] = [
        pair for pair in blind if pair[0].language in ruled and pair[0].language != "en"
    ]
    rows["blind, 42 other languages"] = [pair for pair in blind if pair[0].language not in ruled]
    print("| texts | n | abstain | precision | recall | the same without doubtful labels |")
    print("|---|---|---|---|---|---|")
    for name, own in rows.items():
        precision, recall = _figures(own)
        certain = " / ".join(_figures([pair for pair in own if not pair[0].doubtful]))
        there = sum(text.label == Kind.ABSTAINED for text, _ in own)
        print(f"| {name} | {len(own):,} | {there:,} | {precision} | {recall} | {certain} |")


def _figures(read: list[Pair]) -> tuple[str, str]:
    hits = sum(text.label == Kind.ABSTAINED and bool(reading) for text, reading in read)
    there = sum(text.label == Kind.ABSTAINED for text, _ in read)
    return _share(hits, sum(bool(reading) for _, reading in read)), _share(hits, there)


def _share(part: int, whole: int) -> str:
    if not whole:
        return "-"
    found = proportion(part, whole)
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"


def _print_stages(read: list[Pair]) -> None:
    """What each stage decided, and how it is labelled."""
    labels = (*module.KINDS, Kind.OTHER.value)
    print(f"\n| stage | read as | n | {' | '.join(f'labelled {one}' for one in labels)} |")
    print("|---" * (len(labels) + 3) + "|")
    counts = Counter(
        (reading.stage.value if reading.stage else "none", reading.kind.value, text.label)
        for text, reading in read
    )
    for stage, kind in sorted({key[:2] for key in counts}):
        row = [counts[stage, kind, label] for label in labels]
        print(f"| {stage} | {kind} | {sum(row):,} | {' | '.join(f'{n:,}' for n in row)} |")


def _error(text: Text, reading: Reading) -> str:
    probability = "" if reading.probability is None else f"{reading.probability:.2f}"
    stage = reading.stage.value if reading.stage else "-"
    doubt = "?" if text.doubtful else ""
    return (
        f"{text.source}\t{text.label}{doubt}\t{reading.kind.value}\t{stage}\t{probability}\t"
        f"{text.text!r}\n"
    )


if __name__ == "__main__":
    main()
