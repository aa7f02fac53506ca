"""A variant's definition: the base task's own, the task file's overrides, and the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lm_eval_abstain.errors import UnsupportedTaskError
from lm_eval_abstain.harness.definition import definition, headline_metric, refusal
from lm_eval_abstain.harness.generative import LETTERED, lettered
from lm_eval_abstain.harness.reported import listed_for
from lm_eval_abstain.harness.settings import Settings
from lm_eval_abstain.harness.task_language import language_of, stated_language
from lm_eval_abstain.rubric.languages import ENGLISH, check_language

__all__ = ["Derived", "derive"]


@dataclass(frozen=True)
class Derived:
    """What a task class is built from.

    Attributes:
        base_name: The base task's name.
        config: The fields of the harness's `TaskConfig`.
        settings: The run's settings.
        headline: The base task's metric that says right or wrong.
    """

    base_name: str
    config: dict[str, Any]
    settings: Settings
    headline: str


def derive(config: Mapping[str, Any], docs: Callable[[], Any], *, speaks: bool = True) -> Derived:
    """Put a variant's definition together.

    Args:
        config: `task`, `base` (the path of a file, see `definition`), and overrides; with
            `LETTERED` the base is not that task but its generated form.
        docs: Gives the documents, once they are loaded.
        speaks: Whether the variant adds words to the prompt: those are in the task's language.

    Raises:
        UnsupportedTaskError: The base task cannot have this variant; the text says why.
        AbstainError: A setting in the metadata is wrong, or the base's file is not there.
    """
    own = {key: value for key, value in config.items() if key not in ("class", "base", LETTERED)}
    base = definition(config["base"])
    # An override of `metadata` would replace the base's, and with it the base's version.
    metadata = {**_metadata(base), **_metadata(own)}
    check_language(metadata.get("language", ENGLISH))
    language = stated_language(language_of(base["task"], base, str(config["base"])))
    given = metadata if speaks else {**metadata, "language": ENGLISH}
    settings = Settings.from_metadata(given, language)
    merged = {**base, **own, "metadata": metadata}
    reason = refusal(merged)
    if reason:
        raise UnsupportedTaskError(base["task"], reason)
    named: dict[str, Any] = {**merged, "task": base["task"]}
    if config.get(LETTERED):
        named = lettered(named, own, docs, settings.rubric.abstain_text)
        merged = {**named, "task": own["task"]}
    headline = headline_metric(named, settings.headline_metric)
    merged["metric_list"] = listed_for(merged, headline)
    for structural in ("tag", "group", "task_list"):
        merged.pop(structural, None)
    return Derived(named["task"], merged, settings, headline)


def _metadata(config: Mapping[str, Any]) -> dict[str, Any]:
    metadata = config.get("metadata") or {}
    return dict(metadata) if isinstance(metadata, dict) else {"_metadata": metadata}
