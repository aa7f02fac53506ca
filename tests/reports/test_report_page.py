"""The page as a file: what is in it, what is not, and who can read it."""

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from support.report_logs import HOSTILE, MODELS, write_choices, write_texts

pytest.importorskip("matplotlib", reason="the extra `report` is not installed")

import lm_eval_abstain
from lm_eval_abstain import AbstainError
from lm_eval_abstain.cli import report as command
from lm_eval_abstain.logs import load_samples
from lm_eval_abstain.printing.tables import table_of
from lm_eval_abstain.reports import build, report
from lm_eval_abstain.rubric import METRICS
from lm_eval_abstain.scores import rescore
from lm_eval_abstain.statistics import Interval

TEXTS = [(f"{text} so I don't know.", "abstained") for text in HOSTILE]
TEXTS += [("long " * 5_000, "truncated"), ("", "empty"), ("1", "correct"), ("9", "wrong")]
VOID = {"meta", "input", "option", "br", "img"}


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.children, self.text = [], ""

    def all(self, *tags):
        for child in self.children:
            if child.tag in tags:
                yield child
            yield from child.all(*tags)

    def inside(self, tag):
        return self.parent is not None and (self.parent.tag == tag or self.parent.inside(tag))


class Tree(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.root = self.here = Element("", (), None)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        element = Element(tag, attributes, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag, attributes):
        self.here.children.append(Element(tag, attributes, self.here))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
            self.here = self.here.parent

    def handle_data(self, data):
        element = self.here
        while element is not None:
            element.text += data
            element = element.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("runs")
    for model in MODELS:
        write_choices(made, model, 30)
    write_texts(made / "texts", MODELS[0], TEXTS)
    return made


@pytest.fixture(scope="module")
def texts(folder):
    return load_samples(folder / "texts")


@pytest.fixture(scope="module")
def html(folder):
    return report(load_samples(folder)).html


@pytest.fixture(scope="module")
def page(html):
    return Tree(html).root


def embedded(page, name):
    (script,) = [s for s in page.all("script") if s.attributes.get("id") == name]
    return json.loads(script.text)


def test_nothing_is_loaded(page):
    assert not list(page.all("link", "img", "iframe", "object", "embed", "audio", "video", "base"))
    for element in page.all(
        *{e.tag for e in page.all(*[])} | {"a", "use", "script", "svg", "path"}
    ):
        for key in ("src", "href", "xlink:href", "action", "srcset"):
            assert element.attributes.get(key, "#").startswith("#")
    (policy,) = [m for m in page.all("meta") if m.attributes.get("http-equiv")]
    assert "default-src 'none'" in policy.attributes["content"]
    assert [s.attributes.get("type") for s in page.all("script")].count(None) == 1


def test_the_page_is_the_same_every_time(texts):
    assert report(texts).html == report(texts).html


def test_readers_of_all_kinds_find_their_way(page):
    for tag in ("main", "header", "footer"):
        assert len(list(page.all(tag))) == 1, tag
    headings = [int(h.tag[1]) for h in page.all("h1", "h2", "h3", "h4")]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    ids = Counter(e.attributes["id"] for e in every(page) if "id" in e.attributes)
    assert set(ids.values()) == {1}
    for element in every(page):
        for key in ("aria-labelledby", "aria-describedby", "for", "list"):
            for name in element.attributes.get(key, "").split():
                assert name in ids, (element.tag, key, name)
    labelled = {label.attributes.get("for") for label in page.all("label")}
    for control in page.all("input", "select", "textarea"):
        assert control.attributes.get("id") in labelled or control.inside("label")
    for table in page.all("table"):
        assert len(list(table.all("caption"))) == 1
        assert all(cell.attributes.get("scope") in ("col", "row") for cell in table.all("th"))
    for svg in page.all("svg"):
        assert [child.tag for child in svg.children[:2]] == ["title", "desc"]
    assert page.children[0].attributes["lang"] == "en"
    # Every figure has its data as a table.
    for figure in page.all("figure"):
        assert list(figure.all("table"))
    assert list(page.all("button"))


def every(element):
    for child in element.children:
        yield child
        yield from every(child)


def test_the_page_says_what_was_read(page):
    text = " ".join(page.text.split())
    for model in MODELS:
        assert model.name in text
    assert "wording: paper-v1" in text
    assert "No sample was skipped" in text
    assert "1,358 samples" in text  # 3 models, 5 runs, 3 subjects, 30 questions; and 8 texts
    assert "ignores the rubric: never abstains" in text
    assert "answers too much: overconfident" in text


def test_hostile_texts_are_data(html, page):
    assert "<script>window.broken" not in html
    assert "<img" not in html
    assert "\u2028" not in html
    data = embedded(page, "browser-data")
    shown = [
        "".join(piece for piece, _ in s["responses"][0]) for s in data["samples"] if s["responses"]
    ]
    for text, _ in TEXTS[: len(HOSTILE)]:
        assert text in shown
    marked = {tuple(p) for s in data["samples"] for r in s["responses"] for p in r if p[1]}
    assert ("I don't know", "abstention") in marked


def test_hostile_names_are_texts(folder, tmp_path):
    run = write_texts(tmp_path, MODELS[0], TEXTS[-2:], task="<b onclick=x>&amp;")
    results = next(run.glob("results*.json"))
    results.write_text(results.read_text().replace(MODELS[0].name, HOSTILE[1]))
    page = Tree(report(load_samples(tmp_path)).html).root
    assert not list(page.all("b", "img")) or all(e.text in ("≈", "◇") for e in page.all("b"))
    assert HOSTILE[1] in page.text
    assert embedded(page, "browser-data")["models"] == [HOSTILE[1]]


def test_sizes_are_bounded(page):
    data = embedded(page, "browser-data")
    assert len(data["samples"]) <= 1_000
    sizes = [len(json.dumps(sample)) for sample in data["samples"]]
    assert max(sizes) < 8_000
    (long,) = [s for s in data["samples"] if data["outcomes"][s["outcome"]] == "truncated"]
    cut = [piece for piece, kind in long["responses"][0] if kind == "cut"]
    assert cut == ["23,200 characters left out"]  # 25,000 less 900 at each end


def test_without_samples_no_question_is_on_the_page(texts):
    html = report(texts, per_outcome=0).html
    assert " + 1?" not in html
    assert "I don't know." not in html
    assert "made without samples" in html


def test_the_targets_and_the_policy(texts):
    html = report(texts, [0.6, 0.2], unparsed="exclude").html
    page = Tree(html).root
    assert embedded(page, "leaderboard-data")["target"] == "0.6"
    assert "are left out of the scores" in html
    with pytest.raises(AbstainError, match="confidence_target"):
        report(texts, [1.0])


def run(*arguments):
    import argparse

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    args = parser.parse_args([str(argument) for argument in arguments])
    args.func(args)


def test_the_command_writes_what_it_says(folder, tmp_path, capsys):
    out = tmp_path / "new" / "page.html"
    run(
        folder / "texts",
        "-o",
        out,
        "--png",
        tmp_path / "png",
        "--svg",
        tmp_path / "svg",
        "--samples",
        2,
    )
    written = capsys.readouterr().err.split()
    assert written[0] == str(out)
    assert len(written) == 1 + 2 * 3
    assert all((tmp_path / path).is_file() for path in written)
    assert out.read_bytes().startswith(b"<!DOCTYPE html>")


def test_what_is_wrong_is_said_before_anything_is_read(folder, tmp_path, monkeypatch):
    with pytest.raises(AbstainError, match="is a folder"):
        run(tmp_path / "nothing", "-o", tmp_path)
    with pytest.raises(AbstainError, match="--samples"):
        run(tmp_path / "nothing", "--samples", -1)
    (tmp_path / "file").write_text("")
    with pytest.raises(AbstainError, match="cannot be written"):
        run(folder / "texts", "-o", tmp_path / "file" / "page.html", "--samples", 0)
    monkeypatch.setattr(build, "find_spec", lambda name: None if name == "matplotlib" else name)
    with pytest.raises(AbstainError, match="matplotlib: pip install matplotlib"):
        run(tmp_path / "nothing")


def test_skipped_samples_are_counted(folder, tmp_path):
    run_folder = write_texts(tmp_path, MODELS[0], TEXTS)
    file = next(run_folder.glob("*.jsonl"))
    file.write_text(file.read_text() + '{"doc_id": 9')
    page = Tree(report(load_samples(tmp_path, skip_bad=True)).html).root
    assert re.search(r"1 samples were skipped: cut off: 1", " ".join(page.text.split()))


def test_who_makes_no_report_needs_no_library_for_it(folder):
    code = (
        "import sys, lm_eval_abstain\n"
        "from lm_eval_abstain.reports import question_sets\n"
        "from lm_eval_abstain.scores import rescore\n"
        "from lm_eval_abstain.logs import load_samples\n"
        f"samples = load_samples({str(folder)!r}); rescore(samples); question_sets(samples)\n"
        "import lm_eval_abstain.cli.report\n"
        "assert not {'matplotlib', 'jinja2', 'torch', 'lm_eval'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_cells():
    interval = Interval(0.5, 0.25, 0.75, 9)
    row = {"a": "x", "b": 1234, "c": float("nan"), "d": interval, "e": True, "f": None, "g": 0.5}
    table = table_of("t", [row, {"a": "y\x1b\u202e"}])
    assert [column.heading for column in table.columns] == ["a", "b", "c", "d", "e", "g"]
    assert table.rows[0] == ("x", "1,234", "n/a", "0.5000 [0.250, 0.750]", "yes", "0.5000")
    assert table.rows[1] == ("y\ufffd\ufffd", "", "", "", "", "")
    assert [column.numeric for column in table.columns] == [False, *[True] * 5]


def test_a_report_of_paths_is_that_of_their_samples(folder):
    made = lm_eval_abstain.report(str(folder / "texts"), per_outcome=1)
    assert made.html == report(load_samples(folder / "texts"), per_outcome=1).html
    assert lm_eval_abstain.report([folder / "texts"], per_outcome=1).html == made.html
    with pytest.raises(AbstainError, match="does not exist"):
        report(folder / "nothing")


def test_a_report_is_saved_and_shown(texts, tmp_path):
    made = report(texts, per_outcome=1)
    path = made.save(tmp_path / "new" / "page.html")
    assert path.read_text(encoding="utf-8") == made.html
    written = made.save_pictures(tmp_path / "svg", "svg")
    assert [file.name for file in written] == [f"{one.name}.svg" for one in made.pictures]
    (frame,) = Tree(made._repr_html_()).root.children
    assert frame.tag == "iframe"
    assert frame.attributes["srcdoc"] == made.html
    assert frame.attributes["sandbox"] == "allow-scripts"
    with pytest.raises(AbstainError, match="cannot be written"):
        made.save(path / "page.html")


@pytest.mark.parametrize(
    ("model", "title"),
    [
        ("/home/me/checkpoints/step-100", "step-100"),
        ("/home/me/checkpoints/step-100/", "step-100"),
        ("./out/final", "final"),
        ("~/out/final", "final"),
        (r"C:\models\final", "final"),
        ("EleutherAI/pythia-70m", "EleutherAI/pythia-70m"),
    ],
)
def test_the_title_says_nothing_of_the_machine(tmp_path, model, title):
    run_folder = write_texts(tmp_path, MODELS[0], TEXTS[-2:])
    results = next(run_folder.glob("results*.json"))
    content = json.loads(results.read_text()) | {"model_name": model}
    results.write_text(json.dumps(content))
    page = Tree(report(tmp_path).html).root
    for tag in ("title", "h1"):
        assert next(page.all(tag)).text == f"Report on {title}"


def test_no_part_of_the_page_names_the_folders_of_a_model(tmp_path):
    models = ("/home/secretive/a/final", "/home/secretive/b/final", "org/base")
    for model in models:
        write_choices(tmp_path, replace(MODELS[0], name=model), 8)
        write_texts(tmp_path / "texts", replace(MODELS[0], name=model), TEXTS)
    made = report(tmp_path)
    assert "secretive" not in made.html
    names = ["a/final", "b/final", "org/base"]
    page = Tree(made.html).root
    assert next(page.all("h1")).text == f"Report on {', '.join(names)}"
    (quiz, *_) = embedded(page, "leaderboard-data")["sets"]
    assert list(dict.fromkeys(entry["model"] for entry in quiz["entries"])) == names
    assert embedded(page, "browser-data")["models"] == names
    assert {score.model for score in made.scores.scores} == set(names)
    # Who runs the model knows where it is.
    assert {score.model for score in rescore(tmp_path).scores} == set(models)


def test_metrics_are_described_by_the_catalogue(page):
    (scores,) = [t for t in page.all("table") if next(t.all("caption")).text == "Scores"]
    described = {
        cell.text: cell.attributes.get("title")
        for cell in next(scores.all("thead")).all("th")
        if cell.text in METRICS
    }
    assert {"score", "acc", "error_rate", "policy_score", "aurc"} <= set(described)
    assert described == {name: METRICS[name].meaning for name in described}
    listed = {
        element.text: element.parent.children[1].text
        for element in page.all("dt")
        if element.text in METRICS
    }
    assert listed == described


def test_two_filters_of_a_task_have_one_heading(tmp_path):
    for target in (0.5, 0.9):
        run_folder = write_texts(tmp_path, MODELS[0], TEXTS[-2:] * 9, target=target)
    for file in run_folder.glob("*.jsonl"):
        text = file.read_text()
        file.write_text(text + text.replace('"take-last"', '"flexible"'))
    page = Tree(report(tmp_path).html).root
    title = f"{MODELS[0].name} on sums"
    assert [heading.text for heading in page.all("h3")].count(title) == 1
    labels = [article.attributes["aria-label"] for article in page.all("article")]
    assert labels == [f"{title}, filter take-last", f"{title}, filter flexible"]
    headings = [heading.text for article in page.all("article") for heading in article.all("h4")]
    assert headings == ["Filter take-last", "Filter flexible"]


def test_a_run_with_two_filters_is_ranked_once(tmp_path):
    names = ("zulu", "alpha")  # the first one counts, whatever the order of the names
    for model in MODELS[:2]:
        for file in write_texts(tmp_path, model, TEXTS).glob("*.jsonl"):
            text = file.read_text()
            file.write_text("".join(text.replace('"take-last"', f'"{name}"') for name in names))
    page = Tree(report(tmp_path).html).root
    (only,) = embedded(page, "leaderboard-data")["sets"]
    assert sorted((entry["model"], entry["run"]) for entry in only["entries"]) == sorted(
        (model.name, "open, t = 0.75, zulu") for model in MODELS[:2]
    )
    assert set(only["pairs"]) == {"0,1"}
    (scores,) = [t for t in page.all("table") if next(t.all("caption")).text == "Scores"]
    body = next(scores.all("tbody")).text
    assert (body.count("zulu"), body.count("alpha")) == (2, 2)
    (note,) = [p for p in page.all("p") if "several filters" in p.text]
    assert "the first one counts" in note.text


def test_of_one_filter_nothing_is_said(page):
    assert not [p for p in page.all("p") if "several filters" in p.text]


def test_the_scores_are_a_frame(texts):
    pandas = pytest.importorskip("pandas")
    made = report(texts, [0.5], per_outcome=0)
    pandas.testing.assert_frame_equal(made.to_pandas(), rescore(texts, [0.5]).to_pandas())
