"""The same question at t = 0: how much of the abstention is there although mistakes are free.

Asked for beside each question whose options the prompt does not list. There the abstain text is
one request, which is all that `said_or_forced` needs, so the control costs one request as well.
"""

from __future__ import annotations

from dataclasses import replace

from lm_eval.api.instance import Instance

from lm_eval_abstain.errors import AbstainError
from lm_eval_abstain.rubric import Rubric

__all__ = ["WITHOUT_STAKES", "without_stakes"]

WITHOUT_STAKES = "abstain_rate_t00"
"""The metric: 1 where the model abstains although the prompt says that mistakes are free."""


def without_stakes(abstain: Instance, rubric: Rubric) -> Instance | None:
    """The request for the abstain text under the same wording at t = 0.

    Args:
        abstain: The request for the abstain text.
        rubric: The stakes that its prompt states.

    Returns:
        None where the prompt states no stakes: the request is then its own control.

    Raises:
        AbstainError: The prompt does not hold the rubric's sentence; a chat template has changed
            it.
    """
    free = replace(rubric, target=0.0)
    if free == rubric:
        return None
    context, *rest = abstain.arguments
    before, found, after = str(context).rpartition(rubric.sentence)
    if not found:
        raise AbstainError(
            f"the prompt does not hold the sentence that states the stakes, {rubric.sentence!r}: "
            f"does the chat template change the text?\n{context}"
        )
    arguments = (before + free.sentence + after, *rest)
    return replace(abstain, idx=abstain.idx + 1, arguments=arguments, resps=[], filtered_resps={})
