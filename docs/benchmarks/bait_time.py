"""Time against length for texts that are made to be slow to read.

    python docs/benchmarks/bait_time.py

Each piece is repeated up to a length: tags, brackets, quotes, white space, long words, emoji and
combining marks, and phrases of several kinds in the twelve languages. The time is the best of
several runs of `detect_abstention` in one process, after one in which patterns are compiled.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator

from lm_eval_abstain.reading.confidence import read_confidence
from lm_eval_abstain.reading.detect import detect_abstention

LENGTHS = (10_000, 100_000, 1_000_000)
PIECES = [
    *(
        "</think>",
        "<think>",
        "<think></think>",
        "<think>x</think>y ",
        "<THINK>",
        "[/INST]",
        "◁think▷",
    ),
    *("<answer>", "<answer></answer>", "<|im_end|>", "<|", "<", "<pad>", "<s>", "<|channel|>final"),
    *(
        "(",
        ")",
        "{",
        "}",
        "[",
        "((B) ",
        "{}",
        "\\boxed{",
        "\\boxed{}",
        '{"answer": ',
        '"answer": null, ',
    ),
    *(
        "'",
        '"',
        "`",
        "\\",
        "\\'",
        "“",
        "«",
        "**",
        "_",
        "$",
        "~",
        "&quot;",
        "\\text{",
        "> ",
        "#### ",
    ),
    *(" ", "\n", "\t", "\u00a0", " \n", "a\n", ". ", "...", "?", "…", "-", ","),
    *(
        "a",
        "a ",
        "0",
        "é",
        "e\u0301",
        "\u0301",
        "🙂",
        "👩\u200d🔬",
        "İ",
        "ß",
        "\u200b",
        "\ud800",
        "ﷺ",
    ),
    *(
        "I don't know ",
        "I don't know. ",
        "I don't know, ",
        "I don't know\n",
        "I don't know why the ",
        "so ",
    ),
    *(
        "I don't know (",
        "I don't know: ",
        "so I don't know ",
        "the answer is ",
        "The answer is B. ",
    ),
    *(
        "The answer is I don't know. ",
        "The answer is I don't know ",
        "answer: ",
        "answer\n",
        "the the ",
    ),
    *(
        "I cannot ",
        "unable to ",
        "information ",
        "not ",
        "no ",
        "I ",
        "Question: ",
        "if I had to guess ",
    ),
    *(
        "I can't help with that. ",
        "maybe ",
        "(B) ",
        "I'm not sure ",
        "cannot be determined ",
        "unknown ",
    ),
    *(
        "我不知道，",
        "我不知道",
        "无法确定",
        "答案是",
        "抱歉，",
        "わかりません",
        "答えは",
        "モデル",
        "모르겠습니다 ",
        "정답은 ",
    ),
    *(
        "정보가 부족합니다 ",
        "لا أعرف ",
        "الإجابة هي ",
        "नहीं पता ",
        "उत्तर है ",
        "मुझे ",
        "не знаю ",
        "ответ: ",
    ),
    *(
        "ich weiß es nicht ",
        "die antwort ist ",
        "je ne sais pas ",
        "la réponse est ",
        "no lo sé ",
        "non so ",
    ),
    *(
        "não sei ",
        "la risposta è ",
        "a resposta é ",
        "sorry, ",
        "lo siento, ",
        "désolé, ",
        "leider ",
    ),
    *("confidence: ", "confidence: 85% ", "I'm 85% sure ", "my confidence in this ", "I am "),
]


def best_time(read: Callable[[str], object], text: str, runs: int) -> float:
    """The least time of several runs, in milliseconds."""
    times: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        read(text)
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def rows(runs: int) -> Iterator[tuple[str, list[float]]]:
    """Each piece, and its times by length: of the detector, and of the longest for confidence."""
    for piece in PIECES:
        detect_abstention(piece * 3)
        texts = [piece * (length // len(piece)) for length in LENGTHS]
        found = [best_time(detect_abstention, text, runs) for text in texts]
        yield piece, [*found, best_time(read_confidence, texts[-1], runs)]


def main() -> None:
    """Time and print a table, the slowest first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    print("| bait | 10 kB, ms | 100 kB, ms | 1 MB, ms | 1 MB for its confidence, ms |")
    print("|---|---|---|---|---|")
    for piece, found in sorted(rows(args.runs), key=lambda row: -max(row[1])):
        print(f"| `{piece!a}` | " + " | ".join(f"{one:.1f}" for one in found) + " |")


if __name__ == "__main__":
    main()
