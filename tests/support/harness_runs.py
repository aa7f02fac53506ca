"""Runs tasks of the harness in this process, with models whose answers are known."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Run = Callable[..., "subprocess.CompletedProcess[str]"]
"""`run_command("lm-eval", "run", ...)` runs a command as a user would."""
Load = Callable[..., Any]
"""`load("mmlu_anatomy_abstain", num_fewshot=2, confidence_target=0.5)` builds one task."""


def load_with(manager: Any) -> Load:
    from lm_eval.api.group import Group
    from lm_eval.tasks._factory import TaskFactory

    from lm_eval_abstain.harness.data import forget

    def load_task(name: str, num_fewshot: int | None = None, **metadata: Any) -> Any:
        index = manager.task_index

        def build() -> Any:
            forget()  # as in a process of its own
            random.seed(0)  # as `simple_evaluate` does before it loads tasks
            return TaskFactory(meta=metadata).build(index[name], registry=index)

        task = build()
        if isinstance(task, Group):
            return task
        # gpqa_*_n_shot shuffles with a generator of its module, which goes on from load to load.
        rng = getattr(task.config.process_docs, "__globals__", {}).get("rng")
        if rng is not None:
            rng.seed(42)
            task = build()
        # As in `simple_evaluate`: a task that says 0 itself keeps it.
        if task.config.num_fewshot is None or (num_fewshot is not None and task.config.num_fewshot):
            task.set_config("num_fewshot", num_fewshot or 0)
        task.set_fewshot_seed(1234)
        return task

    return load_task


def requests_of(task: Any, **kwargs: Any) -> list[list[tuple[str, str]]]:
    """For each document its (context, continuation) pairs, as the harness builds them."""
    with quiet():
        task.build_all_requests(**kwargs)
    documents: dict[int, list[tuple[str, str]]] = {}
    for instance in task.instances:
        documents.setdefault(instance.doc_id, []).append(tuple(instance.args[:2]))
    return list(documents.values())


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No progress bars."""
    with (
        open(os.devnull, "w") as null,  # noqa: PTH123
        contextlib.redirect_stderr(null),
    ):
        yield


def hashed(context: str, continuation: str) -> float:
    """A log-likelihood that depends on nothing but the two texts."""
    digest = hashlib.sha256(f"{context}\0{continuation}".encode()).digest()
    return -10 * (int.from_bytes(digest[:6], "big") + 1) / 2**48


def scripted_lm(
    loglik: Callable[[str, str], float] = hashed,
    generate: Callable[[Any], str] = lambda request: "",
) -> Any:
    """A model whose log-likelihoods are a function of context and continuation.

    What it writes is a function of the harness's request. It remembers the pairs, and the
    prompts, that it was asked for in `asked`.
    """
    from lm_eval.api.model import LM

    class ScriptedLM(LM):
        tokenizer_name = "scripted"

        def __init__(self) -> None:
            super().__init__()
            self.asked: list[tuple[str, str]] = []

        def loglikelihood(self, requests: Sequence[Any], **_: Any) -> list[tuple[float, bool]]:
            pairs = [tuple(request.args[:2]) for request in requests]
            self.asked += pairs
            answers = [(loglik(*pair), False) for pair in pairs]
            for pair, answer in zip(pairs, answers):
                self.cache_hook.add_partial("loglikelihood", pair, answer)
            return answers

        def loglikelihood_rolling(self, requests: Any) -> Any:
            raise NotImplementedError

        def generate_until(self, requests: Any, **_: Any) -> list[str]:
            self.asked += [tuple(request.args) for request in requests]
            return [generate(request) for request in requests]

        def chat_template(self, chat_template: Any = False) -> str:
            return "scripted"

        def apply_chat_template(self, chat_history: Any, add_generation_prompt: Any = True) -> str:
            return render_chat(chat_history, add_generation_prompt)

    return ScriptedLM()


def render_chat(messages: Sequence[Mapping[str, str]], add_generation_prompt: bool = True) -> str:
    """A chat template that shows who says what."""
    turns = [f"<{m['role']}>{m['content']}</{m['role']}>" for m in messages]
    return "".join(turns) + ("<assistant>" if add_generation_prompt else "")


def evaluate(tasks: Sequence[Any], lm: Any, manager: Any = None, **kwargs: Any) -> Any:
    """`simple_evaluate` without its noise and without bootstrapping.

    Tasks that are built already need no manager; without one the harness would index its files.
    """
    import lm_eval.tasks
    from lm_eval import simple_evaluate

    manager = manager or lm_eval.tasks.TaskManager(include_defaults=False)
    with quiet():
        return simple_evaluate(
            model=lm, tasks=list(tasks), task_manager=manager, bootstrap_iters=0, **kwargs
        )
