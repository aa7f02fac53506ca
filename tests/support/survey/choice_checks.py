"""What must hold of a variant of multiple choice, checked without the package's own help."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

from support.survey.built import SHOTS, Asked
from support.survey.removal import (
    Inserted,
    take_out_label,
    take_out_options,
    take_out_sentence,
)
from support.survey.scripts import abstains, core_of, follows, names_labels, plain

__all__ = ["choice_faults"]

_LOST = -9000.0


def choice_faults(
    base: Any, opened: Any, rotated: Any, closed: Any, asked: list[tuple[Asked, ...]]
) -> Iterator[tuple[str, str]]:
    """The faults of the variants: the check's name, and what was seen.

    Args:
        base: The base task.
        opened: Its open variant.
        rotated: The same with the abstain option anywhere.
        closed: Its closed variant.
        asked: Of some documents, what each of the four asks.
    """
    yield from _nothing_asked(base, asked)
    varied = len({str(base.doc_to_choice(one[0].doc)) for one in asked}) > 1
    texts = _constant([str(base.doc_to_text(one[0].doc)) for one in asked])
    for of_base, of_open, of_rotated, of_closed in asked:
        doc = of_base.doc
        if _pairs(of_closed) != _pairs(of_base) or of_closed.prompts != of_base.prompts:
            yield "closed", "the closed variant asks something else than the base"
        yield from _prompts(base, opened, of_base, of_open)
        yield from _options(base, opened, of_base, of_open, texts, varied=varied)
        yield from _rotation(rotated, of_base, of_open, of_rotated)
        yield from _verdicts(base, opened, closed, doc, len(of_open.requests))


def _pairs(asked: Asked) -> list[tuple[Any, ...]]:
    return [tuple(request.args) for request in asked.requests]


def _question(text: str, sentence: str) -> str:
    return text.rpartition(f"{sentence}\n\n")[2]


# ---------------------------------------------------------------------- what is asked


def _nothing_asked(base: Any, asked: list[tuple[Asked, ...]]) -> Iterator[tuple[str, str]]:
    texts = [str(base.doc_to_text(one[0].doc)) for one in asked]
    choices = [base.doc_to_choice(one[0].doc) for one in asked]
    if not all(text.strip() for text in texts):
        yield "nothing asked", repr(choices[0])
    elif len(set(texts)) == 1 < len({str(c) for c in choices}):
        yield "nothing asked", f"{texts[0]!r}, and {choices[0]!r}"
    own = [_shared(options) for options in choices]
    if len(set(own)) > 1 and all(len(text.strip()) > 12 for text in own):
        yield "whole sentences", repr(choices[0])
    fixed = set(map(str, choices[0])).intersection(*(map(str, c) for c in choices))
    for option in sorted(fixed):
        if abstains(option):
            yield "abstaining option", repr(option)


def _shared(options: list[str]) -> str:
    """What all options have in common at their beginning or end."""
    first = os.path.commonprefix(options)
    last = os.path.commonprefix([option[::-1] for option in options])[::-1]
    return max(first, last, key=len)


def _constant(texts: list[str]) -> str:
    """What all questions of a task share: the words of its template, about."""
    lines = set(re.split(r"\n|(?<=[.:?!])\s", texts[0])).intersection(
        *(re.split(r"\n|(?<=[.:?!])\s", text) for text in texts)
    )
    return "\n".join(sorted(lines))


# ---------------------------------------------------------------------- prompts


def _less(opened: Any, of_open: Asked, prompt: str, base: str) -> list[Inserted] | None:
    """Where options are added to a base's prompt; None where anything else differs.

    An instruction may name the new label behind all others.
    """
    text = opened.settings.rubric.option_text
    own = [core_of(choice) for choice in opened.doc_to_choice(of_open.doc)]
    scored = core_of(_pairs(of_open)[len(own)][1])
    rows = (
        [*own, scored],
        *(list(order[: len(own) + 1]) for order in ("ABCDEFGHIJKL", "123456789")),
    )
    for plain_prompt in (prompt, *(take_out_label(prompt, base, r[:-1], r[-1]) for r in rows)):
        if plain_prompt == base:
            return []
        found = take_out_options(plain_prompt, base, text)
        if found is not None:
            return found
    return None


def _prompts(
    base_task: Any, opened: Any, of_base: Asked, of_open: Asked
) -> Iterator[tuple[str, str]]:
    sentence = opened.settings.rubric.sentence
    for (shots, chat), base, variant in zip(SHOTS, of_base.prompts, of_open.prompts):
        if base is None:
            continue
        where = f"{shots} shots{' chat' if chat else ''}"
        if not chat:
            base, variant = [{"content": base}], [{"content": variant}]
        if len(base) != len(variant):
            yield "prompt", f"{where}: {len(variant)} messages, not {len(base)}"
            continue
        saying = [n for n, m in enumerate(variant) if sentence in m["content"]]
        if len(saying) != 1 or (chat and variant[saying[0]] is not _last_user(variant)):
            yield "sentence", f"{where}: it stands in {len(saying)} messages"
            continue
        for n, (one, other) in enumerate(zip(base, variant)):
            content: str | None = other["content"]
            assert content is not None
            if n == saying[0]:
                content = take_out_sentence(content, sentence)
            if content is None:
                yield "sentence", f"{where}: {other['content']!r}"
            elif _less(opened, of_open, content, one["content"]) is None:
                yield "prompt", f"{where}: {other['content']!r}"
            elif not chat and n == saying[0]:
                yield from _behind_examples(
                    opened, of_base, of_open, other["content"], base_task, where
                )


def _last_user(messages: list[dict[str, Any]]) -> Any:
    return [m for m in messages if m.get("role") == "user"][-1]


def _behind_examples(
    opened: Any, of_base: Asked, of_open: Asked, prompt: str, base: Any, where: str
) -> Iterator[tuple[str, str]]:
    """The sentence stands in the last question, and no worked example is behind it."""
    behind = _question(prompt, opened.settings.rubric.sentence)
    own = of_base.prompts[0]
    question = str(base.doc_to_text(of_base.doc))
    start = own.rfind(question)
    # Without the added option it is the end of what the base asks without examples.
    ends = (own[n:] for n in range(max(start, 0), len(own)))
    if not any(_less(opened, of_open, behind, end) is not None for end in ends):
        yield "sentence", f"{where}: not in the last question: {prompt!r}"
        return
    cue = behind.rstrip().rpartition("\n")[2].strip()
    if 1 < len(cue) < 30 and cue.endswith((":", "：")):
        answered = re.findall(rf"^{re.escape(cue)}[ \t]*\S.*$", behind, re.MULTILINE)
        if answered:
            yield "worked examples", f"{where}: behind the sentence stands {answered[0]!r}"


# ---------------------------------------------------------------------- the new option


def _inserted(opened: Any, of_base: Asked, of_open: Asked) -> list[Inserted]:
    rubric = opened.settings.rubric
    out = take_out_sentence(of_open.prompts[0], rubric.sentence)
    return _less(opened, of_open, out or "", of_base.prompts[0]) or []


def _options(
    base: Any, opened: Any, of_base: Asked, of_open: Asked, constant: str, *, varied: bool
) -> Iterator[tuple[str, str]]:
    doc, rubric = of_base.doc, opened.settings.rubric
    choices = list(base.doc_to_choice(doc))
    scored = [args[1] for args in _pairs(of_open)]
    own = [args[1] for args in _pairs(of_base)][: len(choices)]
    if scored[: len(choices)] != own:
        yield "scored", f"{scored} for {own}"
        return
    abstain = scored[len(choices)]
    if abstain in own or not abstain.strip():
        yield "scored", f"the abstain option is {abstain!r} beside {own}"
    inserted = _inserted(opened, of_base, of_open)
    question = of_base.prompts[0]
    if len(inserted) > 1:
        yield "listed", f"{len(inserted)} times: {of_open.prompts[0]!r}"
    elif inserted:
        yield from _listed(inserted[0], question, choices, abstain, rubric.option_text)
    else:
        yield from _unlisted(base, doc, choices, abstain, rubric.option_text, varied=varied)
        yield from _control(opened, of_base, of_open, len(choices))
    labels = [core_of(choice) for choice in choices]
    if inserted and all(len(label) == 1 for label in labels):
        named = names_labels(f"{constant}\n{base.config.description}", labels[-1])
        if named and named in of_open.prompts[0]:
            yield "instruction", f"{named!r} beside {abstain!r}"


def _listed(
    one: Inserted, question: str, choices: list[str], abstain: str, text: str
) -> Iterator[tuple[str, str]]:
    before = question[: one.at].rstrip(" \t\n,;，")
    label = core_of(one.before)
    if abstain.strip().endswith(text):  # texts are scored
        if not any(before.endswith(choice.strip().rstrip(" \t\n,;，")) for choice in choices):
            yield "place", f"not behind the last option: {question!r} at {one.at}"
        if not label:
            return
    elif label not in (core_of(abstain), ""):
        yield "label", f"listed as {one.before!r}, scored as {abstain!r}"
        return
    elif not label:
        yield "label", f"listed without a label, scored as {abstain!r}"
        return
    line = plain(before.rpartition("\n")[2])
    shape = re.escape(plain(one.before.strip())).replace(
        re.escape(label), r"([^\W_]{1,3}|[①-⑳])", 1
    )
    found = [m for m in re.findall(rf"(?:^|(?<=\s)){shape}", line) if m != label]
    if not found:
        yield "place", f"no label before {one.before!r}: {line!r}"
        return
    cores = [core_of(choice) for choice in choices]
    lasts = [found[-1], *([cores[-1]] if not abstain.strip().endswith(text) else [])]
    follow = [follows(last, label) for last in lasts]
    if None in follow:
        yield "label", f"{label!r} after {lasts!r}: a script that the survey does not know"
    elif not any(follow):
        yield "label", f"{label!r} after {lasts!r}"
    behind = question[one.at :]
    more = re.findall(rf"^\s*{shape}", plain(behind), re.MULTILINE)
    if more:
        yield "place", f"behind it the options {more} are listed: {question!r}"


def _unlisted(
    base: Any, doc: Any, choices: list[str], abstain: str, text: str, *, varied: bool
) -> Iterator[tuple[str, str]]:
    question = str(base.doc_to_text(doc))
    if not abstain.endswith(text):
        yield "scored", f"nothing is listed, and the abstain option is {abstain!r}"
    if all(len(core_of(choice)) < 2 for choice in choices):
        yield "unseen list", f"{choices} are scored, and none is added: {question!r}"
    # Classes that are the same for all documents may be named in the question's words.
    elif varied and all(
        re.search(rf"(?<!\w){re.escape(c.strip())}(?!\w)", question) for c in choices
    ):
        yield "unseen list", f"{choices} stand in {question!r}"


def _control(opened: Any, of_base: Asked, of_open: Asked, count: int) -> Iterator[tuple[str, str]]:
    """The request at t = 0 differs from the abstain option's in its sentence alone."""
    more = _pairs(of_open)[count + 1 :]
    if len(more) != 1:
        yield "control", f"{len(more)} requests more"
        return
    sentence = opened.settings.rubric.sentence
    before, _, behind = of_open.prompts[0].partition(sentence)
    prompt = str(more[0][0])
    own = prompt[len(before) : len(prompt) - len(behind)]
    if not (prompt.startswith(before) and prompt.endswith(behind)) or "\n" in own or not own:
        yield "control", repr(prompt)


def _rotation(
    rotated: Any, of_base: Asked, of_open: Asked, of_rotated: Asked
) -> Iterator[tuple[str, str]]:
    sentence, text = rotated.settings.rubric.sentence, rotated.settings.rubric.option_text
    inserted = _inserted(rotated, of_base, of_open)
    if len(inserted) != 1:
        return
    count = sum(1 for _ in rotated.doc_to_choice(of_base.doc))
    scored = [args[1].strip() for args in _pairs(of_rotated)][: count + 1]
    question = _question(of_rotated.prompts[0], sentence)
    if len(set(scored)) != count + 1:
        yield "rotate", f"scored twice: {scored}"
    if question.count(text) != 1:
        yield "rotate", f"the option is listed {question.count(text)} times: {question!r}"
    listed = _pairs(of_open)[count][1].strip()
    if listed.endswith(text):  # texts are scored: no label moves
        return
    label, marker = core_of(listed), inserted[0].before.strip()
    plain = _question(of_open.prompts[0], sentence)
    own = [args[1].strip() for args in _pairs(of_open)][:count]
    # A question may list fewer options than are scored; the abstain option is listed anyway.
    there = sum(_times(plain, marker, label, one) > 0 for one in own)
    for one in (*scored[:there], scored[-1]):
        times = _times(question, marker, label, one)
        if times != 1:
            yield "rotate", f"{one!r} is listed {times} times: {question!r}"
    told = re.search(rf"(\S+)[^\S\n]*{re.escape(text)}", question)
    if told and core_of(told[1]) != core_of(scored[-1]):
        yield "rotate", f"{text!r} is listed as {told[1]!r} and scored as {scored[-1]!r}"


def _times(question: str, marker: str, label: str, scored: str) -> int:
    """How many times an option is listed under a label."""
    shape = re.escape(plain(marker).replace(label, core_of(scored), 1))
    return len(re.findall(rf"(?:^|(?<=\s)){shape}", plain(question)))


# ---------------------------------------------------------------------- verdicts


def _verdicts(
    base: Any, opened: Any, closed: Any, doc: Any, requests: int
) -> Iterator[tuple[str, str]]:
    """Each option made the likeliest gives what the base says of it."""
    count = len(base.doc_to_choice(doc))
    for winner in range(count):
        won = _won(winner, count)
        right = _right(base, opened.headline, doc, won, winner)
        row = opened.process_results(doc, _won(winner, requests))
        if (row["acc"], row["error_rate"], row["abstain_rate"]) != (right, 1 - right, 0):
            yield "outcome", f"option {winner}: {dict(row)}, and the base says {right}"
        row = closed.process_results(doc, won)
        if row["acc"] != right:
            yield "outcome", f"closed, option {winner}: {dict(row)}, and the base says {right}"
    row = opened.process_results(doc, _won(count, requests))
    if (row["acc"], row["error_rate"], row["abstain_rate"]) != (0, 0, 1):
        yield "outcome", f"the abstain option: {dict(row)}"


def _won(winner: int, count: int) -> list[tuple[float, bool]]:
    return [(-0.01, True) if n == winner else (_LOST - n, False) for n in range(count)]


def _right(base: Any, metric: str, doc: Any, won: Any, winner: int) -> float:
    choices = base.doc_to_choice(doc)
    if "acc_mutual_info" in base._metric_fn_list:
        won = [*won, *((-1.0, False) for _ in choices)]
    said = base.process_results(doc, won)
    if metric in said:
        return float(said[metric])
    target = base.doc_to_target(doc)
    targets = target if isinstance(target, list) else [target]
    return float(winner in targets or choices[winner] in targets)
