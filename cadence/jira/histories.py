"""Pages of histories: of many issues at once on Cloud, with the issues on Data Center."""

from dataclasses import dataclass
from typing import Any

from cadence.jira import answers, values
from cadence.jira.answers import listed
from cadence.jira.body import Packed
from cadence.jira.changelog import Changelog, changelog_of, expanded, joined, told_total
from cadence.jira.fetched import lighten
from cadence.jira.fields import FieldMap
from cadence.jira.values import mapping, sequence, text


@dataclass(frozen=True)
class HistoryPage:
    """What a page tells of histories, by issue (None: it does not say whose); more may come.

    `token` is that of the next page, empty on the last.
    """

    changelogs: dict[int | None, Changelog]
    token: str


def history_page(packed: Packed, fields: FieldMap) -> HistoryPage:
    """Return what an answer tells of many issues' histories; raises as its reading does."""

    def read(one: dict[str, Any]) -> dict[str, Any]:
        if "issueId" in one and isinstance(one.get("changeHistories"), list):
            one["changeHistories"] = changelog_of(one["changeHistories"], fields)
        return one

    # Each history is read as soon as it is unfolded: raw, all of a page take much more room.
    page = answers.object_of(packed.answer(), read)
    found: dict[int | None, Changelog] = {}
    for one in map(mapping, listed(page, "issueChangeLogs")):
        told = one.get("changeHistories")
        if isinstance(told, Changelog):
            take(found, values.number_or_none(one.get("issueId")), told)
        else:
            take(found, None, changelog_of(sequence(told), fields))
    return HistoryPage(found, text(page.get("nextPageToken")))


def take(found: dict[int | None, Changelog], number: int | None, more: Changelog) -> bool:
    """Take over what is told of one issue's history; tell if any of it is new.

    What came before a restart counts once.
    """
    known = found.get(number)
    found[number] = joined(known, more) if known else more
    return not known or not more.entries.keys() <= known.entries.keys()


@dataclass(frozen=True)
class IssuePage:
    """Issues by id, without the histories that came with them, and those, with their totals.

    `unnamed` is how many issues bear no usable id.
    """

    issues: dict[int, dict[str, Any]]
    histories: dict[int, tuple[Changelog, object]]
    unnamed: int


def issue_page(packed: Packed, fields: FieldMap) -> IssuePage:
    """Return what an answer tells of issues and their histories; raises as its reading does."""
    issues, unnamed = values.by_id(listed(answers.object_of(packed.answer()), "issues"))
    histories = {}
    for number, issue in issues.items():
        histories[number] = expanded(issue, fields), told_total(issue)
        issue.pop("changelog", None)
    lighten(issues.values())
    return IssuePage(issues, histories, unnamed)
