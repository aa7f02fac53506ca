"""The closed rubric for tasks whose answer is generated text, as a task class of the harness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lm_eval.api.metrics import mean

from lm_eval_abstain.harness.generation_task import GenerationTask
from lm_eval_abstain.harness.judged import Judged
from lm_eval_abstain.harness.metrics import (
    GENERATION_METRICS,
    Aggregations,
    generated_row,
    points_by_target,
)
from lm_eval_abstain.rubric import Outcome, target_key
from lm_eval_abstain.rubric.catalogue import METRICS

__all__ = ["ClosedGeneration"]


class ClosedGeneration(GenerationTask):
    """A generative task of the harness as it is, with its ledger, rescored at every target.

    Prompts, requests and the headline metric are the base task's. Models abstain unasked, too:
    what the base task makes of that stays in the headline metric, the ledger tells it apart.
    """

    LABEL = "closed"
    STATES_TARGET = False
    SPEAKS = False

    @classmethod
    def reported(cls, headline: str, targets: Sequence[float]) -> Aggregations:
        """The headline metric, the rates, and the scores at every target."""
        rates = {name: how for name, how in GENERATION_METRICS.items() if name != "score"}
        scores = {f"score_{target_key(target)}": mean for target in targets}
        return {base_key(headline): mean, **rates, **scores}

    def _signed(self) -> dict[str, str]:
        return {"rubric": "closed", **super()._signed()}

    def _row(self, judged: list[Judged], outcome: Outcome) -> tuple[dict[str, Any], dict[str, Any]]:
        (one,) = judged
        scored, rates = generated_row(outcome, self.settings.unparsed)
        scores = {} if scored is None else points_by_target(self.settings.rescored_targets, scored)
        return {base_key(self.headline): float(one.correct), **rates, **scores}, one.facts


def base_key(headline: str) -> str:
    """The key of the base task's headline metric beside the ledger.

    Where the base task calls it by a name of ours (`acc`, `score`), which is what the outcomes
    give, it is `base_acc`.
    """
    return f"base_{headline}" if headline in METRICS else headline
