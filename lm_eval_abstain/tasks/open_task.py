"""What the variants of every output type share, as a task class of the harness."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import lm_eval
from lm_eval.api.task import ConfigurableTask

from lm_eval_abstain._version import __version__
from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.tasks.derive import derive
from lm_eval_abstain.tasks.metrics import HIGHER_IS_BETTER, Aggregations
from lm_eval_abstain.tasks.request_cache import check_cached

__all__ = ["OpenTask"]

# Enough questions to tell a template's constant parts from what varies.
STYLE_SAMPLE = 32


class OpenTask(ConfigurableTask):
    """A task of the harness under the open rubric.

    Task files name a subclass with `class:` and the base task's file with `base:`; any further
    key overrides the base task's, as in any task file.
    """

    AGGREGATIONS: Aggregations
    _eval_docs: Any = None  # on the class: the harness asks for them while it initialises

    def __init__(self, config: dict[str, Any]) -> None:
        """Build the variant.

        Args:
            config: The task file's keys: `task`, `base`, and overrides.

        Raises:
            UnsupportedTaskError: The base task cannot have this variant; the text says why.
            AbstainError: A setting in the metadata is wrong.
        """
        derived = derive(config)
        self.base_file = str(config["base"])
        self.base_name, self.settings = derived.base_name, derived.settings
        self.headline = derived.headline
        super().__init__(config=derived.config)
        self._prepare()
        derived.config["metadata"]["signature"] = self.signature

    def _prepare(self) -> None:
        """Read what the variant needs to know of the base task's questions."""
        raise NotImplementedError

    def _signed(self) -> dict[str, str]:
        """What changes a score, beside the rubric and the versions."""
        raise NotImplementedError

    @property
    def _layout(self) -> Any:
        """What else decides the requests; a part of the request cache's key."""
        raise NotImplementedError

    @cached_property
    def signature(self) -> str:
        """Everything that changes a score, in one line."""
        parts = {
            **self.settings.rubric.signature,
            **self._signed(),
            "metric": self.headline,
            "lm_eval": lm_eval.__version__,
            "v": __version__,
        }
        return "|".join(f"{key}:{value}" for key, value in parts.items())

    @property
    def eval_docs(self) -> Any:
        """The documents, processed once.

        The harness processes them anew at each access. Where that shuffles options (GPQA), a
        document would be scored against another order than it was asked in.
        """
        if self._eval_docs is None:
            self._eval_docs = super().eval_docs
        return self._eval_docs

    def _sample(self) -> Sequence[dict[str, Any]]:
        """Some documents from all over the data set."""
        docs = self.eval_docs
        return [docs[i] for i in range(0, len(docs), max(1, len(docs) // STYLE_SAMPLE))]

    def _located(self, function: Callable[..., Any], *args: Any) -> Any:
        try:
            return function(*args)
        except AbstainError as error:
            raise UnsupportedTaskError(self.base_name, str(error)) from None

    def build_all_requests(self, *, tokenizer_name: str = "", **kwargs: Any) -> None:
        """Build the requests under a cache key that names the rubric too.

        The harness's own key holds the task's name but not its prompt, so that another target
        would be served the prompts of the last one. Of the arguments that go into the key,
        `tokenizer_name` goes nowhere else.
        """
        tag = hashlib.sha256(f"{self.signature}|{self._layout}".encode()).hexdigest()[:16]
        super().build_all_requests(tokenizer_name=f"{tokenizer_name}-{tag}", **kwargs)
        if kwargs.get("cache_requests"):
            check_cached(self, **kwargs)

    @property
    def _predict_only(self) -> bool:
        """Whether `--predict_only` has switched scoring off."""
        return "bypass" in self._metric_fn_list

    def aggregation(self) -> dict[str, Any]:
        """How each metric is aggregated over documents."""
        return super().aggregation() if self._predict_only else self.AGGREGATIONS

    def higher_is_better(self) -> dict[str, Any]:
        """Which way each metric is better; None for the rates that are neither."""
        return {name: HIGHER_IS_BETTER[name] for name in self.AGGREGATIONS}
