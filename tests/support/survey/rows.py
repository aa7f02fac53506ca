"""Rows that say which column they lack, and the little of `datasets.Dataset` that tasks use."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

__all__ = ["Lacking", "Row", "Rows"]


class Lacking(BaseException):
    """A row has no such column yet. No `except Exception` of a task swallows it.

    Attributes:
        path: The keys that lead to it.
    """

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(path)
        self.path = path


class Row(dict[str, Any]):
    """A row, or a dictionary inside one."""

    path: tuple[str, ...] = ()

    def __missing__(self, key: Any) -> Any:
        if isinstance(key, str):
            raise Lacking((*self.path, key))
        raise KeyError(key)

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key]

    def copy(self) -> Row:
        new = Row(self)
        new.path = self.path
        return new

    def __or__(self, other: Mapping[str, Any]) -> Row:
        new = self.copy()
        new.update(other)
        return new


class _Columns(dict[str, Any]):
    """A batch: the columns of some rows."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__({key: [row[key] for row in rows] for key in (rows[0] if rows else ())})

    def __missing__(self, key: str) -> Any:
        raise Lacking((key,))


class _Features(dict[str, Any]):
    """The columns; each is of every type that a task may ask for."""


class Rows(list[Row]):
    """A split of a data set, as far as the harness's tasks use one."""

    @property
    def features(self) -> dict[str, Any]:
        return _Features(dict.fromkeys(self[0] if self else ()))

    @property
    def column_names(self) -> list[str]:
        return list(self.features)

    @property
    def num_rows(self) -> int:
        return len(self)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, str):
            return [row[at] for row in self]
        if isinstance(at, slice):
            return _Columns(list(self)[at])
        return super().__getitem__(at)

    def __iter__(self) -> Iterator[Row]:
        return super().__iter__()

    def map(
        self,
        function: Callable[..., Any] | None = None,
        with_indices: bool = False,
        batched: bool = False,
        remove_columns: Iterable[str] | str | None = None,
        fn_kwargs: dict[str, Any] | None = None,
        **_: Any,
    ) -> Rows:
        assert function is not None
        more = fn_kwargs or {}
        gone = {remove_columns} if isinstance(remove_columns, str) else set(remove_columns or ())
        if batched:
            numbers = ([*range(len(self))],) if with_indices else ()
            made = function(_Columns(list(self)), *numbers, **more)
            count = len(next(iter(made.values())))
            news: list[Mapping[str, Any]] = [
                {key: values[n] for key, values in made.items()} for n in range(count)
            ]
            if count != len(self):
                return Rows(Row(new) for new in news)
        else:
            news = [
                function(row.copy(), *((n,) if with_indices else ()), **more)
                for n, row in enumerate(self)
            ]
        kept = [Row({k: v for k, v in row.items() if k not in gone}) for row in self]
        return Rows(row | (new or {}) for row, new in zip(kept, news))

    def filter(self, function: Callable[..., Any], **_: Any) -> Rows:
        """The rows that pass; all of them where none does: what is made up belongs nowhere."""
        if _.get("with_indices"):
            return Rows(row for n, row in enumerate(self) if function(row, n)) or self
        return Rows(row for row in self if function(row)) or self

    def select(self, numbers: Iterable[int], **_: Any) -> Rows:
        return Rows(self[n] for n in numbers if n < len(self))

    def take(self, count: int) -> Rows:
        return Rows(list(self)[:count])

    def shuffle(self, seed: int | None = None, **_: Any) -> Rows:
        rows = list(self)
        random.Random(seed).shuffle(rows)
        return Rows(rows)

    def remove_columns(self, names: Iterable[str] | str) -> Rows:
        gone = {names} if isinstance(names, str) else set(names)
        return Rows(Row({k: v for k, v in row.items() if k not in gone}) for row in self)

    def select_columns(self, names: Iterable[str] | str) -> Rows:
        kept = [names] if isinstance(names, str) else list(names)
        return Rows(Row({key: row[key] for key in kept}) for row in self)

    def rename_column(self, old: str, new: str) -> Rows:
        return self.rename_columns({old: new})

    def rename_columns(self, names: Mapping[str, str]) -> Rows:
        for old in names:
            self[old]
        return Rows(Row({names.get(k, k): v for k, v in row.items()}) for row in self)

    def add_column(self, name: str, column: list[Any], **_: Any) -> Rows:
        return Rows(row | {name: value} for row, value in zip(self, column))

    def cast_column(self, *_: Any) -> Rows:
        return self

    def cast(self, *_: Any) -> Rows:
        return self

    def flatten_indices(self, **_: Any) -> Rows:
        return self

    def with_format(self, *_: Any, **__: Any) -> Rows:
        return self

    def unique(self, name: str) -> list[Any]:
        return list(dict.fromkeys(self[name]))

    def to_list(self) -> list[Row]:
        return [row.copy() for row in self]

    def to_dict(self) -> dict[str, Any]:
        return _Columns(list(self))

    def to_pandas(self) -> Any:
        import pandas

        return pandas.DataFrame(list(self))

    def train_test_split(self, **_: Any) -> dict[str, Rows]:
        return {"train": self, "test": self}
