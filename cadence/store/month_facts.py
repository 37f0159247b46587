"""The part of the store that can matter to a window of time: SQL fetches what Python has chosen."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from cadence.model import Change, Facts, Issue, Observation, SyncRun
from cadence.rests import Face, Window, names_above
from cadence.store.facts import load_issues, load_versions
from cadence.store.instants import instant_of, instant_text
from cadence.store.runs import load_runs
from cadence.store.summary import face_of, unsummed

_FIRST = (
    "SELECT since FROM assigned WHERE account = people.account"
    " AND issue_id NOT IN (SELECT issue_id FROM unsummed) ORDER BY since LIMIT 1"
)
_AMONG = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class Wanted:
    """What to read, by ids: `whole` with all that was ever below it, and what is above.

    `named` goes without, but for the resting milestones of the faces `nested`; `single` is read as
    it is. Versions that are milestones are `whole_versions`, and those that `whole` ever carried
    are too; None where versions are none. Others are read where an issue carries them.
    """

    whole: Collection[int]
    named: Collection[int] = ()
    nested: Collection[int] = ()
    single: Collection[int] = ()
    versions: Collection[str] = ()
    whole_versions: Collection[str] | None = None


# ---- what there is ---------------------------------------------------------------------------


def load_faces(db: Database) -> dict[int, Face]:
    """Return every face that some issue has, by its id."""
    return {number: face_of(face) for number, face in db.conn.execute("SELECT id, face FROM faces")}


def resting_faces(db: Database, window: Window, issues: Collection[int]) -> dict[int, int]:
    """Return the face of each of these issues that rests throughout a window."""
    first, last = window.months
    rows = db.conn.execute(
        f"SELECT issue_id, face_id FROM rests WHERE issue_id {_AMONG} AND since < ? AND until > ?",
        (json.dumps(sorted(issues)), first, last),
    )
    return dict(rows.fetchall())


def at_rest(db: Database, window: Window, faces: Collection[int]) -> set[int]:
    """Return the issues that rest throughout a window with one of these faces."""
    first, last = window.months
    rows = db.conn.execute(
        f"SELECT issue_id FROM rests WHERE face_id {_AMONG} AND until > ? AND since < ?",
        (json.dumps(sorted(faces)), last, first),
    )
    return _numbers(rows)


def in_motion(db: Database, window: Window) -> set[int]:
    """Return the issues that moved within a window, vanished in it, or were never summed up."""
    rows = db.conn.execute("SELECT issue_id FROM moved WHERE month BETWEEN ? AND ?", window.months)
    seen = db.conn.execute(
        "SELECT CAST(substr(subject, 7) AS INTEGER) FROM observations"
        " WHERE field = 'state' AND seen BETWEEN ? AND ?",
        (instant_text(window.first), instant_text(window.last)),
    )
    return _numbers(rows) | _numbers(seen) | set(unsummed(db))


def load_assigned(db: Database) -> dict[str, datetime]:
    """Return everybody who was ever assigned an issue, and since when.

    Issues written since the summary count as far as they are read, and `in_motion` reads them.
    """
    # From account to account through the index: it costs what there are people, not issues.
    rows = db.conn.execute(f"""
        WITH RECURSIVE people (account) AS (
            SELECT min(account) FROM assigned UNION ALL
            SELECT (SELECT min(account) FROM assigned WHERE account > people.account)
            FROM people WHERE account IS NOT NULL)
        SELECT account, ({_FIRST}) AS first FROM people
        WHERE account IS NOT NULL AND first IS NOT NULL""")
    return {account: instant_of(since) for account, since in rows}


def odd_histories(db: Database, window: Window) -> set[int]:
    """Return the issues created before the end of a window whose history is not whole."""
    rows = db.conn.execute(
        "SELECT id FROM issues WHERE history <> 'complete' AND created < ?",
        (instant_text(window.last),),
    )
    return _numbers(rows)


# ---- issues and their families ---------------------------------------------------------------


@dataclass
class _Family:
    """The issues that were read so far, and which of them were asked for what is below."""

    db: Database
    held: dict[int, tuple[Issue, tuple[Change, ...]]] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)

    def take(self, ids: Iterable[int]) -> list[int]:
        """Read issues that are not read yet; return those that are there."""
        new = [n for n in {*ids} if n not in self.held]
        found = load_issues(self.db, new) if new else []
        self.held |= {issue.id: (issue, changes) for issue, changes in found}
        return [issue.id for issue, _ in found]

    def take_above(self, ids: Iterable[int]) -> list[int]:
        """Read all that these issues were ever below, up to the top; return these issues' line."""
        line, step = {*ids}, [*ids]
        while step:
            names = {name for n in step for name in names_above(*self.held[n])}
            known = {int(name) for name in names if name.isdigit()}
            known |= bearers(self.db, [n for n in names if not n.isdigit() and ":" not in n])
            self.take(known - self.held.keys())
            step = [n for n in known if n in self.held and n not in line]
            line |= known & self.held.keys()
        return [n for n in line if n in self.held]

    def take_below(self, ids: Iterable[int], versions: Iterable[str] = ()) -> None:
        """Read all that was ever below these issues, and below the milestones among that."""
        step = [*ids]
        names = {f"version:{version}" for version in versions}
        while step or names:
            names |= self._names(step)
            self.asked |= {*step}
            found = _below(self.db, names)
            self.take(found)
            names = set()
            step = [n for n in found if n not in self.asked and self._has_children(n)]

    def take_nested(self, ids: Iterable[int], window: Window, faces: Collection[int]) -> None:
        """Read the milestones that rest with one of these faces and were ever below these."""
        step = [*ids]
        while step:
            step = self.take(_resting_below(self.db, self._names(step), window, faces))

    def carried(self, ids: Iterable[int]) -> set[str]:
        """Return the versions that these issues ever carried."""
        names = (name for n in ids for name in names_above(*self.held[n]))
        return {n.removeprefix("version:") for n in names if n.startswith("version:")}

    def _names(self, ids: Iterable[int]) -> set[str]:
        """Return all names by which histories know these issues: ids, keys of now and of before."""
        names = {str(n) for n in ids}
        for n in ids:
            issue, changes = self.held[n]
            names |= {issue.key, *(c.from_text or "" for c in changes if c.field == "key")}
        return names - {""}

    def _has_children(self, number: int) -> bool:
        """Tell whether an issue may ever have been a milestone: by level, or by a former type."""
        if number not in self.held:
            return False
        issue, changes = self.held[number]
        return issue.level > 0 or any(change.field == "type" for change in changes)


def load_month_facts(db: Database, window: Window, wanted: Wanted, lists: Facts) -> Facts:
    """Return the lists with the issues, versions and observations that are wanted."""
    family = _Family(db)
    whole = family.take_above(family.take(wanted.whole))
    versions = {*wanted.versions}
    if wanted.whole_versions is None:
        family.take_below(whole)
    else:
        versions |= {*wanted.whole_versions} | family.carried(whole)
        family.take_below(whole, {*wanted.whole_versions} | family.carried(whole))
    family.take({*wanted.named, *wanted.single})
    named = [n for n in wanted.named if n in family.held]
    family.take_above(named)
    family.take_nested(named, window, wanted.nested)
    facts = replace(
        lists,
        issues=tuple(family.held[n][0] for n in sorted(family.held)),
        changes={n: family.held[n][1] for n in sorted(family.held) if family.held[n][1]},
        versions=load_versions(db, versions | family.carried(family.held)),
    )
    return with_observations(db, facts)


def bearers(db: Database, keys: Collection[str]) -> set[int]:
    """Return the issues that bear one of these keys, or once bore it."""
    named = json.dumps(sorted(keys))
    now = db.conn.execute(f"SELECT id FROM issues WHERE key {_AMONG}", (named,))
    once = db.conn.execute(
        f"SELECT issue_id FROM changes WHERE field = 'key' AND from_text {_AMONG}", (named,)
    )
    return _numbers(now) | _numbers(once)


def _below(db: Database, names: Iterable[str]) -> set[int]:
    rows = db.conn.execute(
        f"SELECT issue_id FROM below WHERE above {_AMONG}", (json.dumps(sorted(names)),)
    )
    return _numbers(rows)


def _resting_below(
    db: Database, names: Iterable[str], window: Window, faces: Collection[int]
) -> set[int]:
    first, last = window.months
    rows = db.conn.execute(
        f"""
        SELECT issue_id FROM below JOIN rests USING (issue_id)
        WHERE above {_AMONG} AND since < ? AND until > ? AND face_id {_AMONG}""",
        (json.dumps(sorted(names)), first, last, json.dumps(sorted(faces))),
    )
    return _numbers(rows)


# ---- versions and what syncs saw -------------------------------------------------------------


def with_observations(db: Database, facts: Facts) -> Facts:
    """Return facts with what syncs saw of their issues and versions, and the runs that matter."""
    issues = [f"issue:{issue.id}" for issue in facts.issues]
    seen = _observations(db, f"subject {_AMONG}", [json.dumps(issues)])
    versions = _observations(
        db, f"subject {_AMONG}", [json.dumps([f"version:{v.id}" for v in facts.versions])]
    )
    instants = sorted({one.seen for one in versions})
    looks = _looks(db, [instant_text(at) for at in instants])
    found = {*seen, *versions, *looks}
    return replace(
        facts,
        observations=tuple(sorted(found, key=lambda o: (o.seen, o.subject, o.field))),
        syncs=_runs(db, [instant_text(at) for at in instants]),
    )


def _observations(db: Database, where: str, values: Sequence[str]) -> list[Observation]:
    rows = db.conn.execute(
        f"SELECT subject, field, value, seen FROM observations WHERE {where}", values
    )
    return [Observation(subject, name, value, instant_of(at)) for subject, name, value, at in rows]


def _looks(db: Database, instants: Sequence[str]) -> list[Observation]:
    """Return, for each instant, an observation of the last sync that saw anything before it."""
    sql = """
        seen IN (SELECT (SELECT max(o.seen) FROM observations o WHERE o.seen < j.value)
                 FROM json_each(?) j)"""
    return _observations(db, sql, [json.dumps(instants)])


def _runs(db: Database, instants: Sequence[str]) -> tuple[SyncRun, ...]:
    """Return the last runs, and for each instant the last complete one that started before it."""
    ids = _numbers(
        db.conn.execute(
            """
            SELECT id FROM (SELECT id FROM syncs ORDER BY id DESC LIMIT 1)
            UNION SELECT * FROM (
                SELECT id FROM syncs WHERE begun ORDER BY started DESC, id DESC LIMIT 1)
            UNION SELECT * FROM (
                SELECT id FROM syncs WHERE begun AND complete
                ORDER BY started DESC, id DESC LIMIT 1)
            UNION SELECT (
                SELECT id FROM syncs WHERE complete AND started < j.value
                ORDER BY started DESC LIMIT 1) FROM json_each(?) j""",
            (json.dumps(instants),),
        )
    )
    return load_runs(db, ids)


def _numbers(rows: Iterable[Any]) -> set[int]:
    return {row[0] for row in rows if row[0] is not None}
