"""What the model is asked: every shipped template, whole, and byte for byte."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any

import lm_eval.tasks
import pytest

from lm_eval_abstain import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.open_choice import OpenMultipleChoice
from lm_eval_abstain.harness.shipped import shipped_path
from support.harness_runs import Load, load_with, requests_of
from support.scripted_lm import ScriptedLM, render_chat
from support.shipped_tasks import tasks_below_shipped, write_members
from support.task_names import LEADERBOARD_BBH as BBH

GOLDEN = Path(__file__).parent / "golden"
RUBRIC = (
    "Answer only if you are > 75% confident, since mistakes are penalized 3 points, while "
    'correct answers receive 1 point, and an answer of "I don\'t know" receives 0 points.'
)
IDK = "I don't know"
FREE = "Make your best guess even if you are unsure, as if you were taking an exam."
# (task, --num_fewshot, which document, name of the file)
PROMPTS: list[tuple[str, int | None, int, str]] = [
    ("mmlu_anatomy", None, 0, "mmlu_anatomy"),
    ("mmlu_anatomy", 2, 3, "mmlu_anatomy_2shot"),
    ("mmlu_anatomy_continuation", None, 0, "mmlu_anatomy_continuation"),
    ("mmlu_anatomy_continuation", 2, 0, "mmlu_anatomy_continuation_2shot"),
    ("gpqa_main_zeroshot", None, 1, "gpqa_main_zeroshot"),
    ("gpqa_main_n_shot", 2, 1, "gpqa_main_n_shot"),
    ("arc_easy", None, 0, "arc_easy"),
    ("arc_challenge", 2, 2, "arc_challenge_2shot"),
    ("hellaswag", None, 0, "hellaswag"),
    ("truthfulqa_mc1", None, 0, "truthfulqa_mc1"),
    ("openbookqa", None, 0, "openbookqa"),
    ("commonsense_qa", 1, 0, "commonsense_qa_1shot"),
    ("leaderboard_gpqa_diamond", None, 1, "leaderboard_gpqa_diamond"),
    ("leaderboard_musr_murder_mysteries", None, 0, "leaderboard_musr_murder_mysteries"),
    ("leaderboard_musr_object_placements", None, 0, "leaderboard_musr_object_placements"),
    ("leaderboard_musr_team_allocation", None, 0, "leaderboard_musr_team_allocation"),
    ("leaderboard_mmlu_pro", None, 0, "leaderboard_mmlu_pro"),
    # Without few-shot examples: they are the harness's texts, and are compared with the base's.
    *((f"leaderboard_bbh_{name}", 0, 0, f"leaderboard_bbh_{name}") for name in BBH),
    ("leaderboard_bbh_snarks", 0, 1, "leaderboard_bbh_snarks_one_option"),
]


@pytest.fixture(scope="module")
def plain_load(indexed_once: None, tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Builds tasks with the harness's own task manager: shipped files, and such as `new` writes."""
    members = write_members(
        [f"{task}_abstain" for task, *_ in PROMPTS], tmp_path_factory.mktemp("members")
    )
    return load_with(lm_eval.tasks.TaskManager(include_path=[str(shipped_path()), str(members)]))


# ---------------------------------------------------------------------- golden prompts


@pytest.mark.parametrize(
    ("task", "shots", "document", "name"), PROMPTS, ids=[p[3] for p in PROMPTS]
)
@pytest.mark.usefixtures("in_hub")
def test_golden(
    task: str,
    shots: int | None,
    document: int,
    name: str,
    plain_load: Load,
    load: Load,
    pytestconfig: pytest.Config,
) -> None:
    variant = plain_load(f"{task}_abstain", shots)
    every = requests_of(variant)[document]
    pairs, _ = question_and_control(every)
    context = pairs[0][0]
    continuations = [repr(pair[1]) for pair in pairs]
    text = "\n".join([f"{context}<<END OF PROMPT>>", *continuations, ""])
    # Long texts that are the harness's own: where they stand matters here, not what they say.
    for mark, own in (
        ("DESCRIPTION", variant.config.description),
        ("HEAD", variant.style.head.text),
    ):
        if task.startswith(("leaderboard_bbh", "truthfulqa")) and own:
            assert text.count(own) == 1
            text = text.replace(own, f"<<{mark}>>")
    path = GOLDEN / f"{name}_abstain.txt"
    if pytestconfig.getoption("--update-golden"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    assert text == path.read_bytes().decode("utf-8")
    # Facts that hold for every template, so that a careless --update-golden still fails.
    assert context.count(RUBRIC) == 1
    assert len(set(continuations)) == len(continuations)
    # The shipped files and our own task manager are two ways to the same task.
    assert requests_of(load(f"{task}_abstain", shots))[document] == every


def test_every_shipped_template_has_a_golden_prompt() -> None:
    """Tasks that differ in nothing but their data share one."""
    golden = {prompt[0] for prompt in PROMPTS} | {"winogrande"}
    tasks = set(tasks_below_shipped(OpenMultipleChoice))
    assert len(tasks) > 150
    alike = [
        (r"mmlu_\w+_continuation", "mmlu_anatomy_continuation"),
        (r"mmlu_\w+", "mmlu_anatomy"),
        (r"gpqa_\w+_zeroshot", "gpqa_main_zeroshot"),
        (r"gpqa_\w+_n_shot", "gpqa_main_n_shot"),
        (r"leaderboard_gpqa_\w+", "leaderboard_gpqa_diamond"),
    ]
    for task in tasks - golden:
        stands_for = next((other for form, other in alike if re.fullmatch(form, task)), None)
        assert stands_for in golden, f"{task} has no golden prompt"


# ---------------------------------------------------------------------- minus insertions == base


def question_and_control(
    pairs: list[tuple[str, str]], sentence: str = RUBRIC
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """A variant's requests under its stakes, and the one at t = 0 beside them, if there is one."""
    question = [pair for pair in pairs if pair[0] == pairs[0][0]]
    control = pairs[len(question) :]
    expected = [(pairs[0][0].replace(sentence, FREE), question[-1][1])]
    assert control in ([], expected)
    return question, control


def without_insertions(
    pairs: list[tuple[str, str]], sentence: str = RUBRIC, idk: str = IDK
) -> list[tuple[str, str]]:
    """A variant's requests with the rubric, every line of the abstain option and its request cut.

    Written without any knowledge of how they were put in.
    """
    marker = r"(?:\(?[A-Z0-9]{1,2}[.)] ?|\d{1,2} - |- )"
    line = re.compile(rf"\n{marker}{re.escape(idk)}(?=[ \n]|$)")
    cut = []
    question, _ = question_and_control(pairs, sentence)
    for context, continuation in question[:-1]:
        assert context.count(sentence + "\n\n") == 1
        cut.append((line.sub("", context.replace(sentence + "\n\n", "")), continuation))
    return cut


def assert_base_plus_insertions(load: Load, base: str, shots: int | None = None, **kw: Any) -> int:
    expected = requests_of(load(base, shots), **kw)
    found = requests_of(load(f"{base}_abstain", shots), **kw)
    assert len(found) == len(expected)
    for of_base, of_variant in zip(expected, found):
        cut = without_insertions(of_variant)
        if cut != of_base:
            diff = difflib.unified_diff(*(repr(r[0][0]).split("\\n") for r in (of_base, cut)))
            pytest.fail(f"{base}: {[c for _, c in cut]}\n" + "\n".join(diff))
        assert of_variant[-1][1] not in [continuation for _, continuation in of_base]
    return len(found)


@pytest.mark.parametrize("shots", [None, 1, 5])
@pytest.mark.parametrize(
    "base",
    ["mmlu_anatomy", "mmlu_sociology", "mmlu_anatomy_continuation", "arc_easy", "arc_challenge"],
)
@pytest.mark.usefixtures("in_hub")
def test_minus_insertions_is_the_base_task(base: str, shots: int | None, load: Load) -> None:
    assert_base_plus_insertions(load, base, shots)


@pytest.mark.parametrize("base", [f"leaderboard_bbh_{name}" for name in BBH])
@pytest.mark.usefixtures("in_hub")
def test_minus_insertions_is_the_base_task_in_bbh(base: str, load: Load) -> None:
    assert_base_plus_insertions(load, base)


@pytest.mark.parametrize(
    "base",
    [
        "leaderboard_mmlu_pro",
        "leaderboard_musr_object_placements",
        "hellaswag",
        "truthfulqa_mc1",
        "openbookqa",
        "commonsense_qa",
    ],
)
@pytest.mark.usefixtures("in_hub")
def test_minus_insertions_is_the_base_task_elsewhere(base: str, load: Load) -> None:
    assert_base_plus_insertions(load, base)


@pytest.mark.parametrize(
    "base", ["gpqa_main_zeroshot", "gpqa_extended_n_shot", "leaderboard_gpqa_main"]
)
@pytest.mark.usefixtures("in_hub")
def test_minus_insertions_is_the_base_task_in_gpqa(base: str, load: Load) -> None:
    """Each loading shuffles the options anew, so the base is given the variant's documents."""
    variant, base_task = load(f"{base}_abstain"), load(base)
    for doc, pairs in zip(variant.eval_docs, requests_of(variant)):
        context = base_task.fewshot_context(doc, 0)
        requests = base_task.construct_requests(doc, context, metadata=(base, 0, 1))
        assert without_insertions(pairs) == [request.args for request in requests]


@pytest.mark.parametrize("base", ["gpqa_main_zeroshot", "gpqa_main_n_shot"])
@pytest.mark.usefixtures("in_hub")
def test_shuffled_documents_are_scored_as_they_were_asked(base: str, load: Load) -> None:
    task = load(f"{base}_abstain")
    asked = requests_of(task)
    for doc, pairs in zip(task.eval_docs, asked):
        assert all(doc[f"choice{i}"] in pairs[0][0] for i in (1, 2, 3, 4))
        assert listed(pairs[0][0])["B"] == doc["choice2"].splitlines()[0]
    assert [doc for _, doc in task.doc_iterator()] == [
        instance.doc for instance in task.instances[::5]
    ]


@pytest.mark.slow
def test_every_document_of_mmlu(
    shared_hub: Path, load: Load, manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shared_hub)
    subjects = sorted(manager.load(["mmlu"])["tasks"])
    assert len(subjects) == 57
    assert sum(assert_base_plus_insertions(load, subject) for subject in subjects) == 14042


@pytest.mark.slow
@pytest.mark.parametrize(
    "base", ["mmlu_anatomy", "mmlu_formal_logic", "mmlu_high_school_us_history"]
)
def test_five_shots_of_mmlu(
    base: str, shared_hub: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shared_hub)
    assert assert_base_plus_insertions(load, base, 5) > 100


@pytest.mark.slow
@pytest.mark.parametrize("base", [f"leaderboard_bbh_{name}" for name in BBH])
def test_every_document_of_bbh(
    base: str, shared_hub: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shared_hub)
    assert assert_base_plus_insertions(load, base) >= 146


@pytest.mark.slow
@pytest.mark.parametrize(
    ("base", "size"),
    [
        ("leaderboard_mmlu_pro", 11962),
        ("arc_easy", 1782),
        ("arc_challenge", None),
    ],
)
def test_every_document_of_other_benchmarks(
    base: str, size: int | None, shared_hub: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shared_hub)
    n = assert_base_plus_insertions(load, base)
    assert n == (size or n) > 0


def assert_labels_once(pairs: list[tuple[str, str]]) -> None:
    question = pairs[0][0].rsplit(RUBRIC, 1)[1]
    for label in {continuation.strip() for _, continuation in pairs}:
        lines = re.findall(rf"(?m)^{re.escape(label)} .*", question)
        assert len(lines) <= 1, f"{label} stands before two options:\n{question}"


@pytest.mark.parametrize("position", ["last", "rotate"])
@pytest.mark.parametrize("base", [f"leaderboard_bbh_{name}" for name in BBH])
@pytest.mark.usefixtures("in_hub")
def test_no_two_options_share_a_label(base: str, position: str, load: Load) -> None:
    for pairs in requests_of(load(f"{base}_abstain", idk_position=position)):
        assert_labels_once(pairs)


@pytest.mark.slow
@pytest.mark.parametrize("position", ["last", "rotate"])
@pytest.mark.parametrize("base", [f"leaderboard_bbh_{name}" for name in BBH])
def test_no_two_options_share_a_label_in_bbh(
    base: str, position: str, shared_hub: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shared_hub)
    for pairs in requests_of(load(f"{base}_abstain", idk_position=position)):
        assert_labels_once(pairs)


# ---------------------------------------------------------------------- settings


SETTINGS = [
    ({}, RUBRIC, IDK),
    (
        {"confidence_target": 0.5},
        "Answer only if you are > 50% confident, since mistakes are penalized 1 point, while "
        'correct answers receive 1 point, and an answer of "I don\'t know" receives 0 points.',
        IDK,
    ),
    (
        {"confidence_target": 0.9, "abstain_text": "No answer"},
        "Answer only if you are > 90% confident, since mistakes are penalized 9 points, while "
        'correct answers receive 1 point, and an answer of "No answer" receives 0 points.',
        "No answer",
    ),
    (
        {"confidence_target": 0},
        FREE,
        IDK,
    ),
]


@pytest.mark.parametrize(("metadata", "sentence", "idk"), SETTINGS)
@pytest.mark.parametrize("base", ["mmlu_anatomy", "arc_easy", "leaderboard_bbh_navigate"])
@pytest.mark.usefixtures("in_hub")
def test_settings_change_prompt_and_score_together(
    base: str, metadata: dict[str, Any], sentence: str, idk: str, load: Load
) -> None:
    task = load(f"{base}_abstain", 1, **metadata)
    found = requests_of(task)
    expected = requests_of(load(base, 1))
    assert [without_insertions(pairs, sentence, idk) for pairs in found] == expected
    if base == "arc_easy":  # not listed: the text is the continuation
        assert all(pairs[-1][1] == f" {idk}" for pairs in found)
    else:
        # A worked example, if any, and the question.
        worked = 3 if base.startswith("leaderboard") else 1
        assert all(
            len(re.findall(rf"(?m)(E\. |- ){idk}$", pairs[0][0])) in (worked + 1, 2)
            for pairs in found
        )
    doc = task.eval_docs[0]
    gold = task.doc_to_target(doc)
    choices = task.doc_to_choice(doc)
    gold = gold if isinstance(gold, int) else choices.index(gold) if gold in choices else int(gold)
    target = metadata.get("confidence_target", 0.75)
    for chosen, score in [
        (gold, 1.0),
        ((gold + 1) % len(choices), {0: 0.0, 0.5: -1.0, 0.75: -3.0, 0.9: -9.0}[target]),
        (len(choices), 0.0),
    ]:
        logliks = [(-100.0, False)] * len(found[0])
        logliks[chosen] = (-0.1, True)
        result = task.process_results(doc, logliks)
        assert result["score"] == score
        assert str(result["score"]) != "-0.0"
        assert result["confidence_target"] == target
        assert f"|t:{target}|" in result["signature"]


@pytest.mark.usefixtures("in_hub")
def test_other_metadata_is_left_alone(load: Load) -> None:
    plain = requests_of(load("mmlu_anatomy_abstain"))
    assert requests_of(load("mmlu_anatomy_abstain", tokenizer="x", max_seq=4)) == plain


@pytest.mark.usefixtures("in_hub")
def test_an_option_that_says_the_same_is_refused(load: Load) -> None:
    task = load("mmlu_anatomy_abstain", abstain_text="Liver.")
    with pytest.raises(AbstainError, match=r"mmlu_anatomy.*'Liver\.' is already there"):
        requests_of(task)


@pytest.mark.usefixtures("in_hub")
def test_winogrande_is_refused_by_name(manager: Any, plain_load: Load) -> None:
    for build in (lambda name: manager.load([name]), plain_load):
        with pytest.raises(
            UnsupportedTaskError, match=r"'winogrande' has no abstain variant: each"
        ):
            build("winogrande_abstain")


@pytest.mark.parametrize("target", [1, 1.5, -0.1, "0.5", True, None, float("nan")])
@pytest.mark.usefixtures("in_hub")
def test_a_bad_target_is_refused_by_the_plain_harness_too(target: Any, plain_load: Load) -> None:
    with pytest.raises(AbstainError, match=r"confidence_target must be .*\[0, 1\), got"):
        plain_load("arc_easy_abstain", confidence_target=target)


# ---------------------------------------------------------------------- chat templates


@pytest.mark.parametrize("system", [None, "You are an examinee."])
@pytest.mark.usefixtures("in_hub")
def test_chat_with_turns(load: Load, system: str | None) -> None:
    kwargs: dict[str, Any] = {
        "apply_chat_template": True,
        "chat_template": render_chat,
        "system_instruction": system,
        "fewshot_as_multiturn": True,
    }
    base = requests_of(load("mmlu_anatomy", 2), **kwargs)
    found = requests_of(load("mmlu_anatomy_abstain", 2), **kwargs)
    assert [without_insertions(pairs) for pairs in found] == base
    for pairs in found:
        turns = re.findall(r"<(\w+)>(.*?)</\1>", pairs[0][0], re.DOTALL)
        assert [role for role, _ in turns if role != "system"] == [
            *["user", "assistant"] * 2,
            "user",
        ]
        assert [RUBRIC in text for _, text in turns] == [False] * (len(turns) - 1) + [True]
        assert turns[-1][1].startswith(RUBRIC + "\n\n")
        users = [text for role, text in turns if role == "user"]
        assert all(text.endswith(f"\nE. {IDK}\nAnswer:") for text in users)
        assert all(text in "ABCD" for role, text in turns if role == "assistant")
        assert pairs[0][0].endswith("</user><assistant>")
        assert [c for _, c in pairs] == list("ABCDE")


@pytest.mark.usefixtures("in_hub")
def test_chat_in_one_turn(load: Load) -> None:
    kwargs = {
        "apply_chat_template": True,
        "chat_template": render_chat,
        "fewshot_as_multiturn": False,
    }
    base = requests_of(load("mmlu_anatomy", 2), **kwargs)
    found = requests_of(load("mmlu_anatomy_abstain", 2), **kwargs)
    assert [without_insertions(pairs) for pairs in found] == base
    for pairs in found:
        assert pairs[0][0].count("<user>") == 1
        examples, question = pairs[0][0].split(RUBRIC)
        assert examples.count(f"\nE. {IDK}\nAnswer: ") == 2
        assert question.count(f"\nE. {IDK}\nAnswer:") == 1


# ---------------------------------------------------------------------- rotation


OPTION = re.compile(r"^(?:([A-Z])\. |\(([A-Z])\) |(\d+) - |- )(.*)$", re.MULTILINE)


def listed(block: str) -> dict[str, str]:
    """Label to text of the listing that ends one question."""
    lines: dict[str, str] = {}
    for match in OPTION.finditer(block):
        core = match[1] or match[2] or match[3] or f"-{len(lines)}"
        if core in ("A", "1"):
            lines = {}  # a later listing: the question quoted one
        assert core not in lines
        lines[core] = match[4].strip()
    return lines


@pytest.mark.usefixtures("in_hub")
@pytest.mark.parametrize(
    ("base", "sizes"),
    [
        ("mmlu_anatomy", {5}),
        ("leaderboard_mmlu_pro", {4, 5, 10, 11}),
        ("commonsense_qa", {6}),
        ("gpqa_main_n_shot", {5}),
        ("leaderboard_bbh_hyperbaton", {3}),
        ("leaderboard_bbh_reasoning_about_colored_objects", {18}),
    ],
)
def test_rotation_keeps_each_text_under_its_own_label(
    base: str, sizes: set[int], load: Load
) -> None:
    # GPQA shuffles its options at every loading, and base and variant load it in other numbers.
    fixed = load("gpqa_main_n_shot_abstain" if base == "gpqa_main_n_shot" else base, 2)
    moved = load(f"{base}_abstain", 2, idk_position="rotate")
    for of_base, pairs in zip(requests_of(fixed), requests_of(moved)):
        split = re.compile(r"\n\n(?!\(A\)|A\.)")
        before = split.split(of_base[0][0].replace(RUBRIC + "\n\n", ""))
        after = split.split(pairs[0][0].replace(RUBRIC + "\n\n", ""))
        assert len(before) == len(after)
        blocks = [(listed(b), listed(a), b, a) for b, a in zip(before, after) if listed(b)]
        for original, shown, base_block, block in blocks:
            original = {label: text for label, text in original.items() if text != IDK}
            assert list(shown) == [chr(65 + i) for i in range(len(shown))]
            assert [text for text in shown.values() if text != IDK] == list(original.values())
            assert list(shown.values()).count(IDK) == 1
            answer = re.search(r"A(?:nswer)?: ?\(?([A-Z])\)?$", base_block)
            if answer:  # a worked example: its answer names the same text, not the same letter
                now = re.search(r"A(?:nswer)?: ?\(?([A-Z])\)?$", block)
                assert now
                assert shown[now[1]] == original[answer[1]]
        shown = blocks[-1][1]
        texts = [text for text in blocks[-1][0].values() if text != IDK]
        assert len(shown) in sizes
        # The requests stay in the base task's order whatever they are now called.
        letters = [continuation.strip(" ()") for _, continuation in pairs]
        assert len(set(letters)) == len(letters)
        names = [shown[letter] for letter in letters if letter in shown]
        assert names == [*texts, IDK]


@pytest.mark.usefixtures("in_hub")
def test_rotation_uses_every_place_and_none_more_than_is_fair(
    hub: Path, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datasets

    task = load("mmlu_anatomy_abstain", idk_position="rotate")
    rows = [
        {"question": f"What is {i} + {i}?", "choices": list("wxyz"), "answer": 0, "subject": "s"}
        for i in range(400)
    ]
    task._data.eval_docs = datasets.Dataset.from_list(rows)
    letters = [pairs[-1][1] for pairs in requests_of(task)]
    counts = {letter: letters.count(f" {letter}") for letter in "ABCDE"}
    assert sum(counts.values()) == 400
    assert min(counts.values()) > 50  # 80 each is expected; 50 would be four deviations off
    # It depends on the document alone, so a second run and another target give the same places.
    again = load("mmlu_anatomy_abstain", idk_position="rotate", confidence_target=0.5)
    again._data.eval_docs = task._data.eval_docs
    assert [pairs[-1][1] for pairs in requests_of(again)] == letters


@pytest.mark.usefixtures("in_hub")
@pytest.mark.parametrize("wanted", ["correct", "wrong", "abstained"])
@pytest.mark.parametrize("position", ["last", "rotate"])
@pytest.mark.parametrize(
    "base", ["mmlu_anatomy", "leaderboard_mmlu_pro", "leaderboard_bbh_hyperbaton"]
)
def test_a_scripted_answer_is_scored_whatever_its_label(
    base: str, position: str, wanted: str, load: Load
) -> None:
    """The model looks its answer's text up in the prompt, and says the label it finds there."""
    task = load(f"{base}_abstain", idk_position=position)
    requests_of(task)
    texts = {}
    for doc in task.eval_docs:
        shown = list(listed(str(task.doc_to_text(doc))).values())
        gold = task.doc_to_target(doc)
        gold = gold if isinstance(gold, int) else task.doc_to_choice(doc).index(gold)
        other = shown[(gold + 1) % len(shown)]
        texts[str(doc)] = {"correct": shown[gold], "wrong": other, "abstained": IDK}[wanted]
    by_doc: dict[int, list[Any]] = {}
    for instance in task.instances:
        by_doc.setdefault(instance.doc_id, []).append(instance)
    for instances in by_doc.values():
        doc = instances[0].doc
        question = instances[0].args[0].rsplit("points.\n\n", 1)[1]
        label = next(k for k, text in listed(question).items() if text == texts[str(doc)])

        def loglik(context: str, continuation: str, label: str = label) -> float:
            return -0.1 if continuation.strip(" ()") == label else -5.0

        answers = ScriptedLM(loglik).loglikelihood(instances)
        assert task.process_results(doc, answers)["outcome"] == wanted


@pytest.mark.usefixtures("in_hub")
def test_a_worked_answer_that_is_no_option_is_refused_where_labels_move(load: Load) -> None:
    variant = load("mmlu_anatomy_abstain", idk_position="rotate")
    choices = list("ABCD")
    outcomes = set()
    for number in range(20):
        question = f"Number {number}?\nA. a\nB. b\nC. c\nD. d\nAnswer:"
        try:
            turns = variant.build_qa_turn(q=question, c=choices, a="none of them")
        except UnsupportedTaskError as error:
            outcomes.add(error.reason)
        else:
            assert "\nE. I don't know\n" in turns[0].content  # last: no label has moved
            outcomes.add("kept")
    refused = "the worked answer 'none of them' is none of ['A', 'B', 'C', 'D']."
    assert outcomes == {refused, "kept"}


# ---------------------------------------------------------------------- an example that abstains


@pytest.mark.parametrize("multiturn", [None, True])
@pytest.mark.usefixtures("in_hub")
def test_one_worked_example_abstains_on_request(load: Load, multiturn: bool | None) -> None:
    chat = {
        "apply_chat_template": True,
        "chat_template": render_chat,
        "fewshot_as_multiturn": True,
    }
    kwargs: dict[str, Any] = chat if multiturn else {}
    plain = requests_of(load("mmlu_anatomy_abstain", 3), **kwargs)
    task = load("mmlu_anatomy_abstain", 3, abstaining_example=True)
    answer = r"<assistant>([A-E])</assistant>" if multiturn else r"\nAnswer: ([A-E])\n\n"
    for usual, pairs in zip(plain, requests_of(task, **kwargs)):
        before, after = (re.findall(answer, found[0][0]) for found in (usual, pairs))
        assert "E" not in before
        assert after == ["E", *before[1:]]  # the first one, and nothing else
        assert [pair[1] for pair in pairs] == [pair[1] for pair in usual]
        first = next(re.finditer(answer, pairs[0][0]))
        start, end = first.span(1)
        assert pairs[0][0][:start] + before[0] + pairs[0][0][end:] == usual[0][0]
    assert "|example:idk|" in task.signature
    assert "example" not in load("mmlu_anatomy_abstain", 3).signature
    # Where nothing is listed there is no option to take.
    unlisted = load("arc_easy_abstain", 2, abstaining_example=True)
    assert "example" not in unlisted.signature
    assert requests_of(unlisted) == requests_of(load("arc_easy_abstain", 2))


@pytest.mark.usefixtures("in_hub")
def test_an_abstaining_example_is_yes_or_no(load: Load) -> None:
    with pytest.raises(AbstainError, match="abstaining_example must be true or false, got 'yes'"):
        load("mmlu_anatomy_abstain", abstaining_example="yes")
