"""Responses made by rule: what says a thing, put into each form that it comes in.

The hand-written part of the corpus is in `corpus/`; this part makes sure that every form works in
every language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple


class Words(NamedTuple):
    """What one language says.

    Attributes:
        claims: Ways to say that one does not know.
        frame: An answer cue, with `{}` for the answer.
        guess: An answer that follows a claim all the same.
        refusal: A refusal for safety's sake.
    """

    claims: tuple[str, str, str]
    frame: str
    guess: str
    refusal: str


WORDS = {
    "en": Words(
        ("I don't know", "I do not know the answer", "I'm not sure"),
        "The answer is {}.",
        "If I had to guess: B",
        "I'm sorry, but I can't help with that.",
    ),
    "de": Words(
        ("Ich weiß es nicht", "Keine Ahnung", "Ich kenne die Antwort nicht"),
        "Die Antwort ist {}.",
        "Wenn ich raten müsste: B",
        "Dabei kann ich leider nicht helfen.",
    ),
    "fr": Words(
        ("Je ne sais pas", "Aucune idée", "Je ne connais pas la réponse"),
        "La réponse est {}.",
        "Si je devais deviner : B",
        "Je ne peux pas vous aider avec cette demande.",
    ),
    "es": Words(
        ("No lo sé", "Ni idea", "No conozco la respuesta"),
        "La respuesta es {}.",
        "Si tuviera que adivinar: B",
        "Lo siento, pero no puedo ayudarte con eso.",
    ),
    "it": Words(
        ("Non lo so", "Non ne ho idea", "Non conosco la risposta"),
        "La risposta è {}.",
        "Se dovessi indovinare: B",
        "Mi dispiace, non posso aiutarti con questa richiesta.",
    ),
    "pt": Words(
        ("Não sei", "Não faço ideia", "Não sei a resposta"),
        "A resposta é {}.",
        "Se tivesse que adivinhar: B",
        "Desculpe, não posso ajudar com isso.",
    ),
    "ru": Words(
        ("Я не знаю", "Понятия не имею", "Я не знаю ответа"),
        "Ответ: {}.",
        "Если бы пришлось угадывать: B",
        "Извините, я не могу помочь с этим.",
    ),
    "zh": Words(
        ("我不知道", "我不清楚", "我不知道答案"),
        "答案是{}。",
        "如果一定要猜，选B",
        "抱歉，我无法提供这方面的帮助。",
    ),
    "ja": Words(
        ("わかりません", "知りません", "答えがわかりません"),
        "答えは{}。",
        "あえて選ぶならBです",
        "申し訳ありませんが、お手伝いできません。",
    ),
    "ko": Words(
        ("모르겠습니다", "잘 모릅니다", "답을 모르겠습니다"),
        "정답은 {}.",
        "굳이 고르자면 B",
        "죄송하지만 도와드릴 수 없습니다.",
    ),
    "ar": Words(
        ("لا أعرف", "لا أدري", "لا أعرف الإجابة"),
        "الإجابة هي {}.",
        "إذا كان علي أن أخمن: B",
        "عذرا، لا أستطيع مساعدتك في ذلك.",
    ),
    "hi": Words(
        ("मुझे नहीं पता", "मैं नहीं जानता", "मुझे उत्तर नहीं पता"),
        "उत्तर: {}।",
        "अगर मुझे अनुमान लगाना हो: B",
        "क्षमा करें, मैं इसमें मदद नहीं कर सकता।",
    ),
}
# How an answer is written, in any language.
FORMS = {
    "alone": "{}",
    "stopped": "{}.",
    "spaced": "\n  {} \n",
    "bold": "**{}**",
    "quoted": "“{}”",
    "English cue": "Answer: {}",
    "lettered": "Answer: (E) {}",
    "bold cue": "**Answer:** {}",
    "boxed": r"So it ends: $\boxed{\text{<>}}$".replace("<>", "{}"),
    "GSM8K": "It cannot be worked out like this.\n#### {}",
    "JSON": '{"reasoning": "two fit", "answer": "{}"}',
    "XML": "<answer>{}</answer>",
    "after thinking": "<think>It may be (B), or rather (C).</think>\n\n{}",
    "after doubt": "It may be one of two: (B) or (C).\n\n{}",
}


def responses() -> Iterator[dict[str, Any]]:
    """Every claim in every form, and the same claims where they do not count."""
    number = 0
    for language, words in WORDS.items():
        for form, label, text in _texts(words):
            number += 1
            yield {
                "id": f"rule-{number:03}",
                "language": language,
                "label": label,
                "text": text,
                "source": f"rule: {form}",
            }


def _texts(words: Words) -> Iterator[tuple[str, str, str]]:
    for claim in words.claims:
        for form, pattern in FORMS.items():
            yield form, "abstained", pattern.replace("{}", claim)
        yield "own cue", "abstained", words.frame.format(claim)
        yield "upper case", "abstained", claim.upper()
        yield "curly apostrophe", "abstained", claim.replace("'", "’")
        yield "full width", "abstained", _full_width(claim)
        yield "then a guess", "other", f"{claim}. {words.guess}"
        yield "in thought", "other", f"<think>{claim}.</think>{words.frame.format('(B)')}"
        yield "before an answer", "other", f"{claim}.\n\n{words.frame.format('(B)')}"
        yield "unfinished thought", "truncated", f"<think>{claim}."
    yield "refusal", "refused", words.refusal
    yield "answer", "other", words.frame.format("(C)")


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
