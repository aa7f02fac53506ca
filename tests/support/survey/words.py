"""Words for rows that are made up: no two phrases are alike, and none holds another."""

from __future__ import annotations

__all__ = ["Phrases"]

_FIRST_WORDS = (
    "amber brass cedar dusty early faded grand hollow icy jagged keen linen mossy narrow oval "
    "pale quiet rusty silver tidy upper velvet woven yellow blunt coarse dim empty flat green "
    "heavy"
)
_SECOND_WORDS = (
    "anchor barrel candle drawer engine feather garden hammer island jacket kettle ladder mirror "
    "needle orchard pillow quarry ribbon saddle tunnel umbrella valley wagon yard bridge cabin "
    "desk fence glove harbour jug lantern mill"
)
_FIRST, _SECOND = _FIRST_WORDS.split(), _SECOND_WORDS.split()


class Phrases:
    """Phrases of two words, one for each key, the same in each run.

    Args:
        text: A text in the letters that the phrases are to be in; none for Latin ones.
    """

    def __init__(self, text: str = "") -> None:
        self._given: dict[object, str] = {}
        foreign = sorted({c for c in text if c.isalpha() and not "a" <= c.lower() <= "\u024f"})
        latin = "etaoinsrhldcumfpgwybvkxjqz"
        pairs = zip(latin, foreign * (len(latin) // max(len(foreign), 1) + 1))
        self._letters = str.maketrans(dict(pairs))

    def written(self, text: str) -> str:
        """A text in these letters."""
        return text.lower().translate(self._letters) if self._letters else text

    def __getitem__(self, key: object) -> str:
        if key not in self._given:
            number = len(self._given)
            round_, place = divmod(number, len(_SECOND))
            first = _FIRST[(round_ + 7 * place) % len(_FIRST)]
            second = _SECOND[place]
            more = number // (len(_FIRST) * len(_SECOND))
            phrase = f"{first} {second}" + (f" {_SECOND[more]}" if more else "")
            self._given[key] = self.written(phrase)
        return self._given[key]

    def __iter__(self):
        return iter(self._given.values())
