"""Option labels of the world's scripts in their order, and words that abstain: for checks only."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["abstains", "core_of", "follows", "names_labels", "plain"]

_ORDERS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "abcdefghijklmnopqrstuvwxyz",
    "ΑΒΓΔΕΖΗΘΙΚ",
    "αβγδεζηθικ",
    "АБВГДЕЖЗИК",
    "абвгдежзик",
    "أبجدهوزحط",
    "ابجدهوزحط",
    "אבגדהוזחט",
    "가나다라마바사아자차",
    "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊ",
    "アイウエオカキク",
    "あいうえおかきく",
    "イロハニホヘト",
    "甲乙丙丁戊己庚辛壬癸",
    "①②③④⑤⑥⑦⑧⑨⑩",
    "１２３４５６７８９",
    "ＡＢＣＤＥＦＧＨ",
    "কখগঘঙচ",
    "কখগঘঙচছজ",
    "अआइईउऊ",
    "कखगघङच",
    "กขคงจฉ",
    "ሀለሐመሠረሰ",
    "ԱԲԳԴԵԶ",
    "აბგდევზ",
    "০১২৩৪৫৬",
    "০১২৩৪৫৬৭৮৯",
    "٠١٢٣٤٥٦٧٨٩",
    "۰۱۲۳۴۵۶۷۸۹",
    "०१२३४५६७८९",
    "一二三四五六七八九十",
)
_TATWEEL = "\u0640"  # lengthens an Arabic letter, and is none
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")

_ABSTAINS = re.compile(
    r"\b(unknown|undetermined|unsure|not sure|inadequate|insufficient|not enough|"
    r"don'?t know|do not know|can(?:no|')?t (?:be )?(?:determined?|answered?|say|tell)|"
    r"cannot (?:be )?(?:determined?|answered?|say|tell)|no answer|unanswerable|"
    r"not answerable|not known|no sé|no lo sé|desconocid[oa]|"
    r"não sei|ez dakit|no ho sé|non lo so|je ne sais pas|inconnu|weiß nicht|unbekannt|"
    r"weet ik niet|onbekend|vet ikke|vet inte|ukjent|okänt|nie wiem|nieznane|не знаю|неизвестно|"
    r"bilmiyorum|bilinmiyor|tidak tahu|tidak diketahui)\b|"
    r"不知道|未知|无法确定|無法確定|分からない|わからない|不明|모르|알 수 없|"
    r"لا أعرف|غير معروف|لا أدري|पता नहीं|अज्ञात|জানি না|অজানা",
    re.IGNORECASE,
)
_RUN = re.compile(
    r"(?<![^\W_])[(\[\"'`]?([A-Z]|[a-j]|\d)[)\]\"'`]?"
    r"(?:\s*(?:,|/|\||、|，|or\b|and\b|to\b|[-–](?=\s?[A-Z\d]))\s*(?:or|and|o|ou|oder|y|e|och|eller|of|"
    r"ve|veya|atau|dan|или|и|أو|或|または|또는|edo|i|lub|nebo)?\s*[(\[\"'`]?([A-Z]|[a-j]|\d)"
    r"[)\]\"'`]?(?![^\W_]))+"
)


def plain(text: str) -> str:
    """A text without what lengthens Arabic letters: the label of an option may have it."""
    return text.replace(_TATWEEL, "")


def core_of(label: str) -> str:
    """The letter or number of a label."""
    return "".join(c for c in label if unicodedata.category(c)[0] in "LNM" and c != _TATWEEL)


def follows(before: str, after: str) -> bool | None:
    """Whether a label comes after another one; None where the script is not known here."""
    if before.isascii() and before.isdigit() and after.isdigit():
        return int(after) == int(before) + 1
    if before.lower() in _ROMAN and len(before) > 1 and before.lower() != "x":
        return after.lower() == _ROMAN[_ROMAN.index(before.lower()) + 1]
    orders = [order for order in _ORDERS if before in order]
    if not orders:
        return None
    return any(before + after in order for order in orders)


def abstains(option: str) -> bool:
    """Whether an option says that the answer is not known."""
    return bool(_ABSTAINS.search(option.replace("’", "'")))


def names_labels(text: str, last: str) -> str | None:
    """Words in a text that name labels up to a last one: "A, B, C or D"; None if there are none."""
    for match in _RUN.finditer(text):
        found = re.findall(r"(?<![^\W_])([A-Z]|[a-j]|\d)(?![^\W_])", match[0])
        if len(found) > 1 and found[-1] == last and found[0] in "Aa01":
            return match[0]
    return None
