"""Loaded samples with their objections counted as a policy says, whatever they were logged as."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lm_eval_abstain.logs.building import CodesByName
from lm_eval_abstain.logs.samples import Samples
from lm_eval_abstain.outcomes.trace import Trace
from lm_eval_abstain.rubric import CODE, ORDER, ObjectionPolicy, check_objections

__all__ = ["with_objections"]


def with_objections(samples: Samples, policy: ObjectionPolicy) -> Samples:
    """Count responses that object to their question as a policy says.

    Args:
        samples: The samples.
        policy: `answer` or `abstain`.

    Returns:
        The same samples; signatures name the policy where it is not the default.

    Raises:
        AbstainError: There is no such policy.
    """
    check_objections(policy)
    differ = np.array(
        [one.detector != "" and one.objections != policy for one in samples.signatures]
    )
    if not differ.any():
        return samples
    traces = CodesByName[Trace]()
    traces.codes(samples.traces)
    outcome, read = samples.outcome.copy(), samples.read.copy()
    rows = differ[samples.signature] & (read >= 0)
    for code, trace in enumerate(samples.traces):
        if trace.otherwise is None:
            continue
        own = rows & (samples.read == code)
        for now in np.unique(samples.outcome[own]).tolist():
            turned = own & (samples.outcome == now)
            # What was, is now what would be otherwise; nothing is known of both at once.
            read[turned] = traces[replace(trace, otherwise=ORDER[now], if_read=None)]
            outcome[turned] = CODE[trace.otherwise]
    signatures = tuple(
        one.with_objections(policy) if turn else one
        for one, turn in zip(samples.signatures, differ.tolist())
    )
    return replace(samples, signatures=signatures, traces=tuple(traces), outcome=outcome, read=read)
