"""What the rules must never take for an abstention, and the few words and marks that they read."""

from __future__ import annotations

import pytest

from lm_eval_abstain.reading.detect import Kind, detect_abstention
from lm_eval_abstain.reading.final_answer import Reader
from lm_eval_abstain.reading.folding import fold_text
from lm_eval_abstain.reading.stages import Stage

ANSWERS = [
    # Less than so many per cent is an amount. So is a degree of sureness that is high enough.
    "The answer is less than 5%.",
    "Less than 23%",
    "Under 20%",
    "Below 5%.",
    "It is less than 1%.",
    "The rate was below 40%",
    "Not more than 10%",
    "More than 90% certain: yes.",
    "The share is under 12%, as measured in 2010.",
    "Answer: less than 10%",
    "Probability: less than 50%",
    "I am more than 90% certain that it is Rome.",
    # "No" is an answer.
    "不会。",
    "不会",
    "不能。",
    "不可能。",
    "不可能",
    "不，不可能。",
    "没有证据。",
    "No, it is not possible.",
    "It is not possible.",
    "No, that is not possible",
    "It isn't possible.",
    "It is impossible.",
    "No. It is impossible.",
    "This is not possible.",
    "Not possible.",
    "Impossible",
    "Nein, das ist nicht möglich.",
    "Das ist unmöglich.",
    "Non, ce n'est pas possible.",
    "C'est impossible.",
    "No, no es posible.",
    "Es imposible.",
    "No, non è possibile.",
    "È impossibile.",
    "Não, não é possível.",
    "É impossível.",
    "いいえ、できません。",
    "不可能です。",
    "いいえ、不可能です。",
    "아니요, 불가능합니다.",
    "불가능합니다.",
    "لا، غير ممكن.",
    "لا يمكن.",
    "नहीं, यह संभव नहीं है।",
    "यह असंभव है।",
    "Нет, это невозможно.",
    "Это невозможно.",
    # That there is none of something is an answer.
    "The claim is false; there is no evidence.",
    "No evidence.",
    "There is no evidence.",
    "There is no evidence",
    "There is no evidence for this.",
    "There is no evidence that vaccines cause autism.",
    "No, there is no evidence.",
    "False. There is no scientific evidence of that.",
    "The claim is wrong: there is no evidence.",
    "No data.",
    "There is no data.",
    "No details",
    "No context.",
    "There is no way to know the future.",
    # Others do not know.
    "He was unable to say.",
    "She wasn't sure.",
    "She was not sure.",
    "He did not know.",
    "He didn't know.",
    "They don't know.",
    "They do not know",
    "Nobody knows",
    "She doesn't know.",
    "The committee could not decide.",
    "They were not able to determine it.",
    "They were not able to determine",
    "The police were unable to determine the cause.",
    "Researchers could not determine the cause.",
    "The doctors cannot say.",
    "He is uncertain.",
    "The king was undecided and unsure.",
    "He could not tell.",
    "She couldn't remember.",
    "He had no idea.",
    "She has no idea.",
    "They had no clue",
    "Er weiß es nicht.",
    "Er wusste es nicht.",
    "Sie ist nicht sicher.",
    "Sie hat keine Ahnung.",
    "Il ne sait pas.",
    "Elle n'est pas sûre.",
    "Ils ne savent pas.",
    "Él no sabe.",
    "Ella no está segura.",
    "Lui non lo sa.",
    "Ela não sabe.",
    "Ele não tem certeza.",
    "他不知道。",
    "他们不知道。",
    "她不确定。",
    "彼は知りません。",
    "彼女は知らない。",
    "그는 모릅니다.",
    "هو لا يعرف.",
    "वह नहीं जानता।",
    "Он не знает.",
    "Она не уверена.",
    # What somebody means is asked back.
    "I really do not know what you are referring to.",
    # Titles, and words of others.
    'The song is "I Don\'t Know"',
    'The song is "I Don\'t Know".',
    'The title is "Unknown".',
    'The film is called "I Don\'t Know How She Does It".',
    'The episode is named "I Have No Idea"',
    'It is the single "Don\'t Know"',
    "The song is “I Don’t Know”",
    "Das Lied heißt „Ich weiß es nicht“.",
    "La chanson est « Je ne sais pas ».",
    "这首歌是《我不知道》。",
    "曲名は「わかりません」です。",
    # Negations that are answers.
    "No, I did not.",
    "The statement is not certain.",
    "It is not known for its beaches.",
    "The number of such cases is not enough.",
]


@pytest.mark.parametrize("text", ANSWERS)
@pytest.mark.parametrize("select", ["first", "last"])
def test_answers_are_no_abstentions(text, select):
    reading = detect_abstention(text, select=select)
    assert reading.kind is Kind.OTHER, reading


ABSTENTIONS = [
    # A value ends with its tag, and what a tag says of confidence is no answer.
    "<answer>I don't know</answer><confidence>0.1</confidence>",
    "<answer>I don't know</answer>\n<confidence>10</confidence>",
    "<answer> I don't know. </answer> <confidence>0.1</confidence>",
    "<final_answer>I don't know</final_answer><probability>0.1</probability>",
    "<response>I don't know</response> 0.1",
    "I don't know <confidence>0.1</confidence>",
    '{"answer": "I don\'t know", "confidence": 0.1}',
    # A JSON value that is none.
    '{"answer": null, "reason": "The passage does not say."}',
    '{"reason": "no data", "answer": null}',
    '{"answer": null}',
    '{"answer": ""}',
    '{"answer": "N/A", "confidence": 0.2}',
    '{"answer": "n/a"}',
    "{'answer': None}",
    "{'answer': None, 'reason': 'It may be B, or not.'}",
    '```json\n{\n  "final answer": null,\n  "confidence": 0\n}\n```',
    '{"question": "Who?", "answer": null, "why": "B is likely."}',
    '{"答案": null}',
    # Nearly what the rules have always read.
    "Final Answer: The answer cannot be determined with the given information.",
    "I cannot answer your question.",
    "I do not have enough context to answer the question.",
    "I don't have information about Anna.",
    "My confidence is below 75%.",
    "I am less than 75% confident.",
]


@pytest.mark.parametrize("text", ABSTENTIONS)
@pytest.mark.parametrize("select", ["first", "last"])
def test_marks_and_words_that_abstain(text, select):
    reading = detect_abstention(text, select=select)
    assert reading
    assert text[reading.start : reading.end] == reading.phrase


@pytest.mark.parametrize(
    "text",
    [
        '{"answer": "None"}',
        '{"answer": "Na", "confidence": 0.6}',
        '{"answer": "null hypothesis"}',
        '{"answer": "B", "second answer": null}',
        "<answer>B</answer><confidence>0.1</confidence>",
        "The answer is null.",
        "<answer>B</answer> I don't know why.",
    ],
)
def test_marks_that_do_not(text):
    assert detect_abstention(text, select="first").kind is Kind.OTHER


def test_none_of_the_options_is_an_answer_of_its_own_kind():
    reading = detect_abstention("The answer is None of the above.")
    assert reading.kind is Kind.NONE_LISTED
    assert not reading


@pytest.mark.parametrize(
    "text",
    [
        "I am not sure what you mean.",
        "I don't understand what you mean by that.",
        "I don't understand the question.",
        "I'm sorry, but I'm not sure what you're asking. Could you please clarify your question?",
    ],
)
def test_a_question_back_is_a_kind_of_its_own(text):
    reading = detect_abstention(text)
    assert (reading.kind, reading.stage) == (Kind.ASKS_BACK, Stage.RULES)


@pytest.mark.parametrize(
    "text",
    [
        "I'm not sure what you mean. The answer is (B).",
        "I'm not sure what you mean, but I'd guess Paris.",
        "I don't understand the question of the tax, which is regressive.",
    ],
)
def test_what_only_looks_like_a_question_back(text):
    assert detect_abstention(text).kind is not Kind.ASKS_BACK


def test_the_first_statement_counts_where_the_first_is_asked_for():
    text = "The answer is (Unknown). Now: The answer is (F)."
    assert detect_abstention(text, select="first")
    assert detect_abstention(text, select="last").stated
    text = "The answer is (F). Now: The answer is (Unknown)."
    assert detect_abstention(text, select="last")
    assert detect_abstention(text, select="first").stated
    # In the same sentence a second answer takes it back.
    text = "The answer is I don't know, but the best answer is (F)."
    assert not detect_abstention(text, select="first")


def statements(text, abstain_text="I don't know"):
    return list(Reader(fold_text(text), abstain_text, "").statements())


@pytest.mark.parametrize(
    "text",
    [
        "The answer is (B).",
        "The answer is B.",
        "Answer: **C**",
        "The answer is (B) because it is not available elsewhere.",
        "The answer is: E. None of these",
        "The answer is 42.",
        "The answer is -3.5%.",
        "The answer is $12,000.",
        "The answer is $x^2$.",
        r"\boxed{\frac{1}{2}}",
        r"The answer is \(x = 3\).",
        "#### 18",
        "The answer is no.",
        "The answer is true, as it was known.",
        "答案是：B",
    ],
)
def test_answers_beyond_doubt(text):
    found = statements(text)
    assert [one.firm for one in found] == [True]
    assert found[0].claim is None


@pytest.mark.parametrize(
    "text",
    [
        "The answer is not available based on the given information.",
        "The answer is not available.",
        "The answer is not provided.",
        "The answer is unclear to this reader.",
        "The answer is nowhere to be found.",
        "The answer is a matter of some dispute among scholars.",
        "The answer is undetermined here.",
        "La respuesta es sin respuesta.",
        "答案是没有提供。",
        "The answer is Paris.",
        "答えは東京です。",
    ],
)
def test_what_may_abstain_in_other_words_is_open(text):
    assert [one.firm for one in statements(text)] == [False]


def test_the_words_that_were_asked_for_are_told_from_others():
    reader = Reader(fold_text("The answer is I don\u2019t know."), "I don't know", "")
    (stated,) = reader.statements()
    assert stated.claim
    assert reader.asked_for(stated.claim)
    assert not Reader("", "No answer", "").asked_for(stated.claim)
    closing = Reader(fold_text("Sorry, I have no idea."), "I don't know", "").closing(
        answered=False
    )
    assert closing
    assert closing.claim
    assert not reader.asked_for(closing.claim)
