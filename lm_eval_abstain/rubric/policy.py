"""The implied policy: a model that acts on its confidence answers iff that is above the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["withheld"]


@overload
def withheld(confidence: float, target: float) -> bool: ...
@overload
def withheld(confidence: npt.NDArray[Any], target: Any) -> npt.NDArray[np.bool_]: ...
def withheld(confidence: Any, target: Any) -> Any:
    """Whether the implied policy withholds an answer.

    It does where the confidence is not above the target. Where both are equal, answering and
    abstaining score the same, and the policy abstains; so it does at confidence 0 and t = 0. Of
    two floats the larger one is also the larger decimal, so that 0.9 is not above 0.9.

    Args:
        confidence: A number in [0, 1], or an array; NaN, which is no confidence, withholds nothing.
        target: The confidence target t in [0, 1), or an array that broadcasts.

    Returns:
        A truth value, or an array of them.
    """
    return confidence <= target
