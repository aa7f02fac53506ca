"""What is wrong with the input: an error that says where, or counted and left out."""

from __future__ import annotations

from collections import Counter

from lm_eval_abstain.errors import AbstainError

__all__ = ["Problems"]


class Problems:
    """Stops at the first bad sample, or leaves out and counts.

    Args:
        skip: Whether to go on.

    Attributes:
        skipped: How many samples were left out, by reason.
    """

    def __init__(self, skip: bool = False) -> None:
        self._skip = skip
        self.skipped: Counter[str] = Counter()
        self._first: dict[str, str] = {}
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes, each once, and for each reason to skip the first place where it held."""
        places = (f"first skipped as '{reason}': {place}" for reason, place in self._first.items())
        return (*self._notes, *places)

    def note(self, text: str) -> None:
        """Keep what the reader of a table has to know."""
        self._notes[text] = None

    def bad(self, reason: str, place: str, detail: str, count: int = 1) -> None:
        """Refuse a sample, or skip it.

        Args:
            reason: Two or three words; skipped samples are counted under them.
            place: File and line.
            detail: What is wrong, in a clause.
            count: How many samples are concerned.

        Raises:
            AbstainError: Nothing is to be skipped.
        """
        if not self._skip:
            raise AbstainError(
                f"{place}: {detail}. Mend the file, or leave such samples out and have them "
                "counted with --skip-bad (skip_bad=True in Python)."
            )
        self.skipped[reason] += count
        self._first.setdefault(reason, f"{place}: {detail}")
