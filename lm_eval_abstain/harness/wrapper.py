"""The harness's own `run` command, for any variant.

The harness builds its task manager inside `run` and takes task files from `--include_path` alone,
so the task files of the variants that are asked for are written into a folder that is named there.
"""

from __future__ import annotations

import argparse
import difflib
import fnmatch
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from lm_eval._cli.run import Run
from lm_eval.config.evaluate_config import EvaluatorConfig
from lm_eval.tasks._index import TaskIndex
from lm_eval.utils import setup_logging, simple_parse_args_string

from lm_eval_abstain.errors import AbstainError, UnsupportedTaskError
from lm_eval_abstain.harness.bases import find_bases
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.definition import check_folder
from lm_eval_abstain.harness.kinds import ENDINGS
from lm_eval_abstain.harness.log_likelihoods import check_log_likelihoods
from lm_eval_abstain.harness.lookup import words
from lm_eval_abstain.harness.prebuild import build_variants
from lm_eval_abstain.harness.settings import Settings
from lm_eval_abstain.harness.shipped import shipped_path
from lm_eval_abstain.harness.task_files import file_text, write_files
from lm_eval_abstain.harness.variant_index import check_languages, check_names
from lm_eval_abstain.rubric.names import GENERATIVE, base_name, ending, parts

__all__ = ["add_run", "prepare"]


def add_run(commands: Any) -> None:
    """Add the harness's `run`, with all its flags, to the subcommands of a parser."""
    Run.create(commands)
    parser = commands.choices["run"]
    parser.usage = "lm-eval-abstain run --tasks VARIANT [flags of lm-eval run]"
    harness_run: Callable[[argparse.Namespace], None] = parser.get_default("func")

    def run(args: argparse.Namespace) -> None:
        setup_logging()
        with tempfile.TemporaryDirectory(prefix="lm-eval-abstain-") as folder:
            args = prepare(args, Path(folder))
            built = build_variants(args)  # kept, so that the run finds the data that they loaded
            harness_run(args)
            del built

    parser.set_defaults(func=run)


def prepare(args: argparse.Namespace, folder: Path) -> argparse.Namespace:
    """Check the settings and add the task files of the variants that a run asks for.

    Args:
        args: The arguments of the harness's `run`, as its parser read them.
        folder: An empty folder that outlives the run.

    Returns:
        The same arguments, `tasks` and `include_path` completed.

    Raises:
        AbstainError: A setting is wrong, a base has no variant, or the model cannot answer
            multiple choice. No model is loaded yet.
    """
    config = EvaluatorConfig.load_yaml_config(args.config) if args.config else {}

    def given(key: str) -> Any:
        return getattr(args, key, None) or config.get(key)

    metadata = {**_mapping(given("model_args")), **_mapping(given("metadata"))}
    Settings.from_metadata(metadata)
    own = [Path(given("include_path"))] if given("include_path") else []
    for path in own:
        check_folder(path)
    tasks = given("tasks") or []
    names = [n for task in ([tasks] if isinstance(tasks, str) else tasks) for n in task.split(",")]
    if any(_is_pattern(name) for name in names):
        names = _expanded(names, own)
        args.tasks = names
    check_names(names, metadata)
    users = set(TaskIndex.build(own))
    _refuse_misspelt(names, users)
    wanted = [name for name in names if parts(name)[1] and name not in users]
    catalogue = Catalogue(find_bases(map(base_name, wanted), own))
    wanted = [name for name in wanted if name not in catalogue.own]
    for name in wanted:
        base = base_name(name)
        if catalogue.own.keys().isdisjoint((base, base.removesuffix(GENERATIVE))):
            _refuse_unknown(name, users)
        catalogue.check(name)
        check_languages(name, catalogue, metadata)
    check_log_likelihoods(names, given("model"), _mapping(given("model_args")), own)
    shipped = {path.stem for path in shipped_path().rglob("*.yaml")}
    write_files({name: file_text(name, own) for name in wanted if name not in shipped}, folder)
    args.include_path = [str(shipped_path()), str(folder), *map(str, own)]
    return args


def _refuse_misspelt(names: Iterable[str], users: Collection[str]) -> None:
    """Refuse what is nearly the name of a variant; the harness would look for it as it is.

    Raises:
        AbstainError: An ending is misspelt; the text names the variant that is meant.
    """
    nearly = [
        (name, name[:-size], end)
        for name in names
        if not parts(name)[1]
        for end in ENDINGS
        for size in (len(end), len(end) - 1, len(end) + 1)
        if difflib.get_close_matches(name[-size:], [end], cutoff=0.75)
    ]
    known = words() | set(users) if nearly else set[str]()
    for name, base, end in nearly:
        if name not in known and base in known:
            raise AbstainError(f"there is no task {name!r}; did you mean {base + end!r}?")


def _refuse_unknown(name: str, users: Iterable[str]) -> None:
    """Refuse a variant of a base that nobody has defined.

    Raises:
        UnsupportedTaskError: The text names a base that is spelt nearly like it, if there is one.
    """
    known = sorted(words() | set(users))
    close = difflib.get_close_matches(base_name(name), known, n=1, cutoff=0.8)
    meant = f" Did you mean '{close[0] + ending(name)}'?" if close else ""
    raise UnsupportedTaskError(
        base_name(name), f"the harness has no task, group or tag of that name.{meant}"
    )


def _is_pattern(name: str) -> bool:
    """Whether a name is a pattern over variants; others are left to the harness."""
    return parts(name)[1] != "" and bool(set(name) & set("*?["))


def _expanded(names: Iterable[str], own: Sequence[Path]) -> list[str]:
    """The variants that patterns stand for, among the other names."""
    users = set(TaskIndex.build(list(own)))
    known = words() | users
    resolved: list[str] = []
    for name in names:
        if not _is_pattern(name):
            resolved.append(name)
            continue
        bases = known
        if base_name(name).endswith(GENERATIVE):  # else each variant would be there twice
            bases = known | {base + GENERATIVE for base in known}
        possible = fnmatch.filter((base + end for base in bases for end in ENDINGS), name)
        catalogue = Catalogue(find_bases({base_name(one) for one in possible}, own))
        matches = {
            one
            for one in possible
            if one in catalogue.own or not catalogue.refusal(*catalogue.parts(one))
        }
        matches.update(fnmatch.filter(users, name))
        if not matches:
            raise AbstainError(f"no variant matches {name!r}; 'lm-eval-abstain ls' lists them.")
        resolved += sorted(matches)
    return list(dict.fromkeys(resolved))


def _mapping(value: Any) -> dict[str, Any]:
    return simple_parse_args_string(value) if isinstance(value, str) else dict(value or {})
