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
    """Phrases of two words, one for each key, the same in each run."""

    def __init__(self) -> None:
        self._given: dict[object, str] = {}

    def __getitem__(self, key: object) -> str:
        if key not in self._given:
            number = len(self._given)
            round_, place = divmod(number, len(_SECOND))
            first = _FIRST[(round_ + 7 * place) % len(_FIRST)]
            second = _SECOND[place]
            more = number // (len(_FIRST) * len(_SECOND))
            self._given[key] = f"{first} {second}" + (f" {_SECOND[more]}" if more else "")
        return self._given[key]

    def __iter__(self):
        return iter(self._given.values())
