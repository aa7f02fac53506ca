"""Where responses were cut, inferred from their lengths: of made-up runs, and in all readers."""

from __future__ import annotations

import csv
import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lm_eval_abstain.cli.main import main
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.logs.cut_limits import CutLimit, Ends, estimated_tokens, infer_cut
from lm_eval_abstain.logs.sniff import whole
from lm_eval_abstain.outcomes.judge import judge
from lm_eval_abstain.rubric import ORDER
from support.cut_responses import responses
from support.environment import SHARED
from support.logged_files import generated, write_results, write_samples

PUBLISHED = SHARED / "published" / "mmlu_pro"
SEEDS = st.integers(0, 10**6)


@settings(max_examples=25, deadline=None)
@given(
    seed=SEEDS,
    count=st.integers(20, 500),
    median=st.sampled_from([3, 30, 120, 250, 700]),
    spread=st.floats(0.35, 1.2),
    stops=st.booleans(),
    open_ends=st.floats(0, 0.4),
)
def test_no_limit_where_nothing_was_cut(seed, count, median, spread, stops, open_ends):
    """Whatever the style: with or without full stops, and with ends that look open."""
    texts = responses(
        random.Random(seed),
        count,
        median=median,
        spread=spread,
        stops=stops,
        open_ends=open_ends,
    )
    assert infer_cut(Ends(texts)) is None


@settings(max_examples=25, deadline=None)
@given(
    seed=SEEDS,
    limit=st.sampled_from([200, 256, 512, 1024]),
    # Where no response has a full stop, it takes more that were cut.
    style=st.sampled_from([(1.5, True), (0.5, True), (0.5, False)]),
)
def test_a_limit_that_cut_responses_is_found(seed, limit, style):
    chance = random.Random(seed)
    share, stops = style
    texts = responses(chance, 600, median=limit / share, spread=0.8, limit=limit, stops=stops)
    found = infer_cut(Ends(texts))
    assert found is not None
    # The estimate knows nothing of this vocabulary, which takes more tokens for some words.
    assert 0.65 * limit < found.tokens < 1.1 * limit
    reached = [text for text in texts if found.of(text) is not None]
    assert found.ends == len(reached)
    assert found.characters == pytest.approx(np.median([*map(len, reached)]), rel=0.1)


def test_the_same_without_the_cut_texts_shows_nothing():
    chance = random.Random(1)
    texts = responses(chance, 600, median=100, spread=0.8, limit=256)
    found = infer_cut(Ends(texts))
    assert found is not None
    assert infer_cut(Ends(text for text in texts if found.of(text) is None)) is None


def long_text(words, end):
    return " ".join(["word"] * (words - 1)) + f" the{end}"


def crowd(count=40, end=",", words=200):
    """Responses of nearly one length that end alike."""
    return [long_text(words + i % 7, end) for i in range(count)]


SPREAD = [long_text(10 + 4 * i, ",") for i in range(10)]
SHORT = [long_text(20 + i, ".") for i in range(60)]


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (crowd(19) + SPREAD + SHORT, "too few"),
        (crowd(end="") + SHORT, "a form that all answers have: no end is open"),
        (crowd(words=60) + SHORT, "answers, not texts"),
        (crowd(end=".") + SHORT, "finished"),
        (crowd(40) + crowd(80, end=".") + SHORT, "most of what is so long is finished"),
        (crowd() + SHORT + [long_text(400, ".")] * 10, "others are longer"),
        (crowd() + crowd(12, words=140) + SHORT, "hardly denser than before"),
        ([], "nothing"),
        (["", " "] * 30, "empty"),
    ],
)
def test_each_condition_is_needed(texts, why):
    assert infer_cut(Ends(crowd() + SHORT)) is not None
    assert infer_cut(Ends(texts)) is None, why


def test_tokens_are_estimated():
    # Nine letters a piece, digits singly, signs in pairs, line breaks; half of others' letters.
    assert estimated_tokens("An electromagnetic field: 12.5 T\n\n(x)") == 15
    assert estimated_tokens("我不知道") == 2
    assert estimated_tokens("  ") == 0


def test_a_response_that_was_cut():
    limit = CutLimit(tokens=280, characters=1_000, ends=20)
    assert limit.of("word " * 200) == 200
    assert limit.of("word " * 199) is None
    assert limit.of("word " * 300 + ".") is None


# ------------------------------------------------------------------ in the readers


@pytest.fixture(scope="module")
def texts():
    """300 responses that state an answer, and what a limit left of 60 others."""
    chance = random.Random(3)
    stated = responses(chance, 300, median=60, spread=0.5)
    cut = responses(chance, 60, median=900, spread=0.3, limit=256)
    cut[0] = f"{cut[0]} so I cannot determine this without the"
    cut[1] = f"The answer is (B). {cut[1]}"
    return [f"{text} The answer is (B)." for text in stated] + cut


def outcomes(samples):
    return np.array([ORDER[code].value for code in samples.outcome])


def mmlu_pro(texts, path):
    rows = [
        {
            "question_id": number,
            "question": f"Which is number {number}?",
            "options": ["a", "b"],
            "answer": "B",
            "category": "law",
            "model_outputs": text,
        }
        for number, text in enumerate(texts)
    ]
    path.write_text(json.dumps(rows))
    return path


def test_published_files(texts, tmp_path, capsys):
    path = mmlu_pro(texts, tmp_path / "model_outputs_Some-7B_5shots.json")
    samples = load_samples(path)
    read = outcomes(samples)
    assert (read[:300] == "correct").all()
    assert read[301] == "correct"
    cut = np.delete(read[300:], 1)
    # What was cut at the end of a sentence by chance looks finished.
    assert set(cut) == {"truncated", "unparsed"}
    assert (cut == "truncated").sum() > 40
    assert cut[0] == "truncated"
    main(["rescore", str(path), "--target", "0", "--format", "json"])
    content = json.loads(capsys.readouterr().out)
    (limit,) = content["token_limits"]
    truncated = int((read == "truncated").sum())
    assert limit == {
        "model": "Some-7B",
        "task": "mmlu_pro",
        "tokens": pytest.approx(256, rel=0.1),
        "source": "inferred",
        "truncated": truncated,
        "characters": pytest.approx(1_150, rel=0.2),
        "ends": truncated + 1,  # one had stated its answer
    }
    (sentence,) = [note for note in content["notes"] if "token limit" in note]
    assert sentence == (
        "Some-7B, mmlu_pro: the token limit is not logged. From the lengths: about "
        f"{limit['characters']} characters ({limit['tokens']} tokens). {truncated + 1} responses "
        f"end there inside a sentence; the {truncated} of them that state no answer count as "
        "truncated."
    )
    main(["rescore", str(path), "--target", "0"])
    assert "the token limit is not logged" in " ".join(capsys.readouterr().out.split())


def test_published_files_that_were_not_cut(texts, tmp_path):
    samples = load_samples(mmlu_pro(texts[:300], tmp_path / "a.json"))
    (limit,) = samples.limits
    assert limit.record() == {
        "model": "a",
        "task": "mmlu_pro",
        "tokens": 2048,
        "source": "assumed",
        "truncated": 0,
    }
    assert not any("token limit" in note for note in samples.notes)


def logged(texts, folder, **generation):
    """A plain task's log, each document under two filters."""
    rows = [
        generated(
            number,
            text,
            "B" if "answer is (B)" in text else "[invalid]",
            float("answer is (B)" in text),
            name,
        )
        for number, text in enumerate(texts)
        for name in ("one", "other")
    ]
    write_samples(folder, "quiz", rows)
    write_results(
        folder,
        {"quiz": len(texts)},
        configs={"quiz": {"task": "quiz", "generation_kwargs": generation}},
        results={"quiz": {"exact_match,one": 0.5, "exact_match,other": 0.5}},
    )
    return load_samples(folder)


def test_logs_of_the_harness(texts, tmp_path):
    samples = logged(texts, tmp_path / "unknown")
    (limit,) = samples.limits
    assert (limit.task, limit.limit.source) == ("quiz", "inferred")
    per_filter = (outcomes(samples) == "truncated").sum() // 2
    assert 40 < per_filter == limit.truncated
    # Documents are counted, not rows; one of them had stated its answer.
    assert limit.limit.cut is not None
    assert limit.limit.cut.ends == limit.truncated + 1

    samples = logged(texts, tmp_path / "known", max_gen_toks=2048)
    (limit,) = samples.limits
    assert limit.record() | {"truncated": 0} == {
        "model": "org/model",
        "task": "quiz",
        "tokens": 2048,
        "source": "logged",
        "truncated": 0,
    }
    assert "truncated" not in outcomes(samples)

    (limit,) = logged(texts[:300], tmp_path / "short").limits
    assert (limit.limit.tokens, limit.limit.source) == (256, "assumed")


def test_an_assumed_limit_that_the_lengths_disprove(tmp_path):
    long = responses(random.Random(4), 100, median=1_000, spread=0.5, stops=False)
    samples = logged(long, tmp_path)
    (limit,) = samples.limits
    assert limit.limit.tokens is None
    assert "truncated" not in outcomes(samples)
    assert any("none is assumed" in note for note in samples.notes)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_columns(texts, suffix, tmp_path):
    """Each model has a limit of its own, and bad rows are counted once."""
    rows = [{"m": "cut", "a": text, "g": "B"} for text in texts]
    rows += [{"m": "short", "a": "B", "g": "B"}, {"m": "short", "a": "C", "g": ""}]
    path = tmp_path / f"rows.{suffix}"
    with path.open("w", encoding="utf-8", newline="") as file:
        if suffix == "csv":
            writer = csv.DictWriter(file, ["m", "a", "g"])
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    columns = {"model": "m", "answer": "a", "gold": "g"}
    samples = load_samples(path, columns=columns, skip_bad=True)
    assert samples.skipped == {"no gold answer": 1}
    (limit,) = samples.limits
    assert (limit.model, limit.limit.source) == ("cut", "inferred")
    assert limit.truncated == (outcomes(samples) == "truncated").sum() > 40


@pytest.mark.parametrize("source", ["published", "harness", "columns"])
def test_a_response_is_judged_once(source, texts, tmp_path):
    """To infer the limit reads the texts twice; whoever judges them sees each once, with it."""
    limits: list[int | None] = []

    def counting(response, *, token_limit=None, **rest):
        limits.append(token_limit)
        return judge(response, token_limit=token_limit, **rest)

    columns = None
    if source == "published":
        path = mmlu_pro(texts, tmp_path / "a.json")
    elif source == "harness":
        logged(texts, path := tmp_path / "log")
    else:
        columns, path = {"answer": "a", "gold": "g"}, tmp_path / "rows.jsonl"
        path.write_text("".join(json.dumps({"a": text, "g": "B"}) + "\n" for text in texts))
    samples = load_samples(path, columns=columns, judge=counting)
    assert len(samples) == len(limits) == (samples.read >= 0).sum()
    (limit,) = samples.limits
    assert limit.limit.source == "inferred"
    assert {one for one in limits if one is not None} == {int(limit.limit.tokens / 1.4)}


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published outputs are not here")
@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("Meta-Llama-3_1-8B-Instruct", 2048),
        ("Mistral-7B-Instruct-v0.2", 256),
        ("gemini-1.5-flash-002", None),
    ],
)
def test_the_published_files_that_were_cut(model, tokens):
    records = json.loads(whole(PUBLISHED / f"{model}.zip"))
    outputs = [one.get("model_outputs") or one.get("generated_text") for one in records]
    found = infer_cut(Ends(outputs))
    assert (found is None) is (tokens is None)
    if found:
        assert found.tokens == pytest.approx(tokens, rel=0.1)
        assert infer_cut(Ends(text for text in outputs if found.of(text) is None)) is None
