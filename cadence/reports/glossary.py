"""The glossary: every figure, every finding and every chosen reading, as one page of Markdown."""

from collections.abc import Iterable, Iterator

from cadence.figures import FIGURES, Figure
from cadence.findings import RULES, Rule
from cadence.reports.wording import CHOSEN, WORDS

HEAD = """\
# Glossary

What each number and each finding of a report means. This page is made from the program's own
tables by `python docs/make.py`; `cadence why NAME` shows any of it at work on your own month."""


def glossary() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from (HEAD, "", "## Words", "")
    yield from _table(("word", "meaning"), WORDS)
    yield from ("", "## Figures")
    for figure in FIGURES:
        yield from _figure(figure)
    yield from ("", "## Findings", "")
    yield "A finding asks, it never accuses. `[findings] code = …` in cadence.toml sets a threshold"
    yield "(several as a list, in the order given here), `false` switches one off."
    yield ""
    head = ("code", "severity", "subject", "fires when", "thresholds", "rests on")
    yield from _table(head, map(_rule, RULES))
    yield from ("", "## Where a definition can be read in two ways", "")
    yield from _table(("about", "the reading that was chosen"), CHOSEN)


def _figure(figure: Figure) -> Iterator[str]:
    yield from ("", f"### {figure.title}", "", figure.rule, "")
    yield f"- name: `{figure.name}`, of the {figure.about}"
    yield f"- unit: {figure.unit}"
    yield f"- source: {figure.source}"


def _rule(rule: Rule) -> tuple[str, ...]:
    limits = ", ".join(f"{limit:g}" for limit in rule.thresholds)
    figure = f"`{rule.figure}`" if rule.figure else ""
    return (
        f"`{rule.code}`",
        rule.severity,
        rule.about,
        rule.in_words(rule.thresholds),
        limits,
        figure,
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        cells = (cell.replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"
