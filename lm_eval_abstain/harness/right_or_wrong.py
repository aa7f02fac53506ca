"""Whether a base task says right or wrong of generated answers: asked before anything is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lm_eval_abstain.errors import UnsupportedTaskError
from lm_eval_abstain.harness.derived_task import spread
from lm_eval_abstain.outcomes.filters import PROBE
from lm_eval_abstain.outcomes.headline import BY_ITS_NAME

__all__ = ["check_right_or_wrong"]

_ASKED = 8  # documents that a task's own function is asked about


def check_right_or_wrong(
    task: str,
    metric: str,
    docs: Sequence[Any],
    *,
    own: bool,
    says: Callable[[Any, str], list[bool]],
    gold: Callable[[Any], Any],
    abstain_text: str,
) -> None:
    """Ask a base task about a text that is no answer, its right answer, and an abstention.

    Args:
        task: The base task's name.
        metric: The headline metric.
        docs: The documents.
        own: Whether a function of the task's own scores. One document will do for the harness's.
        says: Whether a response to a document is right, for each filter; it raises an
            `AbstainError` where the metric says neither.
        gold: A document's right answer, or a list of them. A share shows there: other texts get
            none of it.
        abstain_text: What the prompt asks the model to say when it abstains.

    Raises:
        UnsupportedTaskError: The base task calls right what abstains.
        AbstainError: The metric says neither right nor wrong.
    """
    for doc in spread(docs, _ASKED):
        nothing = says(doc, PROBE)
        if not own:
            return
        target = gold(doc)
        for text in target if isinstance(target, list) else [target]:
            if isinstance(text, str):
                says(doc, text)
        said = says(doc, abstain_text)
        only = any(one and not other for one, other in zip(said, nothing))
        # A likeness, or an instruction, may well be met by such a text.
        if metric in BY_ITS_NAME and only:
            raise UnsupportedTaskError(
                task,
                f"it calls {abstain_text!r} the right answer to some of its questions, so that an "
                "abstention cannot be told from an answer.",
            )
