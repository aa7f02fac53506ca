"""Multiple choice needs log-likelihoods: which models give none, and which task works for them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lm_eval.api.registry import get_model

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.harness.bases import find_bases
from lm_eval_abstain.harness.catalogue import Catalogue
from lm_eval_abstain.harness.groups import Index, members
from lm_eval_abstain.harness.in_a_row import in_a_row
from lm_eval_abstain.harness.kinds import CHOICE, GENERATION
from lm_eval_abstain.harness.lookup import find_entries
from lm_eval_abstain.rubric.names import GENERATIVE, base_name, ending

__all__ = ["check_log_likelihoods", "no_log_likelihoods"]


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
        raise AbstainError(_sentence({name: _instead(name, folders) for name in refused}, reason))


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


def _output_types(base: str, bases: Index) -> set[str]:
    """The output types of a base and of all that is below it; none where it does not exist."""
    entry = bases.get(base)
    if entry is None:
        return set()
    below = members(entry)
    if not below:
        return {str((entry.cfg or {}).get("output_type", GENERATION))}
    return set[str]().union(*(_output_types(member, bases) for member in below))


def _instead(name: str, folders: Sequence[Path]) -> tuple[str, str]:
    """What asks the same questions for generated answers, or why nothing does.

    Args:
        name: A task, group or tag of multiple choice, or a variant of one.
        folders: The folders of the user's own tasks.

    Returns:
        The name and an empty text, or an empty text and the reason.
    """
    base, end = base_name(name), ending(name)
    twin = base + GENERATIVE
    catalogue = Catalogue(find_bases([twin], folders))
    if twin not in catalogue.bases:
        return "", str(catalogue.refusal(base, GENERATIVE))
    reason = catalogue.refusal(twin, end) if end else None
    return ("", reason) if reason else (twin + end, "")


def _sentence(instead: Mapping[str, tuple[str, str]], reason: str) -> str:
    """The sentence about refused names: why, and what works in the place of each."""
    one = len(instead) == 1
    clauses = [
        f"{twin} asks {'the same questions' if one else f'the questions of {name}'} "
        "for a generated answer"
        for name, (twin, _) in instead.items()
        if twin
    ]
    clauses += [
        f"{name} cannot be asked for a generated letter ({why.rstrip('.')}), so take a model type "
        "that gives log-likelihoods, such as local-completions"
        for name, (twin, why) in instead.items()
        if not twin
    ]
    compare = "compares" if one else "compare"
    return (
        f"{in_a_row([*instead])} {compare} the log-likelihoods of options, "
        f"and {reason}: {'; '.join(clauses)}."
    )
