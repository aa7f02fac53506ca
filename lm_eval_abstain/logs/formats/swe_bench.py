"""Reads the report that SWE-bench's own evaluation writes, `<model>.<run id>.json`.

Source: `make_run_report` in `swebench/harness/reporting.py` of SWE-bench (schema version 2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from lm_eval_abstain.logs.building import Builder
from lm_eval_abstain.logs.formats.protocol import InputFile, Progress
from lm_eval_abstain.logs.sniff import Head
from lm_eval_abstain.logs.text import SampleText, first_object
from lm_eval_abstain.rubric import CODE, Outcome, Signature

__all__ = ["matches", "read", "text"]

_LISTS = {
    "resolved_ids": Outcome.CORRECT,
    "unresolved_ids": Outcome.WRONG,
    "empty_patch_ids": Outcome.ABSTAINED,
    "error_ids": Outcome.UNPARSED,  # there is a patch, and its tests did not run
    "incomplete_ids": Outcome.EMPTY,  # there is no prediction at all
}
"""The outcome of the instances of each list."""
SIGNATURE = Signature.of({"rubric": "closed", "metric": "resolved"})


def matches(head: Head) -> bool:
    """Whether a file is such a report."""
    return {"resolved_ids", "unresolved_ids"} <= head.first.keys()


def read(files: Sequence[InputFile], builder: Builder, progress: Progress) -> None:
    """Read reports; see `Format`."""
    for one in files:
        places, names, outcomes = _instances(one, builder)
        model = one.path.stem.rsplit(".", 1)[0]
        incomplete = outcomes.count(CODE[Outcome.EMPTY])
        if incomplete:
            builder.problems.note(
                f"{one.path.name}: {incomplete} instances of the data set have no prediction and "
                "count as empty, as SWE-bench counts them; --unparsed exclude leaves them out."
            )
        builder.add(
            one.path,
            {
                **builder.ids_of(names),
                "model": builder.model(model, one.path),
                "task": builder.tasks["swe_bench"],
                "base": builder.bases["swe_bench"],
                "filter": builder.filters["none"],
                "signature": builder.signatures[SIGNATURE],
                "outcome": np.array(outcomes, dtype=np.int8),
                "place": np.array(places),
            },
            text,
        )
        progress(one.path.stat().st_size)


def text(path: Path, place: int) -> SampleText:
    """The name of one instance, which is all that the report holds of it; see `Format`."""
    names = [name for key in _LISTS for name in _listed(first_object(path), key) or ()]
    return SampleText("", "", "", {"instance_id": names[place]})


def _listed(report: Mapping[str, Any], key: str) -> list[str] | None:
    """The names in one of a report's lists; None if it is no list of names."""
    listed: Any = report.get(key, [])
    if isinstance(listed, list) and all(isinstance(name, str) for name in cast("Any", listed)):
        return listed
    return None


def _instances(one: InputFile, builder: Builder) -> tuple[list[int], list[str], list[int]]:
    """The instances' places in the lists, names and outcomes."""
    report, problems = one.head.first, builder.problems
    names: list[str] = []
    outcomes: list[int] = []
    for key, outcome in _LISTS.items():
        listed = _listed(report, key)
        if listed is None:
            problems.bad("wrong type", str(one.path), f"{key} is no list of names")
            continue
        count = report.get(key.replace("_ids", "_instances"), len(listed))
        if count != len(listed):
            detail = f"{key} lists {len(listed)} instances, and the report counts {count}"
            problems.bad("documents missing", str(one.path), detail, abs(count - len(listed)))
        names += listed
        outcomes += [CODE[outcome]] * len(listed)
    twice = {name for name, times in Counter(names).items() if times > 1}
    for name in sorted(twice):
        detail = f"instance {name} is in two lists, or twice in one"
        problems.bad("document twice", str(one.path), detail)
    kept = [i for i, name in enumerate(names) if name not in twice]
    return kept, [names[i] for i in kept], [outcomes[i] for i in kept]
