"""Tasks that score answers in ways of their own: what the base task says, document by document.

Each base task runs beside its variants, in one run, on the harness's own definition.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lm_eval.api.task import ConfigurableTask
from lm_eval.models.dummy import DummyLM

from lm_eval_abstain import AbstainError, UnsupportedTaskError
from lm_eval_abstain.cli.main import main
from lm_eval_abstain.harness.generation_task import GenerationTask
from support.environment import SCRATCH
from support.harness_runs import Load, evaluate
from support.hub_rows_scored import build_scored
from support.once_a_session import once
from support.scripted_lm import ScriptedLM, hashed

IDK = "I don't know"
Samples = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def in_scored(indexed_once: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test runs inside a folder of rows of our own."""
    root = SCRATCH / "scored"
    once("scored", lambda: build_scored(root))
    monkeypatch.chdir(root)
    monkeypatch.setenv("HF_ALLOW_CODE_EVAL", "1")
    return root


def run(load: Load, base: str, model: ScriptedLM, ends: tuple[str, ...], **kwargs: Any) -> Any:
    names = [base, *(base + end for end in ends)]
    return evaluate([load(name) for name in names], model, **kwargs)


def samples_of(results: Any, name: str) -> Samples:
    return sorted(results["samples"][name], key=lambda sample: sample["doc_id"])


@pytest.fixture(autouse=True)
def squad_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `record` needs of transformers, which its newer versions do not have any more."""
    try:
        import_module("transformers.data.metrics.squad_metrics")
    except ImportError:
        for name in ("transformers.data.metrics", "transformers.data.metrics.squad_metrics"):
            module = ModuleType(name)
            monkeypatch.setitem(sys.modules, name, module)
            module.compute_exact = lambda gold, said: int(gold == said)  # type: ignore[attr-defined]
            module.compute_f1 = module.compute_exact  # type: ignore[attr-defined]
        sys.modules["transformers.data.metrics"].squad_metrics = module  # type: ignore[attr-defined]


# ---------------------------------------------------------------------- multiple choice


def of_pair(sample: dict[str, Any], metric: str) -> float:
    """The harness's `f1` and `mcc` of one document: the right option and the best one."""
    gold, best = sample[metric]
    return float(gold == best)


def of_likelihood(sample: dict[str, Any], metric: str) -> float:
    """The right option, and the log-likelihoods."""
    gold, logliks = sample[metric]
    return float(logliks[gold] == max(logliks))


def of_number(sample: dict[str, Any], metric: str) -> float:
    return float(sample[metric])


CHOICE: dict[str, tuple[str, str, Callable[[dict[str, Any], str], float]]] = {
    "cola": ("mcc", "acc", of_pair),
    "evalita-mp_hs_prompt-1": ("f1", "acc", of_pair),
    "mmlu_early_training": ("likelihood", "acc", of_likelihood),
    "agieval_aqua_rat": ("acc_norm", "acc_norm", of_number),
    "record": ("em", "em", of_number),
}


def by_continuation(seed: int) -> Callable[[str, str], float]:
    """A model to which an option is as probable under every prompt about a document."""
    return lambda context, continuation: hashed(f"{seed}{context[-60:]}", continuation)


@pytest.mark.parametrize("base", CHOICE)
def test_the_closed_headline_is_right_where_the_base_task_is(load: Load, base: str) -> None:
    reported, headline, right = CHOICE[base]
    both: set[float] = set()
    for seed in range(4):
        results = run(load, base, ScriptedLM(by_continuation(seed)), ("_closed",))
        expected = [right(sample, reported) for sample in samples_of(results, base)]
        closed = samples_of(results, f"{base}_closed")
        assert [sample[headline] for sample in closed] == expected
        assert [sample["acc"] for sample in closed] == expected
        assert results["results"][f"{base}_closed"]["acc,none"] == pytest.approx(
            sum(expected) / len(expected)
        )
        assert f"metric:{headline}|" in closed[0]["signature"]
        both.update(expected)
    assert both == {0.0, 1.0}


@pytest.mark.parametrize("base", ["cola", "evalita-mp_hs_prompt-1", "record"])
def test_the_real_options_decide_what_is_right_beside_an_abstain_option(
    load: Load, base: str
) -> None:
    reported, _, right = CHOICE[base]
    model = ScriptedLM(lambda context, continuation: hashed("", continuation))
    results = run(load, base, model, ("_abstain",))
    expected = [right(sample, reported) for sample in samples_of(results, base)]
    open_ = samples_of(results, f"{base}_abstain")
    assert [sample["forced_acc"] for sample in open_] == expected
    assert all(len(sample["filtered_resps"]) > 1 for sample in open_)


def test_a_metric_of_probabilities_is_refused_before_there_are_documents(manager: Any) -> None:
    assert "not by comparing options" in str(manager.catalogue.refusal("truthfulqa_mc2", "_closed"))


def test_a_base_task_that_does_not_compare_its_options_is_refused(load: Load) -> None:
    """The harness's `mutual` looks for the best among log-likelihoods and flags together."""
    for end in ("_closed", "_abstain", "_generative"):
        with pytest.raises(UnsupportedTaskError, match="more than which option is the best"):
            load("mutual" + end)


def test_what_mutual_says_is_not_that_of_the_best_option(load: Load) -> None:
    task = load("mutual")
    (doc,) = [doc for doc in task.eval_docs if doc["answers"] == "D"][:1]
    results = [(-9.0, False), (-8.0, False), (-7.0, False), (-1.0, False)]
    assert task.process_results(doc, results)["r@1"] == 0


def test_options_that_abstain_get_no_second_one_beside_them(load: Load) -> None:
    with pytest.raises(UnsupportedTaskError, match="its own options abstain already"):
        load("bbq_abstain")
    assert load("bbq_closed").headline == "acc"


def test_options_that_are_all_right_are_refused(manager: Any) -> None:
    assert "reports exact_match" in str(manager.catalogue.refusal("webqs", "_closed"))


OWN = """
task: {name}
dataset_path: hails/agieval-aqua-rat
output_type: multiple_choice
test_split: test
doc_to_text: "{{{{query}}}}"
doc_to_target: "{{{{gold}}}}"
doc_to_choice: "{{{{choices}}}}"
process_results: !function scoring.{name}
metric_list:
  - metric: acc
    aggregation: mean
    higher_is_better: true
"""
SCORING = """
import numpy as np

def best(results):
    return int(np.argmax([loglik for loglik, _ in results]))

def own_best(doc, results):
    return {"acc": float(best(results) in doc["gold"])}

def own_share(doc, results):
    return {"acc": 0.5 if best(results) in doc["gold"] else 0.0}

def own_margin(doc, results):
    logliks = sorted(loglik for loglik, _ in results)
    return {"acc": float(best(results) in doc["gold"] and logliks[-1] - logliks[-2] > 3)}

def own_greedy(doc, results):
    return {"acc": float(best(results) in doc["gold"] and results[best(results)][1])}

def own_all(doc, results):
    return {"acc": float(best(results) >= 0)}

def own_length(doc, results):
    longest = [loglik / len(text) for (loglik, _), text in zip(results, doc["choices"])]
    return {"acc": float(int(np.argmax(longest)) in doc["gold"])}
"""


@pytest.fixture
def own_tasks(tmp_path: Path) -> Path:
    (tmp_path / "scoring.py").write_text(SCORING)
    return tmp_path


def variant_of(folder: Path, name: str, text: str, end: str = "_closed", **metadata: Any) -> Any:
    from lm_eval_abstain import Variant

    file = folder / f"{name}.yaml"
    file.write_text(text.format(name=name))
    random.seed(0)
    return Variant({"task": name + end, "base": str(file), "metadata": metadata})


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("own_share", "is 0.5 for one question"),
        ("own_margin", "more than which option is the best"),
        ("own_greedy", "more than which option is the best"),
        ("own_length", "more than which option is the best"),
        ("own_all", "calls each of its options right"),
    ],
)
@pytest.mark.parametrize("end", ["_closed", "_abstain"])
def test_what_a_function_of_one_s_own_does_is_asked_of_it(
    own_tasks: Path, name: str, reason: str, end: str
) -> None:
    assert variant_of(own_tasks, "own_best", OWN).headline == "acc"
    with pytest.raises(UnsupportedTaskError, match=reason):
        variant_of(own_tasks, name, OWN, end)


# ---------------------------------------------------------------------- before the model


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a run loads, in order: its model, and its data sets."""
    found: list[str] = []
    model, data = DummyLM.create_from_arg_obj, ConfigurableTask.download

    def counted_model(*args: Any, **kwargs: Any) -> Any:
        found.append("model")
        return model(*args, **kwargs)

    def counted_data(self: ConfigurableTask, *args: Any, **kwargs: Any) -> None:
        found.append(str(self.config.dataset_path))
        data(self, *args, **kwargs)

    monkeypatch.setattr(DummyLM, "create_from_arg_obj", counted_model)
    monkeypatch.setattr(DummyLM, "create_from_arg_string", counted_model)
    monkeypatch.setattr(ConfigurableTask, "download", counted_data)
    return found


def test_a_refusal_that_needs_the_documents_comes_before_the_model(
    loaded: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--model", "dummy", "--tasks", "mutual_closed,cola_abstain"]) == 1
    assert "more than which option is the best" in capsys.readouterr().err
    assert loaded == ["EleutherAI/mutual"]


def test_the_run_finds_the_data_that_were_looked_at(
    loaded: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--model", "dummy", "--tasks", "cola_abstain_sweep", "--seed", "5"]) == 0
    assert loaded == ["nyu-mll/glue", "model"]
    assert "cola (abstain, t=0.75)" in capsys.readouterr().out


# ---------------------------------------------------------------------- generated answers


def gold_of(doc: dict[str, Any]) -> str:
    """A right answer, whichever the data set."""
    for key in ("world_assump_label", "target", "Answer", "answer", "completion"):
        if key in doc and isinstance(doc[key], str) and "：" not in doc[key]:
            return doc[key]
    if "answer_number" in doc:
        return f"答えは{doc['answer_number']}"
    if "query_id" in doc:
        return doc["answers"][0][0]
    return doc["ans1"]


def answers(request: Any) -> str:
    """By turns right, wrong, an abstention, and nothing."""
    return (gold_of(request.doc), "xyz", f"{IDK}.", "")[request.doc_id % 4]


GENERATED = {
    "fld_default": "exact_match",
    "agieval_math": "acc",
    "babilong_qa1": "acc",
    "drop": "em",
    "noridiom_nno_p0": "em",
    "french_bench_trivia": "exact",
    "ja_leaderboard_mgsm": "acc",
    "bbq_generate_disambig": "acc",
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # BBQ's means of no ambiguous question
@pytest.mark.parametrize("base", GENERATED)
def test_generated_answers_are_right_where_the_base_task_says_so(load: Load, base: str) -> None:
    headline = GENERATED[base]
    model = ScriptedLM(generate=answers)
    results = run(load, base, model, ("_closed", "_abstain"))
    expected = [float(sample[headline]) for sample in samples_of(results, base)]
    for end in ("_closed", "_abstain"):
        samples = samples_of(results, base + end)
        assert [sample["base_metric"] for sample in samples] == expected
        outcomes = [sample["outcome"] for sample in samples]
        assert outcomes[:4] == ["correct", "wrong", "abstained", "empty"][: len(outcomes)]
    closed = results["results"][f"{base}_closed"]
    # `acc` is what the outcomes give
    name = "base_acc" if headline == "acc" else headline
    (value,) = [value for key, value in closed.items() if key.startswith(f"{name},")]
    assert value == pytest.approx(sum(expected) / len(expected))


@pytest.mark.parametrize("base", ["bbq_generate", "bbq_generate_ambig"])
@pytest.mark.parametrize("end", ["_closed", "_abstain"])
def test_a_base_task_that_calls_an_abstention_right_is_refused(
    load: Load, base: str, end: str
) -> None:
    with pytest.raises(UnsupportedTaskError, match='calls "I don\'t know" the right answer'):
        load(base + end)


@pytest.mark.parametrize("base", ["coqa", "cnn_dailymail_abisee", "longbench_hotpotqa", "eq_bench"])
def test_what_is_a_share_is_no_right_or_wrong(base: str, manager: Any) -> None:
    assert "not one that says right or wrong" in str(manager.catalogue.refusal(base, "_closed"))


OWN_TEXT = """
task: {name}
dataset_path: manu/french-trivia
output_type: generate_until
test_split: train
doc_to_text: "{{{{Question}}}}\\nAnswer:"
doc_to_target: "{{{{Answer}}}}"
process_results: !function scoring.{name}
metric_list:
  - metric: exact_match
    aggregation: mean
    higher_is_better: true
"""
OWN_TEXT_SCORING = """
def text_share(doc, results):
    words = set(doc["Answer"].split())
    return {"exact_match": len(words & set(results[0].split())) / 2}
"""


def test_a_share_shows_when_the_task_is_built(own_tasks: Path) -> None:
    """The name is that of right or wrong; what the function gives for the right answer is not."""
    (own_tasks / "scoring.py").write_text(OWN_TEXT_SCORING)
    with pytest.raises(AbstainError, match="exact_match is 0\\.5 for one document"):
        variant_of(own_tasks, "text_share", OWN_TEXT)


# ---------------------------------------------------------------------- code


def program(request: Any) -> str:
    """By turns a program that passes, one that fails, and three ways to decline."""
    number = request.doc.get("task_id", 0)
    number = int(str(number).rsplit("/", 1)[-1])
    whole = "" if "entry_point" in request.doc else f"\ndef add_{number}(a):\n"
    end = "\n```" if "python" in str(request.args[0])[-40:] else ""
    return [
        f"{whole}    return a + {number}  # I don't know why{end}",
        f"{whole}    # I don't know\n    return a{end}",
        IDK,
        f"{whole}    # I don't know how to do this.\n    pass{end}",
        f'{whole}    raise NotImplementedError("{IDK}"){end}',
    ][(number - 1) % 5]


CODE = {"humaneval": "pass@1", "humaneval_instruct": "pass@1", "mbpp": "pass_at_1"}
DECLINED = ["correct", "wrong", "abstained", "abstained", "abstained"]


@pytest.mark.parametrize("base", [*CODE, "mbpp_instruct"])
def test_a_program_that_passes_is_right_and_one_that_declines_abstains(
    load: Load, base: str
) -> None:
    headline = CODE.get(base, "pass_at_1")
    model = ScriptedLM(generate=program)
    results = run(load, base, model, ("_closed", "_abstain"), confirm_run_unsafe_code=True)
    expected = [float(sample[headline]) for sample in samples_of(results, base)]
    assert expected == [1.0, 0.0, 0.0, 0.0, 0.0]
    for end in ("_closed", "_abstain"):
        samples = samples_of(results, base + end)
        assert [sample["base_metric"] for sample in samples] == expected
        assert [sample["outcome"] for sample in samples] == DECLINED
    closed = results["results"][f"{base}_closed"]
    assert [value for key, value in closed.items() if key.startswith(f"{headline},")] == [0.2]
    asked = samples_of(results, f"{base}_abstain")[0]["arguments"][0][0]
    assert "Answer only if you are > 75% confident" in asked


def test_no_program_is_run_that_the_user_has_not_allowed(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GenerationTask, "_correct", lambda *_: pytest.fail("a program was run"))
    load("humaneval_closed")
    task = load("humaneval_abstain")
    with pytest.raises(ValueError, match="marked as unsafe"):
        evaluate([task], ScriptedLM(generate=program))


def test_programs_of_several_samples_are_refused(manager: Any) -> None:
    assert "draws 64 samples" in str(manager.catalogue.refusal("humaneval_64", "_abstain"))
    assert "by machine" in str(manager.catalogue.refusal("humaneval", "_abstain_consistent"))


def test_json_that_fits_its_schema(load: Load) -> None:
    pytest.importorskip("jsonschema")
    said = ['{"n": 3}', '{"n": "unknown"}', IDK]
    model = ScriptedLM(generate=lambda request: said[request.doc_id % 3])
    results = run(load, "jsonschema_bench_easy", model, ("_closed", "_abstain"))
    expected = [
        float(sample["schema_compliance"])
        for sample in samples_of(results, "jsonschema_bench_easy")
    ]
    assert expected == [1.0, 0.0, 0.0]
    for end in ("_closed", "_abstain"):
        samples = samples_of(results, "jsonschema_bench_easy" + end)
        assert [sample["base_metric"] for sample in samples] == expected
        assert [sample["outcome"] for sample in samples] == ["correct", "wrong", "abstained"]
