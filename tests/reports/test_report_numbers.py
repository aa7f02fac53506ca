"""The numbers of a report against those of rescore, and against plain sums."""

import json
import math
import re
from itertools import combinations, pairwise

import numpy as np
import pytest

from lm_eval_abstain.logs import joint_outcomes, load_samples, pair
from lm_eval_abstain.reports import question_sets
from lm_eval_abstain.reports.curve_data import reliability, risk_curve, target_curves
from lm_eval_abstain.reports.drawn_runs import answer_points, by_model, curve_run
from lm_eval_abstain.reports.leaderboard import leaderboard_data, neighbours
from lm_eval_abstain.rubric import ORDER, UNPARSED_POLICIES, Outcome, Rubric
from lm_eval_abstain.scores import rescore
from lm_eval_abstain.statistics import best_threshold, joint, metrics, paired_bootstrap
from support.implied_policy import policy_score
from support.report_logs import MODELS, SUBJECTS, write_choices, write_texts

# 0.26 is the confidence of many documents.
TARGETS = (0.0, 0.26, 0.5, 0.75, 0.9, 0.95)
TEXTS = [("4", "correct")] * 9 + [("5", "wrong")] * 5 + [("I don't know", "abstained")] * 3
TEXTS += [("hm", "unparsed")] * 2 + [("", "empty"), ("so", "truncated")]


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for model in MODELS:
        write_choices(folder, model)
    write_texts(folder / "texts", MODELS[0], TEXTS)
    write_texts(folder / "texts", MODELS[1], TEXTS[::-1])
    return load_samples(folder)


@pytest.fixture(scope="module")
def sets(samples):
    return question_sets(samples)[0]


@pytest.fixture(scope="module")
def quiz(sets):
    return next(one for one in sets if one.name == "quiz")


def test_runs_on_the_same_questions_are_together(samples, sets, quiz):
    assert [one.name for one in sets if one.main] == ["quiz", "sums"]
    assert {one.name for one in sets if not one.main} == {f"quiz_{name}" for name in SUBJECTS}
    assert quiz.group
    labels = ["closed", "open, t = 0", "open, t = 0.5", "open, t = 0.75", "open, t = 0.9"]
    for model in quiz.models:
        assert [entry.label for entry in quiz.entries if entry.model == model] == labels
    rows = np.concatenate([entry.rows for one in sets if one.main for entry in one.entries])
    assert sorted(rows.tolist()) == list(range(len(samples)))


def test_a_task_that_another_model_ran_alone_stands_for_itself(tmp_path):
    write_choices(tmp_path, MODELS[0], 6)
    write_choices(tmp_path, MODELS[1], 6, subjects=("rivers",))
    sets, _ = question_sets(load_samples(tmp_path))
    # The second model's group holds one task, and no group holds more of it.
    main = {one.name for one in sets if one.main}
    assert "quiz_rivers" in main
    assert "quiz_stars" not in main


def test_labels_say_what_differs(tmp_path):
    run = write_choices(tmp_path, MODELS[0], 4, targets=(0.5,), subjects=("rivers",))
    file = next(run.glob("*abstain_t50*.jsonl"))
    text = file.read_text()
    other = file.with_name(file.name.replace("abstain_t50", "abstain_t51"))
    other.write_text(text.replace("idk:last", "idk:rotate"))
    third = file.with_name(file.name.replace("abstain_t50", "abstain_t52"))
    third.write_text(text.replace("idk:last", "idk:rotate"))
    sets, _ = question_sets(load_samples(tmp_path))
    labels = [entry.label for one in sets if one.name == "quiz_rivers" for entry in one.entries]
    assert sorted(labels) == [
        "closed",
        "open, t = 0.5, idk last",
        "open, t = 0.5, idk rotate (quiz_rivers_abstain_t51)",
        "open, t = 0.5, idk rotate (quiz_rivers_abstain_t52)",
    ]


def test_the_scores_are_those_of_rescore(samples, sets):
    scores = rescore(samples, TARGETS)
    found = {(s.model, s.name, s.group, s.shown, s.target): s for s in scores.scores}
    for one in sets:
        for entry in one.entries:
            curves = target_curves(entry, targets=TARGETS)
            for place, target in enumerate(TARGETS):
                key = [k for k in found if k[:3] == (entry.model, entry.task, one.group)]
                (score,) = [
                    found[k]
                    for k in key
                    if k[4] == target and (k[3] == entry.shown or math.isnan(k[3]) != entry.open)
                ]
                metrics = score.metrics
                assert curves.answered[place] == pytest.approx(metrics["score"].value)
                if "policy_score" in metrics:
                    assert curves.implied[place] == pytest.approx(metrics["policy_score"].value)
                if "aurc" in metrics:
                    assert risk_curve(entry).aurc == metrics["aurc"].value
                    assert risk_curve(entry).augrc == metrics["augrc"].value
                    assert reliability(entry).ece == metrics["ece"].value
                if "forced_acc" in metrics:
                    assert entry.forced_acc == pytest.approx(metrics["forced_acc"].value)


def test_the_policies_of_a_choice(quiz):
    for entry in quiz.entries:
        curves = target_curves(entry, targets=TARGETS)
        acc = entry.right.mean()
        for place, target in enumerate(TARGETS):
            _, best = best_threshold(entry.confidence, entry.right, target)
            assert curves.best[place] == pytest.approx(best)
            implied = policy_score(entry.confidence, entry.right, target)
            assert curves.implied[place] == pytest.approx(implied)
            always = acc - Rubric(target).penalty * (1 - acc)
            assert curves.always[place] == pytest.approx(always)
            assert curves.best[place] >= max(0, curves.always[place], implied) - 1e-12


def test_of_written_answers_always_answering_is_known_only_without_abstentions(sets, tmp_path):
    sums = next(one for one in sets if one.name == "sums")
    assert target_curves(sums.entries[0]).always is None
    assert target_curves(sums.entries[0]).best is None
    assert risk_curve(sums.entries[0]) is None
    assert reliability(sums.entries[0]) is None
    write_texts(tmp_path, MODELS[0], [("4", "correct"), ("5", "wrong")])
    entry = question_sets(load_samples(tmp_path))[0][0].entries[0]
    assert target_curves(entry, targets=(0.75,)).always.tolist() == [-1.0]  # (1 - 3) / 2


def test_a_risk_curve_by_hand(quiz):
    entry = quiz.entries[0]
    curve = risk_curve(entry)
    order = sorted(range(entry.n), key=lambda i: -entry.confidence[i])
    for coverage, risk in zip(curve.coverage, curve.risk):
        k = round(coverage * entry.n)
        surest = order[:k]
        assert risk == pytest.approx(1 - entry.right[surest].mean())
        # No point stands in the middle of equally confident documents.
        assert k == entry.n or entry.confidence[order[k]] < entry.confidence[order[k - 1]]
    assert curve.coverage[-1] == 1
    assert len(curve.coverage) <= 200


def test_reliability_by_hand(quiz):
    found = reliability(quiz.entries[0])
    sure, right = quiz.entries[0].confidence, quiz.entries[0].right
    bins = [(sure > k / 15) & (sure <= (k + 1) / 15) for k in range(15)]
    bins = [members for members in bins if members.any()]
    assert found.n.tolist() == [members.sum() for members in bins]
    assert found.confidence == pytest.approx([sure[members].mean() for members in bins])
    assert [a.value for a in found.accuracy] == pytest.approx([right[m].mean() for m in bins])


def test_what_was_answered(quiz):
    runs = [entry for entry in quiz.entries if entry.model == "lab/careful-7b"]
    points = answer_points(runs, "wrong")
    assert [point.label for point in points] == ["t = 0", "t = 0.5", "t = 0.75", "t = 0.9"]
    for point, run in zip(points, runs[1:]):
        counts = dict(zip(ORDER, run.counts.tolist()))
        answered = counts[Outcome.CORRECT] + counts[Outcome.WRONG]
        assert point.coverage == answered / run.n
        assert point.risk == pytest.approx(counts[Outcome.WRONG] / answered)
    # Points that lie on each other are one.
    deaf = [entry for entry in quiz.entries if entry.model == "lab/deaf-13b"]
    assert [p.label for p in answer_points(deaf, "wrong")] == ["t = 0, 0.5, 0.75, 0.9"]
    assert curve_run(runs[::-1]).label == "closed"
    assert [curve.label for _, _, curve in by_model(quiz.entries)] == ["closed"] * 3


def test_pairs_are_those_of_the_samples(samples, sets):
    for questions in sets:
        for one, other in combinations(questions.entries, 2):
            pairs = pair(one, other)
            table = joint(samples.outcome[pairs.one], samples.outcome[pairs.other])
            cells = joint_outcomes(one, other)
            assert len(cells) == len(one.subjects)
            assert (cells.sum(axis=0) == table).all()


def test_documents_with_another_content_are_no_pair(tmp_path):
    write_texts(tmp_path, MODELS[0], TEXTS)
    run = write_texts(tmp_path, MODELS[1], TEXTS)
    file = next(run.glob("*.jsonl"))
    lines = file.read_text().splitlines()
    lines[0] = lines[0].replace('"doc_hash": "', '"doc_hash": "0123456789abcdef')
    file.write_text("\n".join(lines) + "\n")
    entries = question_sets(load_samples(tmp_path))[0][0].entries
    assert joint_outcomes(entries[0], entries[1]).sum() == len(TEXTS) - 1


def unpacked(steps, digits):
    """What the page makes of packed numbers."""
    whole = steps[:1]
    for step in steps[1:]:
        whole.append(whole[-1] - step)
    return [number / 10**digits for number in whole]


def shown(interval):
    """An interval as the tables show it: as texts."""
    return f"{interval.value:.4f} [{interval.low:.3f}, {interval.high:.3f}]"


def shown_on_the_page(packed, key, place):
    value = unpacked(packed[key], 4)[place]
    low, high = (unpacked(packed[limit], 3)[place] for limit in ("low", "high"))
    return f"{value:.4f} [{low:.3f}, {high:.3f}]"


def same(text, other):
    """Whether two texts are the same but for the sign of a zero."""
    return re.sub(r"-(0\.0+\b)", r"\1", text) == re.sub(r"-(0\.0+\b)", r"\1", other)


def targets_of(data, questions):
    return [text for text, _ in data["grids"][questions["grid"]]["targets"]]


@pytest.mark.parametrize("unparsed", UNPARSED_POLICIES)
def test_the_leaderboard_shows_the_table_of_scores(samples, sets, unparsed):
    asked = (0.0, 0.35, 0.5, 0.755, 0.9, 0.95)
    data = json.loads(json.dumps(leaderboard_data(sets, asked, unparsed, 0.9)))
    scores = rescore(samples, asked, unparsed=unparsed, level=0.9).scores
    found = {(s.model, s.name, s.group, str(s.shown), s.target): s.metrics for s in scores}
    for one, questions in zip(data["sets"], sets):
        targets = targets_of(data, one)
        # With 0.755, which no slider has.
        assert len(targets) == (21 if one["grid"] else 97)
        assert one["grid"] == int(not questions.main)
        for row, run in zip(one["entries"], questions.entries):
            assert row["shown"] == (Rubric(run.shown).target_text if run.open else None)
            assert row["n"] == f"{run.n:,}"
            rates = metrics(run.counts, 0, unparsed)
            keys = ("acc", "error_rate", "abstain_rate", "unparsed_rate")
            assert row["shares"] == [f"{100 * rates[key]:.1f}%" for key in keys]
            for target in asked:
                score = found[run.model, run.task, run.group, str(run.shown), target]["score"]
                place = targets.index(Rubric(target).target_text)
                assert same(shown_on_the_page(row, "score", place), shown(score))


@pytest.mark.parametrize("unparsed", UNPARSED_POLICIES)
def test_neighbours_are_compared_in_pairs(sets, unparsed):
    data = leaderboard_data(sets, (0.755,), unparsed, 0.95)
    compared = 0
    for one, questions in zip(data["sets"], sets):
        assert bool(one["pairs"]) == questions.main
        targets = targets_of(data, one)
        for key, packed in one["pairs"].items():
            first, second = (questions.entries[int(place)] for place in key.split(","))
            cells = joint_outcomes(first, second)
            assert packed["n"] == f"{cells.sum():,}"
            for text in ("0", "0.63", "0.75", "0.755", "0.9"):
                place, target = targets.index(text), float(text)
                expected = paired_bootstrap(
                    cells, "score", target, target, unparsed, replicates=1_000
                )
                assert same(shown_on_the_page(packed, "value", place), shown(expected))
                apart = expected.low > 0 or expected.high < 0
                assert packed["apart"][place] == str(int(apart))
                compared += 1
        # Whichever run stands below another at a target, the two are compared.
        entries = [entry for entry in one["entries"] if entry["score"] is not None]
        for place in range(len(targets) if questions.main else 0):
            for label in [None, *{entry["run"] for entry in entries}]:
                view = [entry for entry in entries if label in (None, entry["run"])]
                view.sort(key=lambda entry: -unpacked(entry["score"], 4)[place])
                for pair_ in pairwise(view):
                    key = ",".join(map(str, sorted(one["entries"].index(e) for e in pair_)))
                    assert key in one["pairs"]
    assert compared


def test_neighbours_by_hand():
    # Run 0 leads first, then run 2; run 1 is always between them or, alone in its view, last.
    scores = np.array([[0.9, 0.1], [0.5, 0.5], [0.1, 0.9]])
    assert neighbours(scores, ["a", "b", "c"]) == {(0, 1), (1, 2)}
    assert neighbours(scores, ["a", "b", "a"]) == {(0, 1), (1, 2), (0, 2)}
    # Of equal scores the first run stands above; a run without a score is not ranked.
    equal = np.array([[0.5], [0.5], [0.5], [np.nan]])
    assert neighbours(equal, list("abcd")) == {(0, 1), (1, 2)}
    assert neighbours(equal[3:], ["a"]) == set()


def test_a_target_that_was_asked_for_is_on_the_grid(sets):
    data = leaderboard_data(sets, (0.999,), "wrong", 0.95)
    fine, coarse = data["grids"]
    assert (fine["step"], coarse["step"]) == (0.01, 0.05)
    assert fine["targets"][-1] == coarse["targets"][-1] == ("0.999", "999")
    assert ("0.9", "9") in coarse["targets"]
    assert ("0.01", "0.010101") in fine["targets"]
    assert ("0.01", "0.010101") not in coarse["targets"]
