"""The verdicts of a judge on disk: one a line, written as they come, never written twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.outcomes.judged import Verdict

__all__ = ["JudgeName", "Judged", "VerdictFile", "read_verdicts"]

_BEGINNING = b'{"key": "'


@dataclass(frozen=True)
class JudgeName:
    """Who judges.

    Attributes:
        model: The model's name at its endpoint.
        version: The version of the prompt.
    """

    model: str
    version: str

    def __post_init__(self) -> None:
        """Refuse a name that would break a signature."""
        if not self.model.strip() or any(sign in self.model for sign in "|\n\r"):
            raise AbstainError(
                f"{self.model!r} cannot be named in a signature: a judge's model is one line, not "
                "empty and without '|'."
            )

    def __str__(self) -> str:
        """As signatures name it: `judge-v1(MODEL)`."""
        return f"{self.version}({self.model})"

    def key(self, question: str, response: str) -> str:
        """The name of a verdict: the same for the same judge, question and response."""
        parts = json.dumps([self.version, self.model, question, response])
        return hashlib.sha256(parts.encode()).hexdigest()


@dataclass(frozen=True)
class Judged:
    """What a judge said of one response.

    Attributes:
        verdict: None where the reply was none of the words.
        reply: That reply, cut; empty where there is a verdict.
    """

    verdict: Verdict | None
    reply: str = ""


@dataclass(frozen=True)
class VerdictFile:
    """The verdicts of one judge.

    Attributes:
        path: The file.
        judge: Who judged.
        verdicts: What was said, by `JudgeName.key`.
    """

    path: Path
    judge: JudgeName
    verdicts: dict[str, Judged] = field(default_factory=dict)

    @contextmanager
    def appending(self) -> Generator[Appender]:
        """Open the file for more verdicts.

        Raises:
            AbstainError: It cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _mend_end(self.path)
            with self.path.open("a", encoding="utf-8") as file:
                yield Appender(self, file)
        except OSError as error:
            raise AbstainError(f"{self.path} cannot be written: {error}") from None


@dataclass(frozen=True)
class Appender:
    """Writes verdicts, each at once."""

    target: VerdictFile
    file: TextIO

    def add(self, key: str, judged: Judged) -> None:
        """Keep a verdict, in memory and on disk."""
        verdict = judged.verdict.value if judged.verdict else None
        line = {"key": key, "verdict": verdict, **asdict(self.target.judge)}
        if judged.verdict is None:
            line["reply"] = judged.reply
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()
        self.target.verdicts[key] = judged


def read_verdicts(path: Path, judge: JudgeName | None = None) -> VerdictFile:
    """Read a file of verdicts.

    A last line without an end was torn when its writer was killed: it is passed over.

    Args:
        path: The file. It may be absent if `judge` is given.
        judge: Whose verdicts they must be; None for whoever's they are.

    Raises:
        AbstainError: It cannot be read, a line is no verdict, or it has those of another judge.
    """
    if judge is not None and not path.exists():
        return VerdictFile(path, judge)
    found: VerdictFile | None = VerdictFile(path, judge) if judge else None
    for number, (name, key, judged) in _lines(path):
        if found is None:
            found = VerdictFile(path, name)
        if name != found.judge:
            raise AbstainError(
                f"{path}:{number} is a verdict of {name}, and not of {found.judge}: use one file "
                "for each judge."
            )
        found.verdicts[key] = judged
    if found is None:
        raise AbstainError(f"{path} holds no verdicts: `lm-eval-abstain judge` writes them.")
    return found


def _lines(path: Path) -> Iterator[tuple[int, tuple[JudgeName, str, Judged]]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise AbstainError(f"{path} cannot be read: {error}") from None
    for number, line in enumerate(lines, start=1):
        parsed = _parsed(line)
        if parsed is not None:
            yield number, parsed
        elif line.strip() and not (number == len(lines) and _is_torn(line)):
            raise AbstainError(
                f"{path}:{number} is no verdict of `lm-eval-abstain judge`: name the file that it "
                "wrote, or take this line out to have that response judged again."
            )


def _parsed(line: bytes) -> tuple[JudgeName, str, Judged] | None:
    """The verdict of a line; None if it is none."""
    try:
        record: Mapping[str, str | None] = json.loads(line)
        verdict = record["verdict"]
        judged = Judged(Verdict(verdict) if verdict else None, str(record.get("reply") or ""))
        return JudgeName(str(record["model"]), str(record["version"])), str(record["key"]), judged
    except (AbstainError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_torn(line: bytes) -> bool:
    """Whether a line is the beginning of a verdict's, and not of anything else's."""
    size = min(len(line), len(_BEGINNING))
    return line[:size] == _BEGINNING[:size]


def _mend_end(path: Path) -> None:
    """End the last line of a file, or take it away if it was torn."""
    if not path.exists():
        return
    data = path.read_bytes()
    last = data.rpartition(b"\n")[2]
    if not last:
        return
    with path.open("r+b") as file:
        if _parsed(last) is None:
            file.truncate(len(data) - len(last))
        else:
            file.seek(len(data))
            file.write(b"\n")
