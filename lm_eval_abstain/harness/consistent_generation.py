"""The consistency mitigation: several samples a question, and no answer where they disagree."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.agreement import agreement_of, no_agreement
from lm_eval_abstain.harness.definition import headline_metric
from lm_eval_abstain.harness.judged import Judged
from lm_eval_abstain.harness.open_generation import OpenGeneration
from lm_eval_abstain.outcomes.judge import outcome_of_samples
from lm_eval_abstain.rubric import Outcome

__all__ = ["ConsistentGeneration"]

_log = logging.getLogger(__name__)


class ConsistentGeneration(OpenGeneration):
    """The open rubric with k samples a question, drawn by the harness's `repeats`.

    Where the samples agree, their answer is the outcome, as in `OpenGeneration`; where they
    disagree the question counts as abstained.
    """

    LABEL = "abstain, consistent"

    @classmethod
    def refusal(cls, config: Mapping[str, Any], base: str) -> str | None:
        """Why a base task cannot have this variant, as far as its definition tells."""
        return no_agreement(base, config.get("process_results"), headline_metric(config))

    def _amend(self, config: dict[str, Any]) -> None:
        given = config.get("generation_kwargs") or {}
        config["repeats"] = self.settings.k
        config["generation_kwargs"] = {**given, **self._sampling}

    @property
    def _sampling(self) -> dict[str, Any]:
        return {"do_sample": True, "temperature": self.settings.temperature}

    def _prepare(self) -> None:
        super()._prepare()
        self._agree = agreement_of(
            self.base_file,
            self.config.process_results,
            self.headline,
            self.base_name,
            self._compare,
        )

    def _signed(self) -> dict[str, str]:
        sampled = {"k": f"{self.settings.k}", "temperature": f"{self.settings.temperature:g}"}
        return {**super()._signed(), **sampled}

    def _compare(self, one: Any, other: Any) -> bool:
        """The headline metric of one filtered response against another."""
        score = self._metric_fn_list[self.headline](
            references=[one], predictions=[other], **self._metric_fn_kwargs[self.headline]
        )
        return bool(score[self.headline] if isinstance(score, dict) else score)

    def build_all_requests(self, **kwargs: Any) -> None:
        """Build the requests, if they still draw what the signature says.

        Raises:
            AbstainError: `--gen_kwargs` has changed how the samples are drawn.
        """
        used = self.config.generation_kwargs or {}
        changed = [key for key, value in self._sampling.items() if used.get(key) != value]
        if changed:
            raise AbstainError(
                f"'{self.task_name}' draws its samples at the temperature of its metadata, and "
                f"--gen_kwargs sets {', '.join(changed)}: set temperature in --metadata instead."
            )
        super().build_all_requests(**kwargs)

    def apply_filters(self) -> Any:
        """Filter each sample, and say so where all of them are the same."""
        if len(self.instances) > 1 and all(len(set(one.resps)) == 1 for one in self.instances):
            _log.warning(
                "%s: all %d samples of each of its %d questions are the same, so the model was "
                "not sampled. Some backends fix a seed, or answer from a cache.",
                *(self.task_name, self.settings.k, len(self.instances)),
            )
        return super().apply_filters()

    def _decide(self, judged: list[Judged], outcome: Callable[[Judged], Outcome]) -> Outcome:
        return outcome_of_samples(
            [outcome(one) for one in judged],
            lambda one, other: self._agree(judged[one].answer, judged[other].answer),
        )

    def _row(self, judged: list[Judged], outcome: Outcome) -> tuple[dict[str, Any], dict[str, Any]]:
        samples = [
            {
                "outcome": one.outcome.value,
                "answer": one.response.value,
                "characters": len(one.response.raw),  # what it cost; the harness tells no tokens
                **one.facts,
            }
            for one in judged
        ]
        return self._scored(outcome, {"samples": samples})
