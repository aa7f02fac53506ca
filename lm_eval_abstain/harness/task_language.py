"""The language of a base task, from its definition as the index has it: nothing is resolved.

A wrong language makes a wrong prompt, while English is what there was before. So what does not
say clearly which language its answers are in counts as English, and so does what says several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lm_eval_abstain.harness.language_codes import code_of, is_name
from lm_eval_abstain.harness.language_folders import FOLDERS
from lm_eval_abstain.prompts.labels import cores_of
from lm_eval_abstain.rubric.languages import ENGLISH, languages, translation
from lm_eval_abstain.rubric.scripts import letters_of, script_of

__all__ = ["language_of", "stated_language", "written_language"]

_OTHER_SCRIPT = {"sr": "sr-latn", "sr-latn": "sr"}
# The Chinese ones of AGIEval; in the others `ar` stands for analytical reasoning.
_AGIEVAL_CHINESE = re.compile(r"gaokao_(?!english)|jec_qa|logiqa_zh")
# Says in which language worked examples are introduced, not that of the question.
_OF_EXAMPLES = re.compile(r"few_shot_\w\w")
_PAIR = re.compile(r"(?<![^\W_])([a-z]{2,3})-([a-z]{2,3})(?![^\W_])")
# No language has two of these words but English.
_PROSE = re.compile(
    r"(?<![\w'])(?:the|and|that|with|this|your|you|are|from|given|following|question|answer|answers"
    r"|correct|which|whether|please|does|sentence)(?![\w'])(?!\s*:)"
)
_ENGLISH_OPTION = re.compile(
    r"yes|no|true|false|neither|both|maybe|neutral|positive|negative|entailment|contradiction"
    r"|(?:un)?acceptable|(?:in)?correct",
    re.IGNORECASE,
)
# Codes that are English words, too: in the name of a task alone they say nothing.
_ALSO_WORDS = frozenset(["am", "be", "he", "hi", "is", "it", "mt", "my", "no", "or", "so"])
_CODE_BLOCK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_LISTS_DATA = re.compile(r"(?<!\w)[A1][.):]\s*\{\{|\{%-?\s*for\b")
# Scripts that one language is written in, as far as tasks go.
_SCRIPT_OF_ONE = {
    "CJK": "zh",
    "HANGUL": "ko",
    "GREEK": "el",
    "HEBREW": "he",
    "THAI": "th",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
}


def language_of(name: str, config: Mapping[str, Any], path: str) -> str:
    """The code of the language that the answers to a base task's questions are in.

    Args:
        name: The task's name.
        config: Its definition; functions may be resolved or not.
        path: The path of its file, see `definition.base_path`.

    Returns:
        One of `languages()`, or the ISO 639 code of a language that is not translated.
    """
    found = _named(name, config, path.split("/", 1)[0])
    if len(found) != 1:
        found = set() if found else _by_script(config)
    language = next(iter(found), ENGLISH)
    return ENGLISH if language != ENGLISH and _answered_in_english(config) else language


def stated_language(language: str) -> str:
    """The language of our sentence in the prompt of such a task: English without a translation."""
    return language if language in languages() else ENGLISH


def written_language(language: str, texts: Iterable[str]) -> str:
    """The language of our sentence beside some questions, by the letters that they are in.

    Args:
        language: One of `languages()`, not English.
        texts: Questions.

    Returns:
        The language where most questions have letters of its translation's script (of Latin ones
        the most); else a translation into its other script, or English.
    """
    counts = [letters for letters in map(letters_of, texts) if letters]

    def fits(code: str) -> bool:
        script = script_of(translation(code).stakes)
        if script == "LATIN":
            return 2 * sum(one[script] for one in counts) >= sum(one.total() for one in counts)
        return 2 * sum(one[script] > 0 for one in counts) >= len(counts)

    other = _OTHER_SCRIPT.get(language, language)
    return next((code for code in (language, other) if fits(code)), ENGLISH)


def _named(name: str, config: Mapping[str, Any], folder: str) -> set[str]:
    """The languages that the names of a task, of its data set and of its folder say."""
    name = _OF_EXAMPLES.sub("", name)
    subset = str(config.get("dataset_name") or "")
    if folder == "agieval" or "agieval" in name:
        return {"zh" if _AGIEVAL_CHINESE.search(name) else ENGLISH}
    words = _words(name)
    if ENGLISH in {code_of(word) for word in words} or "translate" in words:
        return {ENGLISH}
    pairs = [pair for text in (name, subset) for pair in _PAIR.findall(text.lower())]
    codes = {code for pair in pairs for code in map(code_of, pair) if code}
    if len(codes) > 1:  # a translation
        return codes
    if whole := code_of(subset):
        return {whole}
    if folder in FOLDERS:
        return {FOLDERS[folder]}
    told = _by_name(name, subset) or _by_code(subset)
    if not told and name.rpartition("_")[2] not in _ALSO_WORDS:
        told = _by_code(name)
    return told or _by_name(str(config.get("dataset_path") or ""))


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", text) if word]


def _by_name(*texts: str) -> set[str]:
    """The languages whose English names stand in some texts."""
    words = {word for text in texts for word in _words(text) if is_name(word)}
    return {code for code in map(code_of, words) if code}


def _by_code(text: str) -> set[str]:
    """The languages that codes of two letters name at the end of a name, or else at its beginning.

    Two codes at the end are two languages: `mlqa_ar_de`.
    """
    words = _words(text)
    if len(words) < 2:
        return set()
    last = [code for word in words[-2:] if (code := _short(word))]
    first = _short(words[0])
    return set(last) if _short(words[-1]) else {first} if first else set()


def _short(word: str) -> str | None:
    """The language of a code of two letters; one of three may be any abbreviation."""
    return code_of(word) if len(word) == 2 and word.islower() else None


def _template(config: Mapping[str, Any]) -> str:
    """A question's template; empty where it is a function, or a column of the data."""
    text = config.get("doc_to_text")
    return text if isinstance(text, str) and re.search(r"\s|\{[{%]", text) else ""


def _by_script(config: Mapping[str, Any]) -> set[str]:
    """The language of a template's own words, where its script says that."""
    letters = letters_of(_CODE_BLOCK.sub("", _template(config)))
    letters.pop("LATIN", None)
    foreign = [script for script, count in letters.items() if count > 1]
    if len(foreign) != 1 or foreign[0] not in _SCRIPT_OF_ONE:
        return set()
    if re.search("[\u3040-\u30ff]", _template(config)):
        return {"ja"}
    return {_SCRIPT_OF_ONE[foreign[0]]}


def _answered_in_english(config: Mapping[str, Any]) -> bool:
    """Whether a template asks in English prose, or offers English words as options."""
    template = _template(config)
    prose = len(set(_PROSE.findall(_CODE_BLOCK.sub("", template)))) > 1
    if config.get("output_type") != "multiple_choice":
        return prose or "step-by-step" in template.lower()  # the reasoning is asked for in English
    choices = config.get("doc_to_choice")
    if not isinstance(choices, list) or not all(isinstance(one, str) for one in choices):
        return False  # the options come from the data
    if cores_of(choices) is not None:
        return prose and not _LISTS_DATA.search(template)
    return prose or all(_ENGLISH_OPTION.fullmatch(one.strip(" .")) for one in choices)
