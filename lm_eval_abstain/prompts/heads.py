"""Where the final question begins: behind the worked examples that a template or its data carry.

Pure text functions over the base task's own rendering of its documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.prompts.layout import common_prefix, common_suffix

__all__ = ["Head", "question_behind", "stated"]


@dataclass(frozen=True)
class Head:
    r"""What stands before the final question of every document. Usually nothing.

    Attributes:
        text: What all questions begin with, up to its last blank line: worked examples that the
            template itself carries.
        cue: What asks for an answer ("\nAnswer:") in worked examples that the data carry, and
            which differ from document to document; else empty.
        delimiter: What separates worked examples in this task's prompts.
    """

    text: str = ""
    cue: str = ""
    delimiter: str = "\n\n"

    @classmethod
    def read(cls, texts: Sequence[str], delimiter: str) -> Head:
        """Find what the questions of several documents have before them.

        Args:
            texts: The renderings of several documents.
            delimiter: What separates worked examples in this task's prompts.
        """
        several = sorted(set(texts))
        if len(several) < 2 or not delimiter:
            return cls(delimiter=delimiter)
        common = common_prefix(several)
        text = common[: common.rfind(delimiter) + len(delimiter)] if delimiter in common else ""
        end = common_suffix(several)
        cue = end[end.rfind("\n") :].rstrip() if "\n" in end else ""
        worked = cls(text, cue, delimiter)
        carried = cue and all(worked._behind_examples(one, len(text)) for one in several)
        return worked if carried else cls(text, delimiter=delimiter)

    def end(self, text: str) -> int | None:
        """Where the final question begins; None where the text does not begin as the others do."""
        start = len(self.text)
        if self.cue:
            start = self._behind_examples(text, start)
        if not text.startswith(self.text) or (self.cue and not start):
            return None
        return start

    def state(self, text: str, sentence: str) -> str:
        """Put the rubric's sentence before the final question.

        Raises:
            AbstainError: The question does not begin as those of the sample did.
        """
        return stated(text, self.end(text), sentence)

    def _behind_examples(self, text: str, start: int) -> int:
        """Where the last worked example ends; 0 where there is none behind `start`."""
        asked = text.rfind(self.cue, 0, text.rfind(self.cue))
        end = text.find(self.delimiter, asked + len(self.cue)) if asked >= start else -1
        return end + len(self.delimiter) if end >= 0 else 0


def stated(text: str, start: int | None, sentence: str) -> str:
    """Put the rubric's sentence before a question that begins at some place.

    Raises:
        AbstainError: The place is not known.
    """
    if start is None:
        raise AbstainError(f"this question does not begin as the others do:\n{text}")
    return f"{text[:start]}{sentence}\n\n{text[start:]}"


def question_behind(prompt: str, sentence: str) -> str | None:
    """The final question of a prompt, without the sentence that `Head.state` put before it.

    Returns:
        None where the prompt does not hold the sentence.
    """
    _, found, question = prompt.rpartition(sentence)
    return question.strip() if found else None
