"""What all variants share, as a task class of the harness."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import lm_eval
from lm_eval.utils import env as template_environment

from lm_eval_abstain._version import __version__
from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.best_option import check_best_option
from lm_eval_abstain.harness.data import shared_data
from lm_eval_abstain.harness.definition import variant_alias
from lm_eval_abstain.harness.derive import Derived, derive
from lm_eval_abstain.harness.derived_task import DerivedTask, spread
from lm_eval_abstain.harness.generative import LETTERED, SIGNED
from lm_eval_abstain.harness.metrics import Aggregations
from lm_eval_abstain.harness.option_prompts import OPTION_PROMPTS, option_prompts
from lm_eval_abstain.harness.remarks import Remark, Seen, on_choices
from lm_eval_abstain.harness.request_cache import check_cached
from lm_eval_abstain.harness.settings import check_targets
from lm_eval_abstain.harness.task_language import written_language
from lm_eval_abstain.rubric import Signature, higher_is_better
from lm_eval_abstain.rubric.languages import ENGLISH, abstain_text_in
from lm_eval_abstain.rubric.names import base_name

__all__ = ["VariantTask"]

_log = logging.getLogger(__name__)
_told: set[str] = set()  # what this process has been advised to do


class VariantTask(DerivedTask):
    """A task of the harness under a rubric.

    Built from a definition that names the base task's file with `base`; any further key overrides
    the base task's, as in any task file.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        """Build the variant.

        Args:
            config: `task`, `base` (the path of a file, see `definition`), and overrides.

        Raises:
            UnsupportedTaskError: The base task cannot have this variant; the text says why.
            AbstainError: A setting in the metadata is wrong.
        """
        derived = derive(config, lambda: self.eval_docs, speaks=self.SPEAKS)
        self.base_file = str(config["base"])
        self.base_name, self.settings = derived.base_name, derived.settings
        self.headline = derived.headline
        metadata = derived.config["metadata"]
        if "task_alias" not in config:
            derived.config["task_alias"] = self._alias(str(config["task"]), derived)
        if self.STATES_TARGET:
            check_targets(config["task"], metadata, several=False)
        self._form: dict[str, str] = SIGNED if config.get(LETTERED) else {}
        self._seen = Seen()
        self._processes = 1
        self._amend(derived.config)
        self._data = shared_data(self.base_file, derived.config)
        super().__init__(config=derived.config)
        if "language" not in metadata:
            self._check_script()
        self._prepare()
        metadata["signature"] = self.signature

    @classmethod
    def refusal(cls, config: Mapping[str, Any], base: str) -> str | None:
        """Why a base task cannot have this variant, beyond what all variants ask of it.

        Args:
            config: The base task's definition; functions may be resolved or not.
            base: The path of its file.
        """
        choice = config.get("output_type") == "multiple_choice"
        return OPTION_PROMPTS if cls.STATES_TARGET and choice and option_prompts(config) else None

    def _alias(self, name: str, derived: Derived) -> str:
        """The name in tables: two runs at different stakes do not print the same rows."""
        base = base_name(name)
        own = derived.config.get("task_alias") if base == derived.base_name else None
        target = derived.settings.rubric.target_text if self.STATES_TARGET else None
        return variant_alias(own or base, self.LABEL, target)

    def _amend(self, config: dict[str, Any]) -> None:
        """Change the base task's definition where the variant needs to."""

    def _prepare(self) -> None:
        """Read what the variant needs to know of the base task's questions."""

    def _signed(self) -> dict[str, str]:
        """What changes a score, beside the metric and the versions."""
        raise NotImplementedError

    @property
    def _layout(self) -> Any:
        """What else decides the requests; a part of the request cache's key."""
        return None

    @cached_property
    def aggregations(self) -> Aggregations:
        """The metrics that this variant reports, and how each is aggregated."""
        return self.reported(self.headline, self.settings.rescored_targets)

    @cached_property
    def signature(self) -> str:
        """Everything that changes a score, in one line."""
        parts = {
            **self._signed(),
            **self._form,
            "metric": self.headline,
            "lm_eval": lm_eval.__version__,
            "v": __version__,
        }
        return Signature.of(parts).line

    # ------------------------------------------------------------------ data

    def _sample(self) -> Iterator[tuple[dict[str, Any], Any]]:
        """Some documents from all over the data set, each with the base task's text of it.

        Where the text is made by a template, `doc_to_text` would compile it for each document,
        which costs twenty times what filling it in does.
        """
        template = self.config.doc_to_text
        text_of = self.doc_to_text
        if isinstance(template, str) and template not in self.features:
            compiled = template_environment.from_string(template)
            text_of = lambda doc: compiled.render(**doc)  # noqa: E731
        for doc in spread(self.eval_docs):
            yield doc, text_of(doc)

    def _check_best_option(self) -> None:
        """Refuse a base whose own function does not say whether the best option is right."""
        if self.config.process_results is None:
            return
        base = super().process_results
        self._data.look(
            f"best option by {self.headline}",
            lambda: check_best_option(
                self.base_name,
                self.headline,
                ((doc, self.doc_to_choice(doc)) for doc, _ in self._sample()),
                lambda doc, results: base(doc, results).get(self.headline),
            ),
        )

    def _check_script(self) -> None:
        """Take another language where the questions are not in the letters of the found one."""
        rubric = self.settings.rubric
        if rubric.language == ENGLISH:
            return
        language = self._data.look(
            "language",
            lambda: written_language(rubric.language, (str(text) for _, text in self._sample())),
        )
        if language == rubric.language:
            return
        if language == ENGLISH:
            _log.warning(
                "%s: its language seems to be %s, but its questions are in other letters: our "
                "words in its prompts stay English.",
                self.task_name,
                rubric.language,
            )
        own = rubric.abstain_text != abstain_text_in(rubric.language)
        text = {} if own else {"abstain_text": abstain_text_in(language)}
        self.settings = replace(self.settings, rubric=replace(rubric, language=language, **text))

    def _located(self, function: Callable[..., Any], *args: Any) -> Any:
        try:
            return function(*args)
        except AbstainError as error:
            raise UnsupportedTaskError(self.base_name, str(error)) from None

    # ------------------------------------------------------------------ requests and results

    def build_all_requests(self, *, tokenizer_name: str = "", **kwargs: Any) -> None:
        """Build the requests under a cache key that names the rubric too.

        The harness's own key holds the task's name but not its prompt, so that another target
        would be served the prompts of the last one. Of the arguments that go into the key,
        `tokenizer_name` goes nowhere else.
        """
        self._processes = int(kwargs.get("world_size", 1))
        tag = hashlib.sha256(f"{self.signature}|{self._layout}".encode()).hexdigest()[:16]
        super().build_all_requests(tokenizer_name=f"{tokenizer_name}-{tag}", **kwargs)
        if kwargs.get("cache_requests"):
            check_cached(self, **kwargs)

    @property
    def _predict_only(self) -> bool:
        """Whether `--predict_only` has switched scoring off."""
        return "bypass" in self._metric_fn_list

    def _facts(self, facts: dict[str, Any]) -> dict[str, Any]:
        """What is logged with each sample beside its metrics."""
        return {**facts, "base": self.base_name, "signature": self.signature}

    def _remarks(self, seen: Seen) -> list[Remark]:
        """What there is to say about the documents that were scored."""
        return on_choices(seen)

    def _tell(self) -> None:
        """Say it once: the harness asks for the aggregations metric by metric.

        The advice, which the tasks of a group share, is given for the first of them.
        """
        seen, self._seen = self._seen, Seen()
        share = f" (in one of {self._processes} processes)" if self._processes > 1 else ""
        for remark in self._remarks(seen):
            advice = f" {remark.advice}" if remark.advice not in ("", *_told) else ""
            _told.add(remark.advice)
            _log.warning("%s%s: %s%s", self.task_name, share, remark.seen, advice)

    def aggregation(self) -> dict[str, Any]:
        """How each metric is aggregated over documents; asked for when all are scored."""
        if self._predict_only:
            return super().aggregation()
        self._tell()
        return self.aggregations

    def higher_is_better(self) -> dict[str, Any]:
        """Which way each metric is better; None for the rates that are neither."""
        return {name: higher_is_better(name) for name in self.aggregations}
