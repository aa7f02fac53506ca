"""What the page shows of one sample: prompt, response, and what was read in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from lm_eval_abstain.logs import SampleText
from lm_eval_abstain.logs.formats.mmlu_pro import EXTRACTION
from lm_eval_abstain.reading.detect import detect_abstention
from lm_eval_abstain.reports.marked_text import Mark, Segment, segments
from lm_eval_abstain.rubric import Outcome, Signature

__all__ = ["shown_sample"]

# Of a prompt the end matters, where the question is; of a response both ends.
_PROMPT = (300, 1_300)
_RESPONSE = 900  # at either end; several responses share it
_FACT = 300
_OPTION = 120
_OPTIONS = 26
_FACTS = 12
_SAMPLES = 8

LoggedRecord = Mapping[str, Any]


def shown_sample(text: SampleText, outcome: Outcome, signature: Signature) -> dict[str, Any]:
    """One sample as plain values.

    Args:
        text: Its text.
        outcome: What became of it.
        signature: Under which rubric, and by which metric.

    Returns:
        `prompt`, pieces as of `segments`; `gold`; `responses`, a list of pieces; `options`, a
        list of text, log-likelihood, probability, and what it is (`right`, `chosen`), all texts;
        `facts`, pairs of a name and what was read. All texts are cut to a bounded size.
    """
    record = text.record
    options = _options(record, outcome, signature)
    facts = list(_facts(record, options))
    if not text.prompt and not text.response:
        facts = [(str(key), _brief(value)) for key, value in record.items()]
    responses: list[list[Segment]] = []
    if not options:
        written = (_written(record) or [text.response])[:_SAMPLES]
        readings = _readings(record)
        size = _RESPONSE // len(written)
        for place, response in enumerate(written):
            reading = readings[place] if place < len(readings) else {}
            marks = [*_logged(response, reading), *_logged_confidence(response, record)]
            if not readings:
                marks = list(_read_again(text, response, outcome))
            responses.append(segments(response, size, size, marks))
    return {
        "prompt": segments(text.prompt, *_PROMPT),
        "gold": _brief(_gold(text.gold, options)),
        "responses": responses,
        "options": options[:_OPTIONS],
        "facts": [[name[:_FACT], value] for name, value in facts[:_FACTS]],
    }


def _written(record: LoggedRecord) -> list[str]:
    """Every response to a question; several where it was asked more than once."""
    return [str(text) for drawn in record.get("resps") or [] for text in drawn]


def _readings(record: LoggedRecord) -> list[LoggedRecord]:
    """What our variants logged of each response."""
    if isinstance(record.get("samples"), list):
        return [sample.get("reading") or {} for sample in record["samples"]]
    return [record["reading"]] if isinstance(record.get("reading"), dict) else []


def _logged(response: str, reading: LoggedRecord) -> Iterator[Mark]:
    yield from _found(response, reading, "abstention")


def _logged_confidence(response: str, record: LoggedRecord) -> Iterator[Mark]:
    stated = record.get("stated_confidence")
    if isinstance(stated, dict):
        yield from _found(response, cast("LoggedRecord", stated), "confidence")


def _found(response: str, reading: LoggedRecord, kind: str) -> Iterator[Mark]:
    """Where a phrase stands: where it was logged to stand, if it is there."""
    phrase, start = str(reading.get("phrase") or ""), reading.get("start")
    if not phrase:
        return
    if not isinstance(start, int) or response[start : start + len(phrase)] != phrase:
        start = response.rfind(phrase)
    if start >= 0:
        yield Mark(start, start + len(phrase), kind)


def _read_again(text: SampleText, response: str, outcome: Outcome) -> Iterator[Mark]:
    """What is read in a response of which the log does not say it.

    Only a reading that agrees with the outcome is shown.
    """
    if outcome is Outcome.ABSTAINED:
        for select in ("first", "last"):
            reading = detect_abstention(response, question=text.prompt, select=select)
            if reading:
                yield Mark(reading.start, reading.end, "abstention")
                return
    if "question_id" in text.record and (match := EXTRACTION.search(response)):
        yield Mark(*match.span(), "answer")


def _options(record: LoggedRecord, outcome: Outcome, signature: Signature) -> list[list[str]]:
    """The options of a question, each with what the model made of it."""
    texts = _option_texts(record)
    answers: list[Any] = record.get("filtered_resps") or []
    if len(texts) < 2 or len(answers) < len(texts):
        return []
    logliks = [float(answer[0]) for answer in answers[: len(texts)]]
    probabilities: Sequence[float] = record.get("option_probs") or []
    gold = str(record.get("target", ""))
    # With other metrics lengths count, too, and the largest is not the one that was chosen.
    chosen = logliks.index(max(logliks)) if signature.parts.get("metric") == "acc" else -1
    if outcome is Outcome.ABSTAINED:
        chosen = len(texts) - 1
    rows: list[list[str]] = []
    for place, (text, loglik) in enumerate(zip(texts, logliks)):
        what = ["right"] if gold == str(place) else []
        what += ["chosen"] if place == chosen else []
        share = f"{probabilities[place]:.3f}" if place < len(probabilities) else ""
        rows.append([_brief(text, _OPTION), f"{loglik:.3f}", share, " and ".join(what)])
    return rows


def _option_texts(record: LoggedRecord) -> list[str]:
    """What the options say. Where all continue a text alike, that text's end tells them apart."""
    requests: Any = record.get("arguments") or []
    listed: list[Any] = list(requests.values() if isinstance(requests, dict) else requests)
    if "acc_mutual_info" in record:  # the second half is without a prompt
        listed = listed[: len(listed) // 2]
    pairs = [list(one.values()) if isinstance(one, dict) else one for one in listed]
    texts = [str(pair[1]).strip() for pair in pairs]
    if len(texts) > 1 and len(set(texts)) == 1:
        texts = [f"… {str(pair[0])[-_OPTION // 2 :]} {text}" for pair, text in zip(pairs, texts)]
    return texts


def _facts(record: LoggedRecord, options: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """What the log says was read."""
    reading = record.get("reading")
    if isinstance(reading, dict):
        found = cast("LoggedRecord", reading)
        words = [str(found[key]) for key in ("kind", "where", "stage") if found.get(key)]
        phrase = f": “{found['phrase']}”" if found.get("phrase") else ""
        yield "read as", _brief(", ".join(words) + phrase)
        if found.get("unread"):
            yield "states, and the filter does not read", _brief(found["unread"])
        if found.get("language"):
            yield "in a language that the classifier does not know", _brief(found["language"])
    stated = record.get("stated_confidence")
    if isinstance(stated, dict):
        found = cast("LoggedRecord", stated)
        value = "none" if found.get("value") is None else _brief(found["value"])
        phrase = f" (“{found['phrase']}”)" if found.get("phrase") else ""
        yield "stated confidence", _brief(value + phrase)
    if isinstance(record.get("samples"), list):
        for place, sample in enumerate(record["samples"], start=1):
            said = f"{sample.get('outcome', '')}, answer {sample.get('answer', '')!s}"
            yield f"sample {place}", _brief(said)
    elif record.get("filtered_resps") and not options:
        yield (
            f"extracted by the filter {record.get('filter', '')}",
            _brief(record["filtered_resps"][0]),
        )
    if record.get("doc_id") is None and record.get("pred") is not None:
        yield "the file's own extraction", _brief(record["pred"])
    if isinstance(record.get("confidence"), float):
        yield "confidence", f"{record['confidence']:.4f}"


def _gold(gold: str, options: Sequence[Sequence[Any]]) -> str:
    """The right answer, of options its text."""
    return str(options[int(gold)][0]) if gold.isdigit() and int(gold) < len(options) else gold


def _brief(value: Any, size: int = _FACT) -> str:
    """A value in a line or two."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= size else f"{text[:size]} …"
