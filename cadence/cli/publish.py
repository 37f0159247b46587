"""`cadence publish`: the month's report on a Confluence page."""

import re
from typing import TYPE_CHECKING, Any

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.cli.options import month_option
from cadence.cli.places import check_page_place
from cadence.cli.reading import check_begun, read_month, read_months
from cadence.cli.report import page
from cadence.cli.terminal import counted
from cadence.errors import OverwritingRefused
from cadence.formats import FORMATS, Page
from cadence.markup import clean
from cadence.month import Month
from cadence.plain import plain
from cadence.reports import REPORTS
from cadence.reports.content import month_content
from cadence.snapshot import snapshot_at

if TYPE_CHECKING:
    from sqlite_utils import Database

    from cadence.confluence.publishing import Desk, Draft, Plan

_FOR_ONESELF = ("person",)
"""Kinds for one's own eyes."""


@click.command(
    cls=Command,
    examples=(
        "cadence publish --month oct            # what would change",
        "cadence publish --month oct --apply",
    ),
)
@month_option
@click.option(
    "--kind",
    type=click.Choice([kind for kind in REPORTS if kind not in _FOR_ONESELF]),
    default="month",
    help="Which report; month, the default, holds all three.",
)
@click.option("--apply", "apply_", is_flag=True, help="Write the page; else it is shown only.")
@click.pass_obj
def command(app: App, month: Month, kind: str, apply_: bool) -> None:
    """Put the report on a Confluence page, one page a month.

    Without --apply it shows what would change. The space stands in [confluence] of cadence.toml.
    What others wrote on the page is never overwritten.
    """
    from cadence.confluence.publishing import Step, plan, publish
    from cadence.store.lock import sync_lock

    check_page_place(app)
    check_begun(app, month)
    with app.store(create=False) as db:
        if not apply_:
            desk = _desk(app, db)
            draft = _draft(app, month, kind)
            _tell(app, desk, draft, plan(desk, draft), written=False)
            return
        with sync_lock(app.workspace.store_path, app.now, "publish"):
            desk = _desk(app, db)
            draft = _draft(app, month, kind)
            done = publish(desk, draft)
            if done.step in (Step.CREATE, Step.UPDATE):
                _archive(app, month)
            _tell(app, desk, draft, done, written=True)


def _archive(app: App, month: Month) -> None:
    """Keep what is told of a month that has ended, as `cadence report` does."""
    from cadence.store.issued import save_issued

    values = plain(month_content(read_month(app, month)))
    if not values["running"]:
        with app.store(create=False) as db:
            save_issued(db, month, values, app.now)


def _draft(app: App, month: Month, kind: str) -> "Draft":
    """Return the page of a month, without what must not be published."""
    from cadence.confluence.publishing import Draft
    from cadence.confluence.withheld import publishable

    facts, filed = read_months(app, month)
    smallest = app.config.reflection.smallest_group
    open_to_all = publishable(filed, smallest)
    values = plain(month_content(snapshot_at(facts, open_to_all, app.config, month, app.now)))
    if values["problem"]:
        app.say(f"The data is not complete: {values['problem']}.")
    kept = sum(entry.month == month for entry in open_to_all.entries)
    note = _LEFT_OUT if kept < sum(entry.month == month for entry in filed.entries) else ""
    if note:
        app.say("Anonymous answers of so few people are left out.")
    body, telling = (_body(app, told, kind, note) for told in (values, _telling(values)))
    return Draft(str(month), kind, _title(values, kind), body, telling)


def _telling(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with what differs from run to run set to one and the same."""
    first = f"{values['month']}-01T00:00:00+00:00"
    same = {"synced_at": first, **({"as_of": first} if values["running"] else {})}
    return {**values, **{name: same[name] for name in same if values[name]}}


def _body(app: App, values: dict[str, Any], kind: str, note: str) -> str:
    """Return the page in storage format; its title says what the first heading does."""
    told = page(app, values, kind)
    text = re.sub(r"\A# .*\n+", "", told.markdown)
    return FORMATS["confluence"].write(Page(values, f"{text}\n{note}\n", told.pictures))


_LEFT_OUT = "Anonymous answers to the reflection are left out here: too few people have answered."


def _title(values: dict[str, Any], kind: str) -> str:
    """Return the page's title; with the team's name, as titles are unique in a space."""
    what = "" if kind == "month" else f"{REPORTS[kind].title}, "
    return clean(f"{values['team']}: {what}{values['month_name']}")[:255]


def _desk(app: App, db: "Database") -> "Desk":
    from cadence.confluence.publishing import Desk
    from cadence.confluence.wiki import account, open_wiki
    from cadence.credentials import confluence_credentials
    from cadence.jira.client import Client
    from cadence.jira.patience import Patience
    from cadence.jira.system import CONFLUENCE

    where = app.config.confluence
    kept = confluence_credentials(app.config, app.workspace.root)
    patience = Patience(longest_total=300.0, tell=app.say)
    client = Client(where.url, kept, patience, system=CONFLUENCE)
    wiki = open_wiki(client, where.space)
    place = f"{client.url}/{where.space}"
    return Desk(db, wiki, account(wiki), place, where.parent, patience, app.clock)


def _tell(app: App, desk: "Desk", draft: "Draft", done: "Plan", written: bool) -> None:
    """Say what was done, or would be; raises OverwritingRefused where others have written."""
    from cadence.confluence.publishing import Step

    address = desk.wiki.address(done.page.id) if done.page else ""
    if not written or done.step is Step.REFUSE:
        for line in done.changes:
            app.write(line)
    if done.step is Step.REFUSE:
        raise OverwritingRefused(
            f"{done.why}; nothing was written",
            where=address,
            remedy="The difference stands above: move what should stay elsewhere, or rename the"
            " page, and publish again",
        )
    if done.step in (Step.NOTHING, Step.ADOPT):
        app.say(f"«{draft.title}» is up to date: {address}")
    elif written:
        app.say(f"Wrote «{draft.title}»: {address}")
    else:
        what = "a new page" if done.step is Step.CREATE else "a new version"
        lines = counted(sum(line[:1] in "+-" for line in done.changes), "line")
        under = f" under «{desk.parent}»" if desk.parent and done.step is Step.CREATE else ""
        app.say(
            f"This would be {what} of «{draft.title}» in {app.config.confluence.space}{under}"
            f" ({lines}). Nothing was written: add --apply."
        )
