"""Findings that rest on what came later or was filed: defects, stages, histories, partners."""

from datetime import date

from .oracle import Report

CHAINED = ("status", "resolution", "type", "assignee")


# ---- defects ----


def is_defective(r: Report, e: int, threshold) -> bool:
    least, days = threshold
    first = first_built(r, e)
    if first is None:
        return False
    soon = sorted(
        r.created(n)
        for n in r.known(r.moment)
        if r.type_name(n, r.moment) == "Bug"
        and (r.value(n, "parent", r.moment) == e or e in links(r, n) or n in links(r, e))
        and r.created(n) > first
        and (r.day(r.created(n)) - r.day(first)).days <= days
    )
    return len(soon) >= least and soon[-1] >= r.start


def first_built(r: Report, e: int) -> int | None:
    """The first moment at which anything changed and the milestone was built."""
    changed = {c["ms"] for changes in r.changes.values() for c in changes if c["ms"] <= r.moment}
    changed |= {r.created(n) for n in r.issues if r.created(n) <= r.moment}
    ends = {r._silent_end(n) for n in r.issues} - {None}
    gone = {seen for told in r.seen.values() for seen, _ in told}
    for m in sorted(changed | {end for end in ends | gone if end <= r.moment}):
        if r.exists(e, m) and r.level(e, m) >= 1 and r.built(e, m) is not None:
            return m
    return None


def links(r: Report, number: int) -> set[int]:
    """The issues that an issue's history links it to, at T."""
    held: list[tuple] = []
    for change in r.changes[number]:
        if change["field"] == "Link" and change["ms"] <= r.moment:
            old = (change["from_id"], change["from_text"])
            if old in held:
                held.remove(old)
            new = (change["to_id"], change["to_text"])
            if change["to_id"] and new not in held:
                held.append(new)
    return {n for n in r.issues for key, _ in held if key in r.keys_ever(n)}


# ---- stages ----


def is_without_evidence(r: Report, e: int, _) -> bool:
    labels = r.value(e, "labels", r.moment)
    here = [n for n, stage in enumerate(r.config.stages) if stage.label in labels]
    if not here:
        return False
    for stage in r.config.stages[: here[-1]]:
        ever = any(stage.label in r.value(e, "labels", m) for m in r.moments(e, r.moment, "labels"))
        held = {
            row["what"]
            for row in r.rows["stage_evidence"]
            if row["milestone_id"] == e
            and row["stage"] == stage.name
            and row["day"] <= r.today.isoformat()
        }
        if ever and not set(stage.needs) <= held:
            return True
    return False


# ---- histories ----


def history_incomplete(r: Report, _):
    dropped = {e for e in r.milestones(r.moment) if r.phase(e, r.moment) == "dropped"}
    for number in r.known(r.moment):
        if r.issues[number].get("history", "complete") == "complete" or number in dropped:
            continue
        cut = r.issues[number]["history"] == "cut"
        if cut or any(jumps(r, number, field) for field in CHAINED):
            yield r.value(number, "key", r.moment)


def jumps(r: Report, number: int, field: str) -> bool:
    """Whether a field jumps after a change that was made by T."""
    chain = [c for c in r.changes[number] if c["field"] == field]
    side = "text" if field == "resolution" else "id"
    now = r._present(r.issues[number], field)
    ends = [c[f"to_{side}"] for c in chain]
    begins = [c[f"from_{side}"] for c in chain[1:]] + [now]
    return any(
        end != begin and c["ms"] <= r.moment
        for c, end, begin in zip(chain, ends, begins, strict=False)
    )


# ---- partners ----


def partner_not_told(r: Report, days):
    for partner in r.config.partners:
        own = set()
        for e in r.milestones(r.moment):
            above = [e, *ancestors(r, e)]
            if any(r.matches(partner.match, node, r.moment) for node in above):
                own |= {e, *r.children(e, r.moment)}
        moved = any(
            r.start <= m <= r.moment
            for n in own
            for m in (r.created(n), *(c["ms"] for c in r.changes[n]))
        )
        words = [
            date.fromisoformat(note["day"])
            for note in r.rows["notes"]
            if note["kind"] == "partner-ack"
            and note["about"] == partner.name
            and note["day"] <= r.today.isoformat()
        ]
        if moved and (not words or (r.today - max(words)).days >= days):
            yield partner.name


def ancestors(r: Report, number: int) -> list[int]:
    found: list[int] = []
    node = r.parent(number, r.moment)
    while node is not None and node not in found:
        found.append(node)
        node = r.parent(node, r.moment)
    return found


# ---- dismissals ----


def quiet(r: Report, code: str, subject: str) -> bool:
    """
    Whether a dismissal keeps it quiet.

    The worlds' dismissals have numbers that no finding doubles (1e9), that each one does which
    has a number (1e-6), or none. A finding of unknown size has not doubled.
    """
    today = r.today.isoformat()
    ids = {n for n in r.issues if subject in r.keys_ever(n)}
    standing = [
        row
        for row in r.rows["dismissals"]
        if row["code"] == code
        and (row["subject"] == subject or any(row["subject"] in r.keys_ever(n) for n in ids))
        and row["day"] <= today
        and not (row["undone"] and row["undone"] <= today)
    ]
    if not standing:
        return False
    last = max(standing, key=lambda row: (row["day"], row["id"]))
    return last["number"] is None or last["number"] > 1 or is_unmeasured(r, code, subject)


def is_unmeasured(r: Report, code: str, subject: str) -> bool:
    """Whether a finding rests on a slip of unknown size: no due date is set at T."""
    return code == "milestone-slipped" and any(
        r.value(e, "key", r.moment) == subject and r.slip(e)["in_month"] is None
        for e in r.milestones(r.moment)
    )
