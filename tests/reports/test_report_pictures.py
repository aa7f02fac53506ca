"""The pictures: figures without global state, and SVG that a page can hold."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from support.report_logs import HOSTILE, MODELS, write_choices, write_texts
from support.simulated_models import Model

pytest.importorskip("matplotlib", reason="the extra `report` is not installed")

from matplotlib.figure import Figure

from lm_eval_abstain import AbstainError
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.reports import figures, question_sets
from lm_eval_abstain.reports.audits import audit_samples
from lm_eval_abstain.reports.figures.style import INK, LINES, OUTCOMES
from lm_eval_abstain.reports.figures.svg import inline_svg
from lm_eval_abstain.reports.pictures import save_pictures, set_pictures, sweep_picture
from lm_eval_abstain.rubric import Outcome

# Mathematics for matplotlib, markup for the page, and nothing that XML allows.
NAMES = ["$\\frac{1}{0}$ $x_$", *HOSTILE[:3], "a\x00b\x1b\u202ec\ud83d", "模型-7b", "x" * 300]


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for model in MODELS:
        write_choices(folder, model, 30)
    write_texts(folder / "texts", MODELS[0], [("4", "correct"), ("I don't know", "abstained")])
    return load_samples(folder)


@pytest.fixture(scope="module")
def pictures(samples):
    sets, _ = question_sets(samples)
    made = [picture for one in sets[:2] for picture in set_pictures(one, one.name)]
    return [*made, sweep_picture(audit_samples(samples, "wrong", "answer", 0.95).audits)]


def test_every_picture_has_words_and_data(pictures):
    names = [picture.name for picture in pictures]
    assert names == [
        *(f"quiz-{kind}" for kind in ("outcomes", "scores", "policies", "risk-coverage")),
        *("quiz-reliability", "quiz-subjects"),
        *("sums-outcomes", "sums-policies", "sums-risk-coverage", "sweeps"),
    ]
    for picture in pictures:
        assert isinstance(picture.figure, Figure)
        assert picture.title
        assert len(picture.description) > 50
        assert picture.table.rows


@pytest.mark.filterwarnings("error")
def test_what_has_no_score_is_not_drawn_as_a_line(tmp_path):
    write_texts(tmp_path, MODELS[0], [("hm", "unparsed")] * 3)
    sets, _ = question_sets(load_samples(tmp_path))
    names = [picture.name for picture in set_pictures(sets[0], "sums", "exclude")]
    assert names == ["sums-outcomes"]


def test_functions_leave_pyplot_and_the_settings_alone():
    code = (
        "import sys, matplotlib as mpl\n"
        # To ask for the backend imports pyplot.
        "def settings(): return {k: mpl.rcParams[k] for k in mpl.rcParams if k != 'backend'}\n"
        "before = settings()\n"
        "from lm_eval_abstain.reports import figures\n"
        "from matplotlib.figure import Figure\n"
        "from lm_eval_abstain.reports.figures.style import axes_grid, styled\n"
        "assert isinstance(styled(lambda: axes_grid(['a', 'b', 'c'])[0])(), Figure)\n"
        "assert settings() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_svg_for_a_page(pictures):
    for picture in pictures:
        svg = inline_svg(picture.figure, picture.name, picture.title, picture.description)
        root = ElementTree.fromstring(svg)
        # The page's style sheet decides on black and white, and no other sheet on the page.
        assert not {element.tag for element in root.iter()} & {"style", "script", "metadata"}
        assert INK not in svg
        assert "currentColor" in svg
        assert root.attrib["role"] == "img"
        labels = {element.attrib.get("id"): element.text for element in root.iter()}
        assert labels[root.attrib["aria-labelledby"]] == picture.title
        assert labels[root.attrib["aria-describedby"]] == picture.description
        ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
        assert len(set(ids)) == len(ids)
        assert all(name.startswith(picture.name) for name in ids)
        # Whatever is referred to is there.
        assert set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg)) <= set(ids)


def test_the_same_data_give_the_same_files(samples, tmp_path):
    for name in ("one", "two"):
        sets, _ = question_sets(samples)
        made = list(set_pictures(sets[1], "sums"))
        for kind in ("png", "svg"):
            paths = save_pictures(made, tmp_path / name / kind, kind)
            assert [path.name for path in paths] == [f"{one.name}.{kind}" for one in made]
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) == 6
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert (tmp_path / "one" / "png" / "sums-outcomes.png").read_bytes()[:4] == b"\x89PNG"


def test_a_folder_that_cannot_be_made(pictures, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(AbstainError, match="cannot be written"):
        save_pictures(pictures[:1], tmp_path / "file" / "png", "png")


@pytest.mark.filterwarnings("error")
def test_names_are_drawn_as_they_are(tmp_path):
    for place, name in enumerate(NAMES):
        folder = tmp_path / str(place)
        write_choices(folder, Model("x"), 5, targets=(0.9,), subjects=("rivers", "stars"))
        results = next(folder.rglob("results*.json"))
        text = results.read_text()
        escaped = "".join(f"\\u{ord(c):04x}" for c in name)
        results.write_text(text.replace('"model_name": "x"', f'"model_name": "{escaped}"'))
    samples = load_samples(tmp_path)
    assert set(samples.models) == set(NAMES)
    drawn = ("quiz-outcomes", "quiz-scores")
    sets, _ = question_sets(samples)
    made = [one for one in set_pictures(sets[0], "quiz") if one.name in drawn]
    for picture in made:
        root = ElementTree.fromstring(inline_svg(picture.figure, picture.name, "t", "d"))
        assert not {element.tag for element in root.iter()} & {"script", "img"}
    texts = "".join(root.itertext())
    assert "\\frac{1}{0}$" in texts
    save_pictures(made[:1], tmp_path / "png", "png")


def luminance(color):
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_are_seen_on_either_page_and_never_alone():
    styles = [*OUTCOMES.values(), *LINES]
    for style in styles:
        for page in ("#ffffff", "#15171a"):
            low, high = sorted([luminance(style["color"]), luminance(page)])
            assert (high + 0.05) / (low + 0.05) >= 3, (style, page)
    assert set(OUTCOMES) == set(Outcome)
    assert len({style["hatch"] for style in OUTCOMES.values()}) == len(OUTCOMES)
    assert len({(str(style["linestyle"]), style["marker"]) for style in LINES}) == len(LINES)


def test_the_bars_are_the_counts(samples):
    sets, _ = question_sets(samples)
    entries = sets[0].entries
    (axes,) = figures.outcome_bars(entries).axes
    shares = {}
    for container in axes.containers:
        shares[container.get_label()] = [bar.get_width() for bar in container]
    for place, entry in enumerate(entries):
        for outcome, count in zip(Outcome, entry.counts):
            assert shares.get(outcome.value, [0] * 99)[place] == pytest.approx(count / entry.n)
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == [f"{entry.label}  (n = {entry.n:,})" for entry in entries]
