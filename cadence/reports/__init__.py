"""The kinds of report: what each is called, and the template that draws it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """A kind of report, its title and its template."""

    kind: str
    title: str
    template: str


REPORTS: dict[str, Report] = {
    report.kind: report
    for report in (
        Report("month", "Month", "reports/month.md.j2"),
        Report("focus", "Focus", "reports/focus.md.j2"),
        Report("done", "DONE DONE DONE", "reports/done.md.j2"),
        Report("reflection", "Reflection", "reports/reflection.md.j2"),
    )
}
"""Each kind by its name; the first is the default."""
