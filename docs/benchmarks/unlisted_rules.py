"""How often a model would be said to abstain, by several rules, where no options are listed.

    python docs/benchmarks/unlisted_rules.py --pretrained DIR [--gguf_file FILE] [--limit 57]

asks the demo's questions (they stand inside the installed lm-eval) as `mmlu_continuation` does: at
t = 0, 0.5, 0.75 and 0.9, under the placebo wording, without the question, and with the options
listed under letters. `--save FILE` keeps the log-likelihoods, `--load FILE` reads them again.
"""

from __future__ import annotations

import argparse
import copy
import json
import logging
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

IDK = "I don't know"
ASKED = {
    "t = 0": {"confidence_target": 0},
    "t = 0.5": {"confidence_target": 0.5},
    "t = 0.75": {"confidence_target": 0.75},
    "t = 0.9": {"confidence_target": 0.9},
    "placebo": {"wording": "placebo"},
}
FREE, PLACEBO = "t = 0", "placebo"
Row = dict[str, Any]


class Model:
    """Log-likelihoods of several continuations of one context, which is read once."""

    def __init__(self, **where: str) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        torch.set_grad_enabled(False)
        self._torch = torch
        self._tokenizer: Any = AutoTokenizer.from_pretrained(**where)
        self._model: Any = AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32).eval()

        self._read: dict[str, Any] = {}

    def score(
        self, context: str, continuations: Sequence[str], prefix: str = ""
    ) -> list[tuple[float, bool]]:
        """For each continuation its log-likelihood, and whether greedy decoding gives it.

        Args:
            context: What they continue.
            continuations: The texts.
            prefix: A beginning that several contexts share; it is read once.
        """
        torch = self._torch
        tokens = [self._encode(text) for text in continuations]
        past = self._after(prefix) if prefix else None
        rest = torch.tensor([self._encode(context.removeprefix(prefix))])
        read = self._model(rest, past_key_values=past, use_cache=True, logits_to_keep=1)
        first = torch.log_softmax(read.logits[0, -1].float(), -1)
        width = max(map(len, tokens)) - 1
        later: Any = None
        if width:
            past = read.past_key_values
            past.batch_repeat_interleave(len(tokens))
            padded = torch.tensor([(line[:-1] + [0] * width)[:width] for line in tokens])
            logits = self._model(padded, past_key_values=past, use_cache=True).logits
            later = torch.log_softmax(logits.float(), -1)
        found: list[tuple[float, bool]] = []
        for number, line in enumerate(tokens):
            steps = [first, *(later[number] if later is not None else ())][: len(line)]
            loglik = sum(float(step[token]) for step, token in zip(steps, line))
            greedy = all(int(step.argmax()) == token for step, token in zip(steps, line))
            found.append((loglik, greedy))
        return found

    def _encode(self, text: str) -> list[int]:
        return self._tokenizer(text, add_special_tokens=False)["input_ids"]

    def _after(self, prefix: str) -> Any:
        """Keys and values after a prefix."""
        if prefix not in self._read:
            tokens = self._torch.tensor([self._encode(prefix)])
            read = self._model(tokens, use_cache=True, logits_to_keep=1)
            self._read[prefix] = read.past_key_values
        return copy.deepcopy(self._read[prefix])


def collect(model: Model, limit: int) -> Iterable[Row]:
    """Ask each question in all ways."""
    from lm_eval.utils import setup_logging

    from lm_eval_abstain.cli.demo.run import base_and_changes
    from lm_eval_abstain.harness.open_choice import OpenMultipleChoice

    setup_logging(logging.ERROR)
    base, changes = base_and_changes("continuation")
    tasks = {
        name: OpenMultipleChoice(
            config={**changes, "base": base, "task": "demo_abstain", "metadata": metadata}
        )
        for name, metadata in ASKED.items()
    }
    docs = tasks[FREE].eval_docs
    for doc in docs.select(range(min(limit, len(docs)))):
        row: Row = {"cond": {}}
        for name, task in tasks.items():
            question, choices = task.doc_to_text(doc), task.doc_to_choice(doc)
            context = task.fewshot_context(doc, 0)
            stated = context.removesuffix(question)
            texts = [f" {choice}" for choice in (*choices, IDK)]
            letters = "ABCDEFGH"[: len(texts)]
            listed = "".join(f"\n{letter}.{text}" for letter, text in zip(letters, texts))
            lettered = question.removesuffix("\nAnswer:") + listed + "\nAnswer:"
            row |= {"choices": choices, "gold": task.doc_to_target(doc)}
            row["cond"][name] = {
                "q": model.score(context, texts),
                "noq": model.score(f"{stated}Question: \nAnswer:", texts),
                "letters": model.score(stated + lettered, [f" {letter}" for letter in letters]),
            }
        yield row


def _logliks(row: Row, asked: str, part: str = "q") -> Any:
    return np.array([loglik for loglik, _ in row["cond"][asked][part]])


def _gains(row: Row, asked: str, than: Any) -> bool:
    """Whether the abstain text gains more than the answer does."""
    now = _logliks(row, asked)
    gain = now - than
    return bool(gain[-1] > gain[int(now[:-1].argmax())])


def _wins(values: Any) -> bool:
    return bool(values[-1] > values[:-1].max())


def _normalised(row: Row, asked: str) -> bool:
    logliks, sizes = _logliks(row, asked), [len(choice) for choice in row["choices"]]
    by_length = logliks[:-1] / sizes
    best = int(by_length.argmax())
    return bool(logliks[-1] / min(len(IDK), sizes[best]) > by_length[best])


RULES: dict[str, Callable[[Row, str], bool]] = {
    "likelihood (as `acc`)": lambda row, asked: _wins(_logliks(row, asked)),
    "likelihood by length (as `acc_norm`)": _normalised,
    "gain by the question, as `acc_mutual_info`": lambda row, asked: _wins(
        _logliks(row, asked) - _logliks(row, asked, "noq")
    ),
    "gain over t = 0": lambda row, asked: _gains(row, asked, _logliks(row, FREE)),
    "gain over placebo": lambda row, asked: _gains(row, asked, _logliks(row, PLACEBO)),
    "options listed under letters": lambda row, asked: _wins(_logliks(row, asked, "letters")),
    "more probable than all else (P > 1/2)": lambda row, asked: bool(
        _logliks(row, asked)[-1] > math.log(0.5)
    ),
    "**said at temperature 0**": lambda row, asked: bool(row["cond"][asked]["q"][-1][1]),
}


def table(rows: Sequence[Row]) -> str:
    """The share of documents that count as abstained, one line a rule."""
    ways = list(rows[0]["cond"])
    lines = [f"| rule | {' | '.join(ways)} |", f"|---|{'---|' * len(ways)}"]
    for name, rule in RULES.items():
        shares = [f"{np.mean([rule(row, asked) for row in rows]):.1%}" for asked in ways]
        lines.append(f"| {name} | {' | '.join(shares)} |")
    return "\n".join(lines)


def main() -> None:
    """Ask, or read what was asked, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pretrained", help="a folder or a name of the hub")
    parser.add_argument("--gguf_file", help="the file in it, if it is one of GGUF")
    parser.add_argument("--limit", type=int, default=57)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--load", type=Path)
    args = parser.parse_args()
    if args.load:
        rows = json.loads(args.load.read_text())
    else:
        extra = {"gguf_file": args.gguf_file} if args.gguf_file else {}
        model = Model(pretrained_model_name_or_path=args.pretrained, **extra)
        rows = []
        for row in collect(model, args.limit):
            rows.append(row)
            print(f"\r{len(rows)} of {args.limit}", end="", flush=True)
            if args.save:
                args.save.write_text(json.dumps(rows))
        print()
    print(f"{len(rows)} documents")
    print(table(rows))


if __name__ == "__main__":
    main()
