"""`cadence template`: the team's own templates are found, copied, checked and looked at."""

import json
from pathlib import Path

import pytest

from cadence.resources import folder

ROOT = Path(__file__).parent.parent


@pytest.fixture
def ours(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    monkeypatch.setenv("CADENCE_WORKSPACE", str(story))
    return run


@pytest.fixture
def templates(story):
    return story / "templates"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_copy_is_listed_as_overridden_and_has_no_fault(ours, templates):
    assert "shipped     reports/done.md.j2" in ours("template", "list").out
    assert ours("template", "copy", "reports/done.md.j2").code == 0
    assert ours("template", "copy", "kpi").code == 0
    listed = ours("template", "list").out
    assert "overridden  reports/done.md.j2" in listed
    assert "overridden  pictures/kpi.svg.j2" in listed
    done = ours("template", "check")
    assert (done.code, done.out) == (0, "")
    assert "2 own templates, no fault." in done.err


def test_a_copy_writes_over_nothing_unless_it_is_forced(ours, templates):
    write(templates / "reports" / "done.md.j2", "MINE\n")
    done = ours("template", "copy", "done")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert (templates / "reports" / "done.md.j2").read_text() == "MINE\n"
    assert ours("template", "show", "reports/done.md.j2").out == "MINE\n"
    shipped = (folder("templates") / "reports" / "done.md.j2").read_text()
    assert ours("template", "show", "reports/done.md.j2", "--shipped").out == shipped
    assert ours("template", "copy", "reports/done.md.j2", "--force").code == 0
    assert (templates / "reports" / "done.md.j2").read_text() == shipped


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("parts/data.md.j2", "\n{{ runing }}", "parts/data.md.j2, line 2: 'runing' is unknown. Did you mean 'running'?"),
        ("parts/focus.md.j2", "{{ focus.coverge }}", "line 1: 'coverge' is unknown. Did you mean 'coverage'?"),
        ("parts/done.md.j2", "{% set delivered = 1 %}\n{{ delivred }}", "line 2: 'delivred' is unknown. Did you mean 'delivered'?"),
        ("parts/done.md.j2", "{{ done.delivered | persent }}", "No filter named 'persent'. Did you mean 'percent'?"),
        ("parts/done.md.j2", "{% if %}", "parts/done.md.j2, line 1: "),
        ("parts/done.md.j2", "{% include 'parts/wurds.md.j2' %}", "Did you mean 'parts/words.md.j2'?"),
        ("reports/mont.md.j2", "x", "takes the place of none, and none includes it. Did you mean 'reports/month.md.j2'?"),
        ("reports/Month.md.j2", "x", "Did you mean 'reports/month.md.j2'?"),
        ("extra.md.j2", "{% for %}", "template extra.md.j2, line 1: "),
        ("pictures/kpi.svg.j2", "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "pictures/kpi.svg.j2: A picture holds no <script>."),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_template_line_and_the_nearest_name(ours, templates, name, text, said):
    write(templates / name, text)
    done = ours("template", "check")
    assert done.code == 2
    assert said in done.out
    assert done.err.strip().splitlines()[-1].startswith("cadence: ")


def test_a_template_that_another_includes_is_no_misspelling(ours, templates):
    write(templates / "parts" / "method.md.j2", "{% include 'own/part.md.j2' %}")
    write(templates / "own" / "part.md.j2", "Our own way.")
    assert ours("template", "check").code == 0
    assert "own         own/part.md.j2" in ours("template", "list").out
    assert "Our own way." in ours("report").out


def test_links_are_named_and_not_followed(ours, templates, tmp_path):
    (tmp_path / "secret.md.j2").write_text("SECRET")
    (templates / "parts").mkdir()
    (templates / "parts" / "method.md.j2").symlink_to(tmp_path / "secret.md.j2")
    for args in (["check"], ["list"], ["show", "parts/method.md.j2"], ["preview", "month"]):
        done = ours("template", *args)
        assert "SECRET" not in done.out + done.err
    assert "it is a link" in ours("template", "check").out
    assert ours("template", "copy", "parts/method.md.j2", "--force").code == 2
    assert (tmp_path / "secret.md.j2").read_text() == "SECRET"


@pytest.mark.parametrize(
    "name", ["../cadence.toml", "/etc/passwd", "..", "a\0b", "x" * 300, "MONTH", ""]
)
@pytest.mark.parametrize("command", ["show", "copy", "preview"])
def test_a_name_is_a_templates_or_refused(ours, command, name):
    done = ours("template", command, "--", name)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


def test_a_preview_is_what_the_report_will_be(ours, templates):
    write(templates / "reports" / "focus.md.j2", "# Ours: {{ focus.focus | percent }}\n")
    done = ours("template", "preview", "focus", "--month", "2021-05")
    assert done.out == ours("report", "--kind", "focus", "--month", "2021-05").out
    assert done.out.startswith("# Ours: 9")
    assert ours("template", "preview", "days").out.startswith("<svg ")
    assert "my May 2021" in ours("template", "preview", "person", "--person", "Ada").out
    assert "Findings" not in ours("template", "preview", "parts/data.md.j2").out


def test_the_samples_that_ship_are_the_pages_of_the_tests():
    for path in (folder("data/sample")).glob("*.json"):
        assert json.loads(path.read_text()) == json.loads(
            (ROOT / "tests" / "pages" / path.name).read_text()
        )


def test_what_is_made_from_the_program_is_current():
    import importlib.util

    spec = importlib.util.spec_from_file_location("make", ROOT / "docs" / "make.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    for name, text in made.pages():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, (
            "run: python docs/make.py"
        )
