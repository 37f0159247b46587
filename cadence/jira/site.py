"""What decoding must know of a site: its fields, and what its ids and names mean."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cadence.jira.fields import FieldMap, Flavor
from cadence.model import IssueType, Person, Status


@dataclass(frozen=True)
class Site:
    """The meaning of a site's ids; the dicts grow while a sync meets more people and issues."""

    fields: FieldMap
    categories: dict[str, str] = field(default_factory=dict)
    """Status id to category key."""
    status_ids: dict[str, str] = field(default_factory=dict)
    """Status name to id, where one status alone bears the name."""
    levels: dict[str, int] = field(default_factory=dict)
    """Type id to level."""
    type_ids: dict[str, str] = field(default_factory=dict)
    """Type name to id, where one type alone bears the name."""
    accounts: dict[str, str] = field(default_factory=dict)
    """User name to key (Data Center): histories hold the one or the other."""
    known: set[str] = field(default_factory=set)
    """Accounts: a new user may bear the name that is an old user's key."""
    issue_ids: dict[str, int] = field(default_factory=dict)
    """Issue key to id: an Epic Link holds a key."""
    labelled_epics: bool = False
    """Data Center without a type named Epic: an epic is what bears an Epic Name."""

    @property
    def flavor(self) -> Flavor:
        """Cloud or Data Center."""
        return self.fields.flavor

    def account(self, told: str | None) -> str | None:
        """Return the canonical account behind an account, user key or user name."""
        if not told or told in self.known:
            return told or None
        return self.accounts.get(told, told)

    def learn(self, people: Iterable[Person]) -> None:
        """Remember by which key Jira knows a user name."""
        for person in people:
            self.known.add(person.account)
            if person.user_name:
                self.accounts[person.user_name] = person.account


def known_site(fields: FieldMap, statuses: Iterable[Status], types: Iterable[IssueType]) -> Site:
    """Return a site from its lists of fields, statuses and issue types."""
    statuses, types = list(statuses), list(types)
    named = any(t.level > 0 for t in types)
    return Site(
        fields,
        categories={s.id: s.category for s in statuses},
        status_ids=_alone((s.name, s.id) for s in statuses),
        levels={t.id: t.level for t in types},
        type_ids=_alone((t.name, t.id) for t in types),
        labelled_epics=fields.flavor is Flavor.DATA_CENTER and not named,
    )


def _alone(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return name to id, without names that several share."""
    found: dict[str, set[str]] = {}
    for name, one in pairs:
        found.setdefault(name, set()).add(one)
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1}
