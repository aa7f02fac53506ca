"""A small hub of our own rows, and what every test of tasks needs to use it.

The rows (in `rows`) are ours; only their columns are those of the real data sets. Both the harness
and `datasets` take a folder of the working directory for a data set of the same name, so a test
that runs inside `hub` loads them without a network.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

# Both libraries read these while they are imported, so they come before every other import.
SCRATCH = Path(tempfile.mkdtemp(prefix="lm-eval-abstain-tests-"))
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_DATASETS_CACHE": str(SCRATCH / "datasets"),
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    "LM_HARNESS_CACHE_PATH": str(SCRATCH / "requests"),
    "TOKENIZERS_PARALLELISM": "false",
}
os.environ.update(ENVIRONMENT)
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

import pytest  # noqa: E402
from rows import build_hub  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED_HUB = REPOSITORY.parent / "shared" / "hub"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/golden anew from the prompts of this checkout; read the diff",
    )


# ---------------------------------------------------------------------- data sets


@pytest.fixture(scope="session")
def hub() -> Path:
    """A folder of our own rows in the layout and with the columns of the real data sets."""
    root = SCRATCH / "hub"
    build_hub(root)
    return root


@pytest.fixture(scope="session")
def shared_hub() -> Path:
    """The real data sets, where this checkout has them."""
    if not SHARED_HUB.is_dir():
        pytest.skip("the real data sets are not here (../shared/hub); our own rows are tested")
    return SHARED_HUB


# ---------------------------------------------------------------------- running things


@pytest.fixture
def in_hub(hub: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test runs inside `hub`."""
    monkeypatch.chdir(hub)
    return hub


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def run_command(hub: Path) -> Run:
    """Runs a command inside `hub` as a user would: `run_command("lm-eval", "run", ...)`."""
    modules = {"lm-eval": "lm_eval", "lm-eval-abstain": "lm_eval_abstain"}

    def run(command: str, *arguments: str, cwd: Path | None = None) -> Any:
        # The modules, not the scripts: a test must run this interpreter's installation.
        return subprocess.run(
            [sys.executable, "-m", modules[command], *map(str, arguments)],
            cwd=cwd or hub,
            env={**os.environ, **ENVIRONMENT},
            text=True,
            capture_output=True,
            timeout=600,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def manager() -> Any:
    """Our task manager; to build it takes seconds, so there is one."""
    import datasets

    import lm_eval_abstain

    # GPQA shuffles its options while `datasets` maps: a map kept by an earlier test would keep
    # that test's order.
    datasets.disable_caching()
    datasets.disable_progress_bars()
    return lm_eval_abstain.TaskManager()


Load = Callable[..., Any]


@pytest.fixture(scope="session")
def load(manager: Any) -> Load:
    """Builds one task: `load("mmlu_anatomy_abstain", num_fewshot=2, confidence_target=0.5)`.

    Further keywords are metadata, and reach the task as `--metadata` does.
    """
    return load_with(manager)


def load_with(manager: Any) -> Load:
    from lm_eval.api.group import Group
    from lm_eval.tasks._factory import TaskFactory

    from lm_eval_abstain.tasks.data import forget

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


# ---------------------------------------------------------------------- a model on purpose


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
