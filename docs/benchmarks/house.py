"""The structure of a checkout in numbers, to compare two states of it.

    python docs/benchmarks/house.py CHECKOUT
    python docs/benchmarks/house.py CHECKOUT --times     # takes minutes; needs the harness

Counts files, lines and circles of imports, and the modules that hold a rule that should stand in
one place. With --times also how long the import, the task manager and the detector take: the
median of three runs, and one run of the detector over the published outputs in ../shared.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

RULES = {
    "places that compute points": r"penalt(?:y|ies)(?:\*\*2)?\s*\*(?!\*)"
    r"|\*\s*(?:self\.|rubric\.|Rubric\([^)]*\)\.)?\w*penalty|loss \* ",
    "places that decide an outcome": r"return Outcome\.|(?:else|=|\() Outcome\.\w+ if "
    r"|= Outcome\.\w+ if |CODE\[Outcome\.CORRECT\], CODE\[Outcome\.WRONG\]\)"
    r"|outcome\[.*\] = _?[A-Z]",
    "places that write a signature": r"\"\|\"\.join\(f\"\{k(?:ey)?\}:|= f?\"rubric:\w+\|",
    "places that apply the implied policy": r"confidence(?:\[[^\]]*\])? ?(?:<=|>) ?"
    r"(?:self\.)?(?:target|threshold|np\.array\(targets)|sure > float\(Rubric"
    r"|searchsorted\(-levels",
    "places that say which way a metric is better": r"_LOWER\b.*=|higher: bool",
}

IMPORT = (
    "import time; t = time.perf_counter(); import lm_eval_abstain; print(time.perf_counter() - t)"
)
MANAGER = """
import time
import lm_eval.tasks, lm_eval_abstain
lm_eval_abstain.TaskManager
t = time.perf_counter(); lm_eval.tasks.TaskManager(); theirs = time.perf_counter() - t
t = time.perf_counter(); lm_eval_abstain.TaskManager(); print((time.perf_counter() - t) / theirs)
"""
DETECTOR = """
import json, sys, time, zipfile
from pathlib import Path
from lm_eval_abstain import detect_abstention
texts = []
for path in sorted(Path(sys.argv[1]).glob("*.zip")):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".json") and not name.startswith("__MACOSX"):
                for row in json.loads(archive.read(name)):
                    names = ("model_outputs", "generated_text", "response")
                    found = [row[name] for name in names if row.get(name) is not None]
                    if found:
                        texts.append((found[0], "\\n".join([row["question"], *row["options"]])))
t = time.process_time()
for text, question in texts:
    detect_abstention(text, question=question, select="first")
print(1000 * (time.process_time() - t) / len(texts))
"""


def modules(package: Path) -> dict[str, Path]:
    """All modules by name."""
    found: dict[str, Path] = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of the package that a module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def circles(known: dict[str, Path]) -> list[set[str]]:
    """Sets of modules that import each other; a package's table of contents is no module here."""
    files = {name: path for name, path in known.items() if path.name != "__init__.py"}
    ways = {name: set(imports(path, known)) & files.keys() for name, path in files.items()}

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for name in ways[todo.pop()] - seen:
                seen.add(name)
                todo.append(name)
        return seen

    reach = {name: reached(name) for name in files}
    rings = {
        frozenset({b for b in reach[a] if a in reach[b]} | {a}) for a in files if a in reach[a]
    }
    return [set(ring) for ring in rings]


def measured(code: str, checkout: Path, *arguments: str, runs: int = 3) -> float:
    """The median of some runs of some code with a checkout's package."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "HF_HUB_OFFLINE": "1"}
    values: list[float] = []
    for _ in range(runs):
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, cwd=checkout
        )
        values.append(float(done.stdout.split()[-1]))
    return statistics.median(values)


def main() -> None:
    """Print one line a number."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--times", action="store_true")
    args = parser.parse_args()
    checkout = args.checkout.resolve()
    package = checkout / "lm_eval_abstain"
    known = modules(package)
    texts = {name: path.read_text(encoding="utf-8") for name, path in known.items()}
    lines = {name: len(text.splitlines()) for name, text in texts.items()}
    loose = [name for name in package.glob("*.py") if not name.name.startswith("__")]
    found: dict[str, object] = {
        "modules": len(known),
        "lines of Python": sum(lines.values()),
        "longest module": max(lines.values()),
        "modules at top level": len(loose),
        "circles of imports": len(circles(known)),
        "task files": len(list((checkout / "task_configs").rglob("*.yaml"))),
        "lines of README": len((checkout / "README.md").read_text(encoding="utf-8").splitlines()),
    }
    for rule, pattern in RULES.items():
        at = [name for name, text in texts.items() if re.search(pattern, text)]
        found[rule] = f"{len(at)} ({', '.join(n.removeprefix('lm_eval_abstain.') for n in at)})"
    if args.times:
        found["import, s"] = round(measured(IMPORT, checkout), 3)
        found["TaskManager() over the harness's"] = round(measured(MANAGER, checkout), 2)
        published = checkout.parent / "shared" / "published" / "mmlu_pro"
        if published.is_dir():
            found["detector, ms a response"] = round(
                measured(DETECTOR, checkout, str(published), runs=1), 3
            )
    for name, value in found.items():
        print(f"{name:<46} {value}")


if __name__ == "__main__":
    main()
