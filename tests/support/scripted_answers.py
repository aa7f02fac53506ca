"""Generated answers that come to each outcome on purpose, and the commands with such a model.

`python scripted_answers.py lm-eval run --model scripted ...` is `lm-eval run` with one model more.
An answer depends on the question and on its number alone, so that a base task and its variants get
the same. Asked for a confidence the model adds one; asked twice it answers otherwise for every
second document.
"""

from __future__ import annotations

import sys
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from lm_eval_abstain.rubric.names import base_name

KINDS = ("correct", "wrong", "abstained", "babble", "empty", "truncated", "refused")

FOLLOWED = {
    "Say in one line": "A kite is a light frame with cloth that the wind lifts",
    # Long enough for IFEval's language detection, which guesses at random about short texts.
    "Write a short note": "the moss on the old stone wall grows slowly in the shade and drinks the "
    "rain that falls on it.",
    "Invite a friend": "The kettle is on and the garden is dry. See you soon.",
    "List two birds": '{"robin": "red", "crow": "black"}',
    "Give exactly 2": "* Warm air rises.\n* Clouds cool down.",
}


class Family(NamedTuple):
    """How the tasks of one benchmark are answered.

    Attributes:
        prefix: How their names begin.
        gold: The right answer of a document.
        text: What to write, with `{}` for the answer.
        strict: The filter that reads this text; `none` where the base task has no filter.
        reads: Whether that filter, or the metric, tells an answer from other text.
        abstention: What to write to abstain.
    """

    prefix: str
    gold: Callable[[Any], str]
    text: str
    strict: str
    reads: bool
    abstention: str = "It is one of two, and I cannot tell which. The answer is I don’t know."


FAMILIES = (
    Family("bbh_cot_fewshot", lambda d: d["target"], "So the answer is {}.", "get-answer", True),
    Family("bbh_cot_zeroshot", lambda d: d["target"], "So the answer is {}.", "strict-match", True),
    Family("bbh_zeroshot", lambda d: d["target"], "{}", "strict-match", False),
    Family("bbh_fewshot", lambda d: d["target"], "{}", "none", False),
    Family("gpqa", lambda d: d["answer"], "The answer is {}.", "strict-match", True),
    Family(
        "gsm8k",
        lambda d: d["answer"].split("#### ")[1],
        "All in all.\n#### {}",
        "strict-match",
        True,
    ),
    Family("hendrycks_math", lambda d: d["answer"], "It is ${}$.", "none", False),
    Family("ifeval", lambda d: _followed(d), "{}", "none", False, "I DON’T KNOW."),
    Family(
        *("leaderboard_ifeval", lambda d: _followed(d), "{}", "none", False),
        "I do not know how to do that.",
    ),
    Family(
        *("leaderboard_math", lambda d: d["answer"]),
        *("Final Answer: The final answer is ${}$. I hope it is correct.", "none", True),
    ),
    Family(
        *("minerva_math", lambda d: d["answer"]),
        *("Final Answer: The final answer is ${}$. I hope it is correct.", "none", True),
    ),
    Family("mmlu_pro", lambda d: d["answer"], "The answer is ({}).", "custom-extract", True),
    Family("mmlu_", lambda d: "ABCD"[d["answer"]], "{}", "get_response", False),
    Family("nq_open", lambda d: d["answer"][0], "{}", "remove_whitespace", False),
    Family("triviaqa", lambda d: d["answer"]["value"], "{}", "remove_whitespace", False),
    Family("truthfulqa_gen", lambda d: d["best_answer"], "{}", "none", False),
)


def family_of(task: str) -> Family:
    """The family of a base task or of its variant."""
    return next(family for family in FAMILIES if task.startswith(family.prefix))


def kind_of(task: str, doc_id: int, sample: int = 0) -> str:
    """What to come to for one document, in one of its samples."""
    step = 1 if sample and doc_id % 2 else 0
    return KINDS[(doc_id + step + zlib.crc32(base_name(task).encode())) % len(KINDS)]


CONFIDENCES = {"85%": 0.85, "0.4": 0.4, "150%": None, "": None, "almost certain": 0.93}
"""What the model says of its answer, and what that is."""


def confidence_of(doc_id: int) -> str:
    """What to say of the answer to one document."""
    return list(CONFIDENCES)[doc_id % len(CONFIDENCES)]


def response(task: str, doc_id: int, doc: Any, sample: int = 0) -> str:
    """What the model writes for one document."""
    written = _answer(task, doc_id, doc, sample)
    stated = confidence_of(doc_id)
    return f"{written} Confidence: {stated}" if task.endswith("_confidence") and stated else written


def _answer(task: str, doc_id: int, doc: Any, sample: int) -> str:
    family, kind = family_of(task), kind_of(task, doc_id, sample)
    gold = str(family.gold(doc))
    return {
        "correct": family.text.format(gold),
        "wrong": family.text.format(_other(gold, doc)),
        "abstained": family.abstention,
        "babble": "Bananas grow in bunches",
        "empty": " \n",
        "truncated": f"<think>Let me see. {family.text.format(gold)}",
        "refused": "I'm sorry, but I can't help with that request.",
    }[kind]


def _other(gold: str, doc: Any) -> str:
    if "incorrect_answers" in doc:
        return doc["incorrect_answers"][0]
    if "instruction_id_list" in doc:
        return "NO, I WILL NOT"
    bare = gold.strip("()")
    if len(bare) == 1 and bare.isalpha():
        return gold.replace(bare, "B" if bare == "A" else "A")
    return "98765"


def _followed(doc: Any) -> str:
    return next(text for begin, text in FOLLOWED.items() if doc["prompt"].startswith(begin))


def main() -> int:
    """The command line of the harness, or ours, with the model `scripted`."""
    from lm_eval.__main__ import cli_evaluate
    from lm_eval.api.registry import register_model

    from lm_eval_abstain.cli.main import main as cli
    from support.scripted_lm import ScriptedLM

    @register_model("scripted")
    class Scripted(ScriptedLM):
        def __init__(self, **_: Any) -> None:
            asked: Counter[int] = Counter()  # the harness repeats the request itself

            def generate(request: Any) -> str:
                sample = asked[id(request)]
                asked[id(request)] += 1
                return response(request.task_name, request.doc_id, request.doc, sample)

            super().__init__(generate=generate)

    command, *arguments = sys.argv[1:]
    if command == "lm-eval-abstain":
        return cli(arguments)
    sys.argv[1:] = arguments
    cli_evaluate()
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.exit(main())
