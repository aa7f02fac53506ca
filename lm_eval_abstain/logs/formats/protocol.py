"""The interface of a format: how its files are recognised, read, and read again for their texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.sniff import Head
from lm_eval_abstain.logs.text import SampleText

__all__ = ["Format", "InputFile", "Progress"]

Progress = Callable[[int], object]
"""Is told how many bytes have been read since it was last told."""


@dataclass(frozen=True)
class InputFile:
    """A file under one of the user's paths.

    Attributes:
        head: Its beginning.
        root: The path that the user named: this file, or a folder above it.
    """

    head: Head
    root: Path

    @property
    def path(self) -> Path:
        """The file."""
        return self.head.path


class Format(Protocol):
    """A kind of file: a module, or an object that remembers settings."""

    def matches(self, head: Head) -> bool:
        """Whether a file is of this format, by its content."""
        ...

    def read(self, files: Sequence[InputFile], builder: Builder, progress: Progress) -> None:
        """Read all files of this format.

        Raises:
            AbstainError: A sample is bad, and bad ones are not to be skipped.
        """
        ...

    def text(self, path: Path, place: int) -> SampleText:
        """Read the text of one sample.

        Args:
            path: A file of this format.
            place: The sample's `Samples.place`.
        """
        ...
