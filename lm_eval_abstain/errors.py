"""The error that a user can mend: its text says what is wrong and what to do."""

from __future__ import annotations

__all__ = ["AbstainError", "DemoError", "UnsupportedTaskError"]


class AbstainError(ValueError):
    """Bad input: a setting, a task or a model's output that cannot give a right number."""


class UnsupportedTaskError(AbstainError):
    """A base task that has no variant; the text names the task and the reason."""

    def __init__(self, task: str, reason: str, *, what: str = "abstain variant") -> None:
        super().__init__(f"'{task}' has no {what}: {reason}")
        self.task = task
        self.reason = reason


class DemoError(AbstainError):
    """The demonstration cannot go on; the text says what failed and what to do."""
