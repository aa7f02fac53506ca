"""The rubric in other languages: what must stand in each translation, and what is read in it."""

import json
from importlib.resources import files

import pytest

from lm_eval_abstain import AbstainError, Rubric, detect_abstention
from lm_eval_abstain.reading.confidence import confidence_sentence, read_confidence
from lm_eval_abstain.rubric import Signature
from lm_eval_abstain.rubric.languages import languages
from lm_eval_abstain.rubric.scripts import script_of

DATA = json.loads(files("lm_eval_abstain.rubric").joinpath("translations.json").read_text("utf-8"))
EACH = pytest.mark.parametrize("code", sorted(DATA))
PLACEHOLDERS = ("{percent}%", "{penalty}", "{text}")


def test_there_are_many():
    assert len(DATA) >= 75
    assert languages() == tuple(sorted(["en", *DATA]))
    assert len({entry["stakes"] for entry in DATA.values()}) == len(DATA)
    assert len({entry["confidence"] for entry in DATA.values()}) == len(DATA)


@EACH
def test_a_translation_says_all_that_the_sentence_says(code):
    entry = DATA[code]
    for sentence in (entry["stakes"], entry["back"]["stakes"]):
        assert all(sentence.count(part) == 1 for part in PLACEHOLDERS)
        assert "1" in sentence
        assert "0" in sentence
    assert ("{unit}" in entry["stakes"]) == ("units" in entry)
    for part in ("free", "abstain", "confidence"):
        assert not set("{}") & set(entry[part])
        assert entry["back"][part]
    for part in ("stakes", "free", "abstain", "confidence"):
        assert entry[part] == entry[part].strip()
        assert not set("\n\r|") & set(entry[part])
    # One script: a stray English or Cyrillic word in a sentence would be seen here.
    assert script_of(entry["free"]) == script_of(entry["stakes"]) == script_of(entry["abstain"])


@EACH
@pytest.mark.parametrize(
    ("target", "percent", "penalty"),
    [(0.2, "20%", "0.25"), (0.5, "50%", "1"), (0.75, "75%", "3"), (0.9, "90%", "9")],
)
def test_the_sentence_states_target_penalty_and_phrase(code, target, percent, penalty):
    rubric = Rubric(target, language=code)
    assert percent in rubric.sentence
    assert penalty in rubric.sentence
    assert rubric.abstain_text in rubric.sentence
    assert not set("{}") & set(rubric.sentence)
    assert Rubric(0, language=code).sentence == DATA[code]["free"]


@pytest.mark.parametrize(
    ("code", "target", "words"),
    [
        ("de", 0.5, "1 Punkt Abzug"),
        ("de", 0.75, "3 Punkten Abzug"),
        ("es", 0.2, "0.25 puntos"),
        ("es", 0.5, "1 punto,"),
        ("fr", 0.2, "0.25 point,"),
        ("fr", 0.6, "1.5 point,"),
        ("fr", 0.75, "3 points,"),
        ("pt", 0.6, "1.5 ponto,"),
        ("ru", 0.9, "равен 9,"),
        ("zh", 0.5, "扣1分"),
    ],
)
def test_what_points_are_called(code, target, words):
    assert words in Rubric(target, language=code).sentence


# ---------------------------------------------------------------------- what is read

# Alone, and without a full stop, the detector does not read these words unless it is told.
UNREAD_ALONE = {"ca", "cs", "cy", "is", "ky", "lt", "mt", "sq", "tr", "uz"}
# Nor with one: the classifier has not learned these languages.
UNREAD = {"cy", "ky", "mt", "sq", "uz"}


@EACH
def test_the_phrase_that_is_asked_for_is_read(code):
    text = Rubric(language=code).abstain_text
    for written in (text, f"{text}.", f"Answer: {text}", f"“{text}”"):
        assert detect_abstention(written, abstain_text=text), written
    assert bool(detect_abstention(text)) == (code not in UNREAD_ALONE)
    assert bool(detect_abstention(f"{text}.")) == (code not in UNREAD)


@EACH
def test_the_label_that_is_asked_for_is_read(code):
    sentence = confidence_sentence(code)
    assert sentence.count("Confidence: N%") == 1
    assert "0" in sentence
    assert "100" in sentence
    assert read_confidence(sentence).value is None
    assert read_confidence(sentence.replace("Confidence: N%", "Confidence: 85%")).value == 0.85


# ---------------------------------------------------------------------- settings and signature


def test_words_of_ones_own_win():
    rubric = Rubric(0.75, "Keine Ahnung", language="de")
    assert "„Keine Ahnung“" in rubric.sentence
    assert rubric.option_text == "Keine Ahnung"
    assert rubric.signature["text"] == "Keine Ahnung"
    assert Rubric(0.75, "I don't know", language="de").signature["text"] == "I don't know"


def test_the_signature_names_a_language_that_is_not_english():
    assert "lang" not in Rubric().signature
    signature = Signature.of(Rubric(0.75, language="de").signature)
    assert signature.line == "rubric:open|t:0.75|wording:paper-v1|lang:de"
    assert signature.language == "de"
    assert signature.abstain_text == Rubric(language="de").abstain_text
    assert signature.run["lang"] == "de"
    assert "lang:de" in signature.setting
    english = Signature.of(Rubric(0.75).signature)
    assert (english.language, english.abstain_text) == ("en", "I don't know")
    own = Signature.of(Rubric(0.75, "Keine Ahnung", language="de").signature)
    assert own.abstain_text == "Keine Ahnung"


def test_pooled_languages_name_english_too():
    lines = ("rubric:open|t:0.75|lang:de|metric:acc", "rubric:open|t:0.75|metric:acc")
    assert Signature.merged(map(Signature, lines)).parts["lang"] == "de,en"
    assert "lang" not in Signature.merged([Signature(lines[1])] * 2).parts


@pytest.mark.parametrize("wording", ["short-v1", "placebo"])
def test_a_wording_that_is_not_translated_is_refused(wording):
    with pytest.raises(AbstainError, match=r'English alone.*"language": "en"'):
        Rubric(wording=wording, language="de")


@pytest.mark.parametrize("code", ["xx", "German", "", None, 3, ["de"]])
def test_an_unknown_language_is_refused_with_the_list(code):
    with pytest.raises(AbstainError, match=r"language must be one of af, am, .*zu, got"):
        Rubric(language=code)
