"""Rows for a task whose data are not here, found by trying what its templates accept."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jinja2
from lm_eval.api.task import ConfigurableTask
from lm_eval.config.task import TaskConfig
from lm_eval.utils import env as template_environment

from support.survey.columns import Use, is_name, uses_of
from support.survey.rows import Lacking, Row, Rows
from support.survey.values import KINDS, Maker, likely
from support.survey.words import Phrases

__all__ = ["Made", "compiled_once", "synthesise"]

ROWS = 8
_TRIED = 3  # rows that are looked at while columns are tried
_TRIES = 500
_TEXT_FIELDS = ("doc_to_text", "doc_to_choice", "doc_to_target", "gen_prefix", "description")
WHOLE = 7


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let the harness's templates be compiled once each, and not for each row."""
    template_environment.from_string = cache(
        type(template_environment).from_string.__get__(template_environment)
    )
    try:
        yield
    finally:
        del template_environment.from_string


@dataclass(frozen=True)
class Result:
    """How far a task comes with some rows.

    Attributes:
        score: The stages that it has passed, then what the rows are good for.
        error: What stopped it.
    """

    score: tuple[int, ...]
    error: str = ""


@dataclass
class Made:
    """Rows for a task.

    Attributes:
        splits: By the name of a split.
        processed: Whether the task's own `process_docs` ran on them; else they are what it makes.
        error: Why there are none that the task accepts; else empty.
        kinds: What each column is taken to be.
    """

    splits: dict[str, Any]
    processed: bool = True
    error: str = ""
    kinds: dict[str, str] = field(default_factory=dict)


def synthesise(
    config: dict[str, Any],
    listed: Mapping[str, Any],
    letters: str = "",
    more: Collection[str] = (),
) -> Made:
    """Make rows that a task accepts.

    Args:
        config: Its definition, functions resolved.
        listed: The same as the index holds it, functions as paths.
        letters: A text in the letters that the rows are to be in; none for Latin ones.
        more: Columns that are needed, too.
    """
    search = _Search(config, listed, letters, more, raw=True)
    result = search.run()
    if result.score[0] < WHOLE and config.get("process_docs") is not None:
        without = {key: value for key, value in config.items() if key != "process_docs"}
        other = _Search(without, listed, letters, more, raw=False)
        found = other.run()
        if found.score[0] >= WHOLE:
            search, result = other, found
    error = "" if result.score[0] >= WHOLE else result.error
    return Made(search.splits(), search.raw, error, dict(search.kinds))


class _Search:
    def __init__(
        self,
        config: dict[str, Any],
        listed: Mapping[str, Any],
        letters: str,
        more: Collection[str],
        *,
        raw: bool,
    ) -> None:
        self.letters = letters
        self.raw = raw
        self.config = config
        self.processes = config.get("process_docs") if raw else None
        known = {key: value for key, value in config.items() if key not in ("class", "recipe")}
        self.task: Any = object.__new__(ConfigurableTask)
        self.task._config = TaskConfig(**{**known, "process_docs": self.processes})
        self.task.prompt = None
        self.uses: dict[str, Use] = {}
        self.kinds: dict[str, str] = {}
        self.count = 4
        order = ("doc_to_target", "doc_to_choice", "process_docs", "doc_to_text")
        self.reads = [uses_of(listed.get(name)) for name in order]
        self.scored = False  # whether the task's own function has scored an answer
        for name in ("process_docs", *_TEXT_FIELDS, "process_results"):
            value = listed.get(name)
            if name in ("gen_prefix", "description") and is_name(value):
                continue
            found = uses_of(value)
            for column, use in found.items():
                self._note(column, use)
                read = (name == "process_docs") == (self.processes is not None)
                if read and name != "process_results":
                    self._add(column)
        for column in more:
            self._add(column)
        few = listed.get("fewshot_config")
        for name in _TEXT_FIELDS if isinstance(few, dict) else ():
            for column, use in uses_of(few.get(name)).items():
                self._note(column, use)

    def _note(self, column: str, use: Use) -> None:
        known = self.uses.setdefault(column, Use())
        known.keys |= use.keys
        known.listed |= use.listed
        known.index |= use.index
        known.sought |= use.sought
        known.constants += [c for c in use.constants if c not in known.constants]

    def _add(self, column: str) -> None:
        use = self.uses.setdefault(column, Use())
        self.kinds.setdefault(column, likely(column, use)[0])

    # ------------------------------------------------------------------ rows

    def rows(self, split: str, count: int, kinds: Mapping[str, str], options: int) -> Rows:
        maker = Maker(Phrases(self.letters), split, options)
        made = Rows()
        for n in range(count):
            row = Row()
            # What names an option's text comes last: the options are there then.
            late = ("option", "const")
            for column, kind in sorted(kinds.items(), key=lambda item: item[1] in late):
                row[column] = maker.value(kind, (column,), n, self.uses[column], row)
            made.append(row)
        return made

    def splits(self) -> dict[str, Rows]:
        """The rows of every split that the task names."""
        cfg = self.task._config
        names = {cfg.training_split, cfg.validation_split, cfg.test_split, cfg.fewshot_split}
        names |= {cfg.fewshot_config.split, "train", "test"}
        # Each split has rows of its own: the phrases are given from one store.
        made: dict[str, Rows] = {}
        phrases = Phrases(self.letters)
        for split in sorted(name for name in names if name):
            maker = Maker(phrases, split, self.count)
            rows = Rows()
            for n in range(ROWS):
                row = Row()
                late = ("option", "const")
                for column, kind in sorted(self.kinds.items(), key=lambda i: i[1] in late):
                    row[column] = maker.value(kind, (column,), n, self.uses[column], row)
                rows.append(row)
            made[split] = rows
        return made

    # ------------------------------------------------------------------ search

    def run(self) -> Result:
        """Try kinds for the columns until the task accepts the rows."""
        best, tries = self._tried(self.kinds, self.count), 0
        while best.score < (WHOLE, 9) and tries < self._limit(best):
            better = None
            for count in (4, 2, 3, 5, 10):
                if count != self.count:
                    result = self._tried(self.kinds, count)
                    tries += 1
                    if result.score > best.score and better is None:
                        better = (result, dict(self.kinds), count)
            if better is None or better[0].score[0] == best.score[0]:
                for column in sorted(self.kinds, key=self._rank):
                    for kind in likely(column, self.uses[column]):
                        if kind == self.kinds[column] or tries > self._limit(best):
                            continue
                        trial = {**self.kinds, column: kind}
                        result = self._tried(trial, self.count)
                        tries += 1
                        if result.score > best.score:
                            better = (result, trial, self.count)
                            break
                    if better is not None and better[0].score[0] > best.score[0]:
                        break
            for kind in KINDS if better is None and best.score[0] < WHOLE else ():
                # Columns of one kind may have to be of another one together.
                for old in sorted(set(self.kinds.values())):
                    if better is not None or tries > self._limit(best):
                        break
                    trial = {c: kind if k == old else k for c, k in self.kinds.items()}
                    result = self._tried(trial, self.count)
                    tries += 1
                    if result.score > best.score:
                        better = (result, trial, self.count)
            if better is None:
                break
            best, self.kinds, self.count = better
        return best

    def _rank(self, column: str) -> int:
        """Which columns are tried first: those that tell the answer, then the options."""
        return next((n for n, some in enumerate(self.reads) if column in some), 9)

    @staticmethod
    def _limit(best: Result) -> int:
        """How many tries may be made: fewer where each scores an answer."""
        return _TRIES if best.score[0] < WHOLE - 1 else 150 if best.score[0] == WHOLE else 40

    def _tried(self, kinds: dict[str, str], count: int) -> Result:
        """How far the task comes; columns that it lacks are added on the way."""
        for _ in range(40):
            try:
                return self._stages(self.rows("test", _TRIED, kinds, count))
            except Lacking as lacking:
                column, *keys = lacking.path
                if len(keys) > 1 or (keys and keys[0] in self.uses[column].keys):
                    return Result((0,), f"a value of {'.'.join(lacking.path)}")
                self._note(column, Use(keys=set(keys)))
                if keys:
                    options = likely(column, self.uses[column])
                    if kinds[column] not in ("dict", "records", "columns"):
                        kinds[column] = options[0]
                elif column in kinds:
                    return Result((0,), f"a value of {column}")
                else:
                    self._add(column)
                    kinds[column] = self.kinds[column]
        return Result((0,), "too many columns")

    def _stages(self, rows: Rows) -> Result:
        stage = 0
        try:
            random.seed(0)
            docs = self.processes(rows) if self.processes else rows
            docs = [docs[n] for n in range(min(len(docs), _TRIED))]
            if not docs:
                return Result((0,), "process_docs leaves no row")
            self.task.features = list(docs[0])
            for name in ("doc_to_text", "doc_to_choice", "doc_to_target"):
                column = self.config.get(name)
                if self.processes and is_name(column) and column not in {*docs[0], *rows[0]}:
                    raise Lacking((column,))
            stage = 1
            texts = [self._text(doc) for doc in docs]
            if not all(isinstance(text, (str, int)) for text in texts):
                return Result((stage,), "its question is no text")
            stage = 2
            choice = self.config.get("doc_to_choice") is not None
            choices = [self.task.doc_to_choice(doc) if choice else [] for doc in docs]
            if choice and not all(map(_options, choices)):
                return Result((stage,), "its choices are no texts")
            stage = 3
            targets = [self.task.doc_to_target(doc) for doc in docs]
            stage = 4
            for text, options, target in zip(texts, choices, targets):
                if choice and not _valid(text, options, target):
                    return Result((stage,), f"the target {target!r} is none of {options}")
                if isinstance(target, dict) or target is None:
                    return Result((stage,), "its target is no text")
            stage = 5
            for doc in docs:
                self.task.resolve_field(doc, self.task._config.description)
                self.task.doc_to_prefix(doc)
            self._examples(rows)
            stage = 6
            if not self.scored:
                self._scores(docs[0], choices[0])
                self.scored = True
            good = (
                3 * (len(set(texts)) == len(texts))
                + 3 * all(len(set(options)) == len(options) for options in choices)
                + 2 * (len({str(target) for target in targets}) > 1)
                + all(_looks_right(text) for text in texts)
            )
            return Result((WHOLE, good))
        except jinja2.UndefinedError as error:
            lacking = re.fullmatch(r"'(\w+)' is undefined", str(error))
            if lacking and stage:
                raise Lacking((lacking[1],)) from None
            return Result((stage,), f"{type(error).__name__}: {error}")
        except Exception as error:
            return Result((stage,), f"{type(error).__name__}: {error}"[:300])

    def _examples(self, rows: Rows) -> None:
        """Render a worked example, which may have templates of its own."""
        few = self.task._config.fewshot_config
        if few.samples is not None and few.split is None:
            return
        process = few.process_docs if self.raw else None
        doc = (process(rows) if process else rows)[0]
        features, self.task.features = self.task.features, list(doc)
        try:
            self.task.doc_to_text(doc, few.doc_to_text)
            self.task.doc_to_target(doc, few.doc_to_target)
            if few.doc_to_choice:
                self.task.doc_to_choice(doc, few.doc_to_choice)
            self.task.resolve_field(doc, few.gen_prefix)
        finally:
            self.task.features = features

    def _text(self, doc: Any) -> Any:
        return self.task.doc_to_text(doc)

    def _scores(self, doc: Any, choices: list[str]) -> None:
        score = self.config.get("process_results")
        if callable(score):
            if self.config.get("output_type") == "multiple_choice":
                score(doc, [(-1.0 - k, False) for k in range(len(choices) or 4)])
            elif self.config.get("output_type", "generate_until") == "generate_until":
                score(doc, ["The answer is 17."])


def _options(choices: Any) -> bool:
    return (
        isinstance(choices, list)
        and len(choices) > 1
        and all(isinstance(one, str) and one for one in choices)
    )


def _valid(text: Any, options: list[str], target: Any) -> bool:
    """Whether a target is one of the options."""
    if isinstance(text, int):
        return 0 <= text < len(options)
    if isinstance(target, list):
        return bool(target) and all(_valid("", options, one) for one in target)
    if isinstance(target, bool):
        return True
    if isinstance(target, int):
        return 0 <= target < len(options)
    return target in options


def _looks_right(text: Any) -> bool:
    """Whether a prompt shows no list as Python writes it, and no option of one character."""
    odd = r"\['|\[\"|\{'|None|^[A-D][.):] .$"
    return not isinstance(text, str) or not re.search(odd, text, re.MULTILINE)
