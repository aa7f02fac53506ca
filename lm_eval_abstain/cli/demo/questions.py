"""The worked MMLU questions that ship inside the installed harness, in MMLU's own columns."""

from __future__ import annotations

import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict, cast

import yaml

from lm_eval_abstain.errors import DemoError

if TYPE_CHECKING:
    import datasets

__all__ = ["DemoQuestion", "load_questions", "questions_dataset"]

_FOLDER: Final = "tasks/mmlu/flan_cot_fewshot"
_OPTION: Final = re.compile(r"\s*\(([A-E])\)\s+")
_ANSWER: Final = re.compile(r"The answer is \(([A-E])\)\.\s*\Z")
_LETTERS: Final = "ABCDE"

# MMLU has four options, but the harness gives this one question (file, number) a fifth, which is
# the right one. Its last wrong option goes, so that the row fits and the answer stays the file's.
_FIVE_OPTIONS: Final = frozenset({("mmlu_college_chemistry.yaml", 4)})


class DemoQuestion(TypedDict):
    """One question in MMLU's columns."""

    question: str
    choices: list[str]
    answer: int
    subject: str


def load_questions() -> list[DemoQuestion]:
    """Read the worked five-shot questions of MMLU's subjects from the installed harness.

    Returns:
        The questions in MMLU's columns, subject after subject, in the order of the harness's files.

    Raises:
        DemoError: If a file or a question cannot be read; the sentence names both.
    """
    # Found without importing: the harness's modules bring torch with them.
    spec = find_spec("lm_eval")
    if spec is None or spec.origin is None:
        raise DemoError("lm_eval is not installed; install lm_eval 0.4.13.")
    files = sorted((Path(spec.origin).parent / _FOLDER).glob("mmlu_*.yaml"))
    if not files:
        raise DemoError(f"The installed lm_eval has no {_FOLDER}/mmlu_*.yaml; install 0.4.13.")
    return [question for file in files for question in _read_file(file)]


def questions_dataset(**_: Any) -> dict[str, datasets.Dataset]:
    """Wrap the questions as the harness's `custom_dataset` wants them.

    Args:
        **_: The task's metadata and dataset_kwargs, which the harness passes; not used.

    Returns:
        One split, "test", with every question: first one of each subject, then a second one of
        each, so that any limit is spread over the subjects.
    """
    # Imported late: datasets takes seconds, and who only wants the rows need not wait.
    import datasets

    turn: Counter[str] = Counter()
    ranked: list[tuple[int, DemoQuestion]] = []
    for question in load_questions():
        turn[question["subject"]] += 1
        ranked.append((turn[question["subject"]], question))
    rows = [dict(question) for _, question in sorted(ranked, key=lambda pair: pair[0])]
    return {"test": datasets.Dataset.from_list(rows)}  # pyright: ignore[reportUnknownMemberType]


def _read_file(file: Path) -> list[DemoQuestion]:
    try:
        content = cast("dict[str, Any]", yaml.safe_load(file.read_text(encoding="utf-8")))
        subject = content["dataset_name"]
        samples = content["fewshot_config"]["samples"]
        pairs = [(sample["question"], sample["target"]) for sample in samples]
    except (OSError, UnicodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise DemoError(
            f"The harness's file {file.name} cannot be read as few-shot questions"
            f" ({type(error).__name__}: {error}); install lm_eval 0.4.13."
        ) from error
    return [
        _parse(question, target, str(subject), file.name, number)
        for number, (question, target) in enumerate(pairs, start=1)
    ]


def _parse(question: object, target: object, subject: str, file: str, number: int) -> DemoQuestion:
    def refuse(why: str) -> DemoError:
        return DemoError(
            f"Question {number} of the harness's file {file} cannot be read: {why};"
            f" install lm_eval 0.4.13."
        )

    if not isinstance(question, str) or not isinstance(target, str):
        raise refuse("its question or target is not text")
    # One mark of each letter, in order: a text that also mentions "(A)" is refused, not guessed at.
    text, *rest = _OPTION.split(question)
    letters, choices = "".join(rest[::2]), [choice.strip() for choice in rest[1::2]]
    expected = 5 if (file, number) in _FIVE_OPTIONS else 4
    if letters != _LETTERS[:expected]:
        raise refuse(f"its options are marked {letters or 'not at all'}, not A to D")
    if not text.strip() or not all(choices):
        raise refuse("its text or one of its options is empty")
    match = _ANSWER.search(target)
    if match is None or match[1] not in letters:
        raise refuse("its target does not end with 'The answer is (X).' for one of its options")
    answer = letters.index(match[1])
    if expected == 5:
        dropped = 3 if answer == 4 else 4
        del choices[dropped]
        answer = min(answer, 3)
    return {"question": text.strip(), "choices": choices, "answer": answer, "subject": subject}
