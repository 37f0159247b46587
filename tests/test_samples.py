"""docs/samples is what the program writes today, and the manual leads to each of them."""

import re
from pathlib import Path

import pytest

from docs.make import KINDS, SAMPLES, WAYS, samples

PAGES = [(SAMPLES.parent / name).read_text("utf-8") for name in ("formats.md", "pictures.md")]


@pytest.fixture(scope="module")
def written(told_story):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
        return samples(told_story)


@pytest.mark.parametrize("name", WAYS | KINDS)
def test_a_sample_is_what_the_program_writes(name, written):
    assert (SAMPLES / name).read_text(encoding="utf-8") == written[name], "run: python docs/make.py"


def test_every_sample_is_linked_and_every_link_leads_somewhere():
    reports, pictures = (set(re.findall(r"\]\(samples/([\w.]+)\)", page)) for page in PAGES)
    assert reports == set(WAYS)
    front = (SAMPLES.parent / "README.md").read_text("utf-8")
    linked = set(re.findall(r"\]\(samples/([\w.]+)\)", front))
    assert linked == reports | pictures | set(KINDS)
    assert linked == {path.name for path in Path(SAMPLES).iterdir()}
