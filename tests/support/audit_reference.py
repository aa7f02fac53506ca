"""Any sweep that there can be, and what an audit counts in it, in plain Python."""

import numpy as np
from hypothesis import strategies as st

from lm_eval_abstain.audits import SweepOutcomes, TargetOutcomes
from lm_eval_abstain.rubric import ORDER

TARGETS = (0.0, 0.5, 0.75, 0.9)


@st.composite
def sweeps(draw):
    n = draw(st.integers(1, 25))
    targets = sorted(draw(st.sets(st.sampled_from(TARGETS), min_size=1)))
    codes = st.lists(st.integers(0, 5), min_size=n, max_size=n)
    flags = st.lists(st.integers(0, 1), min_size=n, max_size=n)
    choice = draw(st.booleans())
    closed = draw(st.none() | codes)
    sure = st.lists(st.sampled_from([0.0, 0.3, 0.5, 0.6, 0.9, 1.0]), min_size=n, max_size=n)
    unknown = np.full(n, np.nan)
    return SweepOutcomes(
        model="m",
        task="task",
        filter="none",
        setting="",
        documents=[("task", place) for place in range(n)],
        runs=tuple(
            TargetOutcomes(
                target,
                np.array(draw(codes), dtype=np.int8),
                np.array(draw(flags), dtype=float) if choice else unknown,
            )
            for target in targets
        ),
        closed=None if closed is None else np.array(closed, dtype=np.int8),
        confidence=unknown if closed is None or not choice else np.array(draw(sure)),
    )


def scored(code, policy):
    """`right`, `wrong`, `abstained` or `out`, in plain words."""
    name = ORDER[code].value
    if name in ("unparsed", "empty", "truncated"):
        return {"wrong": "wrong", "abstain": "abstained", "exclude": "out"}[policy]
    return {"correct": "right"}.get(name, name)


def answer_of(sweep, run, place, policy):
    """What an answer instead of an abstention would have been."""
    if np.isfinite(run.forced).all():
        return "right" if run.forced[place] == 1 else "wrong"
    return "unknown" if sweep.closed is None else scored(sweep.closed[place], policy)
