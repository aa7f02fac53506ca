"""The language of a task: a table of the harness's own, and each rule on a task of its own."""

import pytest

from lm_eval_abstain.harness.definition import base_path, definition
from lm_eval_abstain.harness.task_language import language_of, stated_language, written_language
from support.task_languages import LANGUAGES_OF_TASKS

CHOICE = {"output_type": "multiple_choice", "doc_to_choice": "choices"}
GENERATED = {"output_type": "generate_until"}
NAMES = {name: code for code, names in LANGUAGES_OF_TASKS.items() for name in names.split()}


def test_tasks_of_the_harness(manager):
    assert len(NAMES) > 400
    wrong = {}
    for name, code in NAMES.items():
        entry = manager.catalogue.bases[name]
        found = language_of(name, entry.cfg, base_path(entry.yaml_path))
        if found != code:
            wrong[name] = (code, found)
    assert not wrong


@pytest.mark.parametrize(
    ("name", "code"),
    [("m_mmlu_de", "de"), ("turkishmmlu_biology", "tr"), ("mgsm_en_cot_de", "en")],
)
def test_a_resolved_definition_says_the_same(name, code, manager):
    path = base_path(manager.catalogue.bases[name].yaml_path)
    assert language_of(name, definition(path), path) == code


@pytest.mark.parametrize(
    ("name", "config", "language"),
    [
        ("quiz", {"dataset_name": "de"}, "de"),
        ("quiz", {"dataset_name": "German"}, "de"),
        ("quiz", {"dataset_name": "deu_Latn"}, "de"),
        ("quiz", {"dataset_name": "DE_DE"}, "de"),
        ("quiz", {"dataset_name": "North Macedonian"}, "mk"),
        ("quiz", {"dataset_name": "zho_Hant"}, "zh-tw"),
        ("quiz", {"dataset_name": "zho_Hans"}, "zh"),
        ("quiz", {"dataset_name": "srp_latn_torl"}, "sr-latn"),
        ("quiz", {"dataset_name": "hin_Latn"}, "hi-latn"),
        ("quiz", {"dataset_name": "xquad.de"}, "de"),
        ("quiz", {"dataset_name": "de_all"}, "de"),
        ("quiz", {"dataset_path": "someone/icelandic-quiz"}, "is"),
        ("quiz_de", {}, "de"),
        ("de_quiz", {}, "de"),
        ("quiz_german_hard", {}, "de"),
        # English words, abbreviations, and names of languages that are none here.
        ("what_it_is", {}, "en"),
        ("say_no", {}, "en"),
        ("quiz_mt", {}, "en"),
        ("quiz_DE", {}, "en"),
        ("code_run", {}, "en"),
        ("quiz", {"dataset_name": "npi_present"}, "en"),
        ("gem_zero", {"dataset_name": "gem_zero"}, "en"),
        ("de", {}, "en"),
        # Several languages, or English beside another one.
        ("quiz_de-fr", {"dataset_name": "fr"}, "de or fr"),
        ("quiz_de_fr", {}, "de or fr"),
        ("quiz_en_cot_de", {"dataset_name": "de"}, "en"),
        ("quiz_translate_swa", {"dataset_name": "swa"}, "en"),
        ("quiz_german_few_shot_en", {"dataset_name": "German"}, "de"),
    ],
)
def test_names(name, config, language):
    expected = "en" if " or " in language else language
    assert language_of(name, {**CHOICE, **config}, "") == expected
    assert language_of(name, {**CHOICE, **config}, "/home/me/tasks/mine.yaml") == expected


@pytest.mark.parametrize(
    ("config", "language"),
    [
        # Generated: English prose asks for an answer in English, cues do not.
        ({**GENERATED, "doc_to_text": "Question: {{q}}\nAnswer:"}, "de"),
        ({**GENERATED, "doc_to_text": "Answer the following question.\n{{q}}"}, "en"),
        ({**GENERATED, "doc_to_text": "{{'Frage: ' + q}}\nStep-by-Step Answer:"}, "en"),
        ({**GENERATED, "doc_to_text": "Beantworte die Frage.\n{{q}}"}, "de"),
        ({"doc_to_text": "Answer the following question.\n{{q}}"}, "en"),
        # Options decide.
        ({**CHOICE, "doc_to_choice": ["yes", "no"]}, "en"),
        ({**CHOICE, "doc_to_choice": ["True", "False", "Neither"]}, "en"),
        ({**CHOICE, "doc_to_choice": ["ja", "nein"]}, "de"),
        ({**CHOICE, "doc_to_choice": ["sí", "no"]}, "de"),
        (
            {
                **CHOICE,
                "doc_to_text": "Choose the correct answer.\n{{q}}\nA. {{a}}\nB. {{b}}",
                "doc_to_choice": ["A", "B"],
            },
            "de",
        ),
        (
            {
                **CHOICE,
                "doc_to_text": "{{q}}\nIs this sentence correct?\nA. Acceptable\nB. Unacceptable",
                "doc_to_choice": ["A", "B"],
            },
            "en",
        ),
        ({**CHOICE, "doc_to_text": "/x/the question/utils.doc_to_text"}, "de"),
        ({**CHOICE, "doc_to_text": lambda doc: "the question and the answer"}, "de"),
    ],
)
def test_what_the_answers_are_in(config, language):
    assert language_of("quiz_de", config, "") == language


@pytest.mark.parametrize(
    ("template", "language"),
    [
        ("질문: {{q}}", "ko"),
        ("問題：{{q}} のこたえ", "ja"),
        ("问题：{{q}}", "zh"),
        ("Frage: {{q}}", "en"),
        ("Вопрос: {{q}}", "en"),  # many languages are written so
        ("问题：{{q}} 질문", "en"),
    ],
)
def test_a_template_whose_letters_say_it(template, language):
    assert language_of("quiz", {**CHOICE, "doc_to_text": template}, "") == language


def test_without_a_translation_the_sentence_is_english():
    assert stated_language("brx") == "en"
    assert stated_language("hi-latn") == "en"
    assert stated_language("zh-tw") == "zh-tw"


@pytest.mark.parametrize(
    ("language", "texts", "written"),
    [
        ("ja", ["日本の首都は？", "3 + 4 = ?"], "ja"),
        ("ja", ["Nihon no shuto wa?", "Ima nanji?"], "en"),
        ("sr", ["Који је главни град?", "Ко?"], "sr"),
        ("sr", ["Koji je glavni grad?", "Ko?"], "sr-latn"),
        ("sr-latn", ["Који је главни град?"], "sr"),
        ("de", ["Was ist H2O?"], "de"),
        ("de", ["Что это?"], "en"),
        ("de", ["1 + 1 = ?"], "de"),
        ("hi", ["A. राम", "B. श्याम", "Ram"], "hi"),
    ],
)
def test_the_letters_of_the_questions_decide_at_last(language, texts, written):
    assert written_language(language, texts) == written
