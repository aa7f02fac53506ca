"""One data set for all variants of a base task in a run.

A sweep asks the same documents under several rubrics. They are loaded, processed and looked at
once: it is faster, and where a base task shuffles while it processes (GPQA shuffles the options),
two variants would otherwise be asked different questions under the same number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakValueDictionary

from lm_eval_abstain.harness.settings import SETTING_KEYS

__all__ = ["BaseData", "forget", "shared_data"]

_FIELDS = (
    *("custom_dataset", "dataset_path", "dataset_name", "dataset_kwargs", "process_docs"),
    *("training_split", "validation_split", "test_split", "fewshot_split", "fewshot_config"),
    *("doc_to_text", "doc_to_choice", "fewshot_delimiter"),
)


class BaseData:
    """What a base task loads and makes of it; each is filled by the first variant that asks."""

    def __init__(self) -> None:
        self.dataset: Any = None
        self.eval_docs: Any = None
        self.fewshot_docs: list[Any] | None = None
        self._looks: dict[str, Any] = {}

    def look(self, what: str, read: Callable[[], Any]) -> Any:
        """What is read once from the base task's own rendering of its documents."""
        if what not in self._looks:
            self._looks[what] = read()
        return self._looks[what]


# Weak, so that the data go when the last task that uses them goes.
_live: WeakValueDictionary[str, BaseData] = WeakValueDictionary()


def shared_data(base_file: str, config: Mapping[str, Any]) -> BaseData:
    """The data that all living variants with this base and these overrides share."""
    key = f"{base_file} {[_named(config.get(field)) for field in _FIELDS]}"
    if config.get("custom_dataset") is not None:  # it is called with the metadata
        metadata = {k: v for k, v in config["metadata"].items() if k not in SETTING_KEYS}
        key += f" {metadata}"
    data = _live.get(key)
    if data is None:
        data = _live[key] = BaseData()
    return data


def forget() -> None:
    """Let the next tasks load anew: a run must not depend on what an earlier one left alive."""
    _live.clear()


def _named(value: Any) -> Any:
    """A value for the key: a function by its name and file, not by its address."""
    if isinstance(value, dict):
        return {key: _named(item) for key, item in value.items()}
    if isinstance(value, Callable):
        code = getattr(value, "__code__", None)
        return f"{getattr(value, '__qualname__', value)} in {getattr(code, 'co_filename', '')}"
    return value
