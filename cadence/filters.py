"""How templates write a value: each filter returns Markdown that is safe as it stands.

A value that is missing is an en dash; a percentage is 0 or 100 only when it is exactly that.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from cadence.markup import Markdown, clean, escape

_NONE = Markdown("–")
_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[1-9]\d*")
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
_UNSAFE_IN_DESTINATION = re.compile(r"[^A-Za-z0-9/:?#@!$&'*+,;=._%-]")


def day(value: str | None) -> Markup:
    """Write a day: `2021-03-15`."""
    return _NONE if value is None else Markdown(date.fromisoformat(value).isoformat())


def date_text(value: str | None, like: str = "") -> Markup:
    """Write a day as people say it: `15 March`; with its year, if that is another than `like`'s."""
    if value is None:
        return _NONE
    that = date.fromisoformat(value)
    year = "" if like and like[:4] == value[:4] else f" {that.year}"
    return Markdown(f"{that.day} {that:%B}{year}")


def moment(value: str | None) -> Markup:
    """Write an instant in its own zone, to the minute: `2021-03-01 00:00`."""
    if value is None:
        return _NONE
    return Markdown(f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M}")


def month(value: str | None) -> Markup:
    """Write a month: `March 2021`."""
    return _NONE if value is None else Markdown(f"{date.fromisoformat(f'{value}-01'):%B %Y}")


def percent(share: float | None) -> Markup:
    """Write a share as a whole percentage: `47 %`, `<1 %`, `>99 %`."""
    if share is None:
        return _NONE
    if 0 < share <= 0.005:
        return Markdown("<1 %")
    if 0.995 <= share < 1:
        return Markdown(">99 %")
    return Markdown(f"{share:.0%}".replace("%", " %"))


def chance(share: float | None) -> Markup:
    """Write a chance as a percentage, at most `>95 %`: nothing is sure while work remains."""
    return Markdown(">95 %") if share is not None and share > 0.95 else percent(share)


def number(value: float | None) -> Markup:
    """Write a number: one decimal where there is one, three digits below 1."""
    if value is None:
        return _NONE
    text = f"{value:.1f}" if abs(value) >= 1 or value == 0 else f"{value:.3g}"
    return Markdown((text.removesuffix(".0") if "e" not in text else text).replace("-", "−"))


def tenths(value: float | None) -> Markup:
    """Write an amount with one decimal at most: `4.5`, `3`, `<0.1`."""
    if value is None:
        return _NONE
    if 0 < value < 0.05:
        return Markdown("<0.1")
    return Markdown(f"{value:.1f}".removesuffix(".0").replace("-", "−"))


def exact(value: float | None) -> Markup:
    """Write a number so that a reader can add it up: four decimals at most, none needed."""
    if value is None:
        return _NONE
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return Markdown(text.replace("-", "−"))


def amount(value: float | None, unit: str) -> Markup:
    """Write a number with its unit, exactly: `1 person-day`, `0.3333 person-days`."""
    if value is None or not unit:
        return exact(value)
    return Markdown(f"{exact(value)} {escape(unit.removesuffix('s') if value == 1 else unit)}")


def signed(value: float | None) -> Markup:
    """Write a difference: `+46`, `−3`, `0`."""
    plus = "+" if value is not None and value > 0 else ""
    return Markdown(f"{plus}{number(value)}")


def quantity(value: float | None, unit: str = "") -> Markup:
    """Write a number with its unit: `71 %`, `3.2 h`."""
    if value is None or not unit:
        return number(value)
    return Markdown(f"{number(value)} {escape(unit)}")


def plural(count: float, one: str, many: str = "") -> Markup:
    """Write a count with its noun: `1 issue`, `3 issues`."""
    noun = one if count == 1 else many or f"{one}s"
    return Markdown(f"{tenths(count)} {escape(noun)}")


def link(destination: str | None, text: str = "") -> Markup:
    """Write an http(s) address as a link, with its host and path as text; else escaped text."""
    if destination is None:
        return _NONE
    address = clean(destination)
    if not _is_web(address):
        return escape(f"{text}: {address}" if text else destination)
    shown = text or _short(address)
    safe = _UNSAFE_IN_DESTINATION.sub(lambda found: quote(found[0], safe=""), address)
    return Markdown(f"[{escape(shown)}]({safe})")


def key(value: str | None, site_url: str | None = None) -> Markup:
    """Write an issue's key, linked if the site is known; other text is escaped.

    No link leads to a loopback address (plain http) or to Atlassian's gateway: nobody reads there.
    """
    if value is None:
        return _NONE
    if not _KEY.fullmatch(value) or not site_url or not _is_web(site_url):
        return escape(value)
    if site_url.startswith(("http:", "https://api.atlassian.com/")):
        return escape(value)
    return link(f"{site_url.rstrip('/')}/browse/{value}", value)


def bar(share: float | None, width: int = 12) -> Markup:
    """Draw a share of 1 as a bar; anything above nothing shows, and only all of it is full."""
    if share is None:
        return _NONE
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    if share < 1:
        eighths = min(eighths, width * 8 - 1)
    full, rest = divmod(eighths, 8)
    return Markdown("█" * full + _EIGHTHS[rest].strip())


def spark(series: Sequence[Sequence[Any]]) -> Markup:
    """Draw dated values, `[day, value]`, as a small line of blocks; fewer than two are nothing."""
    values = [float(value) for _, value in series]
    if len(values) < 2:
        return Markdown("")
    low, span = min(values), max(values) - min(values)
    if not span:
        return Markdown(_LEVELS[3] * len(values))
    steps = len(_LEVELS) - 1
    return Markdown("".join(_LEVELS[round((value - low) / span * steps)] for value in values))


def listed(values: Iterable[object], most: int = 0, mark: str = ", ") -> Markup:
    """Write a list as a sentence does: `A, B and C`; beyond `most`: `A, B and 4 more`.

    A `mark` of its own stands between all of them: `A; B; C`.
    """
    texts: list[str] = [escape(value) for value in values]
    mark = between(mark)
    if most and len(texts) > most + 1:
        texts = [*texts[:most], f"{len(texts) - most} more"]
    if len(texts) < 2:
        return Markdown(texts[0]) if texts else _NONE
    last = " and " if mark == ", " else mark
    return Markdown(f"{mark.join(texts[:-1])}{last}{texts[-1]}")


def between(mark: str) -> Markup:
    """Return what stands between the parts of a list as inert Markdown, its blanks kept."""
    core = mark.strip()
    lead, _, trail = mark.partition(core) if core else (mark, "", "")
    return Markdown(f"{' ' * bool(lead)}{escape(core) if core else ''}{' ' * bool(trail)}")


def quoted(text: str) -> Markup:
    """Write a title within a sentence: in quotation marks."""
    return Markdown(f"“{escape(text)}”")


def opening(text: str) -> Markup:
    """Write a text as the beginning of a sentence, with a capital letter."""
    words = clean(text)
    return escape(f"{words[:1].upper()}{words[1:]}" or text)


def sentence(text: str | None) -> Markup:
    """Write a text with its full stop, unless it ends in a mark of its own."""
    words = clean(text or "")
    if not words:
        return escape(text or "")
    return escape(words if words.endswith((".", "!", "?", "…")) else f"{words}.")


def heading(text: str, level: int) -> Markup:
    """Write a heading of that level, 1 to 3: what stands deeper does not survive a wiki."""
    return Markdown(f"{'#' * min(max(level, 1), 3)} {escape(text)}")


FILTERS: dict[str, Callable[..., Markup]] = {
    "amount": amount,
    "bar": bar,
    "chance": chance,
    "date_text": date_text,
    "day": day,
    "exact": exact,
    "heading": heading,
    "key": key,
    "link": link,
    "listed": listed,
    "moment": moment,
    "month": month,
    "number": number,
    "opening": opening,
    "percent": percent,
    "plural": plural,
    "quantity": quantity,
    "quoted": quoted,
    "sentence": sentence,
    "signed": signed,
    "spark": spark,
    "tenths": tenths,
}
"""Each filter by the name that templates use."""


def is_key(value: object) -> bool:
    """Tell whether a value has the shape of an issue's key."""
    return isinstance(value, str) and _KEY.fullmatch(value) is not None


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # a malformed IPv6 host
        return False


def _short(address: str) -> str:
    """Return host and path of an address, as the text of a link."""
    parts = urlsplit(address)
    text = f"{parts.hostname}{parts.path}".rstrip("/")
    return text if len(text) <= 60 else f"{text[:59]}…"
