"""The numbers of a report against those of rescore, and against plain sums."""

import math

import numpy as np
import pytest
from lm_eval_abstain.reports.pairs import SCORED, joint_scored

from lm_eval_abstain.logs import load_samples, pair
from lm_eval_abstain.reports import question_sets
from lm_eval_abstain.reports.curve_data import reliability, risk_curve, target_curves
from lm_eval_abstain.reports.drawn_runs import answer_points, curve_runs
from lm_eval_abstain.reports.leaderboard import leaderboard_data
from lm_eval_abstain.rubric import ORDER, UNPARSED_POLICIES, Outcome, Rubric
from lm_eval_abstain.scores import rescore
from lm_eval_abstain.statistics import best_threshold, joint
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
    assert curve_runs(runs[::-1])[0].label == "closed"


@pytest.mark.parametrize("unparsed", UNPARSED_POLICIES)
def test_pairs_are_those_of_the_samples(samples, sets, unparsed):
    for questions in sets:
        if not questions.main:
            continue
        entries = questions.entries
        for (i, j), cells in joint_scored(samples, entries, unparsed).items():
            pairs = pair(entries[i], entries[j])
            table = joint(samples.outcome[pairs.one], samples.outcome[pairs.other])
            expected = np.zeros((3, 3), dtype=int)
            for a, first in enumerate(ORDER):
                for b, second in enumerate(ORDER):
                    both = first.scored_as(unparsed), second.scored_as(unparsed)
                    if None not in both:
                        expected[SCORED.index(both[0]), SCORED.index(both[1])] += table[a, b]
            assert (cells == expected).all()


def test_documents_with_another_content_are_no_pair(tmp_path):
    write_texts(tmp_path, MODELS[0], TEXTS)
    run = write_texts(tmp_path, MODELS[1], TEXTS)
    file = next(run.glob("*.jsonl"))
    lines = file.read_text().splitlines()
    lines[0] = lines[0].replace('"doc_hash": "', '"doc_hash": "0123456789abcdef')
    file.write_text("\n".join(lines) + "\n")
    samples = load_samples(tmp_path)
    entries = question_sets(samples)[0][0].entries
    assert joint_scored(samples, entries, "wrong")[0, 1].sum() == len(TEXTS) - 1


@pytest.mark.parametrize("unparsed", UNPARSED_POLICIES)
def test_the_leaderboard_knows_the_variance_of_every_score(samples, sets, unparsed):
    data = leaderboard_data(samples, sets, unparsed, 0.95)
    for one, questions in zip(data["sets"], sets):
        for row, entry in zip(one["entries"], questions.entries):
            correct, wrong, abstained = row["scored"]
            cc, cw, ww = row["spread"]
            assert row["shown"] == (Rubric(entry.shown).target_text if entry.open else None)
            assert sum(row["outcomes"]) == entry.n
            for target in TARGETS:
                # Document by document, subject by subject.
                cost = Rubric(target).penalty
                scored = np.array([Rubric(target).points(outcome) for outcome in ORDER])
                subjects = samples.task[entry.rows]
                within = total = n = 0.0
                for subject in set(subjects.tolist()):
                    points = [
                        0.0 if outcome.scored_as(unparsed) is Outcome.ABSTAINED else scored[code]
                        for code in samples.outcome[entry.rows[subjects == subject]]
                        if (outcome := ORDER[code]).scored_as(unparsed) is not None
                    ]
                    within += len(points) * np.var(points)
                    total += sum(points)
                    n += len(points)
                assert correct + wrong + abstained == n
                assert correct - cost * wrong == pytest.approx(total)
                variance = correct + cost**2 * wrong - (cc - 2 * cost * cw + cost**2 * ww)
                assert variance == pytest.approx(within, rel=1e-6, abs=1e-3)
