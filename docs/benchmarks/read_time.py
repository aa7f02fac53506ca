"""Reading and scoring logged samples, beside parsing the same lines and doing nothing else.

    python docs/benchmarks/read_time.py --samples 1000000

It writes samples as the harness logs them for a multiple-choice task (four options, a prompt of
some 500 characters repeated for each option), as a variant and as a plain task, and times in
processes of their own, in turn: `orjson.loads` on each line; `load_samples` and `rescore`. It needs
orjson, and 8 GB of disk for a million samples.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PARSE = """
import sys, time, resource, orjson
start = time.perf_counter()
count = 0
with open(sys.argv[1], "rb") as file:
    for line in file:
        orjson.loads(line)
        count += 1
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, count)
"""
SCORE = """
import sys, time, resource
from lm_eval_abstain.scores import rescore
from lm_eval_abstain.logs import load_samples
start = time.perf_counter()
samples = load_samples(sys.argv[1])
rescore(samples, [0, 0.5, 0.75, 0.9])
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, len(samples))
"""
WORDS = ("alpha", "beta", "gamma", "delta", "omega", "lemma", "axiom", "field", "group", "ring")
SIGNATURE = "rubric:open|t:0.75|wording:paper-v1|idk:last|metric:acc|lm_eval:0.4.13|v:0.1.0"


def sample(number: int, rng: random.Random, *, variant: bool) -> dict[str, Any]:
    """One logged sample; the field order and the sizes are the harness's."""
    question = " ".join(rng.choices(WORDS, k=80))
    options = [" ".join(rng.choices(WORDS, k=4)) for _ in range(4)]
    logliks = [rng.uniform(-4, 0) for _ in range(5 if variant else 4)]
    pairs = [[str(loglik), "False"] for loglik in logliks]
    total = sum(map(abs, logliks))
    record: dict[str, Any] = {
        "doc_id": number,
        "doc": {"question": question, "choices": options, "answer": number % 4},
        "target": str(number % 4),
        "arguments": {
            f"gen_args_{i}": {"arg_0": f"Question: {question}\nAnswer:", "arg_1": f" {'ABCDE'[i]}"}
            for i in range(len(pairs))
        },
        "resps": [[pair] for pair in pairs],
        "filtered_resps": pairs,
        "filter": "none",
        "metrics": ["score", "acc"] if variant else ["acc"],
        "doc_hash": hashlib.sha256(question.encode()).hexdigest(),
        "prompt_hash": hashlib.sha256(b"prompt").hexdigest(),
        "target_hash": hashlib.sha256(b"target").hexdigest(),
        "acc": float(number % 3 == 0),
    }
    if variant:
        outcome = ("correct", "wrong", "abstained")[number % 3]
        record |= {
            "score": {"correct": 1.0, "wrong": -3.0, "abstained": 0.0}[outcome],
            "error_rate": float(outcome == "wrong"),
            "abstain_rate": float(outcome == "abstained"),
            "abstain_prob": abs(logliks[-1]) / total,
            "forced_acc": float(outcome == "correct"),
            "outcome": outcome,
            "confidence_target": 0.75,
            "penalty": 3.0,
            "base": "made_up",
            "signature": SIGNATURE,
            "confidence": max(map(abs, logliks[:4])) / total,
            "option_probs": [abs(loglik) / total for loglik in logliks],
        }
    return record


def main() -> None:
    """Write the samples, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    print("| samples | bytes a line | orjson, s | read and scored, s | speed | peak memory, MB |")
    print("|---|---|---|---|---|---|")
    for variant in (True, False):
        task = "made_up_abstain" if variant else "made_up"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"samples_{task}_2026-01-01T00-00-00.jsonl"
            rng = random.Random(0)
            with path.open("w", encoding="utf-8") as file:
                for number in range(args.samples):
                    record = sample(number, rng, variant=variant)
                    file.write(json.dumps(record, ensure_ascii=False) + "\n")
            times: dict[str, list[float]] = {PARSE: [], SCORE: []}
            memory = 0
            for _ in range(args.runs):
                for code, found in times.items():
                    output = subprocess.run(
                        [sys.executable, "-c", code, str(path)],
                        capture_output=True,
                        text=True,
                        check=True,
                    ).stdout.split()
                    assert int(output[2]) == args.samples
                    found.append(float(output[0]))
                    memory = int(output[1]) // 1024  # the last is the one that scores
            parse, score = (statistics.median(found) for found in times.values())
            size = path.stat().st_size // args.samples
            print(
                f"| {args.samples:,} of {'a variant' if variant else 'a plain task'} | {size:,} | "
                f"{parse:.1f} | {score:.1f} | {parse / score:.2f} | {memory} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
