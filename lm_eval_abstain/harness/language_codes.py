"""How tasks of the harness write a language: ISO 639 codes, names, and codes with a script."""

from __future__ import annotations

import re
from functools import cache

from lm_eval_abstain.rubric.languages import ENGLISH, languages, translation
from lm_eval_abstain.rubric.scripts import script_of

__all__ = ["code_of", "is_name"]

# By our code, how else the language is written: ISO 639-2 and -3, varieties that are written in
# the same way, English names.
_OTHERS = {
    "af": "afr afrikaans",
    "am": "amh amharic",
    "ar": "ara arb acm acq aeb afb apc arq ars ary arz arabic",
    "az": "aze azj azerbaijani",
    "be": "bel belarusian",
    "bg": "bul bulgarian",
    "bn": "ben bengali bangla",
    "ca": "cat catalan",
    "cs": "ces cze czech",
    "cy": "cym wel welsh",
    "da": "dan danish",
    "de": "deu ger german",
    "el": "ell gre greek",
    "en": "eng english",
    "es": "spa spanish",
    "et": "est ekk estonian",
    "eu": "eus baq basque",
    "fa": "fas pes persian farsi",
    "fi": "fin finnish",
    "fr": "fra fre french",
    "gl": "glg galician",
    "gu": "guj gujarati",
    "ha": "hau hausa",
    "he": "heb hebrew",
    "hi": "hin hindi",
    "hr": "hrv croatian",
    "hu": "hun hungarian",
    "hy": "hye arm armenian",
    "id": "ind indonesian",
    "ig": "ibo igbo",
    "is": "isl ice icelandic",
    "it": "ita italian",
    "ja": "jpn jp japanese",
    "ka": "kat geo georgian",
    "kk": "kaz kazakh",
    "kn": "kan kannada",
    "ko": "kor korean",
    "ky": "kir kyrgyz",
    "lt": "lit lithuanian",
    "lv": "lav lvs latvian",
    "mk": "mkd mac macedonian",
    "ml": "mal malayalam",
    "mr": "mar marathi",
    "ms": "msa may zsm malay",
    "mt": "mlt maltese",
    "ne": "nep npi nepali",
    "nl": "nld dut dutch",
    "nn": "nno nynorsk",
    "no": "nor nob nb norwegian",
    "pa": "pan punjabi",
    "pl": "pol polish",
    "pt": "por portuguese",
    "ro": "ron rum romanian",
    "ru": "rus russian",
    "rw": "kin kinyarwanda",
    "si": "sin sinhala",
    "sk": "slk slo slovak",
    "sl": "slv slovenian",
    "sn": "sna shona",
    "so": "som somali",
    "sq": "sqi alb als albanian",
    "sr": "srp serbian",
    "sv": "swe swedish",
    "sw": "swa swh swahili",
    "ta": "tam tamil",
    "te": "tel telugu",
    "th": "tha thai",
    "tl": "tgl fil tagalog filipino",
    "tr": "tur turkish",
    "uk": "ukr ukrainian",
    "ur": "urd urdu",
    "uz": "uzb uzn uzbek",
    "vi": "vie vietnamese",
    "wo": "wol wolof",
    "xh": "xho xhosa",
    "yo": "yor yoruba",
    "zh": "zho chi cmn chn chinese",
    "zu": "zul zulu",
}
_BY_CODE_ALONE = "bbj bem fon lin luo mos nso sot ssw tso ven vai yue"
# Languages of tasks of the harness that are not translated, by the codes that tasks give them.
_UNTRANSLATED = {
    "ee": "ewe",
    "lg": "lug",
    "mg": "plt mlg",
    "ny": "nya",
    "om": "orm gaz oromo",
    "qu": "que",
    "rn": "run kirundi",
    "ht": "hat",
    "tn": "tsn",
    "tw": "twi aka",
    "ug": "uig uyghur",
    "bm": "bam",
    "ti": "tir tigrinya",
    "pcm": "pidgin",
    "my": "mya burmese",
    "brx": "bodo",
    "doi": "dogri",
    "gom": "konkani",
    "mai": "maithili",
    "or": "ory odia oriya",
    "raj": "rajasthani",
    "sa": "sanskrit",
    "sat": "santali",
    **dict.fromkeys(
        ["bbj", "bem", "fon", "lin", "luo", "mos", "nso", "sot", "ssw", "tso", "ven", "vai", "yue"],
        "",
    ),
}
_CODES = {
    word: code
    for code, others in {**_OTHERS, **_UNTRANSLATED}.items()
    for word in (code, *others.split())
}
_WITH_SCRIPT = re.compile(r"([a-z]{3})_([a-z]{4})(?:_[a-z]{4})?$", re.IGNORECASE)
_WITH_REGION = re.compile(r"([a-z]{2})_([A-Z]{2})$", re.IGNORECASE)
_OF_NO_TRANSLATION = "khmr laoo mtei mymr orya tfng tibt"
# ISO 15924, by what Unicode calls the letters.
_SCRIPTS = {
    "arab": "ARABIC",
    "armn": "ARMENIAN",
    "beng": "BENGALI",
    "cyrl": "CYRILLIC",
    "deva": "DEVANAGARI",
    "ethi": "ETHIOPIC",
    "geor": "GEORGIAN",
    "grek": "GREEK",
    "gujr": "GUJARATI",
    "guru": "GURMUKHI",
    "hang": "HANGUL",
    "hans": "CJK",
    "hebr": "HEBREW",
    "jpan": "CJK",
    "knda": "KANNADA",
    "latn": "LATIN",
    "mlym": "MALAYALAM",
    "sinh": "SINHALA",
    "taml": "TAMIL",
    "telu": "TELUGU",
    "thai": "THAI",
    **dict.fromkeys(
        ["khmr", "laoo", "mtei", "mymr", "orya", "tfng", "tibt"], ""
    ),  # of no translation
}


@cache
def code_of(word: str) -> str | None:
    """The language that a whole word names: `de`, `deu`, `German`, `deu_Latn`, `DE_DE`.

    Returns:
        Our code; of a language that is not translated its ISO 639 code, and of one that is
        written in another script than our translation that code with the script (`hi-latn`).
        None where the word names no language.
    """
    lower = word.lower().removeprefix("north ")  # "North Macedonian"
    if lower in _CODES:
        return _CODES[lower]
    if (found := _WITH_SCRIPT.match(lower)) and found[2] in (*_SCRIPTS, "hant"):
        return _written(*found.groups())
    if (found := _WITH_REGION.match(lower)) and found[1] in _CODES:
        traditional = found[1] == "zh" and found[2] in ("tw", "hk")
        return "zh-tw" if traditional else _CODES[found[1]]
    return None


def is_name(word: str) -> bool:
    """Whether a word is a language's name, and no code, which may be another word as well."""
    return len(word) > 3 and word.lower() in _CODES


@cache
def _written(language: str, script: str) -> str:
    """A language in a script, both by their ISO codes."""
    code = _CODES.get(language, language)
    if script == "hant":
        return "zh-tw" if code == "zh" else code
    if code not in languages() or code == ENGLISH:
        return code
    ours = script_of(translation(code).stakes)
    return code if _SCRIPTS.get(script) == ours else f"{code}-{script}"
