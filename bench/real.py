"""Tell the months of real Jira answers: `python bench/real.py shared/real-jira [MONTHS]`.

Reads the issues that DevLake keeps as rows of CSV, decodes them as a sync would, and prints for
each of the last months what the report says beside a count from the raw answers that shares no
code with it: issues resolved in the month.
"""

import csv
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cadence.config import Config, Jira
from cadence.jira.changelog import changelog_of
from cadence.jira.decode import Decoded, decode_issue
from cadence.jira.fields import FieldMap, Flavor
from cadence.jira.site import Site
from cadence.model import Facts, Filed, Person, Status
from cadence.month import Month
from cadence.plain import plain
from cadence.render import render
from cadence.reports import REPORTS
from cadence.reports.content import month_content
from cadence.snapshot import snapshot_at

_OLD = (("1", "Open", "new"), ("3", "In Progress", "indeterminate"), ("4", "Reopened", "new"))
_OLD += (("5", "Resolved", "done"), ("6", "Closed", "done"))
"""Jira's own first statuses: the histories name them, the rows do not."""

NOW = datetime(2022, 12, 31, tzinfo=UTC)


def raw_issues(folder: Path) -> list[dict[str, Any]]:
    """The answers as they were served."""
    csv.field_size_limit(sys.maxsize)
    with (folder / "devlake/_raw_jira_api_issues.csv").open(newline="", encoding="utf-8") as file:
        return [json.loads(row["data"]) for row in csv.DictReader(file)]


def facts_of(found: list[Decoded]) -> Facts:
    """What a store would hold of these issues."""
    # the rows were kept at different times: a status may have two categories, the usual one counts
    usual = Counter(one.status for one in found if one.status).most_common()
    statuses = {id: Status(id, name, category) for id, name, category in _OLD}
    statuses |= {status.id: status for status, _ in reversed(usual)}
    people: dict[str, Person] = {p.account: p for one in found for p in one.mentioned}
    people |= {p.account: p for one in found for p in one.people}
    return Facts(
        issues=tuple(one.issue for one in found),
        changes={one.issue.id: one.changes for one in found if one.changes},
        statuses=tuple(statuses.values()),
        types=tuple({one.type.id: one.type for one in found}.values()),
        people=tuple(people.values()),
    )


def resolved(raw: list[dict[str, Any]]) -> Counter[str]:
    """How many issues that are no epics and no sub-tasks were resolved, by month (UTC)."""
    count: Counter[str] = Counter()
    for one in raw:
        kind, day = one["fields"]["issuetype"], one["fields"].get("resolutiondate")
        level = kind.get("hierarchyLevel", -1 if kind.get("subtask") else 0)
        if day and level == 0:
            at = datetime.strptime(day, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)
            count[f"{at:%Y-%m}"] += 1
    return count


def main() -> int:
    """Print the months, and the last report in full."""
    raw = raw_issues(Path(sys.argv[1]))
    site = Site(FieldMap(Flavor.CLOUD))
    found = []
    for one in raw:
        histories = (one.get("changelog") or {}).get("histories", ())
        found.append(decode_issue(one, changelog_of(histories, site.fields), site))
    facts, by_hand = facts_of(found), resolved(raw)
    config = Config(jira=Jira(url="https://real.example"))
    months = sorted(set(by_hand))[-int(sys.argv[2]) if len(sys.argv) > 2 else -6 :]
    for name in months:
        month = Month.parse(name, NOW.date())
        values = plain(month_content(snapshot_at(facts, Filed(), config, month, NOW)))
        focus, flow = values["focus"], values["focus"]["flow"]
        print(
            f"{name}: finished {flow['throughput']}, resolved in the raw answers {by_hand[name]};"
            f" effort {focus['effort_days']:.1f} of {focus['capacity_days']:.1f} person-days,"
            f" {len(values['findings'])} findings"
        )
    print(render(REPORTS["month"].template, values))
    return 0


if __name__ == "__main__":
    sys.exit(main())
