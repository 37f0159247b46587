"""What all tests share: golden pages, and how to renew them."""

from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden pages anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden page of that name; `--update-golden` writes it instead."""

    def check(name: str, text: str) -> None:
        page = GOLDEN / name
        if request.config.getoption("--update-golden"):
            page.write_text(text, encoding="utf-8")
        assert text == page.read_text(encoding="utf-8")

    return check
