"""A question with one more option, and what stands around the option's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lm_eval_abstain.prompts.heads import stated
from lm_eval_abstain.prompts.layout import common_prefix, common_suffix
from lm_eval_abstain.prompts.markers import Listing

__all__ = ["Extended", "between_options", "spaced"]


@dataclass(frozen=True)
class Extended:
    """A question with the abstain option.

    Attributes:
        text: The question turn, with the new option where the options are listed.
        choices: The continuation of each real option, in the base task's order.
        abstain: The continuation of the abstain option, different from all of them.
        slot: The place of the abstain option among the listed ones, from 0.
        options: The texts of the real options, as far as the prompt or the choices tell.
        start: Where the final question begins in the text; None where that is not certain.
    """

    text: str
    choices: tuple[str, ...]
    abstain: str
    slot: int
    options: tuple[str, ...]
    start: int | None

    def state(self, sentence: str) -> str:
        """The text with the rubric's sentence before the final question.

        Raises:
            AbstainError: This question does not begin as the sample did.
        """
        return stated(self.text, self.start, sentence)


def spaced(choices: Sequence[str], abstain_text: str) -> str:
    """The abstain text, beginning with the white space that all choices begin with."""
    lead = common_prefix([choice[: len(choice) - len(choice.lstrip())] for choice in choices])
    return lead + abstain_text


def between_options(bodies: Sequence[str], listing: Listing) -> str:
    """What stands behind an option and before the next one."""
    if len(bodies) < 2:
        return "\n"
    if listing.inline:
        found = re.search(r"[,;/|、،]?\s*$", common_suffix(bodies[:-1]))
        return found[0] if found else " "
    if listing.markers[-1].stop >= 0:  # the texts are known: the rest is what stands between
        one = listing.markers[-2]
        return re.sub(r"[ \t]+(?=\n)", "", bodies[-2][one.stop - one.end :])
    return bodies[-2][len(bodies[-2].rstrip("\n")) :]
