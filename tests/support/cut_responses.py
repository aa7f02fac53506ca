"""Made-up responses of a run, and what a token limit leaves of them."""

from __future__ import annotations

import math
import random

_LETTERS = "etaoinshrdlucmfwypvbgk"
END_OF_SENTENCE = (".", ".", ".", "!", ")")


def vocabulary(chance: random.Random) -> list[str]:
    return [
        "".join(chance.choices(_LETTERS, k=max(1, round(chance.gauss(5, 2.5))))) for _ in range(400)
    ]


def cost(piece: str) -> int:
    """How many tokens a piece of text takes in a vocabulary that no rule of ours knows."""
    return 1 + (len(piece) > 4 and piece[0] in "aeiou") + (len(piece) > 8)


def responses(
    chance: random.Random,
    count: int,
    *,
    median: float,
    spread: float,
    limit: int | None = None,
    stops: bool = True,
    open_ends: float = 0.0,
) -> list[str]:
    """Responses whose lengths in tokens are log-normal, cut where there is a limit.

    Args:
        chance: Where chance comes from.
        count: How many.
        median: Their median length in tokens.
        spread: The standard deviation of its logarithm.
        limit: The most tokens.
        stops: Whether a response that is not cut ends as a sentence does.
        open_ends: How many that are not cut end in a colon.
    """
    words = vocabulary(chance)
    made: list[str] = []
    for _ in range(count):
        length = median * math.exp(chance.gauss(0, spread))
        text, used = "", 0
        while used < length:
            piece = chance.choice(words)
            if chance.random() < 0.3:
                piece += chance.choice((", ", ", ", ". ", " = ", " + "))
            else:
                piece += " "
            used += cost(piece)
            if limit is not None and used > limit:
                break
            text += piece
        text = text.strip()
        if limit is None or used <= limit:
            text = text.rstrip(" ,.=+")
            if chance.random() < open_ends:
                text += ":"
            elif stops:
                text += chance.choice(END_OF_SENTENCE)
        made.append(text)
    return made
