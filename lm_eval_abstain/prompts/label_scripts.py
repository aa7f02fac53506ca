"""The orders in which option labels count, in the scripts that are used for them.

Only what is certain stands here: an order ends where the next label depends on who counts. Greek
lists go on after Ε with ΣΤ or with Ζ, so the order ends at Ε, and a list that long gets no option.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["CORE", "ENCLOSED", "Order", "order_of"]

Order = tuple[str, ...]
"""Labels from the first on."""

_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NUMBERS = tuple(map(str, range(100)))
# From the characters of ASCII to their full-width forms.
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def _range(first: str, last: str) -> Order:
    return tuple(map(chr, range(ord(first), ord(last) + 1)))


ENCLOSED: frozenset[str] = frozenset(
    {
        *(_range("①", "⑳") + _range("⑴", "⒇") + _range("❶", "❿")),
        *(_range("㉠", "㉭") + _range("㉮", "㉻")),
    }
)
"""Labels that carry their own mark, so that none has to follow."""

_ORDERS: tuple[Order, ...] = (
    tuple(_LATIN),
    tuple(_LATIN.lower()),
    _NUMBERS[1:],
    _NUMBERS,
    _ROMAN,
    tuple(map(str.lower, _ROMAN)),
    tuple(_LATIN.translate(_WIDE)),
    tuple(number.translate(_WIDE) for number in _NUMBERS[1:]),
    *(_range(*ends) for ends in ("①⑳", "⑴⒇", "❶❿", "㉠㉭", "㉮㉻", "ⅠⅫ", "ⅰⅻ")),
    # Arabic (abjad); many lists leave out the fifth letter, and ز follows the sixth in both.
    (*"أبجد", "هـ", *"وزحطيكلمنسعفصقرشتثخذضظغ"),
    tuple("أبجدوزحطي"),
    ("الف", *"بجدهوزحطی"),  # Persian
    tuple("אבגדהוזחטי"),
    tuple("ΑΒΓΔΕ"),
    tuple("αβγδε"),
    tuple("АБВГДЕЖ"),
    tuple("абвгдеж"),
    tuple("ԱԲԳԴԵԶ"),
    tuple("აბგდევზ"),
    tuple("कखगघङ"),
    tuple("কখগঘঙ"),
    tuple("ਕਖਗਘਙ"),
    tuple("કખગઘઙ"),
    tuple("กขคงจฉ"),
    tuple("ሀለሐመሠ"),
    tuple("가나다라마바사아자차카타파하"),
    tuple("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"),
    tuple("アイウエオカキクケコ"),
    tuple("あいうえおかきくけこ"),
    tuple("イロハニホヘト"),
    tuple("甲乙丙丁戊己庚辛壬癸"),
    tuple("一二三四五六七八九十"),
)
# Other ways to write a label: without the stroke that joins, without the hamza.
_SAME = {"ه": "هـ", "ا": "أ"}

CORE = "|".join(
    [
        *sorted({re.escape(c) for o in _ORDERS for c in (*o, *_SAME) if len(c) > 1}, key=len)[::-1],
        "[" + "".join(sorted({c for o in _ORDERS for c in (*o, *_SAME) if len(c) == 1})) + "]",
    ]
)
"""Any label, as a part of a regular expression."""


def order_of(cores: Sequence[str]) -> Order | None:
    """The order that these labels count in, from its first label on, each once.

    Returns:
        The order as these labels write it, or None where they are not the first ones of any.
    """
    for order in _ORDERS:
        if tuple(cores) == order[: len(cores)]:
            return order
    plain = [_SAME.get(core, core) for core in cores]
    for order in _ORDERS if plain != list(cores) else ():
        if tuple(plain) == order[: len(plain)]:
            return (*cores, *order[len(plain) :])
    return None
