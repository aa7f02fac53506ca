"""The survey: a verdict for each leaf task of the installed harness."""

from __future__ import annotations

import contextlib
import hashlib
import io
import multiprocessing
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lm_eval.tasks._index import Entry, TaskIndex

import lm_eval_abstain
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.definition import TASKS_DIR
from support.survey.families import families, folder_of, language_in, leaves, output_type
from support.survey.known_rows import has_known_rows, hub
from support.survey.verdicts import Verdict, verdict_of

__all__ = ["Leaf", "Survey", "stratified"]


_KEPT_EVERY = 100  # families


@dataclass(frozen=True)
class Leaf:
    """A leaf task and its verdict, which is that of its family's first member.

    Attributes:
        name: Its name.
        folder: The folder of the harness's tasks that it stands below.
        language: The language of its answers.
        output: Its output type.
        verdict: What became of it.
    """

    name: str
    folder: str
    language: str
    output: str
    verdict: Verdict


class Survey:
    """All leaf tasks of the installed harness.

    Args:
        cache: A file that verdicts are kept in, for the same versions of both packages' sources.
    """

    def __init__(self, cache: Path | None = None) -> None:
        self.tasks = leaves(TaskIndex.build([TASKS_DIR]))
        # A member whose rows are known stands for its family.
        self.families = [
            sorted(family, key=lambda name: not has_known_rows(name, self.tasks[name].cfg or {}))
            for family in families(self.tasks)
        ]
        self._catalogue = Catalogue(self.tasks)
        self._cache = cache
        self._known: dict[str, Verdict] = {}
        self._version = _version()
        if cache is not None and cache.is_file():
            version, known = pickle.loads(cache.read_bytes())
            self._known = known if version == self._version else {}

    def folder(self, name: str) -> str:
        """The folder of the harness's tasks that a task stands below."""
        return folder_of(self.tasks[name])

    def verdicts(
        self,
        chosen: list[list[str]] | None = None,
        *,
        processes: int = 1,
        done: Callable[[int, int], None] = lambda done, of: None,
    ) -> list[Leaf]:
        """The leaf tasks of some families, or of all.

        Args:
            chosen: The families.
            processes: How many processes build them.
            done: Told how many families are done, of how many.
        """
        chosen = self.families if chosen is None else chosen
        found: list[Leaf] = []
        here = Path.cwd()
        os.chdir(hub())  # libraries take what they find in the working directory
        os.environ["HF_ALLOW_CODE_EVAL"] = "1"  # of what is tried here no text is a program
        try:
            for number, (family, verdict) in enumerate(self._each(chosen, processes), start=1):
                self._known[family[0]] = verdict
                found += [self._leaf(name, verdict) for name in family]
                done(number, len(chosen))
                if number % _KEPT_EVERY == 0:
                    self._keep()
        finally:
            os.chdir(here)
        self._keep()
        return found

    def _keep(self) -> None:
        if self._cache is not None:
            self._cache.write_bytes(pickle.dumps((self._version, self._known)))

    def _each(self, chosen: list[list[str]], processes: int) -> Iterator[tuple[list[str], Verdict]]:
        yield from ((one, self._known[one[0]]) for one in chosen if one[0] in self._known)
        new = [one for one in chosen if one[0] not in self._known]
        if processes < 2:
            yield from map(self._verdict, new)
            return
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            yield from pool.imap_unordered(self._verdict, new, chunksize=4)

    def _verdict(self, family: list[str]) -> tuple[list[str], Verdict]:
        # Some tasks print what they do.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return family, verdict_of(family[0], self._catalogue)

    def _leaf(self, name: str, verdict: Verdict) -> Leaf:
        entry: Entry = self.tasks[name]
        config: Mapping[str, object] = entry.cfg or {}
        language = language_in(name, entry)
        return Leaf(name, folder_of(entry), language, output_type(config), verdict)


def stratified(survey: Survey, share: int) -> list[list[str]]:
    """Some families of each folder: every n-th, and those of at least n tasks.

    Args:
        survey: The survey.
        share: n.
    """
    by_folder: dict[str, list[list[str]]] = {}
    for family in survey.families:
        by_folder.setdefault(survey.folder(family[0]), []).append(family)
    return [
        family
        for some in by_folder.values()
        for number, family in enumerate(some)
        if number % share == 0 or len(family) >= share
    ]


def _version() -> str:
    """A digest of the sources that decide a verdict."""
    digest = hashlib.sha256(sys.version.encode())
    for folder in (Path(lm_eval_abstain.__file__).parent, Path(__file__).parent, TASKS_DIR.parent):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
