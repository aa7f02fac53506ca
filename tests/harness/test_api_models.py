"""Models behind an API, end to end: the harness's model classes against a server on loopback."""

import json
import math
import shlex

import pytest

import support.environment  # noqa: F401  (before the harness)
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.harness import variant_task
from support.api_server import ApiServer, byte_tokenizer, serving

for needed in ("aiohttp", "requests", "tenacity"):
    pytest.importorskip(needed, reason="pip install 'lm-eval[api]'")

# What the scripted model thinks of the first three questions of our rows; A, B and C are right.
LOGLIKS = {
    "bone of the arm": {"A": -3.0, "B": -2.5, "C": -4.0, "D": -5.0, "E": -0.5},
    "makes bile": {"A": -3.0, "B": -0.25, "C": -4.0, "D": -5.0, "E": -2.0},
    "chambers": {"A": -0.75, "B": -2.5, "C": -4.0, "D": -5.0, "E": -1.0},
}
ANSWERS = {"bone of the arm": "I don't know", "makes bile": "B", "chambers": "A"}
OUTCOMES = ["abstained", "correct", "wrong"]
OTHER_BYTE = -0.125  # what every byte but the last of a prompt has


def of_question(table, text):
    return next(value for question, value in table.items() if question in text)


@pytest.fixture
def server(in_hub, monkeypatch):
    monkeypatch.setattr("lm_eval.evaluator.add_env_info", lambda results: None)  # runs pip
    monkeypatch.setattr(variant_task, "_told", set())
    with serving(ApiServer()) as one:
        yield one


@pytest.fixture
def run(tmp_path):
    """Runs as a user would, and gives the results and the samples of each task."""

    def run_tasks(tasks, model, model_args, *flags, limit=3):
        given = ",".join(f"{key}={value}" for key, value in model_args.items())
        arguments = ["run", "--model", model, "--model_args", given, "--tasks", tasks]
        logged = ["--log_samples", "--output_path", str(tmp_path), "--limit", str(limit)]
        assert main([*arguments, *flags, *logged]) == 0
        (file,) = tmp_path.rglob("results_*.json")
        samples = {}
        for path in tmp_path.rglob("samples_*.jsonl"):
            task = path.name.removeprefix("samples_").rsplit("_", 1)[0]
            rows = [json.loads(line) for line in path.read_text().splitlines()]
            samples[task] = sorted(rows, key=lambda row: row["doc_id"])
        return json.loads(file.read_text())["results"], samples

    return run_tasks


def forget(folder):
    """Remove what a run has logged."""
    for path in [*folder.rglob("results_*"), *folder.rglob("samples_*")]:
        path.unlink()


# ---------------------------------------------------------------------- log-likelihoods


@pytest.fixture
def tokenizer(tmp_path):
    pytest.importorskip("transformers", reason="pip install transformers")
    return byte_tokenizer(tmp_path / "tokenizer")


@pytest.fixture
def completions(server):
    return {
        "model": "scripted",
        "base_url": server.completions,
        "num_concurrent": 4,
        "max_length": 8192,
    }


@pytest.mark.parametrize("sent", ["tokens", "text", "tokens of the server's tokenizer"])
def test_multiple_choice_on_completions(sent, server, completions, run, request):
    def loglik(text):
        return of_question(LOGLIKS, text.split("mistakes")[1])[text[-1]], False

    server.loglik = loglik
    server.tokenizes = sent.endswith("tokenizer")
    if not server.tokenizes:
        tokenizer = request.getfixturevalue("tokenizer")
        completions.update(tokenizer=tokenizer, tokenized_requests=sent == "tokens")
    results, samples = run("mmlu_anatomy_abstain", "local-completions", completions)
    rows = samples["mmlu_anatomy_abstain"]
    assert [row["outcome"] for row in rows] == OUTCOMES
    for row, wanted in zip(rows, LOGLIKS.values()):
        logged = [float(loglik) for ((loglik, _),) in row["resps"]]
        assert logged == [OTHER_BYTE + value for value in wanted.values()]  # " A" is two bytes
    shares = []
    for wanted in LOGLIKS.values():
        masses = [math.exp(value) for value in wanted.values()]
        shares.append(masses[-1] / sum(masses))
    of_task = results["mmlu_anatomy_abstain"]
    assert of_task["score,none"] == pytest.approx((0 + 1 - 3) / 3)
    assert of_task["abstain_prob,none"] == pytest.approx(sum(shares) / 3)
    assert of_task["forced_acc,none"] == pytest.approx(1 / 3)
    prompts = [body["prompt"] for _, body in server.requests]
    assert len(prompts) == 3 * 5
    assert {type(prompt) for prompt in prompts} == {str if sent == "text" else list}


def test_abstentions_that_ignore_the_stakes_are_named(server, completions, run, caplog):
    server.tokenizes = True
    server.loglik = lambda text: (-1.0, text.endswith("I don't know"))
    results, _ = run("arc_easy_abstain", "local-completions", completions)
    assert results["arc_easy_abstain"]["abstain_rate_t00,none"] == 1
    assert caplog.text.count("3 of 3 abstentions are there at t = 0, too") == 1


# ---------------------------------------------------------------------- generated answers


def chat_args(server, **more):
    return {"model": "scripted", "base_url": server.chat, "num_concurrent": 4, **more}


def test_generated_answers_of_a_chat(server, run, caplog):
    server.reply = lambda text: of_question({**ANSWERS, "": "I don't know."}, text)
    tasks = "gsm8k_abstain,mmlu_anatomy_generative_abstain"
    flags = ("--apply_chat_template",)
    results, samples = run(tasks, "local-chat-completions", chat_args(server), *flags)
    rows = samples["mmlu_anatomy_generative_abstain"]
    assert [row["outcome"] for row in rows] == OUTCOMES
    of_task = results["mmlu_anatomy_generative_abstain"]
    assert of_task["score,get_response"] == pytest.approx((0 + 1 - 3) / 3)
    assert results["gsm8k_abstain"]["abstain_rate,strict-match"] == 1
    assert {path for path, _ in server.requests} == {"/v1/chat/completions"}
    last = [body["messages"][-1] for _, body in server.requests]
    assert all(one["role"] == "user" and "receives 0 points" in one["content"] for one in last)
    # Five worked examples of gsm8k are turns of their own, without the stakes.
    longest = max((body["messages"] for _, body in server.requests), key=len)
    assert [one["role"] for one in longest].count("assistant") == 5
    assert not any("receives 0 points" in one["content"] for one in longest[:-1])
    assert "responses" not in caplog.text


@pytest.mark.parametrize(
    ("model", "path", "key"),
    [
        ("openai-chat-completions", "/v1/chat/completions", "OPENAI_API_KEY"),
        ("anthropic-chat-completions", "/v1/messages", "ANTHROPIC_API_KEY"),
    ],
)
def test_the_classes_of_two_providers(model, path, key, server, run, monkeypatch):
    monkeypatch.setenv(key, "none")
    server.reply = lambda text: of_question(ANSWERS, text)
    model_args = {"model": "scripted", "base_url": server.address + path}
    task = "mmlu_anatomy_generative_abstain"
    _, samples = run(task, model, model_args, "--apply_chat_template")
    assert [row["outcome"] for row in samples[task]] == OUTCOMES
    assert [asked for asked, _ in server.requests] == [path] * 3


def test_any_multiple_choice_of_a_chat(server, run):
    """A generated form, a variant of it and of the harness's own, and GPQA's shuffled options."""
    said = {
        "melts in the sun": "Heat melts it. A stone stays a stone.\n\nThe answer is **A**.",
        "roots take up": "<think>B? The answer is B.</think>\nI don't know",
        "is a planet": "A. Moon",
        "lightest": "hydrogen",
        "steps come first": "I am not sure.",
        "halves its length": "The letter of the correct option is (Z).",
        **ANSWERS,
    }
    server.reply = lambda text: of_question(said, text)
    arc, gpqa = "arc_challenge_generative_abstain", "gpqa_main_zeroshot_generative_abstain"
    tasks = ["arc_challenge_generative", arc, "mmlu_anatomy_generative_abstain", gpqa]
    chat = ("local-chat-completions", chat_args(server))
    results, samples = run(",".join(tasks), *chat, "--apply_chat_template")
    assert [row["outcome"] for row in samples[arc]] == ["correct", "abstained", "wrong"]
    assert [row["filtered_resps"] for row in samples[arc]] == [["A"], ["[invalid]"], ["A"]]
    assert [row["exact_match"] for row in samples[tasks[0]]] == [1, 0, 0]
    assert results[arc]["score,letter"] == pytest.approx((1 + 0 - 3) / 3)
    assert [row["outcome"] for row in samples[tasks[2]]] == OUTCOMES
    assert [row["outcome"] for row in samples[gpqa]] == ["correct", "abstained", "unparsed"]
    asked = [body["messages"][-1]["content"] for _, body in server.requests]
    (ice,) = [text for text in asked if "melts in the sun" in text and "penalized" in text]
    assert ice.endswith(
        "\n\nQuestion: Which of these melts in the sun?\nA. ice\nB. sand\nC. a stone\nD. iron\n"
        "Answer with the letter of the correct option.\nAnswer:"
    )
    of_forms = [body for _, body in server.requests if body.get("max_tokens") == 1024]
    assert len(of_forms) == 9
    assert all(body["temperature"] == 0 and body["stop"] == ["</s>"] for body in of_forms)


def test_reasoning_before_a_letter_is_no_answer_and_needs_room(server, run, caplog):
    """A form has no stop at a line's end: reasoning ends by itself, or at the limit of tokens."""
    thought = "<think>\nA short one.\n\nThe answer is B.\n</think>\n\n"
    long = "<think>" + " hm" * 2000 + "</think>A"
    server.reply = lambda text: long if "is a planet" in text else thought + "The answer is A."
    task = "arc_challenge_generative_abstain"
    chat = ("local-chat-completions", chat_args(server))
    _, samples = run(task, *chat, "--apply_chat_template")
    assert [row["outcome"] for row in samples[task]] == ["correct", "wrong", "truncated"]
    assert "1 of 3 responses were cut inside their reasoning" in caplog.text
    assert "the limit is 1024 tokens" in caplog.text


def test_a_server_that_keeps_the_reasoning_gives_the_letter_alone(server, run):
    server.hides_reasoning = True
    server.reply = lambda text: "<think>The answer is B.</think>A"
    task = "arc_challenge_generative_abstain"
    _, samples = run(task, "local-chat-completions", chat_args(server), "--apply_chat_template")
    assert [row["resps"] for row in samples[task]] == [[["A"]]] * 3
    assert [row["outcome"] for row in samples[task]] == ["correct", "wrong", "wrong"]


@pytest.mark.parametrize("task", ["mmlu_anatomy_abstain", "mmlu_anatomy"])
def test_multiple_choice_on_a_chat_is_refused_before_anything_is_asked(task, server, capsys):
    arguments = f"run --model local-chat-completions --tasks {task} --apply_chat_template"
    model_args = f"--model_args model=scripted,base_url={server.chat}"
    assert main(shlex.split(f"{arguments} {model_args}")) == 1
    twin = task.replace("anatomy", "anatomy_generative")
    told = capsys.readouterr().err.strip().splitlines()
    assert told == [
        f"lm-eval-abstain: {task} compares the log-likelihoods of options, and "
        f"local-chat-completions gives none: {twin} asks the same questions for a generated answer."
    ]
    assert server.requests == []


# ---------------------------------------------------------------------- reasoning


TASK = "mmlu_anatomy_generative_abstain"
THOUGHT = "<think>\nA short question.\n\nStill, I look at each option.\n</think>\n\n"


def test_reasoning_that_is_cut_is_counted_and_the_flags_help(server, run, caplog, tmp_path):
    server.reply = lambda text: THOUGHT + of_question(ANSWERS, text)
    chat = ("local-chat-completions", chat_args(server))
    results, samples = run(TASK, *chat, "--apply_chat_template")
    assert [row["outcome"] for row in samples[TASK]] == ["truncated"] * 3
    assert results[TASK]["score,get_response"] == -3
    (warning,) = [text for text in caplog.messages if TASK in text and "responses" in text]
    assert "3 of 3 responses were cut inside their reasoning" in warning
    assert "scored as wrong: the limit is 256 tokens, and the task stops at '\\n'." in warning
    # The flags, taken from the warning.
    flags = shlex.split(warning[warning.index("--gen_kwargs") :].split(" ; ")[0])
    assert json.loads(flags[1]) == {"max_gen_toks": 8192, "until": ["</s>"]}
    (argument,) = shlex.split(warning[warning.index("add 'think") + 4 :])[:1]
    caplog.clear()
    forget(tmp_path)
    key, value = argument.split("=")
    chat = ("local-chat-completions", chat_args(server, **{key: value}))
    _, samples = run(TASK, *chat, "--apply_chat_template", *flags)
    assert [row["outcome"] for row in samples[TASK]] == OUTCOMES
    assert [row["filtered_resps"] for row in samples[TASK]] == [[one] for one in ANSWERS.values()]
    assert "responses" not in caplog.text


def test_a_server_that_keeps_the_reasoning(server, run, caplog):
    server.hides_reasoning = True
    server.reply = lambda text: THOUGHT + of_question(ANSWERS, text)
    _, samples = run(TASK, "local-chat-completions", chat_args(server), "--apply_chat_template")
    assert [row["outcome"] for row in samples[TASK]] == ["empty"] * 3
    assert "3 of 3 responses are empty, and are scored as wrong" in caplog.text


def test_reasoning_of_a_local_model(server, run, caplog, tmp_path):
    for needed in ("torch", "transformers", "accelerate"):
        pytest.importorskip(needed, reason="pip install 'lm-eval[hf]'")
    from support.scripted_checkpoint import write_checkpoint

    pieces = ["<think>", "\nA short question.", "\n\n", "I look.", "\n</think>", "\n\nB"]
    model = {"pretrained": write_checkpoint(tmp_path / "model", pieces)}
    _, samples = run(TASK, "hf", model, "--apply_chat_template", "--device", "cpu")
    assert [row["resps"] for row in samples[TASK]] == [[["<think>"]]] * 3
    assert "3 of 3 responses were cut inside their reasoning" in caplog.text
    caplog.clear()
    forget(tmp_path)
    model = {**model, "think_end_token": "</think>"}
    flags = ("--gen_kwargs", '{"max_gen_toks": 8192, "until": ["</s>"]}', "--device", "cpu")
    _, samples = run(TASK, "hf", model, "--apply_chat_template", *flags)
    assert [row["resps"] for row in samples[TASK]] == [[["B"]]] * 3
    assert "responses" not in caplog.text
