"""What the page shows of one sample, kind by kind."""

import json

import pytest

from lm_eval_abstain import AbstainError
from lm_eval_abstain.logs import SampleText, load_samples
from lm_eval_abstain.reports import question_sets
from lm_eval_abstain.reports.sample_browser import browser_data, shown_counts
from lm_eval_abstain.reports.sample_selection import select_samples
from lm_eval_abstain.reports.sample_view import shown_sample
from lm_eval_abstain.rubric import Outcome, Signature
from support.report_logs import MODELS, write_texts

WRITTEN = Signature("rubric:open|t:0.75|metric:exact_match")
CHOICE = Signature("rubric:open|t:0.75|idk:last|metric:acc")


def record(*responses, **more):
    return {
        "doc_id": 1,
        "resps": [list(responses)],
        "filtered_resps": ["7"],
        "filter": "strict-match",
        "arguments": {"gen_args_0": {"arg_0": "Q: 3 + 4?\nA:", "arg_1": {}}},
        **more,
    }


def show(content, outcome=Outcome.ABSTAINED, signature=WRITTEN, prompt="Q: 3 + 4?\nA:"):
    response = "\n".join(t for drawn in content.get("resps", []) for t in drawn)
    shown = shown_sample(SampleText(prompt, response, "7", content), outcome, signature)
    json.dumps(shown, allow_nan=False)
    return shown


def test_an_abstention_is_marked_where_it_was_logged_to_stand():
    text = "I don't know. No: I don't know."
    reading = {"kind": "abstained", "where": "closing", "phrase": "I don't know", "start": 18}
    shown = show(record(text, reading=reading))
    assert shown["responses"] == [
        [("I don't know. No: ", ""), ("I don't know", "abstention"), (".", "")]
    ]
    assert ["read as", "abstained, closing: “I don't know”"] in shown["facts"]
    assert ["extracted by the filter strict-match", "7"] in shown["facts"]
    assert shown["prompt"] == [("Q: 3 + 4?\nA:", "")]


@pytest.mark.parametrize("start", [3, None, "x", -1, 999])
def test_where_the_log_does_not_say_where_the_last_place_is_marked(start):
    reading = {"kind": "abstained", "phrase": "no idea", "start": start}
    shown = show(record("no idea, no idea!", reading=reading))
    assert shown["responses"] == [[("no idea, ", ""), ("no idea", "abstention"), ("!", "")]]


def test_a_phrase_that_is_not_there_is_not_marked():
    shown = show(record("Seven.", reading={"kind": "abstained", "phrase": "no idea", "start": 0}))
    assert shown["responses"] == [[("Seven.", "")]]


def test_a_stated_confidence():
    stated = {"value": 0.8, "phrase": "80%", "start": 12, "end": 15}
    content = record("It is 7 and 80%.", stated_confidence=stated, reading={"kind": "other"})
    shown = show(content, Outcome.CORRECT)
    assert shown["responses"] == [[("It is 7 and ", ""), ("80%", "confidence"), (".", "")]]
    assert ["stated confidence", "0.8 (“80%”)"] in shown["facts"]
    stated = {"value": None, "phrase": "", "start": 0, "end": 0}
    shown = show(record("7", stated_confidence=stated, reading={}), Outcome.UNPARSED)
    assert ["stated confidence", "none"] in shown["facts"]


def test_several_samples_of_a_question():
    samples = [
        {"outcome": "correct", "answer": "7", "reading": {"kind": "other"}},
        {"outcome": "abstained", "answer": "", "reading": {"phrase": "unsure", "start": 2}},
    ]
    shown = show(record("7", "I unsure", samples=samples))
    assert shown["responses"] == [[("7", "")], [("I ", ""), ("unsure", "abstention")]]
    assert ["sample 1", "correct, answer 7"] in shown["facts"]
    assert ["sample 2", "abstained, answer "] in shown["facts"]
    many = show(record(*["x" * 9_000] * 20, samples=samples))
    assert sum(len(piece) for response in many["responses"] for piece, _ in response) < 2_200


def test_of_plain_tasks_the_text_is_read_again():
    shown = show(record("Well. I don't know."))
    assert [piece for piece in shown["responses"][0] if piece[1]] == [
        ("I don't know", "abstention")
    ]
    # A reading that does not agree with the outcome would only confuse.
    assert show(record("Well. I don't know."), Outcome.CORRECT)["responses"] == [
        [("Well. I don't know.", "")]
    ]


def test_a_published_result():
    content = {"question_id": 5, "options": ["a", "b"], "pred": "B", "answer": "A"}
    text = "So the answer is (A). The answer is B."
    shown = shown_sample(
        SampleText("Q", text, "A", content), Outcome.CORRECT, Signature("rubric:closed|metric:x")
    )
    assert shown["responses"][0][1] == ("answer is (A)", "answer")
    assert shown["facts"] == [["the file's own extraction", "B"]]


def choice(*logliks, **more):
    return {
        "doc_id": 1,
        "target": "1",
        "arguments": {
            f"gen_args_{i}": {"arg_0": "Q?\nAnswer:", "arg_1": f" {letter}"}
            for i, letter in enumerate("ABCDEFGH"[: len(logliks)])
        },
        "resps": [[[str(loglik), "False"]] for loglik in logliks],
        "filtered_resps": [[str(loglik), "False"] for loglik in logliks],
        **more,
    }


def options(content, outcome, signature=CHOICE):
    shown = shown_sample(SampleText("Q?", "", "1", content), outcome, signature)
    json.dumps(shown, allow_nan=False)
    assert shown["responses"] == []
    return shown


def test_options_say_which_is_right_and_which_was_chosen():
    shown = options(choice(-1.0, -0.5, -3.0, option_probs=[0.3, 0.6, 0.1]), Outcome.CORRECT)
    assert shown["options"] == [
        ["A", "-1.000", "0.300", ""],
        ["B", "-0.500", "0.600", "right and chosen"],
        ["C", "-3.000", "0.100", ""],
    ]
    assert shown["gold"] == "B"
    assert shown["facts"] == []
    wrong = options(choice(-0.1, -0.5, -3.0), Outcome.WRONG)
    assert [row[3] for row in wrong["options"]] == ["chosen", "right", ""]
    assert [row[2] for row in wrong["options"]] == ["", "", ""]
    abstained = options(choice(-0.1, -0.5, -0.05), Outcome.ABSTAINED)
    assert [row[3] for row in abstained["options"]] == ["", "right", "chosen"]


def test_where_lengths_count_the_choice_is_not_guessed():
    signature = Signature("rubric:closed|metric:acc_norm")
    shown = options(choice(-0.1, -0.5), Outcome.WRONG, signature)
    assert [row[3] for row in shown["options"]] == ["", "right"]


def test_infinities_are_no_numbers_of_json():
    shown = options(choice("-inf", "-0.5", "nan"), Outcome.CORRECT)
    assert [row[1] for row in shown["options"]] == ["-inf", "-0.500", "nan"]


def test_options_that_stand_in_the_prompt_are_told_apart():
    content = choice(-1.0, -2.0)
    for place, request in enumerate(content["arguments"].values()):
        request.update(arg_0=f"Anna saw Berta because {'AB'[place]}", arg_1=" was there.")
    shown = options(content, Outcome.WRONG)
    assert [row[0] for row in shown["options"]] == [
        "… Anna saw Berta because A was there.",
        "… Anna saw Berta because B was there.",
    ]
    # The second half of these is without a prompt.
    shown = options(choice(-1, -2, -3, -4, acc_mutual_info=1.0), Outcome.WRONG)
    assert len(shown["options"]) == 2


def test_a_file_without_texts_shows_its_columns():
    content = {"id": "a-1", "result": "wrong", "confidence": "0.4"}
    shown = shown_sample(
        SampleText("", "", "", content), Outcome.WRONG, Signature("rubric:closed|metric:outcome")
    )
    assert shown["facts"] == [["id", "a-1"], ["result", "wrong"], ["confidence", "0.4"]]


def test_a_record_that_cannot_be_shown_says_so(tmp_path):
    run = write_texts(tmp_path, MODELS[0], [("4", "correct"), ("5", "wrong")])
    file = next(run.glob("*.jsonl"))
    file.write_text(file.read_text().replace('"resps": [["5"]]', '"resps": 5'))
    samples = load_samples(tmp_path)
    chosen = select_samples(samples)
    data = browser_data(samples, chosen, question_sets(samples)[0])
    facts = [sample["facts"] for sample in data["samples"]]
    assert facts[1][0][0] == "its texts cannot be shown"
    assert "TypeError" in facts[1][0][1]
    assert shown_counts(samples, chosen).rows == ((MODELS[0].name, "1 of 1", "1 of 1"),)
    file.unlink()
    with pytest.raises(AbstainError, match="cannot be read any more"):
        browser_data(samples, chosen, question_sets(samples)[0])
