"""The harness's request cache must hold the documents that are scored."""

from __future__ import annotations

from typing import Any

from lm_eval_abstain.errors import AbstainError

__all__ = ["check_cached"]


def check_cached(
    task: Any,
    *,
    rank: int = 0,
    world_size: int = 1,
    limit: int | None = None,
    samples: list[int] | None = None,
    **_: Any,
) -> None:
    """Refuse cached requests that were built from other documents than those scored.

    The harness cuts the cached list to the limit and matches requests to documents by number
    alone, so another selection would be scored against other documents' answers.

    Args:
        task: A task whose requests were built with the request cache.
        rank: As in the harness's `build_all_requests`, and so are the others.
        world_size: The number of ranks.
        limit: How many documents are scored.
        samples: Which ones, instead of a limit.

    Raises:
        AbstainError: The documents differ.
    """
    cached = {instance.doc_id: instance.doc for instance in task.instances}
    wanted = dict(task.doc_iterator(rank=rank, limit=limit, samples=samples, world_size=world_size))
    if cached != wanted:
        raise AbstainError(
            f"the request cache of '{task.task_name}' holds other documents than this run: "
            "the data, --limit or --samples have changed. Run again with "
            "--cache_requests refresh."
        )
