"""Whether a function of a base task's own says right or wrong of the best option, and no more.

It is asked of the function itself, on documents of the task: each option is made the best one in
turn, by log-likelihoods and flags that are otherwise drawn at random. What the function says has
to be 0 or 1, and the same whenever the same option is the best.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.outcomes.choose import forced_answer

__all__ = ["check_best_option"]

Results = list[tuple[float, bool]]

_DRAWS = 3  # for each option, and as many in which no option is chosen


def check_best_option(
    task: str,
    metric: str,
    documents: Iterable[tuple[Any, Sequence[str]]],
    score: Callable[[Any, Results], Any],
) -> None:
    """Refuse a task whose metric does not follow from which option is the best.

    Args:
        task: The base task's name.
        metric: The headline metric.
        documents: Some documents, and the options of each.
        score: What the base task's metric says of a document, given a log-likelihood and whether
            greedy decoding gives it, for each option.

    Raises:
        UnsupportedTaskError: The text says what the metric does instead.
    """
    drawn = random.Random(0)
    wrong = False
    for document, options in documents:
        said: dict[int, float] = {}
        for results in _results(options, drawn):
            value = score(document, results)
            if value not in (0, 1):
                raise UnsupportedTaskError(
                    task,
                    f"the {metric} of its own process_results is {value!r} for one question, "
                    "which is neither right nor wrong.",
                )
            try:
                best = forced_answer([loglik for loglik, _ in results], options, metric).index
            except AbstainError as error:  # an option without a text
                raise UnsupportedTaskError(task, f"for one question, {error}.") from None
            if said.setdefault(best, float(value)) != value:
                raise UnsupportedTaskError(
                    task,
                    f"the {metric} of its own process_results depends on more than which option "
                    "is the best: with the same best option it is both 0 and 1 for one question.",
                )
        wrong = wrong or 0.0 in said.values()
    if not wrong:
        raise UnsupportedTaskError(
            task, f"the {metric} of its own process_results calls each of its options right."
        )


def _results(options: Sequence[str], drawn: random.Random) -> Iterable[Results]:
    """Results in which each option is the best, under whatever length it is divided by."""
    for chosen in [*range(len(options)), None] * _DRAWS:
        logliks = [-drawn.uniform(1, 40) for _ in options]
        if chosen is not None:
            logliks[chosen] = -1e-3 / drawn.uniform(1, 10)
        yield [(loglik, drawn.random() < 0.5) for loglik in logliks]
