"""The result of `report`: a page, its pictures, and how they are written and shown."""

from __future__ import annotations

import html
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.scores import Scores

if TYPE_CHECKING:
    import pandas

    from lm_eval_abstain.reports.pictures import Picture

__all__ = ["Report"]


@dataclass(frozen=True, eq=False)
class Report:
    """A report. In a notebook it shows itself.

    Attributes:
        html: The page.
        pictures: Its pictures.
        scores: The scores that it shows.
    """

    html: str
    pictures: tuple[Picture, ...]
    scores: Scores

    def to_pandas(self) -> pandas.DataFrame:
        """The table of scores; see `Scores.to_pandas`."""
        return self.scores.to_pandas()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file.

        Args:
            path: The file; its folder is made if it is not there.

        Raises:
            AbstainError: The file cannot be written.
        """
        file = Path(path)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self._writable.encode())
        except OSError as error:
            raise AbstainError(f"{file} cannot be written: {error}") from None
        return file

    def save_pictures(
        self, folder: str | os.PathLike[str], kind: Literal["png", "svg"] = "png"
    ) -> list[Path]:
        """Write each picture to a file of its own; see `pictures.save_pictures`."""
        # A report has its pictures, so matplotlib is there and loaded.
        from lm_eval_abstain.reports.pictures import save_pictures

        return save_pictures(self.pictures, Path(folder), kind)

    def _repr_html_(self) -> str:
        """The page in a frame that cannot reach the notebook around it."""
        return (
            f'<iframe srcdoc="{html.escape(self._writable)}" sandbox="allow-scripts" '
            'title="Report" style="width: 100%; height: 80vh; min-height: 40rem; border: 0">'
            "</iframe>"
        )

    @property
    def _writable(self) -> str:
        """Half a pair of surrogates, which names of files may hold, cannot be written as text."""
        return self.html.encode("utf-8", "xmlcharrefreplace").decode()
