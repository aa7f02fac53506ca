"""`<base>_generative`: any multiple-choice task, asked for a generated letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lm_eval.api.metrics import mean

from lm_eval_abstain.harness.data import shared_data
from lm_eval_abstain.harness.derive import derive
from lm_eval_abstain.harness.derived_task import DerivedTask
from lm_eval_abstain.harness.generative import LABEL, LETTERED, METRIC, SIGNED, unletterable
from lm_eval_abstain.harness.metrics import Aggregations

__all__ = ["GenerativeTask"]


class GenerativeTask(DerivedTask):
    """A multiple-choice task of the harness, asked for a generated letter.

    It states no stakes: it is a plain task of the harness, and the base of variants.
    """

    LABEL = LABEL
    STATES_TARGET = False
    SPEAKS = False

    def __init__(self, config: dict[str, Any]) -> None:
        """Build the task.

        Args:
            config: `task`, `base` (the path of a file, see `definition`), and overrides.

        Raises:
            UnsupportedTaskError: The base task cannot be asked so; the text says why.
        """
        derived = derive({**config, LETTERED: True}, lambda: self.eval_docs, speaks=False)
        derived.config["metadata"].update(SIGNED)
        self._data = shared_data(str(config["base"]), derived.config)
        super().__init__(config=derived.config)

    @classmethod
    def refusal(cls, config: Mapping[str, Any], base: str) -> str | None:
        """Why a base task cannot be asked so, beyond what all variants ask of it."""
        return unletterable(config)

    @classmethod
    def reported(cls, headline: str, targets: Sequence[float]) -> Aggregations:
        """The share of right letters."""
        return {METRIC: mean}
