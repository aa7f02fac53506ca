"""What must hold of a variant of generated answers, checked without the package's own help."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lm_eval.api.instance import Instance

from support.survey.built import SHOTS, Asked
from support.survey.removal import take_out_sentence

__all__ = ["partial_scores", "right_texts", "text_faults"]

WRONG = "Zebras wade through 98765 puddles"
_FORMS = (
    "{}",
    " {}",
    "{}.",
    "The answer is {}.",
    "The answer is ({}).",
    "So the answer is {}.",
    "Answer: {}",
    "#### {}",
    "The answer is {}.\n#### {}",
    r"\boxed{{{}}}",
    r"So it is $\boxed{{{}}}$.",
    "${}$",
    "Final Answer: The final answer is ${}$. I hope it is correct.",
    "The final answer is {}",
    "({})",
    "<answer>{}</answer>",
    "[ANSWER] {} [/ANSWER]",
    "The best answer is {}",
    "**Answer:** {}",
    "Answer: \\boxed{{{}}}",
    "Réponse : {}",
    "정답: {}",
    "答案是{}",
    "答案：{}",
)


def text_faults(
    base: Any, opened: Any, closed: Any, asked: list[tuple[Asked, ...]]
) -> Iterator[tuple[str, str]]:
    """The faults of the variants: the check's name, and what was seen."""
    for of_base, of_open, _, of_closed in asked:
        if _args(of_closed) != _args(of_base) or of_closed.prompts != of_base.prompts:
            yield "closed", "the closed variant asks something else than the base"
        if _args(of_open)[0][1:] != _args(of_base)[0][1:]:
            yield "scored", f"asked with {_args(of_open)[0][1:]}"
        yield from _prompts(base, opened, of_base, of_open)
    # A function of the task's own may take seconds: it is asked about one document.
    for one in asked[:1] if callable(base.config.process_results) else asked:
        yield from _outcomes(base, opened, closed, one[0].doc)
    texts = [str(base.doc_to_text(one[0].doc)) for one in asked]
    if not all(text.strip() for text in texts):
        yield "nothing asked", repr(asked[0][0].prompts[0])


def _args(asked: Asked) -> list[tuple[Any, ...]]:
    return [tuple(request.args) for request in asked.requests]


def _prompts(base: Any, opened: Any, of_base: Asked, of_open: Asked) -> Iterator[tuple[str, str]]:
    sentence = opened.settings.rubric.sentence
    own = str(base.doc_to_text(of_base.doc))
    for (shots, chat), prompt, variant in zip(SHOTS, of_base.prompts, of_open.prompts):
        if prompt is None:
            continue
        where = f"{shots} shots{' chat' if chat else ''}"
        if not chat:
            out = take_out_sentence(variant, sentence)
            if out is None:
                yield "sentence", f"{where}: {variant!r}"
            elif out != prompt:
                yield "prompt", f"{where}: {variant!r}"
            else:
                behind = variant.rpartition(f"{sentence}\n\n")[2]
                # The last turn: the question, and what begins the answer.
                if len(behind) > len(own) + len(base.doc_to_prefix(of_base.doc) or "") + 4:
                    yield "sentence", f"{where}: above a worked example: {variant!r}"
            continue
        if len(prompt) != len(variant):
            yield "prompt", f"{where}: {len(variant)} messages, not {len(prompt)}"
            continue
        last = max(n for n, m in enumerate(prompt) if m["role"] == "user")
        for n, (one, other) in enumerate(zip(prompt, variant)):
            content = other["content"]
            if n == last:
                content = take_out_sentence(content, sentence)
            if content != one["content"]:
                yield "prompt", f"{where}: {other['content']!r}"


# ---------------------------------------------------------------------- outcomes


def _outcomes(base: Any, opened: Any, closed: Any, doc: Any) -> Iterator[tuple[str, str]]:
    headline = opened.headline
    asked = opened.settings.rubric.abstain_text
    for text in (
        *islice(right_texts(base, doc, headline), 2),
        WRONG,
        f"{asked}.",
        "",
        "<think>Hm.",
    ):
        for name, right in _said(base, doc, text, headline):
            outcome = _outcome(opened, doc, text, name)
            for variant, got in (("open", outcome), ("closed", _outcome(closed, doc, text, name))):
                wanted = _wanted(text, asked, right=right)
                if got not in wanted:
                    yield "outcome", f"{variant}, {name}: {text!r} is {got}, not {wanted}"


def _wanted(text: str, asked: str, *, right: bool) -> tuple[str, ...]:
    if not text:
        return ("empty",)
    if text.startswith("<think>"):
        return ("truncated",)
    if text == f"{asked}.":
        # Where the base calls it right, it may be the right answer, or anything is.
        return ("correct", "abstained") if right else ("abstained",)
    if right:
        return ("correct",)
    # A text that states the right answer may be read as right where the base reads none.
    # Where the token limit is small it may count as cut.
    read = () if text == WRONG else ("correct",)
    return ("wrong", "unparsed", "truncated", *read)


def _candidates(base: Any, doc: Any) -> list[str]:
    """Texts that hold the right answer."""
    target = base.doc_to_target(doc)
    if base.config.doc_to_choice is not None and isinstance(target, int):
        target = base.doc_to_choice(doc)[target]
    while isinstance(target, (list, tuple)) and target:
        target = target[0]
    answer = str(target).strip()
    names = " ".join(str(one["metric"]) for one in base.config.metric_list or ())
    slow = any(word in names for word in ("bleu", "rouge"))  # whole texts are compared anyway
    found = [form.format(*[answer] * form.count("{}")) for form in _FORMS[: 2 if slow else None]]
    return list(dict.fromkeys(text for text in found if text.strip()))


def right_texts(base: Any, doc: Any, headline: str) -> Iterator[str]:
    """Texts that the base calls right, for one of its filters at least."""
    for text in _candidates(base, doc):
        if any(right for _, right in _said(base, doc, text, headline)):
            yield text


def partial_scores(base: Any, docs: list[Any]) -> dict[str, list[float]]:
    """What the base's metrics are for right, partly right and wrong texts, by their names."""
    found: dict[str, list[float]] = {}
    for doc in docs:
        right = _candidates(base, doc)
        half = [text.rpartition(" ")[0] or text[: len(text) // 2] for text in right[:1]]
        for text in (*right, *(f"{text} wades" for text in right[:1]), *half, WRONG, "The"):
            one = _filtered(base, doc, text)
            for value in one.filtered_resps.values():
                for name, score in base.process_results(doc, [value]).items():
                    number = isinstance(score, (int, float))
                    found.setdefault(name, []).append(float(score) if number else 0.5)
    return found


def _filtered(task: Any, doc: Any, text: str) -> Instance:
    one = Instance("generate_until", doc, ("", {}), 0, resps=[text])
    task._instances = [one]
    task.apply_filters()
    return one


def _said(base: Any, doc: Any, text: str, headline: str) -> list[tuple[str, bool]]:
    """What the base says of a text, by filter."""
    random.seed(1)
    one = _filtered(base, doc, text)
    return [
        (name, base.process_results(doc, [value]).get(headline) == 1)
        for name, value in one.filtered_resps.items()
    ]


def _outcome(task: Any, doc: Any, text: str, name: str) -> str:
    random.seed(1)
    one = _filtered(task, doc, text)
    return str(task.process_results(doc, [one.filtered_resps[name]])["outcome"])
