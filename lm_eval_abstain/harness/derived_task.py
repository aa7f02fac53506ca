"""What all tasks share that are made of a base task: its data, and how their kind is described."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lm_eval.api.task import ConfigurableTask

from lm_eval_abstain.harness.data import BaseData
from lm_eval_abstain.harness.metrics import Aggregations

__all__ = ["DerivedTask", "spread"]

# Enough questions to tell a template's constant parts from what varies.
_SAMPLE = 32


def spread(docs: Any, about: int = _SAMPLE) -> Iterator[Any]:
    """Some documents from all over a data set, about so many."""
    for number in range(0, len(docs), max(1, len(docs) // about)):
        yield docs[number]


class DerivedTask(ConfigurableTask):
    """A task of the harness that is made of another one, whose data it shares.

    Attributes:
        LABEL: What such a task is called in tables, behind the base task's alias.
        STATES_TARGET: Whether the prompt states a confidence target.
        SPEAKS: Whether the prompt says more of abstaining or of confidence than the base task's.
    """

    LABEL: str
    STATES_TARGET: bool = True
    SPEAKS: bool = True
    _data: BaseData

    @classmethod
    def refusal(cls, config: Mapping[str, Any], base: str) -> str | None:
        """Why a base task has no such task, beyond what all of them ask of it.

        Args:
            config: The base task's definition; functions may be resolved or not.
            base: The path of its file.
        """
        return None

    @classmethod
    def reported(cls, headline: str, targets: Sequence[float]) -> Aggregations:
        """The metrics that a task of this class reports.

        Args:
            headline: The base task's metric that says right or wrong.
            targets: The targets that answers are rescored at, where they are.
        """
        raise NotImplementedError

    def download(self, dataset_kwargs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        """Load the data set, or take the one that another task has loaded."""
        if self._data.dataset is None:
            super().download(dataset_kwargs, **kwargs)
            self._data.dataset = self.dataset
        self.dataset = self._data.dataset

    @property
    def eval_docs(self) -> Any:
        """The documents, processed once.

        The harness processes them anew at each access. Where that shuffles options (GPQA), a
        document would be scored against another order than it was asked in.
        """
        if self._data.eval_docs is None:
            self._data.eval_docs = super().eval_docs
        return self._data.eval_docs

    def fewshot_docs(self) -> Any:
        """The documents that worked examples are taken from, processed once."""
        if self._data.fewshot_docs is None:
            docs = super().fewshot_docs()
            self._data.fewshot_docs = None if docs is None else list(docs)
        return self._data.fewshot_docs
