"""`cadence serve` on the command line: where it listens, what it refuses, what it prints."""

import re
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_other_machines_are_let_in_under_one_name_only(run, story, host):
    told = run("--workspace", story, "serve", "--host", host)
    assert told.code == 2
    assert "--url https://cadence.example" in told.err


@pytest.mark.parametrize(
    "url",
    [
        *("cadence.example", "ftp://x.example", "https://", "https://x.example/path"),
        *("https://a@b.c", "https://x.example?y", "http://[broken", "https://x.example:0"),
        "https://x.example:99999",
    ],
)
def test_a_public_address_is_an_origin(run, story, url):
    told = run("--workspace", story, "serve", "--url", url)
    assert told.code == 2
    assert "--url" in told.err
    assert len(told.err.splitlines()) == 1


def test_a_host_is_an_address_and_a_port_is_free(run, story):
    assert "is no address" in run("--workspace", story, "serve", "--host", "everywhere").err
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = run("--workspace", story, "serve", "--port", taken.getsockname()[1])
    assert told.code == 2
    assert "--port" in told.err


def test_without_a_store_nothing_is_served(run, tmp_path):
    (tmp_path / "cadence.toml").write_text(
        '[jira]\nurl = "https://x.example"\nprojects = ["A"]\n[team]\nname = "T"\ntimezone = "UTC"\n'
    )
    told = run("serve")
    assert told.code == 2
    assert "There is no store yet" in told.err


def test_each_promise_of_the_pages_is_held_by_tests_that_are_there():
    named = re.findall(r"`(test_\w+)\.(test_\w+)`", (ROOT / "docs/serve.md").read_text("utf-8"))
    missing = [
        f"{file}.{test}"
        for file, test in named
        if f"def {test}(" not in (ROOT / f"tests/{file}.py").read_text("utf-8")
    ]
    assert len(named) > 15
    assert missing == []


def channel(color: str) -> float:
    value = int(color, 16) / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def brightness(color: str) -> float:
    """Return the relative luminance of WCAG 2."""
    full = color if len(color) == 7 else "#" + "".join(c * 2 for c in color[1:])
    red, green, blue = (channel(full[n : n + 2]) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((brightness(one), brightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read_in_light_and_dark(scheme):
    css = (ROOT / "templates/web/cadence.css").read_text("utf-8")
    colors = [dict(re.findall(r"--([\w-]+): (#\w+)", part)) for part in css.split(":root")[1:3]]
    named = colors[scheme]
    on = [
        (text, ground) for text in ("ink", "soft", "accent") for ground in ("page", "paper", "wash")
    ]
    on += [("start", "page"), ("stop", "page"), ("continue", "page"), ("warn", "paper")]
    on += [("warn", "warn-wash"), ("on-accent", "accent"), ("warn", "page")]
    for text, ground in on:
        assert contrast(named[text], named[ground]) >= 4.5, (text, ground)
