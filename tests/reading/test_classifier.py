"""The third stage: what no rule knows, in any language, and what it must leave alone."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lm_eval_abstain.reading import classifier as module
from lm_eval_abstain.reading.classifier import KINDS, LEAST, classifier
from lm_eval_abstain.reading.detect import Kind, detect_abstention
from lm_eval_abstain.reading.folding import fold_text
from lm_eval_abstain.reading.language import uncovered
from lm_eval_abstain.reading.ngrams import BUCKETS, buckets
from lm_eval_abstain.reading.stages import Stage
from support.environment import REPOSITORY, SHARED

TASK_LANGUAGES = (
    "sw vi id th cs hu tr ur bn te mr ne af yo zu wo el no ca eu nl pl fa he fi ro uk sr sv da"
    " en de fr es it pt zh ja ko ar hi ru"
)
"""Those of the harness's multilingual tasks of generation."""

NO_INFORMATION = {
    "en": "There is no information about Anna.",
    "de": "Zu Anna liegen keine Informationen vor.",
    "fr": "Je n'ai aucune information sur Anna.",
    "es": "No tengo información sobre Anna.",
    "it": "Non ho informazioni su Anna.",
    "pt": "Não tenho informações sobre Anna.",
    "zh": "没有关于安娜的信息。",
    "ja": "アンナに関する情報はありません。",
    "ko": "안나에 대한 정보가 없습니다.",
    "ar": "لا توجد معلومات عن آنا.",
    "hi": "अन्ना के बारे में कोई जानकारी नहीं है।",
    "ru": "Нет информации об Анне.",
    "cs": "O Anně nemám žádné informace.",
    "pl": "Nie mam informacji o Annie.",
    "nl": "Ik heb geen informatie over Anna.",
    "sv": "Jag har ingen information om Anna.",
    "tr": "Anna hakkında bilgim yok.",
    "id": "Saya tidak punya informasi tentang Anna.",
    "vi": "Tôi không có thông tin về Anna.",
    "uk": "Немає інформації про Анну.",
    "el": "Δεν έχω πληροφορίες για την Άννα.",
    "fa": "اطلاعاتی درباره آنا ندارم.",
    "bn": "আন্না সম্পর্কে আমার কাছে কোনো তথ্য নেই।",
    "sw": "Sina taarifa kuhusu Anna.",
}
ANSWERED = [
    "Lisbon, of course; it lies at the mouth of the Tagus.",
    "Wenn ich raten müsste: B",
    "La capitale est Oslo.",
    "彼女は知らない。",
    "Он не знает.",
    "She could not tell.",
    "Es gibt keinen Unterschied.",
    "答案是东京。",
    "Jan Matejko namalował ten obraz w 1878 roku.",
]


@pytest.mark.parametrize("text", NO_INFORMATION.values(), ids=NO_INFORMATION)
def test_no_information_abstains_in_every_language(text):
    assert detect_abstention(text)


@pytest.mark.parametrize(
    "text",
    [
        "I couldn't find any information on it.",
        "The winner is unknown.",
        "<answer>onbekend</answer>",
    ],
)
def test_words_that_no_rule_knows(text):
    reading = detect_abstention(text)
    assert (reading.kind, reading.stage) == (Kind.ABSTAINED, Stage.CLASSIFIER)
    assert reading.probability is not None
    assert reading.probability >= LEAST["abstained"]


@pytest.mark.parametrize("text", ANSWERED)
def test_answers_stay_answers(text):
    assert detect_abstention(text).kind is Kind.OTHER


def test_an_answer_beyond_doubt_is_not_asked_about():
    text = "The answer is not among the options. The closest is 12. The answer is (B)."
    assert detect_abstention(text, select="first").kind is Kind.OTHER
    assert detect_abstention("The answer is (B).").probability is None
    assert detect_abstention("Lisbon").probability is not None
    assert detect_abstention("I have no details on that.", whole=True).probability is None


def test_what_the_question_offers_is_an_answer():
    listed = "Which one?\nA. None of these\nB. 3\nC. The text does not say\nD. 5"
    for text in ("None of these.", "The text does not say"):
        assert detect_abstention(text).kind is not Kind.OTHER
        assert detect_abstention(text, question=listed).kind is Kind.OTHER


def test_a_language_that_is_not_covered_is_named():
    maltese = (
        "Ma nafx x'inhi t-tweġiba għal din il-mistoqsija, skużani ħafna talli ma nistax ngħin."
    )
    reading = detect_abstention(maltese)
    assert (reading.kind, reading.uncovered) == (Kind.OTHER, "mt")
    assert reading.probability is None
    assert uncovered("ok", frozenset()) == ""
    assert uncovered(fold_text(maltese), {"mt"}) == ""


def test_the_languages_of_the_harness_are_covered():
    assert classifier().languages >= set(TASK_LANGUAGES.split())
    assert len(classifier().languages) >= 40


def test_probabilities_are_those_of_the_weights():
    """Against plain Python: the weights of all features, summed."""
    model = classifier()
    folded = "the name of the founder is nowhere mentioned in the text."
    found = buckets(folded).tolist()
    assert found == sorted(set(found))
    for row, kind in enumerate(KINDS):
        total = sum(int(model.weights[row, one]) for one in found)
        logit = total * model.scale[row] / len(found) ** 0.5 + model.bias[row]
        expected = 1 / (1 + np.exp(-logit))
        assert model.probabilities(folded)[KINDS.index(kind)] == pytest.approx(expected)


@given(st.text(max_size=2000))
def test_any_text_has_features_in_range(text):
    found = buckets(text)
    assert found.size > 0
    assert found.min() >= 0
    assert found.max() < BUCKETS
    probabilities = classifier().probabilities(text)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_the_weights_are_small():
    assert REPOSITORY.joinpath("lm_eval_abstain/reading/classifier.npz").stat().st_size < 2_000_000


def test_no_blind_text_is_trained_on():
    folder = REPOSITORY / "docs" / "classifier"

    def texts(name: str) -> set[str]:
        lines = (path.read_text(encoding="utf-8") for path in (folder / name).glob("*.tsv"))
        pairs = (line.split("\t") for file in lines for line in file.splitlines())
        return {text.casefold() for label, text in pairs if label != "x" and len(text) > 25}

    blind = texts("blind")
    assert len(blind) > 500
    assert not blind & texts("texts")


@pytest.mark.slow
def test_the_same_texts_give_the_same_weights(tmp_path):
    if not SHARED.is_dir():
        pytest.skip("others' texts are not here (../shared)")
    script = REPOSITORY / "docs" / "classifier" / "train.py"
    made = tmp_path / "made.npz"
    subprocess.run([sys.executable, script, "--shared", SHARED, "--output", made], check=True)
    with np.load(made) as new, np.load(module.__file__.replace(".py", ".npz")) as own:
        assert new.files == own.files
        for name in own.files:
            assert (new[name] == own[name]).all(), name
