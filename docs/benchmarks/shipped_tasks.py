"""What the installed harness says of the shipped tasks: members, kind, shots, metric, data.

    python docs/benchmarks/shipped_tasks.py

It prints the rows of docs/tasks.md that can be read from the task files, without loading data. A
base that needs more libraries is named with the pip line.
"""

from __future__ import annotations

import lm_eval.tasks._index as index

from lm_eval_abstain import AbstainError
from lm_eval_abstain.harness.definition import base_path, definition, headline_metric
from lm_eval_abstain.harness.groups import members
from lm_eval_abstain.harness.lookup import find_entries
from lm_eval_abstain.harness.shipped import shipped_path
from lm_eval_abstain.rubric.names import base_name


def tasks_below(name: str, entries: dict[str, index.Entry]) -> list[str]:
    """The single tasks of a task, group or tag."""
    inside = list(members(entries[name]))
    return [task for member in inside for task in tasks_below(member, entries)] or [name]


def facts_of(name: str, entries: dict[str, index.Entry]) -> tuple[str, str, str, str]:
    """Kind, few-shot examples, headline metric and data of a single task."""
    path = entries[name].yaml_path
    assert path is not None
    config = definition(base_path(path))
    kind = "generated" if config.get("output_type") == "generate_until" else "options"
    split = config.get("test_split") or config.get("validation_split")
    shots = config.get("num_fewshot") or 0
    return kind, str(shots), headline_metric(config), f"{config['dataset_path']}, {split}"


def main() -> None:
    """Print one row a base; what differs between its tasks stands side by side."""
    bases = sorted({base_name(path.stem) for path in shipped_path().rglob("*.yaml")})
    entries = find_entries(bases)
    print("| base | tasks | kind | shots | metric | data |")
    print("|---|---|---|---|---|---|")
    for base in bases:
        tasks = tasks_below(base, entries)
        try:
            facts = [facts_of(task, entries) for task in tasks]
        except AbstainError as error:
            print(f"| `{base}` | {len(tasks)} | {error} |")
            continue
        columns = (" / ".join(dict.fromkeys(column)) for column in zip(*facts))
        print(f"| `{base}` | {len(tasks)} | {' | '.join(columns)} |")


if __name__ == "__main__":
    main()
