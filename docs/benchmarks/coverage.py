"""Which leaf tasks of the installed harness have variants, and whether these are right.

    python docs/benchmarks/coverage.py                       # the counts; some minutes
    python docs/benchmarks/coverage.py --write               # and docs/coverage.md anew
    python docs/benchmarks/coverage.py 'include*' --show 3   # some tasks, with prompts and faults

No data set is needed: the rows are made up from what a task's own templates and functions read.
See docs/coverage.md for what is checked.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

import support.environment  # noqa: F401 - before the harness

from support.survey.run import Leaf, Survey  # isort: skip
from support.survey.tables import KINDS, counts_table, reason_table  # isort: skip
from support.survey.verdicts import REFUSED, UNTESTABLE, WRONG  # isort: skip

PAGE = Path(__file__).resolve().parents[1] / "coverage.md"
BEGIN, END = "<!-- counts -->", "<!-- end of counts -->"


def counts(leaves: list[Leaf]) -> str:
    """The part of docs/coverage.md that the survey writes."""
    kinds = Counter(leaf.verdict.kind for leaf in leaves)
    total = ["| | leaf tasks | share |", "|---|---|---|"]
    total += [f"| {kind} | {kinds[kind]:,} | {kinds[kind] / len(leaves):.1%} |" for kind in KINDS]
    parts = [
        "\n".join([*total, f"| all | {len(leaves):,} | |"]),
        "## By output type\n\n" + counts_table(leaves, lambda leaf: leaf.output, "output type"),
        "## Refused\n\n" + reason_table(leaves, REFUSED),
        "## Not testable\n\n" + reason_table(leaves, UNTESTABLE),
        "## By language\n\n" + counts_table(leaves, lambda leaf: leaf.language, "language"),
        "## By folder\n\n" + counts_table(leaves, lambda leaf: leaf.folder, "folder"),
    ]
    if kinds[WRONG]:
        parts.insert(2, "## Wrong\n\n" + reason_table(leaves, WRONG))
    return "\n\n".join(parts)


def show(leaves: list[Leaf], most: int) -> None:
    """Print prompts, faults and reasons of some families."""
    seen: set[int] = set()
    for leaf in leaves:
        verdict = leaf.verdict
        if id(verdict) in seen or len(seen) == most:
            continue
        seen.add(id(verdict))
        print(f"\n===== {leaf.name}: {verdict.kind} {verdict.reason}")
        print(verdict.prompt)
        for check, what in verdict.faults.items():
            print(f"--- {check}: {what}")


def main() -> None:
    """Run the survey and print its counts."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("patterns", nargs="*", help="names of leaf tasks; all by default")
    parser.add_argument("--write", action="store_true", help=f"write the counts into {PAGE.name}")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N families")
    parser.add_argument("--kind", choices=KINDS, help="of --show: one kind alone")
    parser.add_argument("--cache", type=Path, help="keep verdicts in this file")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    began = time.monotonic()
    survey = Survey(options.cache)
    chosen = [
        family
        for family in survey.families
        if not options.patterns
        or any(fnmatch.fnmatch(name, p) for name in family for p in options.patterns)
    ]

    def done(number: int, of: int) -> None:
        if number % 25 == 0 or number == of:
            print(f"\r{number} of {of} families", end="", file=sys.stderr, flush=True)

    leaves = survey.verdicts(chosen, processes=options.processes, done=done)
    print(f", {time.monotonic() - began:.0f} s", file=sys.stderr)
    leaves.sort(key=lambda leaf: leaf.name)
    print(counts(leaves))
    show([one for one in leaves if options.kind in (None, one.verdict.kind)], options.show)
    if options.write:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        behind = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{counts(leaves)}\n\n{END}{behind}", "utf-8")


if __name__ == "__main__":
    main()
