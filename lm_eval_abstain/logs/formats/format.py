"""What a format has to offer, so that files of it can be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.sniff import Head

__all__ = ["Format", "Found", "Progress"]

Progress = Callable[[int], object]
"""Is told how many bytes have been read since it was last told."""


@dataclass(frozen=True)
class Found:
    """A file that is to be read.

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

    def read(self, found: Sequence[Found], builder: Builder, progress: Progress) -> None:
        """Read all files of this format.

        Raises:
            AbstainError: A sample is bad, and bad ones are not to be skipped.
        """
        ...
