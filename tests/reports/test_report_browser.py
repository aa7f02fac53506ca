"""The page in a real browser: what the reader does, and what a hostile text cannot do."""

import json
import math

import pytest

from support.chromium import browsing, chromium
from support.report_logs import HOSTILE, MODELS, SUBJECTS, write_choices, write_texts

pytest.importorskip("matplotlib", reason="the extra `report` is not installed")
if chromium() is None:
    pytest.skip("there is no Chromium here", allow_module_level=True)

from lm_eval_abstain.logs import joint_outcomes, load_samples
from lm_eval_abstain.reports import question_sets, report
from lm_eval_abstain.rubric import Rubric
from lm_eval_abstain.statistics import bootstrap, metrics, paired_bootstrap

TEXTS = [(f"{text} so I don't know.", "abstained") for text in HOSTILE]
TEXTS += [("1", "correct")] * 30 + [("9", "wrong")] * 3 + [("needle 😀 in a haystack", "unparsed")]
TARGETS = [0.75, 0.99, 0.999]  # the leaderboard begins with the first; no slider has the others
ROWS = "[...document.querySelectorAll('#leaderboard-table tbody tr')]"
ITEMS = "[...document.querySelectorAll('#browser-list > li')]"


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for model in MODELS:
        write_choices(folder, model, 200)
    write_texts(folder / "texts", MODELS[0], TEXTS)
    return load_samples(folder)


@pytest.fixture(scope="module")
def file(samples, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(report(samples, TARGETS).html.encode())
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with browsing(chromium(), tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(browser, file):
    browser.requests.clear()
    browser.errors.clear()
    browser.size(1280, 900)
    browser.scheme("light")
    browser.open(file)
    yield browser
    # Whatever a test did: nothing left the page, and nothing went wrong in it.
    assert set(browser.requests) <= {file.as_uri()}
    assert browser.errors == []
    assert browser.run("window.broken === undefined")


def select(page, name, value):
    page.run(
        f"(() => {{ const s = document.getElementById('{name}'); s.value = {json.dumps(value)};"
        "s.dispatchEvent(new Event('change')); })()"
    )


def option(page, name, text):
    """The value of the option that says so."""
    options = f"[...document.getElementById('{name}').options]"
    return page.run(f"{options}.find(o => o.text === {json.dumps(text)}).value")


def cells(page):
    """Model, run and score of each row of the leaderboard."""
    found = page.run(
        f"{ROWS}.map(row => [row.querySelector('th').firstChild.data, row.querySelector('.run')"
        ".textContent.split(' ◇')[0], row.cells[2].firstChild.data, row.cells[2].textContent])"
    )
    return [
        (model, run, float(score.replace("−", "-")), text.removeprefix(score).replace("−", "-"))
        for model, run, score, text in found
    ]


def number(page, text):
    page.run("document.getElementById('target-number').focus()")
    page.run("document.getElementById('target-number').select()")
    page.write(text)


@pytest.mark.parametrize("target", [0, 0.5, 0.9, 0.63])
def test_the_leaderboard_is_ranked_at_the_target(page, samples, target):
    page.run(
        f"(() => {{ const s = document.getElementById('target'); s.value = {target};"
        "s.dispatchEvent(new Event('input')); })()"
    )
    quiz = next(one for one in question_sets(samples)[0] if one.name == "quiz")
    shown = cells(page)
    assert len(shown) == len(quiz.entries)
    expected = {}
    for entry in quiz.entries:
        score = float(metrics(entry.counts, target)["score"])
        interval = bootstrap(entry.table, target, replicates=1_000)["score"]
        expected[entry.model, entry.label] = score, interval
    for model, run, score, limits in shown:
        value, interval = expected[model, run]
        assert score == float(f"{value:.4f}")
        low, high = map(float, limits.split(" to "))
        assert (low, high) == (float(f"{interval.low:.3f}"), float(f"{interval.high:.3f}"))
    scores = [score for _, _, score, _ in shown]
    assert scores == sorted(scores, reverse=True)
    status = "document.getElementById('leaderboard-status').textContent"
    page.wait(f"{status}.startsWith('At t = {target:g}:')")  # it is said a moment later
    assert page.run(status).startswith(f"At t = {target:g}: 1. {shown[0][0]}, ")


SILENT = "document.getElementById('leaderboard-silent')"


@pytest.mark.parametrize("run", ["", "closed"])
def test_where_to_answer_nothing_would_lead_the_page_says_so(page, run):
    select(page, "leaderboard-run", run)
    said = {}
    for target in ("0", "0.5", "0.75", "0.9", "0.95"):
        number(page, target)
        scores = [score for _, _, score, _ in cells(page)]
        text = page.run(f"{SILENT}.textContent")
        said[target] = max(scores) < 0
        expected = f"At t = {target} a model that never answers would lead: it scores 0."
        assert text == (expected if said[target] else "")
        assert page.run(f"{SILENT}.hidden") is not said[target]
    assert not said["0"]
    assert said["0.95"] or run == ""  # else the sentence has not been seen


def test_moving_the_target_changes_the_ranks(page):
    select(page, "leaderboard-run", "closed")
    first = {}
    for target in ("0", "0.9"):
        page.run(f"document.querySelector('[data-target=\"{target}\"]').click()")
        first[target] = [model for model, _, _, _ in cells(page)]
        assert page.run("document.getElementById('target').value") == target
    select(page, "leaderboard-run", "")
    assert [model for model, _, _, _ in cells(page)] != first["0"]
    # Where mistakes cost nothing the model that always answers leads, at 0.9 the careful one.
    page.run("document.querySelector('[data-target=\"0\"]').click()")
    assert cells(page)[0][0] == "lab/deaf-13b"
    page.run("document.querySelector('[data-target=\"0.9\"]').click()")
    assert cells(page)[0][0] == "lab/careful-7b"


def test_penalties_are_exact(page):
    for target in ("0", "0.1", "0.3", "0.5", "0.7", "0.75", "0.9", "0.99", "0.999"):
        number(page, target)
        said = page.run("document.getElementById('target-cost').textContent")
        assert float(said.split()[3]) == float(f"{Rubric(float(target)).penalty:.6g}")
    number(page, "0.9")
    cost = "document.getElementById('target-cost').textContent"
    assert page.run(cost) == "a mistake costs 9 points"
    for wrong in ("1", "1.5", "-0.2", ""):
        number(page, "0.5")
        if wrong:
            number(page, wrong)
        else:
            page.run(
                "(() => { const f = document.getElementById('target-number'); f.value = '';"
                "f.dispatchEvent(new Event('input')); })()"
            )
        assert (
            page.run("document.getElementById('target-number').getAttribute('aria-invalid')")
            == "true"
        )
        assert "below 1" in page.run("document.getElementById('target-error').textContent")
        assert page.run(cost) == "a mistake costs 1 point"


def test_a_target_without_figures_is_refused_with_a_sentence(page):
    error = "document.getElementById('target-error').textContent"
    number(page, "0.5")
    number(page, "0.123")
    assert page.run(error).startswith("This page has no figures at 0.123 for these questions; the ")
    assert "nearest are at 0.12. Make it with --target 0.123." in page.run(error)
    assert page.run("document.getElementById('target-cost').textContent") == (
        "a mistake costs 1 point"
    )
    number(page, "0.70")
    assert page.run(error) == ""
    # Parts of a group have every fifth target, and the slider steps accordingly.
    number(page, "0.63")
    select(page, "leaderboard-set", option(page, "leaderboard-set", "quiz_stars"))
    caption = "document.getElementById('leaderboard-caption').textContent"
    assert page.run(caption).startswith("quiz_stars at t = 0.65: ")
    page.run("document.getElementById('target').focus()")
    page.press("ArrowRight")
    assert page.run(caption).startswith("quiz_stars at t = 0.7: ")
    page.press("ArrowLeft", 14)
    assert page.run(caption).startswith("quiz_stars at t = 0: ")


def test_marks_of_overlap_and_of_other_stakes(page):
    apart = 0
    for target, run in [("0.75", ""), ("0.9", "closed"), ("0.75", "open, t = 0.75")]:
        page.run(f"document.querySelector('[data-target=\"{target}\"]').click()")
        select(page, "leaderboard-run", run)
        rows = page.run(f"{ROWS}.map(row => [...row.cells].map(cell => cell.textContent))")
        spans = [limits(row[2]) for row in rows]
        for place, (row, (low, high)) in enumerate(zip(rows, spans)):
            others = [span for other, span in enumerate(spans) if other != place]
            overlaps = any(a <= high and low <= b for a, b in others)
            assert ("≈" in row[0]) == overlaps
            apart += not overlaps and place < len(rows) - 1
            best = 1 + sum(a > high for a, _ in others)
            worst = len(rows) - sum(b < low for _, b in others)
            span = f"{best}–{worst}" if worst > best else f"{best}"
            assert not overlaps or f"≈ {span}," in row[0]
            told = "open" in row[1] and f"t = {target}" not in row[1].split("◇")[0]
            assert ("◇" in row[1]) == told
    assert apart


def limits(text):
    """The limits in a cell such as −0.105−0.2 to 0.1: a score, and its limits behind it."""
    score_and_low, high = text.replace("−", "-").split(" to ")
    start = score_and_low.index(".") + 5  # four digits behind the point
    return float(score_and_low[start:]), float(high)


def test_the_difference_to_the_row_above_is_the_paired_one(page, samples):
    page.run("document.querySelector('[data-target=\"0.75\"]').click()")
    quiz = next(one for one in question_sets(samples)[0] if one.name == "quiz")
    entries = {(entry.model, entry.label): entry for entry in quiz.entries}
    rows = page.run(f"{ROWS}.map(row => row.cells[9].textContent)")
    shown = cells(page)
    assert rows[0] == ""
    for place in range(1, len(rows)):
        own, above = (entries[shown[p][:2]] for p in (place, place - 1))
        table = joint_outcomes(*sorted([above, own], key=quiz.entries.index))
        expected = paired_bootstrap(table, "score", 0.75, 0.75, replicates=1_000)
        sign = 1 if quiz.entries.index(above) < quiz.entries.index(own) else -1
        text = rows[place].replace("−", "-")
        assert text.endswith(f", {table.sum()} documents")
        open_ = expected.low <= 0 <= expected.high
        assert ("not told apart" in text) == open_
        text = text.replace(", not told apart", "").rsplit(", ", 1)[0]
        value, low, high = *text[: text.index(".") + 5 :].split(), *limits(text)
        assert float(value) == pytest.approx(sign * float(f"{expected.value:.4f}"))
        ends = sorted([sign * expected.low, sign * expected.high])
        assert [low, high] == [pytest.approx(float(f"{end:.3f}")) for end in ends]


def test_every_set_of_questions_can_be_ranked(page):
    options = page.run("[...document.getElementById('leaderboard-set').options].map(o => o.text)")
    assert options == ["quiz (group)", "sums", *(f"quiz_{name}" for name in sorted(SUBJECTS))]
    for place, name in enumerate(options):
        select(page, "leaderboard-set", str(place))
        caption = page.run("document.getElementById('leaderboard-caption').textContent")
        assert caption.startswith(f"{name.split(' ')[0]} at t = ")
        assert len(cells(page)) == (1 if name == "sums" else 15)


def test_a_run_without_scored_documents_is_not_left_out(browser, tmp_path):
    write_texts(tmp_path, MODELS[0], [("hm", "unparsed")] * 3)
    write_texts(tmp_path, MODELS[1], [("hm", "unparsed"), ("1", "correct")])
    path = tmp_path / "report.html"
    path.write_text(report(load_samples(tmp_path), unparsed="exclude").html)
    browser.open(path)
    rows = browser.run(f"{ROWS}.map(row => row.textContent)")
    assert rows[0].startswith(f"1{MODELS[1].name}")
    assert rows[1].startswith(f"n/a{MODELS[0].name}")
    assert rows[1].endswith("none of 3 documents is left to be scored")


def status(page):
    return page.run("document.getElementById('browser-status').textContent")


def test_filters_filter(page):
    whole = status(page)
    select(page, "browser-outcome", "1")
    assert status(page) != whole
    badges = page.run(f"{ITEMS}.map(item => item.querySelector('.badge').textContent)")
    assert set(badges) == {"wrong"}
    models = page.run("[...document.getElementById('browser-model').options].map(o => o.text)")
    assert models == ["all models", *sorted(model.name for model in MODELS)]
    select(page, "browser-model", "2")
    select(
        page,
        "browser-questions",
        option(page, "browser-questions", "quiz_stars"),
    )
    heads = page.run(f"{ITEMS}.map(item => item.querySelector('summary').textContent)")
    assert heads
    assert all(f"{models[3]}, quiz_stars, document " in head for head in heads)
    select(page, "browser-outcome", option(page, "browser-outcome", "unparsed"))
    assert status(page) == "No sample on this page is like that."


def test_text_is_searched_and_shown(page):
    page.run("document.getElementById('browser-text').focus()")
    page.write("NEEDLE")
    page.wait("document.getElementById('browser-status').textContent.includes('1 to 1 of 1 ')")
    page.run(f"{ITEMS}[0].querySelector('details').open = true")
    page.wait(f"{ITEMS}[0].querySelector('.sample')")
    text = page.run(f"{ITEMS}[0].textContent")
    for part in ("needle 😀 in a haystack", "Q: What is", "Right answer", "read as", "take-last"):
        assert part in text


def test_pages_turn(page):
    select(page, "browser-outcome", "0")
    ends = page.run(
        "['browser-previous', 'browser-next'].map(i => document.getElementById(i).disabled)"
    )
    assert ends == [True, False]
    total = int(status(page).split(" of ")[1].split()[0])
    seen = []
    for number_ in range(math.ceil(total / 20)):
        assert f"Page {number_ + 1} of" in page.run(
            "document.getElementById('browser-page').textContent"
        )
        seen += page.run(f"{ITEMS}.map(item => item.querySelector('summary').textContent)")
        page.run("document.getElementById('browser-next').click()")
    assert len(seen) == len(set(seen)) == total
    assert page.run("document.getElementById('browser-next').disabled")
    # What is searched anew begins at the first page.
    select(page, "browser-outcome", "")
    assert status(page).startswith("Samples 1 to 20 of ")


def test_hostile_texts_run_nothing_and_are_shown_as_they_are(page):
    select(page, "browser-questions", option(page, "browser-questions", "sums"))
    select(page, "browser-outcome", "2")
    page.run(f"{ITEMS}.forEach(item => {{ item.querySelector('details').open = true; }})")
    page.wait(f"{ITEMS}.every(item => item.querySelector('.sample'))")
    # The note for screen readers that follows a mark is no part of the response.
    shown = page.run(
        f"{ITEMS}.map(item => {{ const t = item.querySelectorAll('.text')[1].cloneNode(true);"
        "t.querySelectorAll('.hidden').forEach(h => h.remove()); return t.textContent; })"
    )
    assert sorted(shown) == sorted(text for text, _ in TEXTS[:4])
    marks = page.run(
        "[...document.querySelectorAll('#browser-list mark')].map(m => m.firstChild.data)"
    )
    assert marks == ["I don't know"] * 4
    assert page.run("document.querySelectorAll('#browser-list :is(script, img, b)').length") == 0


def test_the_policy_stops_what_a_text_would_need(browser, file):
    browser.open(file)
    browser.errors.clear()
    browser.run(
        "(() => { const script = document.createElement('script');"
        "script.append('window.broken = 1'); document.body.append(script); })()"
    )
    assert browser.run("window.broken === undefined")
    assert browser.run(
        "(() => { try { document.body.innerHTML = '<p>'; return false; }"
        "catch (error) { return true; } })()"
    )
    blocked = browser.run(
        "new Promise(done => {"
        "document.addEventListener('securitypolicyviolation', e => done(e.blockedURI));"
        "const image = document.createElement('img'); image.src = 'https://example.org/x.png';"
        "document.body.append(image); setTimeout(() => done('nothing'), 2000); })"
    )
    assert blocked.startswith("https://example.org")
    assert browser.errors


def test_a_notebook_shows_the_page_and_is_out_of_its_reach(browser, samples, tmp_path):
    notebook = tmp_path / "notebook.html"
    frame = report(samples, per_outcome=5)._repr_html_()
    notebook.write_text(
        f"<!DOCTYPE html><meta charset=utf-8><title>t</title>{frame}", encoding="utf-8"
    )
    browser.requests.clear()
    browser.open(notebook)
    frames = "document.querySelector('iframe')"
    # The frame is of another origin: neither can read the other.
    assert browser.run(f"{frames}.contentDocument") is None
    assert browser.run("window.broken === undefined")
    assert set(browser.requests) <= {notebook.as_uri(), "about:srcdoc"}


def focused(page):
    return page.run(
        "document.activeElement.id || document.activeElement.dataset.target || "
        "document.activeElement.textContent.trim()"
    )


def test_the_keyboard_is_enough(page):
    page.press("Tab")
    assert focused(page) == "Skip to the leaderboard"
    page.press("Enter")
    page.press("Tab")
    assert focused(page) == "target"
    before = cells(page)
    page.press("Home")
    assert page.run("document.getElementById('target-number').value") == "0"
    assert cells(page) != before
    page.press("ArrowRight", 2)
    assert page.run("document.getElementById('target-number').value") == "0.02"
    page.press("Tab")
    assert focused(page) == "target-number"
    page.press("Tab", 4)
    assert focused(page) == "0.9"
    page.press("Space")
    assert page.run("document.getElementById('target').value") == "0.9"
    page.press("Tab")
    assert focused(page) == "leaderboard-set"
    # What has the focus is seen to have it.
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.run("document.querySelector('#browser-list summary').focus()")
    page.press("Enter")
    page.wait("document.querySelector('#browser-list .sample')")


def test_light_dark_and_the_readers_choice(page):
    paper = "getComputedStyle(document.body).backgroundColor"
    ink = "getComputedStyle(document.querySelector('.picture text')).fill"
    light = page.run(f"[{paper}, {ink}]")
    page.scheme("dark")
    dark = page.run(f"[{paper}, {ink}]")
    assert light[0] == "rgb(255, 255, 255)"
    assert dark[0] == "rgb(21, 23, 26)"
    assert light[1] != dark[1]
    page.run("document.querySelector('[name=theme][value=light]').click()")
    assert page.run(f"[{paper}, {ink}]") == light
    page.scheme("light")
    page.run("document.querySelector('[name=theme][value=dark]').click()")
    assert page.run(f"[{paper}, {ink}]") == dark
    page.run("document.querySelector('[name=theme][value=auto]').click()")
    assert page.run(f"[{paper}, {ink}]") == light


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_window(page, width):
    page.size(width, 800)
    page.run(f"{ITEMS}[0].querySelector('details').open = true")
    page.wait("document.querySelector('#browser-list .sample')")
    assert page.run("document.documentElement.scrollWidth") <= width


def test_colours_of_texts_have_contrast(page):
    names = ["ink", "quiet", "link", "warning", "correct", "wrong", "abstained", "unparsed"]
    for scheme in ("light", "dark"):
        page.scheme(scheme)
        for name in names:
            for ground in ("paper", "panel"):
                style = "getComputedStyle(document.documentElement)"
                colors = page.run(
                    f"['--{name}', '--{ground}'].map(v => {style}.getPropertyValue(v).trim())"
                )
                low, high = sorted(map(luminance, colors))
                assert (high + 0.05) / (low + 0.05) >= 4.5, (scheme, name, ground)


def luminance(color):
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
