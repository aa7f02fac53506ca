"""The prompts of generative variants: golden files, chat templates, settings, the request cache."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lm_eval_abstain import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.open_generation import OpenGeneration
from lm_eval_abstain.rubric import Rubric
from support.harness_runs import Load, evaluate, requests_of
from support.scripted_lm import ScriptedLM, render_chat
from support.shipped_tasks import tasks_below_shipped

GOLDEN = Path(__file__).parent / "golden"
RUBRIC = Rubric(0.75).sentence
# (task, --num_fewshot, which document)
PROMPTS: list[tuple[str, int | None, int]] = [
    ("bbh_cot_fewshot_snarks", 0, 0),
    ("bbh_cot_zeroshot_snarks", None, 0),
    ("bbh_fewshot_snarks", 0, 0),
    ("bbh_zeroshot_snarks", None, 0),
    ("gpqa_main_cot_n_shot", 1, 1),
    ("gpqa_main_cot_zeroshot", None, 1),
    ("gpqa_main_generative_n_shot", 1, 1),
    ("gsm8k", 0, 2),
    ("gsm8k", 2, 1),
    ("hendrycks_math_algebra", None, 0),
    ("ifeval", None, 1),
    ("leaderboard_ifeval", None, 0),
    ("leaderboard_math_algebra_hard", 0, 0),
    ("minerva_math_algebra", 0, 0),
    ("mmlu_anatomy_generative", None, 0),
    ("mmlu_pro_law", 1, 0),
    ("nq_open", 2, 0),
    ("triviaqa", None, 2),
    ("truthfulqa_gen", None, 1),
]


@pytest.mark.parametrize(("task", "shots", "document"), PROMPTS)
@pytest.mark.usefixtures("in_hub")
def test_golden(
    task: str, shots: int | None, document: int, load: Load, pytestconfig: pytest.Config
) -> None:
    variant = load(f"{task}_abstain", shots)
    [(context, settings)] = requests_of(variant)[document]
    text = f"{context}<<END OF PROMPT>>\nuntil {settings['until']!r}\n"
    # The harness's own long texts: where they stand matters here, not what they say.
    for mark, own in (("DESCRIPTION", variant.config.description), ("HEAD", variant.head.text)):
        if own:
            assert text.count(own) == 1
            text = text.replace(own, f"<<{mark}>>")
    path = GOLDEN / f"{task}{f'_{shots}shot' if shots else ''}_abstain.txt"
    if pytestconfig.getoption("--update-golden"):
        path.write_bytes(text.encode("utf-8"))
    assert text == path.read_bytes().decode("utf-8")
    # Facts that hold for every template, so that a careless --update-golden still fails.
    assert context.count(RUBRIC) == 1
    ending = {"bbh_cot_zeroshot_snarks": "A: Let's think step by step."}.get(task, "")
    assert context.endswith(ending)


def test_every_shipped_template_has_a_golden_prompt() -> None:
    """Tasks that differ in nothing but their data and description share one."""
    golden = {task for task, *_ in PROMPTS}
    forms = [
        (r"bbh_(cot_fewshot|cot_zeroshot|fewshot|zeroshot)_\w+", r"bbh_\1_snarks"),
        (r"gpqa_\w+?_(cot_n_shot|cot_zeroshot|generative_n_shot)", r"gpqa_main_\1"),
        (r"hendrycks_math_\w+", "hendrycks_math_algebra"),
        (r"leaderboard_math_\w+", "leaderboard_math_algebra_hard"),
        (r"minerva_math_\w+", "minerva_math_algebra"),
        (r"mmlu_\w+_generative", "mmlu_anatomy_generative"),
        (r"mmlu_pro_\w+", "mmlu_pro_law"),
    ]
    tasks = tasks_below_shipped(OpenGeneration)
    assert len(tasks) == 215
    for task in tasks:
        found = {re.sub(form, other, task) for form, other in forms if re.fullmatch(form, task)}
        assert (found or {task}) <= golden, f"{task} has no golden prompt"


@pytest.mark.parametrize("base", ["gsm8k", "mmlu_pro_law", "triviaqa", "minerva_math_algebra"])
@pytest.mark.parametrize("multiturn", [True, False])
@pytest.mark.usefixtures("in_hub")
def test_a_chat_holds_the_sentence_in_its_last_turn(base: str, multiturn: bool, load: Load) -> None:
    kwargs: dict[str, Any] = {
        "apply_chat_template": True,
        "chat_template": render_chat,
        "system_instruction": "You are an examinee.",
        "fewshot_as_multiturn": multiturn,
    }
    plain = requests_of(load(base, 2), **kwargs)
    for [(ours, _)], [(theirs, _)] in zip(requests_of(load(f"{base}_abstain", 2), **kwargs), plain):
        assert ours.replace(f"{RUBRIC}\n\n", "") == theirs
        assert ours.count(RUBRIC) == 1
        turns = re.findall(r"<(\w+)>(.*?)</\1>", ours, re.DOTALL)
        assert turns[-1][0] == "user"
        assert RUBRIC in turns[-1][1]
        if multiturn:
            assert turns[-1][1].startswith(RUBRIC)
            assert len(turns) == 6


@pytest.mark.usefixtures("in_hub")
def test_the_text_asked_for_is_in_the_prompt_and_is_read(load: Load) -> None:
    task = load("gsm8k_abstain", abstain_text="PASS", confidence_target=0.5)
    written = iter(["Hmm.\n#### PASS", "pass.", "It passes 3 towns.\n#### 4", "I don't know"])
    run = evaluate([task], ScriptedLM(generate=lambda _: next(written)), log_samples=True)
    samples = [s for s in run["samples"]["gsm8k_abstain"] if s["filter"] == "strict-match"]
    assert 'an answer of "PASS" receives 0 points' in samples[0]["arguments"][0][0]
    outcomes = [sample["outcome"] for sample in samples]
    assert outcomes == ["abstained", "abstained", "wrong", "abstained"]
    assert "|text:PASS|" in samples[0]["signature"]


@pytest.mark.usefixtures("in_hub")
def test_a_text_that_ends_the_generation_is_refused(load: Load) -> None:
    with pytest.raises(UnsupportedTaskError, match="generation stops at ','"):
        load("triviaqa_abstain", abstain_text="Well, I do not know")


@pytest.mark.usefixtures("in_hub")
def test_another_target_is_not_served_cached_prompts(load: Load) -> None:
    asked = []
    for target in (0.5, 0.9, 0.5):
        lm = ScriptedLM(generate=lambda _: "#### 4")
        task = load("gsm8k_abstain", confidence_target=target)
        evaluate([task], lm, cache_requests=True, num_fewshot=0)
        asked.append([prompt for prompt, _ in lm.asked])
    assert asked[0] == asked[2] != asked[1]
    assert all("> 90% confident" in prompt for prompt in asked[1])


# ---------------------------------------------------------------------- tasks of one's own

OWN = """\
task: own
dataset_path: json
dataset_kwargs: {data_files: {test: ROWS}}
output_type: generate_until
test_split: test
doc_to_text: "Q: {{q}}\\nA:"
doc_to_target: "{{a}}"
generation_kwargs: {until: ["\\n"]}
metric_list: [{metric: exact_match}, {metric: bleu}]
"""
SCORERS = {
    "half": 'def score(doc, results):\n    return {"exact_match": 0.5}\n',
    "other": 'def score(doc, results):\n    return {"f1": 1.0}\n',
    "sound": 'def score(doc, results):\n    return {"exact_match": int(results[0] == doc["a"])}\n',
}


@pytest.mark.parametrize("scorer", [*SCORERS, None])
def test_a_task_of_ones_own(scorer: str | None, tmp_path: Path) -> None:
    """A metric that is neither right nor wrong is refused before anything is generated."""
    from lm_eval_abstain import TaskManager

    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"q": "one and one", "a": "two"}\n{"q": "one and two", "a": "three"}\n')
    text = OWN.replace("ROWS", str(rows))
    if scorer:
        (tmp_path / f"score_{scorer}.py").write_text(SCORERS[scorer])
        text += f"process_results: !function score_{scorer}.score\n"
    (tmp_path / "own.yaml").write_text(text)
    manager = TaskManager(include_path=str(tmp_path), include_defaults=False)
    if scorer in ("half", "other"):
        with pytest.raises(AbstainError, match=r"exact_match is (0\.5|None)"):
            manager.load(["own_abstain"])
        return
    task = manager.load(["own_abstain"])["tasks"]["own_abstain"]
    written = iter(["two", "I don't know"])
    run = evaluate([task], ScriptedLM(generate=lambda _: next(written)))
    outcomes = [sample["outcome"] for sample in run["samples"]["own_abstain"]]
    assert outcomes == ["correct", "abstained"]


def test_an_abstention_that_is_the_right_answer(tmp_path: Path) -> None:
    from lm_eval_abstain import TaskManager

    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"q": "Which 2011 film has Liam Neeson lose his name?", "a": "Unknown"}\n' * 3)
    (tmp_path / "own.yaml").write_text(OWN.replace("ROWS", str(rows)))
    manager = TaskManager(include_path=str(tmp_path), include_defaults=False)
    written = iter(["Unknown", "unknown.", "I don't know"])
    task = manager.load(["own_abstain"])["tasks"]["own_abstain"]
    run = evaluate([task], ScriptedLM(generate=lambda _: next(written)))
    outcomes = [sample["outcome"] for sample in run["samples"]["own_abstain"]]
    # The second is not the base task's right answer, which minds the case.
    assert outcomes == ["correct", "abstained", "abstained"]


@pytest.mark.usefixtures("in_hub")
def test_responses_alone_may_be_wanted(load: Load) -> None:
    model = ScriptedLM(generate=lambda _: "#### 4")
    run = evaluate([load("gsm8k_abstain")], model, predict_only=True)
    assert run["results"]["gsm8k_abstain"]["bypass,strict-match"] == 999
    assert all("outcome" not in sample for sample in run["samples"]["gsm8k_abstain"])


@pytest.mark.usefixtures("in_hub")
def test_the_token_limit_is_the_tasks_or_the_users(load: Load) -> None:
    text = "She walks on and on " * 10  # 200 characters, and no end
    for limit, outcome in ((120, "truncated"), (200, "unparsed")):
        task = load("gsm8k_abstain", 0)
        task.config.generation_kwargs["max_gen_toks"] = limit
        run = evaluate([task], ScriptedLM(generate=lambda _: text))
        assert {s["outcome"] for s in run["samples"]["gsm8k_abstain"]} == {outcome}
    task = load("gsm8k_abstain", 0, max_gen_toks=120)  # as in --model_args
    run = evaluate([task], ScriptedLM(generate=lambda _: text))
    assert {s["outcome"] for s in run["samples"]["gsm8k_abstain"]} == {"truncated"}
