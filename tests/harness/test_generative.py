"""`<base>_generative`: multiple choice asked for a generated letter, as a task and as a base."""

import json
import re

import pytest
import yaml
from lm_eval.api.group import Group

from lm_eval_abstain import AbstainError, UnsupportedTaskError, Variant, load_samples
from lm_eval_abstain.harness.bases import find_bases
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.task_files import file_text
from lm_eval_abstain.rubric import ORDER, Signature
from support.gpqa_answers import RIGHT
from support.harness_runs import evaluate, logged_run, quiet, requests_of
from support.scripted_lm import ScriptedLM

REQUEST = "Answer with the letter of the correct option."


class ByPlace(ScriptedLM):
    """Prefers the option at one place of each question."""

    def __init__(self, place):
        super().__init__()
        self.place = place

    def loglikelihood(self, requests, **_):
        return [(-1.0 if request.idx == self.place else -9.0, False) for request in requests]


def right_places(base, most, manager):
    """For each document, the places of the options that the base task's own run calls right."""
    found = {}
    for place in range(most):
        for sample in evaluate([base], ByPlace(place), manager)["samples"][base]:
            metric = sample["acc"] if "acc" in sample else sample["acc_norm"]
            there = place < len(sample["resps"])
            found.setdefault(sample["doc_id"], set()).update({place} if metric and there else ())
    return found


def listed(prompt):
    """The options of a question by their letters."""
    return dict(re.findall(r"^\(?([A-Z])(?:[.)]| -) ?(.+?) *$", prompt, re.MULTILINE))


# ---------------------------------------------------------------------- which letter is right


@pytest.mark.parametrize(
    ("base", "most"),
    [
        ("arc_challenge", 5),
        ("mmlu_anatomy_continuation", 4),
        ("hellaswag", 4),
        ("openbookqa", 4),
        ("copa", 2),
        ("truthfulqa_mc1", 4),
        ("commonsense_qa", 5),
        ("leaderboard_mmlu_pro", 10),
        ("leaderboard_musr_object_placements", 4),
        ("leaderboard_bbh_causal_judgement", 2),
        ("leaderboard_bbh_sports_understanding", 2),
        ("leaderboard_bbh_ruin_names", 6),
    ],
)
def test_the_right_letter_is_the_option_that_the_base_task_calls_right(
    base, most, in_hub, manager, load
):
    with quiet():
        task, plain = load(f"{base}_generative"), load(base)
    right = right_places(base, most, manager)
    for number, doc in enumerate(task.eval_docs):
        letter, options = task.doc_to_target(doc), listed(task.doc_to_text(doc))
        if not right[number]:
            assert letter == "[none is right]"
            continue
        (place,) = right[number]
        choice = plain.doc_to_choice(doc)[place].strip(" ()")
        assert choice in (letter, options[letter])
    assert len(right) == len(task.eval_docs)


@pytest.mark.parametrize("base", ["gpqa_main_zeroshot", "leaderboard_gpqa_diamond"])
def test_options_that_the_base_task_shuffles(base, in_hub, load):
    with quiet():
        task = load(f"{base}_generative")
    for doc, right in zip(task.eval_docs, RIGHT):
        letter = task.doc_to_target(doc)
        assert f"\n({letter}) {right}\n" in task.doc_to_text(doc)


def test_the_place_does_not_tell_the_right_one(in_hub, load):
    """In the data of `truthfulqa_mc1` the right option is always the first."""
    with quiet():
        task = load("truthfulqa_mc1_generative")
    assert len({task.doc_to_target(doc) for doc in task.eval_docs}) > 1


@pytest.mark.parametrize(
    ("base", "column"),
    [
        ("arc_challenge", None),
        ("mmlu_anatomy_continuation", "answer"),
        ("leaderboard_mmlu_pro", "answer_index"),
    ],
)
def test_real_data(base, column, shared_hub, indexed_once, load, monkeypatch):
    monkeypatch.chdir(shared_hub)
    with quiet():
        task = load(f"{base}_generative")
    for doc in list(task.eval_docs)[:300]:
        letter, options = task.doc_to_target(doc), listed(task.doc_to_text(doc))
        if column is None:
            texts, gold = doc["choices"]["text"], doc["choices"]["label"].index(doc["answerKey"])
        else:
            texts, gold = doc.get("choices") or doc["options"], doc[column]
        assert letter == "ABCDEFGHIJ"[gold]
        if "\n" not in "".join(texts):
            assert options[letter] == texts[gold].strip()


# ---------------------------------------------------------------------- what a response says

FORMS = [
    "{0}",
    "{0}.",
    "({0})",
    "**{0}**",
    r"\boxed{{{0}}}",
    r"$\boxed{{\text{{{0}}}}}$",
    "{0}. {1}",
    "{1}",
    "Answer: {0}",
    "The answer is ({0}).",
    "A vein is none of it. It is a question of size.\n\nThe answer is ({0}).",
    "Let me look.\nA. Not this one.\nB. Nor this.\n\nThe correct answer is **{0}. {1}**.",
    "I think it's {0}",
    "I'd go with {0}.",
    "The letter of the correct option is {0}.",
    "<think>\nIt could be A. The answer is A.\n\nOr not.\n</think>\n\n{0}",
    "{0}\n\nBecause of what I know.",
    '{{"answer": "{0}"}}',
]
NO_ANSWER = [
    "A dog is an animal.",
    "I think that one of them is right.",
    "A or B",
    "It is a hard question.",
]


def said(form, request):
    letter, text = answer_of(request)
    return form.format(letter, text)


def answer_of(request):
    """The right letter and text, from the data and the prompt alone."""
    doc, prompt = request.doc, request.args[0]
    texts = doc.get("choices") or doc["options"]
    right = texts[doc["answer"] if "choices" in doc else doc["answer_index"]].strip()
    options = listed(prompt.rsplit("\n\n", 1)[-1])
    (letter,) = [one for one, text in options.items() if text == right]
    return letter, right


def scores_of(answers, task, manager, **more):
    """The results and samples of a run in which each document gets the next one of some answers."""
    number = iter(range(10**6))

    def generate(request):
        answer = answers[next(number) % len(answers)]
        return answer(request) if callable(answer) else said(answer, request)

    run = evaluate([task], ScriptedLM(generate=generate), manager, **more)
    return run["results"][task], run["samples"][task]


@pytest.mark.parametrize("base", ["mmlu_anatomy_continuation", "leaderboard_mmlu_pro"])
@pytest.mark.parametrize("form", FORMS)
def test_a_stated_letter_is_read_in_many_words(form, base, in_hub, manager, load):
    with quiet():
        task = load(f"{base}_generative")
    instances = made_instances(task, limit=4)
    for one in instances:
        one.resps = [said(form, one)]
    task._filters[0].apply(instances)
    assert [one.filtered_resps["letter"] for one in instances] == [
        answer_of(one)[0] for one in instances
    ]


def made_instances(task, limit):
    with quiet():
        task.build_all_requests(limit=limit)
    return task.instances


@pytest.mark.parametrize("text", NO_ANSWER)
def test_an_article_or_a_pronoun_is_no_letter(text, in_hub, load):
    with quiet():
        task = load("leaderboard_mmlu_pro_generative")
    instances = made_instances(task, limit=5)
    assert max(len(listed(one.args[0])) for one in instances) >= 9  # "I" is a letter, too
    for one in instances:
        one.resps = [text]
    task._filters[0].apply(instances)
    assert {one.filtered_resps["letter"] for one in instances} == {"[invalid]"}


def wrong(request):
    letter, _ = answer_of(request)
    return f"The answer is {'B' if letter == 'A' else 'A'}."


MIXED = ["The answer is {0}.", wrong, lambda request: "I don't know", lambda request: "Bananas."]


def test_a_plain_run_and_its_variants_score_alike(in_hub, manager):
    base = "mmlu_anatomy_continuation_generative"
    results, samples = scores_of(MIXED, base, manager)
    assert [sample["exact_match"] for sample in samples] == [1, 0, 0, 0, 1, 0]
    assert results["exact_match,letter"] == pytest.approx(2 / 6)
    results, samples = scores_of(MIXED, f"{base}_closed", manager)
    assert results["exact_match,letter"] == pytest.approx(2 / 6)
    outcomes = ["correct", "wrong", "abstained", "unparsed", "correct", "wrong"]
    assert [sample["outcome"] for sample in samples] == outcomes
    results, samples = scores_of(MIXED, f"{base}_abstain", manager)
    assert [sample["outcome"] for sample in samples] == outcomes
    assert results["score,letter"] == pytest.approx((2 - 3 * 3) / 6)
    assert {sample["base"] for sample in samples} == {base}
    confident = ["The answer is {0}.\nConfidence: 80%", "{0}\n\nConfidence: 0.3"]
    results, samples = scores_of(confident, f"{base}_confidence", manager)
    assert [sample["outcome"] for sample in samples] == ["correct"] * 6
    assert [sample["confidence"] for sample in samples] == [0.8, 0.3] * 3
    results, samples = scores_of(
        ["{0}", "The answer is {0}."], f"{base}_abstain_consistent", manager
    )
    assert [sample["outcome"] for sample in samples] == ["correct"] * 6
    results, samples = scores_of(["{0}", wrong], f"{base}_abstain_consistent", manager)
    assert [sample["outcome"] for sample in samples] == ["abstained"] * 6


def test_reasoning_that_never_ends_is_no_answer(in_hub, manager):
    task = "mmlu_anatomy_continuation_generative_abstain"
    _, samples = scores_of(["<think>The answer is {0}."], task, manager)
    assert {sample["outcome"] for sample in samples} == {"truncated"}


# ---------------------------------------------------------------------- prompts


def test_a_worked_example_has_the_form_of_the_question(in_hub, load):
    with quiet():
        task = load("arc_challenge_generative_abstain", num_fewshot=1)
    ((prompt, _),) = requests_of(task, limit=1)[0]
    example, sentence, question = prompt.split("\n\n")
    assert re.fullmatch(
        rf"Question: .*\nA\. .*\nB\. .*\nC\. .*\nD\. .*\n{re.escape(REQUEST)}\nAnswer: [A-D]",
        example,
    )
    assert sentence.startswith("Answer only if you are > 75% confident")
    assert question == (
        "Question: Which of these melts in the sun?\nA. ice\nB. sand\nC. a stone\nD. iron\n"
        f"{REQUEST}\nAnswer:"
    )


def test_the_closed_variant_asks_what_the_plain_task_asks(in_hub, load):
    with quiet():
        plain, closed = (load(f"arc_challenge_generative{end}", 2) for end in ("", "_closed"))
    assert requests_of(plain) == requests_of(closed)


def test_a_sweep_asks_the_same_questions(in_hub, manager):
    lm = ScriptedLM(generate=lambda request: "A")
    results = evaluate(["hellaswag_generative_abstain_sweep"], lm, manager)["results"]
    targets = [f"hellaswag_generative_abstain_t{t}" for t in ("00", "50", "75", "90")]
    assert {*targets, "hellaswag_generative_closed"} < set(results)
    questions = {prompt[prompt.index(": A ") :] for prompt, _ in lm.asked if "loaf" in prompt}
    assert len(questions) == 1


# ---------------------------------------------------------------------- names


@pytest.fixture(scope="module")
def catalogue(manager):
    return manager.catalogue


def test_a_task_of_the_harness_wins(in_hub, catalogue, manager):
    assert "mmlu_generative" not in catalogue.forms
    assert manager.task_index["mmlu_anatomy_generative"].yaml_path is not None
    with quiet():
        task = manager.load(["mmlu_anatomy_generative_closed"])["tasks"]
    (one,) = task.values()
    assert "get_response" in str(one.config.filter_list)


@pytest.mark.parametrize(
    "base", ["arc_challenge", "ai2_arc", "leaderboard_gpqa", "agieval", "m_mmlu_de"]
)
def test_every_variant_of_a_form(base, catalogue):
    ends = [end for end in ENDINGS if catalogue.refusal(base + "_generative", end) is None]
    assert ends == ENDINGS
    assert catalogue.has(f"{base}_generative")
    assert f"{base}_generative" in catalogue.names([base])


ENDINGS = [
    *("_abstain", "_closed", "_abstain_consistent", "_confidence"),
    *("_abstain_sweep", "_abstain_consistent_sweep"),
]


@pytest.mark.parametrize(
    ("base", "reason"),
    [
        ("blimp_anaphor_gender_agreement", "nothing is asked"),
        ("winogrande", "each of its options makes a prompt of its own"),
        ("gsm8k", "its answers are generated"),
        ("truthfulqa_mc2", "process_results of its own"),
        ("webqs", "it reports exact_match"),
        ("wikitext", "output type is 'loglikelihood_rolling'"),
        ("no_such", "no task, group or tag of that name"),
    ],
)
def test_what_has_no_form_says_why(base, reason, catalogue):
    assert reason in str(catalogue.refusal(base, "_generative"))
    with pytest.raises(UnsupportedTaskError, match=reason):
        catalogue.check(f"{base}_generative")
    with pytest.raises(UnsupportedTaskError, match=r"no task, group or tag|cannot be asked"):
        catalogue.check(f"{base}_generative_abstain")


def test_a_form_of_a_group_keeps_what_is_generated_already(catalogue):
    names = catalogue.forms["leaderboard_generative"].cfg["task"]
    assert {"leaderboard_gpqa_generative", "leaderboard_ifeval"} < set(names)
    assert catalogue.left_out("leaderboard", "_generative") == {}
    assert catalogue.left_out("leaderboard_generative", "_abstain") == {}


def test_a_group_and_a_tag(in_hub, manager):
    lm = ScriptedLM(generate=lambda request: "A")
    names = [
        "leaderboard_gpqa_generative",
        "leaderboard_musr_generative_abstain",
        "ai2_arc_generative",
    ]
    run = evaluate(names, lm, manager, limit=2)
    assert run["groups"].keys() == set(names[:2])
    assert "exact_match,letter" in run["results"]["leaderboard_gpqa_generative"]
    assert "score,letter" in run["results"]["leaderboard_musr_generative_abstain"]
    assert {"arc_easy_generative", "arc_challenge_generative"} < run["results"].keys()
    assert run["results"]["leaderboard_gpqa_generative"]["alias"].endswith("(generative)")


def test_what_the_command_line_looks_up_is_what_the_task_manager_knows(catalogue):
    for base in ("arc_challenge", "leaderboard_musr", "ai2_arc", "mmlu_stem_tasks", "leaderboard"):
        form = f"{base}_generative"
        found = Catalogue(find_bases([form]))
        assert found.forms[form].kind is catalogue.forms[form].kind
        assert found.forms[form].cfg == catalogue.forms[form].cfg
        assert found.forms[form].tags == catalogue.forms[form].tags
        assert set(found.below(form)) == set(catalogue.below(form))


def test_the_names_that_patterns_stand_for(manager):
    assert "arc_easy_generative" in manager.match_tasks(["arc_*_generative"])
    assert "arc_easy_generative_abstain" in manager.match_tasks(["arc_*_generative_abstain"])
    assert "arc_easy_generative_abstain" not in manager.match_tasks(["arc_*_abstain"])
    assert {"arc_easy_generative", "arc_easy_generative_closed"} < set(manager.all_subtasks)
    assert "ai2_arc_generative" in manager.all_tags
    assert "leaderboard_gpqa_generative" in manager.all_groups


# ---------------------------------------------------------------------- task files


def from_file(text, folder):
    config = yaml.safe_load(re.sub("!function ", "", text))
    config["metadata"] = {"config_source": str(folder / "one.yaml")}
    del config["class"]
    with quiet():
        return Variant(config)


def test_task_files(in_hub, tmp_path):
    text = file_text("arc_challenge_generative")
    assert text.splitlines()[1:] == [
        "task: arc_challenge_generative",
        "class: !function lm_eval_abstain.Variant",
        "base: arc_challenge",
    ]
    assert from_file(text, tmp_path).config.task == "arc_challenge_generative"
    text = file_text("arc_challenge_generative_abstain")
    assert text.splitlines()[3] == "base: arc_challenge_generative"
    task = from_file(text, tmp_path)
    assert task.base_name == "arc_challenge_generative"
    more = "generation_kwargs: {until: ['###'], max_gen_toks: 9}\nnum_fewshot: 3\n"
    task = from_file(text + more, tmp_path)
    assert task.config.generation_kwargs == {"until": ["###"], "max_gen_toks": 9}
    assert task.config.num_fewshot == 3
    assert isinstance(from_file(file_text("leaderboard_gpqa_generative"), tmp_path), Group)


def test_a_file_of_the_users_own(in_hub, tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "task: mine\ndataset_path: allenai/ai2_arc\ndataset_name: ARC-Easy\ntest_split: test\n"
        "output_type: multiple_choice\ndoc_to_text: 'Say: {{question}}'\n"
        "doc_to_choice: '{{choices.text}}'\ndoc_to_target: '{{choices.label.index(answerKey)}}'\n"
    )
    for name in ("mine_generative", "mine_generative_abstain"):
        task = from_file(f"task: {name}\nclass: x\nbase: mine.yaml\n", tmp_path)
        assert task.doc_to_text(task.eval_docs[0]).startswith("Say: Which of these melts")
        assert REQUEST in task.doc_to_text(task.eval_docs[0])
        assert task.config.task == name


def test_a_file_for_what_the_harness_has_itself(tmp_path):
    with pytest.raises(AbstainError, match="'mmlu_anatomy_generative' is there already"):
        from_file("task: mmlu_anatomy_generative\nclass: x\nbase: mmlu_anatomy\n", tmp_path)


# ---------------------------------------------------------------------- what is logged


def test_the_results_name_what_was_asked_and_how_it_was_read(in_hub, manager, tmp_path):
    tasks = ["arc_easy_generative", "arc_easy_generative_abstain"]
    lm = ScriptedLM(generate=lambda request: "The answer is A.")
    results = logged_run(tasks, lm, manager, tmp_path)
    (path,) = tmp_path.rglob("results_*.json")
    configs = json.loads(path.read_text())["configs"]
    assert configs.keys() == set(tasks)
    for name in tasks:
        assert " at 0x" not in json.dumps(configs[name])
        assert "arc_easy" in configs[name]["doc_to_text"]
        assert "doc_to_choice" not in configs[name]
        kwargs = configs[name]["generation_kwargs"]
        assert kwargs == {
            "temperature": 0.0,
            "do_sample": False,
            "max_gen_toks": 1024,
            "until": ["</s>"],
        }
    assert configs[tasks[0]]["metadata"]["letters"] == "letters-v1+stated-v2"
    signature = Signature(configs[tasks[1]]["metadata"]["signature"])
    assert signature.parts["letters"] == "letters-v1+stated-v2"
    assert results["results"][tasks[0]]["exact_match,letter"] == 0.25


def test_a_logged_plain_run_is_read_as_its_closed_variant(in_hub, manager, tmp_path):
    base = "mmlu_anatomy_continuation_generative"

    def generate(request):
        answer = MIXED[request.doc_id % len(MIXED)]
        return answer(request) if callable(answer) else said(answer, request)

    logged_run([base, f"{base}_closed"], ScriptedLM(generate=generate), manager, tmp_path)
    samples = load_samples(tmp_path)
    for task in (base, f"{base}_closed"):
        rows = (samples.task == samples.tasks.index(task)).nonzero()[0]
        ordered = sorted(rows, key=lambda row: samples.doc_id[row])
        outcomes = ["correct", "wrong", "abstained", "unparsed", "correct", "wrong"]
        assert [ORDER[samples.outcome[row]].value for row in ordered] == outcomes
    (setting,) = {signature.setting for signature in samples.signatures}
    assert "letters:letters-v1+stated-v2" in setting


def test_own_abstentions(in_hub, tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "task: mine\ndataset_path: allenai/ai2_arc\ndataset_name: ARC-Easy\ntest_split: test\n"
        "output_type: multiple_choice\ndoc_to_text: '{{question}}'\n"
        "doc_to_choice: '{{choices.text[:2] + [\"Cannot be determined\"]}}'\ndoc_to_target: 0\n"
    )
    with pytest.raises(UnsupportedTaskError, match="its own options abstain already"):
        from_file("task: mine_generative_abstain\nclass: x\nbase: mine.yaml\n", tmp_path)
    assert from_file("task: mine_generative_closed\nclass: x\nbase: mine.yaml\n", tmp_path)


def test_several_right_options(in_hub, tmp_path):
    gold = "choices.label.index(answerKey)"
    (tmp_path / "mine.yaml").write_text(
        "task: mine\ndataset_path: allenai/ai2_arc\ndataset_name: ARC-Easy\ntest_split: test\n"
        "output_type: multiple_choice\ndoc_to_text: '{{question}}'\n"
        f"doc_to_choice: '{{{{choices.text}}}}'\n"
        f"doc_to_target: '{{{{[{gold}, ({gold} + 1) % 4]}}}}'\n"
    )
    task = from_file("task: mine_generative_closed\nclass: x\nbase: mine.yaml\n", tmp_path)
    said_of = {"melts": "B", "roots": "A", "planet": "D", "thermometer": "A"}

    def generate(request):
        return next(letter for word, letter in said_of.items() if word in request.args[0])

    samples = evaluate([task], ScriptedLM(generate=generate))["samples"]["mine_generative_closed"]
    assert [sample["exact_match"] for sample in samples] == [1, 0, 1, 1]
    assert samples[0]["target"] == ["A", "B"]
