"""The kinds of report: what each is called, and the template that draws it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """A kind of report, its title and its template.

    A `private` one is about one person and for that person: only who asks for it by name gets it.
    """

    kind: str
    title: str
    template: str
    private: bool = False


REPORTS: dict[str, Report] = {
    report.kind: report
    for report in (
        Report("month", "Month", "reports/month.md.j2"),
        Report("focus", "Focus", "reports/focus.md.j2"),
        Report("done", "DONE DONE DONE", "reports/done.md.j2"),
        Report("reflection", "Reflection", "reports/reflection.md.j2"),
        Report("partner", "Partner report", "reports/partner.md.j2"),
        Report("executive", "Executive summary", "reports/executive.md.j2"),
        Report("person", "Own months", "reports/person.md.j2", private=True),
    )
}
"""Each kind by its name; the first is the default."""

TEAM_KINDS = tuple(kind for kind, report in REPORTS.items() if not report.private)
"""The kinds that are written where none is named: all but those for one person's eyes."""
