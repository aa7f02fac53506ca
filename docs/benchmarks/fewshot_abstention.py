"""What worked examples do to abstention: they list "I don't know" and never choose it.

    python docs/benchmarks/fewshot_abstention.py --pretrained DIR --task mmlu_sociology [--limit 30]

asks a task whose prompt lists its options at t = 0 and 0.75: without worked examples, with
five as they are, and with five of which the first one abstains (`"abstaining_example": true`). It
needs the task's data.
"""

from __future__ import annotations

import argparse
import logging

import numpy as np
from unlisted_rules import Model

WAYS = {
    "0 shots": (0, False),
    "5 shots": (5, False),
    "5 shots, the first abstains": (5, True),
}


def main() -> None:
    """Ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pretrained", required=True, help="a folder or a name of the hub")
    parser.add_argument("--task", default="mmlu_sociology")
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument("--targets", type=float, nargs="+", default=[0, 0.75])
    args = parser.parse_args()
    from lm_eval.utils import setup_logging

    from lm_eval_abstain import TaskManager

    setup_logging(logging.ERROR)
    model = Model(pretrained_model_name_or_path=args.pretrained)
    print("| worked examples | t | n | abstained | P(abstain) | acc | forced_acc |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for way, (shots, example) in WAYS.items():
        for target in args.targets:
            metadata = {"confidence_target": target, "abstaining_example": example}
            (task,) = (
                TaskManager(metadata=metadata).load([f"{args.task}_abstain"])["tasks"].values()
            )
            task.set_config("num_fewshot", shots)
            task.set_fewshot_seed(1234)
            rows = []
            for doc in task.eval_docs.select(range(min(args.limit, len(task.eval_docs)))):
                context = task.fewshot_context(doc, shots)
                requests = task.construct_requests(doc, context, metadata=(args.task, 0, 1))
                prefix = context.rpartition(task.settings.rubric.sentence)[0]
                texts = [request.args[1] for request in requests]
                rows.append(task.process_results(doc, model.score(context, texts, prefix)))
            shown = [
                f"{np.mean([row[name] for row in rows]):.3f}"
                for name in ("abstain_rate", "abstain_prob", "acc", "forced_acc")
            ]
            print(f"| {way} | {target:g} | {len(rows)} | {' | '.join(shown)} |", flush=True)


if __name__ == "__main__":
    main()
