"""The table of docs/languages.md: each language, its sentence, and how many tasks are in it.

python docs/benchmarks/language_table.py
"""

from collections import Counter

from lm_eval.tasks import TaskManager
from lm_eval.tasks._index import Kind

from lm_eval_abstain import Rubric
from lm_eval_abstain.harness.definition import base_path
from lm_eval_abstain.harness.task_language import language_of
from lm_eval_abstain.rubric.languages import ENGLISH, languages, translation


def main() -> None:
    """Print it."""
    tasks = Counter(
        language_of(name, entry.cfg or {}, base_path(entry.yaml_path))
        for name, entry in TaskManager().task_index.items()
        if entry.kind in (Kind.TASK, Kind.PY_TASK) and entry.yaml_path is not None
    )
    print("| code | language | tasks | at t = 0.75 |")
    print("|---|---|---|---|")
    for code in languages():
        name = "English" if code == ENGLISH else translation(code).name
        print(f"| `{code}` | {name} | {tasks[code]:,} | {Rubric(0.75, language=code).sentence} |")
    rest = {code: count for code, count in tasks.most_common() if code not in languages()}
    print(f"\n{sum(rest.values())} tasks are in {len(rest)} languages without a translation:")
    print(", ".join(f"`{code}` {count}" for code, count in rest.items()))


if __name__ == "__main__":
    main()
