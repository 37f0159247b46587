"""The page of HTML in a real browser: its button puts rich text and Markdown on the clipboard."""

import json
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from cadence.formats import FORMATS
from tests.test_formats import month

DRIVER, BROWSER = (
    shutil.which("chromedriver"),
    shutil.which("chromium") or shutil.which("google-chrome"),
)

pytestmark = pytest.mark.skipif(
    not (DRIVER and BROWSER), reason="no browser: apt-get install chromium chromium-driver"
)

READY = """
const area = document.createElement("div");
area.contentEditable = "true";
document.body.append(area);
area.focus();
area.addEventListener("paste", (event) => {
  const kinds = event.clipboardData.types.map((kind) => [kind, event.clipboardData.getData(kind)]);
  window.pasted = Object.fromEntries(kinds);
});
setTimeout(() => arguments[0](document.getElementById("said").textContent), 200);
"""
PASTED = "setTimeout(() => arguments[0](window.pasted), 200)"
CTRL_V = {"type": "keyDown", "key": "v", "code": "KeyV", "modifiers": 2, "commands": ["paste"]}


class Browser:
    """A headless browser, spoken to by the W3C WebDriver protocol."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/session"
        options = {"binary": BROWSER, "args": ["--headless=new", "--no-sandbox", "--disable-gpu"]}
        asked = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        self.address += "/" + self.ask("", asked)["sessionId"]

    def ask(self, path: str, values: dict | None = None, method: str = "POST"):
        body = None if values is None else json.dumps(values).encode()
        request = Request(
            self.address + path, body, {"Content-Type": "application/json"}, method=method
        )
        with urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def click(self, selector: str) -> None:
        """Click as a person does: no script may copy unasked."""
        (name,) = self.ask("/element", {"using": "css selector", "value": selector}).values()
        self.ask(f"/element/{name}/click", {})

    def run(self, script: str):
        return self.ask("/execute/async", {"script": script, "args": []})


@pytest.fixture
def browser():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([str(DRIVER), f"--port={port}"], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                urlopen(f"http://127.0.0.1:{port}/status", timeout=1).close()
                break
            except (URLError, OSError):
                time.sleep(0.1)
        opened = Browser(port)
        yield opened
        opened.ask("", method="DELETE")
    finally:
        process.terminate()
        process.wait(10)


def test_the_button_copies_rich_text_and_markdown(browser, tmp_path: Path):
    page = month("rich")
    file = tmp_path / "month.html"
    file.write_text(FORMATS["html"].write(page), encoding="utf-8")
    browser.ask("/url", {"url": file.as_uri()})
    browser.click("#copy")
    assert browser.run(READY).startswith("Copied")
    browser.ask("/goog/cdp/execute", {"cmd": "Input.dispatchKeyEvent", "params": CTRL_V})
    got = browser.run(PASTED)
    assert got["text/plain"] == page.markdown
    assert re.search(r"<table>\s*(?:<tbody>|<thead>)", got["text/html"])
    assert "<h1>Training I/O squad: May 2021</h1>" in got["text/html"]
    assert "<button" not in got["text/html"]
