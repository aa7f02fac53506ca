"""Multiple choice needs log-likelihoods: which models give none, and which task works for them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lm_eval.api.registry import get_model

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.bases import find_bases
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.groups import Index, members
from lm_eval_abstain.harness.kinds import CHOICE, GENERATION
from lm_eval_abstain.harness.lookup import find_entries
from lm_eval_abstain.rubric.names import GENERATIVE, base_name, ending

__all__ = ["check_log_likelihoods", "no_log_likelihoods", "twin_names"]

# What the harness's names of multiple choice have behind the benchmark's.
_FORM = re.compile(r"(?<=.)(?:_zeroshot|_n_shot|_continuation|_loglikelihood)$")


def check_log_likelihoods(
    names: Iterable[str],
    model: str | None,
    model_args: Mapping[str, Any],
    folders: Sequence[Path] = (),
) -> None:
    """Refuse multiple choice on a model that gives no log-likelihoods.

    The model's class is looked at only where multiple choice is asked for: to import it takes
    seconds.

    Args:
        names: The tasks, groups and tags of a run, variants and plain ones; a pattern or a name
            that nobody has defined is left to the harness.
        model: The harness's name of the model type; None for its default, which gives them.
        model_args: The arguments of the model.
        folders: The folders of the user's own tasks.

    Raises:
        AbstainError: The text names the tasks that ask the same questions for generated answers.
    """
    asked = dict.fromkeys(names)
    if model is None:
        return
    bases = find_entries(map(base_name, asked), folders)
    refused = [name for name in asked if CHOICE in _output_types(base_name(name), bases)]
    reason = no_log_likelihoods(model, model_args) if refused else None
    if reason is not None:
        twins = {name: _twins(name, bases, folders) for name in refused}
        raise AbstainError(_sentence(twins, reason))


def no_log_likelihoods(model: str, model_args: Mapping[str, Any]) -> str | None:
    """That a model type gives no log-likelihoods, as a clause; None where it may give them.

    The class is asked for those of no request, on an object that was never initialised: one that
    has none says so before anything else. What a class may need to know is the model's name, and
    that there is a tokenizer.

    Args:
        model: The harness's name of the model type.
        model_args: The arguments of the model.
    """
    known: dict[str, Any] = {"model": model_args.get("model") or model_args.get("pretrained")}
    without = str(model_args.get("tokenizer_backend", "")).lower() == "none"
    known["tokenizer"] = None if without else ""
    try:
        cls = get_model(model)
        blank: Any = cls.__new__(cls)
        for name, value in known.items():
            with contextlib.suppress(AttributeError):  # a property of some classes
                setattr(blank, name, value)
        blank.loglikelihood([], disable_tqdm=True)
    except NotImplementedError:
        return f"{model} gives none"
    except AssertionError as error:  # in its class's words: other arguments may help
        return f"{model} gives none with these --model_args ({str(error).rstrip('.')})"
    except Exception:  # an unknown name, a missing library, an object that is not complete
        return None
    return None


def twin_names(base: str) -> list[str]:
    """How the harness may call a task that asks a base's questions for generated answers.

    Args:
        base: The name of a task, group or tag of multiple choice.

    Returns:
        The names, the best first.
    """
    stem = _FORM.sub("", base.removeprefix("leaderboard_"))
    names = [stem + GENERATIVE, f"{stem}_generative_n_shot", stem, f"{stem}_cot_zeroshot"]
    return [name for name in names if name != base]


def _output_types(base: str, bases: Index) -> set[str]:
    """The output types of a base and of all that is below it; none where it does not exist."""
    entry = bases.get(base)
    if entry is None:
        return set()
    below = members(entry)
    if not below:
        return {str((entry.cfg or {}).get("output_type", GENERATION))}
    return set[str]().union(*(_output_types(member, bases) for member in below))


def _twins(name: str, bases: Index, folders: Sequence[Path]) -> list[str]:
    """The tasks or variants in place of one of multiple choice; none where there is none.

    Where a group or tag has no twin, but each member of multiple choice has one, it is those.
    """
    twin = _twin(name, folders)
    below = [one for one in members(bases[base_name(name)]) if CHOICE in _output_types(one, bases)]
    found = [twin] if twin or not below else [_twin(one + ending(name), folders) for one in below]
    return [] if None in found else list(dict.fromkeys(filter(None, found)))


def _twin(name: str, folders: Sequence[Path]) -> str | None:
    base, end = base_name(name), ending(name)
    candidates = twin_names(base)
    of_harness = Catalogue(find_entries(candidates, folders))
    for twin in candidates:
        generated = _output_types(twin, of_harness.own) == {GENERATION}
        if generated and not (end and of_harness.refusal(twin, end)):
            return twin + end
    twin = base + GENERATIVE
    catalogue = Catalogue(find_bases([twin], folders))
    return twin + end if twin in catalogue.forms and not catalogue.refusal(twin, end) else None


def _sentence(twins: Mapping[str, list[str]], reason: str) -> str:
    """The sentence about refused names: why, and what works in the place of each."""
    one = len(twins) == 1
    instead = [
        f"{_listed(found)} {'asks' if len(found) == 1 else 'ask'} "
        f"{'the same questions' if one else f'the questions of {name}'} for a generated answer"
        for name, found in twins.items()
        if found
    ]
    nothing = [name for name, found in twins.items() if not found]
    if nothing:
        where = "" if one else f"for {_listed(nothing)} "
        instead.append(
            f"{where}the harness has no task that asks the same questions for a generated answer, "
            "so take a model type that gives log-likelihoods, such as local-completions"
        )
    return (
        f"{_listed([*twins])} {'compares' if one else 'compare'} the log-likelihoods of options, "
        f"and {reason}: {'; '.join(instead)}."
    )


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
