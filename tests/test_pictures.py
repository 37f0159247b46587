"""Pictures: true to their values, harmless, the same every time, and fit for odd data."""

import copy
import json
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadence.errors import ConfigError
from cadence.files import file_name, write_whole
from cadence.pictures import PICTURES, drawings
from cadence.pictures.mermaid import label
from cadence.pictures.scale import Scale, months, short, ticks
from cadence.plain import plain
from cadence.render import render_picture
from cadence.resources import folder
from cadence.sandbox.svg import offence

PAGES = {
    p.stem: json.loads(p.read_text("utf-8"))
    for p in (Path(__file__).parent / "pages").glob("*.json")
}
SVG = "{http://www.w3.org/2000/svg}"


def svg(one) -> str:
    return render_picture(f"pictures/{one.kind}.svg.j2", plain(one))


def rich():
    return copy.deepcopy(PAGES["rich"])


def kpi_of(series, **given):
    values = rich()
    goal = values["focus"]["goals"][0]
    goal["kpi"] |= {"series": series, "latest": series[-1][1] if series else None, **given}
    values["focus"]["goals"] = [goal]
    (one,) = drawings(values, "executive")
    return one


def words(one) -> str:
    return " / ".join(word.text for word in one.words)


# ---- geometry ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (30, 90, (20, 40, 60, 80, 100)),
        (0, 91, (0, 25, 50, 75, 100)),
        (-20, 10, (-20, -10, 0, 10)),
        (5, 5, (2, 4, 6, 8)),
        (0, 0, (-1, -0.5, 0, 0.5, 1)),
        (1e9, 5e12, (0, 2e12, 4e12, 6e12)),
    ],
)
def test_an_axis_is_marked_at_round_values_around_what_it_shows(low, high, marks):
    assert ticks(low, high) == marks


@given(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15))
def test_marks_are_few_ordered_and_hold_every_value(a, b):
    low, high = min(a, b), max(a, b)
    found = ticks(low, high)
    room = (found[-1] - found[0]) * 1e-6
    assert 2 <= len(found) <= 9
    assert list(found) == sorted(set(found))
    assert found[0] <= low + room
    assert found[-1] >= high - room


def test_a_scale_maps_its_ends_and_keeps_what_lies_beyond_at_the_edge():
    scale = Scale(0, 100, 256, 68)
    assert [scale(value) for value in (0, 50, 100, 500, -3)] == [256, 162, 68, 68, 256]
    assert Scale(5, 5, 0, 10)(5) == 5


def test_months_are_marked_twelve_at_most():
    assert months(date(2020, 12, 1), date(2021, 2, 15)) == (
        date(2020, 12, 1), date(2021, 1, 1), date(2021, 2, 1),
    )  # fmt: skip
    assert months(date(2021, 2, 2), date(2021, 2, 20)) == ()
    assert len(months(date(2000, 1, 1), date(2050, 1, 1))) <= 12
    assert months(date(9999, 11, 1), date(9999, 12, 31))[-1] == date(9999, 12, 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.25, "0.25"), (90, "90"), (-3.5, "−3.5"), (12_345, "12.3k"), (1.2e12, "1.2T"),
     (1e-7, "1.0e−07"), (-4.2e6, "−4.2M")],
)  # fmt: skip
def test_a_value_is_short_enough_for_an_axis(value, text):
    assert short(value) == text


# ---- what they show ------------------------------------------------------------------------------


def test_a_kpi_shows_its_readings_its_target_and_whether_it_is_on_track():
    one = kpi_of([["2021-01-29", 88.0], ["2021-05-21", 38.0]])
    assert {"38 %", "target 30 %"} <= {word.text for word in one.words}
    assert [dot.says for dot in one.dots] == ["2021-01-29: 88 %", "2021-05-21: 38 %"]
    assert one.dots[0].y < one.dots[1].y  # less lies lower
    assert "2 readings, from 88 % on 2021-01-29 to 38 % on 2021-05-21" in one.says


@pytest.mark.parametrize(
    ("series", "given", "said"),
    [
        ([], {}, "no reading yet"),
        ([["2021-02-26", 74.0]], {}, "One reading"),
        (
            [["2021-01-29", -12.5], ["2021-05-01", 4.5]],
            {"baseline": -20.0, "target": 10.0},
            "−20 %",
        ),
        ([["2021-01-29", 5.0], ["2021-05-01", 5.0]], {"baseline": 5.0, "target": 5.0}, "5 %"),
        ([["2021-01-29", 3.4e9]], {"baseline": 1e9, "target": 5e300}, "3.4G"),
        ([["2035-01-29", 3.0]], {"direction": "up", "target": 95.0}, "95 %"),
        ([[f"2021-01-{n % 28 + 1:02d}", float(n)] for n in range(500)], {}, "500 readings"),
    ],
)
def test_odd_readings_make_a_picture_too(series, given, said):
    one = kpi_of(series, **given)
    assert said in f"{one.says} {words(one)}"
    assert offence(svg(one)) is None
    assert len(svg(one)) < 40_000


def test_the_days_of_a_month_stand_on_each_other_and_add_up():
    (one,) = [d for d in drawings(rich()) if d.kind == "days"]
    bars = [box for box in one.boxes if box.says.startswith("2021-05")]
    assert sum(float(box.says.split(": ")[1].split()[0]) for box in bars) == pytest.approx(
        80, abs=1
    )
    for upper, lower in zip(bars[1:], bars, strict=False):
        assert upper.y + upper.height == pytest.approx(lower.y, abs=0.2)


def test_a_burn_up_tells_first_date_date_now_and_the_forecast():
    (one,) = [d for d in drawings(rich()) if d.name == "burnup-tfio-3"]
    assert {"first date 11 Jun", "due now 25 Jun"} <= {word.text for word in one.words}
    assert "at its own pace finished 2021-06-15 to 2021-06-29" in one.says
    assert [area.look for area in one.areas] == ["area", "fan"]


def test_a_forecast_that_ends_in_years_does_not_squeeze_the_rest():
    values = rich()
    for m in values["done"]["milestones"]:
        m["forecast"] = {"p50": "2031-01-01", "p85": "2035-01-01", "p95": "2039-12-31"}
    for one in drawings(values, "done"):
        assert offence(svg(one)) is None
        assert all(
            float(x) <= one.width for a in one.areas for x in re.findall(r"([\d.]+),", a.points)
        )


def test_the_slip_ledger_shows_each_move():
    (one,) = [d for d in drawings(rich()) if d.kind == "slips"]
    assert "2021-05-18: date moved from 2021-06-11 to 2021-06-25" in {dot.says for dot in one.dots}
    assert {"slip", "late", "work"} <= {line.look for line in one.lines}


def test_a_month_without_anything_has_no_picture():
    assert drawings(PAGES["empty"]) == ()


# ---- what they are -------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_is_harmless_titled_described_and_the_same_each_time(page):
    for one in drawings(PAGES[page]):
        text = svg(one)
        assert offence(text) is None
        assert svg(one) == text
        root = ElementTree.fromstring(text)
        assert root.get("role") == "img"
        named = root.get("aria-labelledby", "").split()
        heads = [root.find(f"{SVG}{tag}") for tag in ("title", "desc")]
        assert named == [head.get("id") for head in heads]
        assert all(head.text.strip() for head in heads)
        assert "prefers-color-scheme: dark" in text
        assert "onclick" not in {name for node in root.iter() for name in node.attrib}


def test_hostile_names_become_harmless_files_of_their_own():
    values = rich()
    goals = values["focus"]["goals"]
    for goal, name in zip(goals, ("../../etc/x", ".. .. etc X"), strict=True):
        goal["id"] = name
    names = [one.name for one in drawings(values, "executive")]
    assert names == ["kpi-etc-x", "kpi-etc-x-2"]


@given(st.text(max_size=300))
def test_a_file_name_is_made_of_few_signs(text):
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", file_name(text))


@given(st.text(max_size=100))
def test_a_label_of_mermaid_holds_nothing_that_acts(text):
    assert not set(label(text)) & set("\"'`;:#<>{}[]()|\\\n&$@=*~^!?")


def test_mermaid_tells_the_same_values():
    (one,) = [d for d in drawings(rich()) if d.kind == "kpi"][:1]
    assert one.mermaid.startswith("xychart-beta\n")
    assert "line [88, " in one.mermaid
    hostile = [d.mermaid for d in drawings(PAGES["hostile"])]
    assert not [text for text in hostile if "<" in text or "%%" in text or "click " in text]


def test_every_kind_has_its_module_its_template_and_its_sample():
    modules = {p.stem for p in (Path(__file__).parent.parent / "cadence" / "pictures").glob("*.py")}
    assert set(PICTURES) == modules - {"__init__", "mermaid", "scale", "shapes"}
    assert {f"{kind}.svg.j2" for kind in PICTURES} | {"frame.svg.j2"} == {
        path.name for path in (folder("templates") / "pictures").iterdir()
    }
    docs = Path(__file__).parent.parent / "docs"
    assert {path.stem for path in (docs / "samples").glob("*.svg")} >= set(PICTURES)


# ---- at the command line -------------------------------------------------------------------------


@pytest.fixture
def ours(run, told_story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    monkeypatch.setenv("CADENCE_WORKSPACE", str(told_story))
    return run


def test_pictures_lie_beside_the_reports_and_the_markdown_leads_to_each(ours, tmp_path):
    pytest.importorskip("resvg_py")
    done = ours("report", "--month", "feb", "--output", tmp_path, "--png")
    place = tmp_path / "2021-02"
    linked = re.findall(r"^!\[.+\]\(([a-z0-9-]+\.svg)\)$", (place / "month.md").read_text(), re.M)
    assert sorted(linked) == sorted(path.name for path in place.glob("*.svg"))
    assert {"kpi-io.svg", "days.svg", "slips.svg", "burnup-tfio-97.svg"} <= set(linked)
    for path in place.glob("*.svg"):
        assert path.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert done.out == (place / "month.md").read_text()


def test_pictures_are_where_they_can_be_seen_and_nowhere_else(ours):
    assert "![" not in ours("report", "--month", "feb").out
    assert "```mermaid\nxychart-beta" in ours("report", "--month", "feb", "--flavor", "gitlab").out
    assert ours("report", "--month", "feb", "--format", "html").out.count("<svg ") >= 6
    for form in (["--flavor", "notion"], ["--flavor", "confluence"], ["--format", "slack"]):
        out = ours("report", "--month", "feb", *form).out
        assert "picture:" not in out
        assert "xychart" not in out


def test_png_without_a_folder_is_one_line(ours):
    done = ours("report", "--png")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("named", ["o", "o/new/..", "o/new/newer/../.."])
def test_a_month_folder_that_is_a_link_is_not_written_through(ours, tmp_path, named):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "2021-05").symlink_to(tmp_path / "elsewhere")
    done = ours("report", "--output", tmp_path / named)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["x" * 300, "/dev/null", "/dev/null/x"])
def test_an_output_that_cannot_be_is_one_line(ours, name):
    done = ours("report", "--output", name)
    assert (done.code, done.err.count("\n")) == (2, 1)


def test_a_path_with_a_nul_is_one_line_too(tmp_path):
    with pytest.raises(ConfigError, match="null"):
        write_whole(tmp_path / "a\0b", "x")
