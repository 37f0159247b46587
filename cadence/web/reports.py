"""The month's reports, to read and to copy: by the same road as `cadence report`."""

from http import HTTPStatus

from cadence.errors import CadenceError
from cadence.formats import FORMATS, Page
from cadence.month import Month
from cadence.plain import plain
from cadence.render import render
from cadence.reports import REPORTS
from cadence.web.asked import Asked, Refused, Shown
from cadence.web.prose import html_of
from cadence.web.site import Site

KINDS = ("month", "focus", "done", "reflection")
"""The kinds that everybody may read: a person's own months are for that person alone."""

MOST_MONTHS = 12


def index(site: Site, asked: Asked) -> Shown:
    """Show the months there are reports of, the last first."""
    return Shown("reports.html.j2", {"months": [(str(m), m.name) for m in months(site)]})


def months(site: Site) -> list[Month]:
    """Return the months from the first goal's start on, at most twelve, the last one first."""
    last = Month.of(site.today)
    first = min((Month.of(goal.start) for goal in site.config.goals), default=last.back(5))
    return [month for n in range(MOST_MONTHS) if (month := last.back(n)) >= first] or [last]


def report(site: Site, asked: Asked, month: str, kind: str) -> Shown:
    """Show a month's report as it reads, and its Markdown to copy."""
    found = next((one for one in months(site) if str(one) == month), None)
    if found is None or kind not in KINDS:
        raise Refused(HTTPStatus.NOT_FOUND, "There is no such report", "Choose one of the list")
    try:
        values = plain(site.content(found))
        page = Page(values, render(REPORTS[kind].template, values, site.templates))
    except CadenceError as fault:
        raise Refused(HTTPStatus.CONFLICT, fault.what, fault.remedy) from fault
    shown = {
        "month": found.name,
        "path": f"/reports/{month}",
        "kind": kind,
        "kinds": [(kind, REPORTS[kind].title) for kind in KINDS],
        "html": html_of(page.markdown),
        "markdown": FORMATS["markdown"].write(page),
    }
    return Shown("report.html.j2", shown)
