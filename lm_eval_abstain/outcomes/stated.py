"""A stated answer, in the forms in which the base task may know it."""

from __future__ import annotations

from typing import NamedTuple

from lm_eval_abstain.prompts.markers import find_labelled, following
from lm_eval_abstain.reading.stated_answer import stated_option, stated_text
from lm_eval_abstain.rubric import DEFAULT_ABSTAIN_TEXT

__all__ = ["Stated", "listed_options", "stated_in"]


class Stated(NamedTuple):
    """An answer that a response states.

    Attributes:
        answer: The option's letter, or the bare answer.
        forms: What the base task may call it: the letter, the letter in brackets, the option's
            text; or the readings of a free answer. At least one.
    """

    answer: str
    forms: tuple[str, ...]


def stated_in(
    response: str, question: str, abstain_text: str = DEFAULT_ABSTAIN_TEXT
) -> Stated | None:
    """The answer that a response states, where it is said in more words than the answer.

    Args:
        response: The response, or the part of it that is its answer.
        question: The question with its options. Where it lists none, any answer may be stated.
        abstain_text: What the prompt asked the model to say when it abstains.

    Returns:
        None where no answer is stated, or more than one.
    """
    options = listed_options(question)
    if not options:
        readings = stated_text(response, abstain_text=abstain_text, question=question)
        return Stated(readings[-1], readings) if readings else None
    letter = stated_option(response, options, abstain_text=abstain_text, question=question)
    if letter is None:
        return None
    text = options[letter]
    # An option that reads "B" is not the option B.
    forms = (letter, f"({letter})", *([text] if len(text) > 1 else []))
    return Stated(letter, forms)


def listed_options(question: str) -> dict[str, str]:
    """The texts of the lettered options that a question lists last, by their capital letters."""
    listing = find_labelled(question, ("A", "B"))
    if listing is None:
        return {}
    markers = following(question, listing).markers
    ends = [marker.start for marker in markers[1:]]
    line_end = question.find("\n", markers[-1].end)
    ends.append(len(question) if line_end < 0 else line_end)
    return {one.core: question[one.end : end].strip() for one, end in zip(markers, ends)}
