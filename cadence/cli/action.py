"""`cadence action`: what the team agreed to improve."""

from datetime import date

import click

from cadence.cli.app import App
from cadence.cli.command import Group
from cadence.cli.completing import codes, people
from cadence.cli.options import day_option, json_option, month_option, on_option
from cadence.cli.places import check_issue_place
from cadence.cli.reading import check_begun, read_filed
from cadence.cli.subjects import member_name
from cadence.errors import ConfigError, did_you_mean
from cadence.model import Action
from cadence.month import Month
from cadence.plain import plain


@click.group(
    cls=Group,
    examples=(
        "cadence action add 'One page with our patches' --owner Ada --due 2026-11-13",
        "cadence action done 3",
    ),
)
def command() -> None:
    """What the team agreed to improve: at most three new actions a month."""


@command.command(
    examples=(
        "cadence action add 'One page with our patches' --owner Ada --due 2026-11-13",
        "cadence action add 'A support turn' --owner Ben --due 2026-11-20"
        " --how 'Nobody has two' --cures support-heavy",
    ),
)
@click.argument("text")
@click.option(
    "--owner",
    required=True,
    metavar="NAME",
    shell_complete=people,
    help="The member who sees to it.",
)
@day_option("--due", "The day by which it is done.", required=True)
@month_option
@click.option("--how", metavar="TEXT", help="How the team will know that it worked.")
@click.option(
    "--cures",
    shell_complete=codes,
    metavar="FINDING",
    help="The finding that it should end: its code, and its subject: 'milestone-slipped TFIO-1'.",
)
@on_option
@click.pass_obj
def add(  # noqa: PLR0913 - one parameter an option
    app: App,
    text: str,
    owner: str,
    due: date,
    month: Month,
    how: str | None,
    cures: str | None,
    on: date,
) -> None:
    """Agree on an action in a month's reflection.

    One owner, one day; the next month's report tells whether the finding that it cures is gone.
    """
    from cadence.store.journal import save_action

    said = " ".join(text.split())
    if not said:
        raise ConfigError("The action says nothing", where="TEXT")
    if due < on:
        raise ConfigError(
            f"{due} lies before {on}, the day it is agreed",
            where="--due",
            remedy="For one that was agreed earlier, give that day with --on DATE",
        )
    check_begun(app, month)
    name = member_name(app.config.team, owner, "--owner")
    known_by = " ".join((how or "").split()) or None
    action = Action(month, said, name, due, on, app.now, cures=_finding(cures), how=known_by)
    with app.store() as db:
        number = save_action(db, action)
    app.say(f"Action {number} for {name}, due {due}.")


def _finding(text: str | None) -> str | None:
    """Return a finding as its code and, if one is given, its subject."""
    from cadence.config.checks import FINDINGS

    code, *subject = (text or "").replace(":", " ").split()[:2] or [""]
    if code and code not in FINDINGS:
        known = f"Known: {', '.join(FINDINGS)}"
        raise ConfigError(
            f"There is no finding '{code}'",
            where="--cures",
            remedy=did_you_mean(code, FINDINGS, known),
        )
    return " ".join([code, *subject]) or None


@command.command(
    examples=("cadence action shrink 3 'The three oldest patches on one page' --due 2026-11-27",),
)
@click.argument("number", metavar="ID", type=int)
@click.argument("text")
@day_option("--due", "The day by which the smaller one is done.", required=True)
@on_option
@click.pass_obj
def shrink(app: App, number: int, text: str, due: date, on: date) -> None:
    """Make an action smaller: then it may be carried over again."""
    from cadence.store.journal import save_action_shrunk

    said = " ".join(text.split())
    if not said:
        raise ConfigError("The action says nothing", where="TEXT")
    if due < on:
        raise ConfigError(f"{due} lies before {on}", where="--due")
    with app.store() as db:
        save_action_shrunk(db, number, said, due, on)
    app.say(f"Action {number} is now '{said}', due {due}.")


@command.command(
    examples=(
        "cadence action done 3",
        "cadence action done 3 --on yesterday",
    ),
)
@click.argument("number", metavar="ID", type=int)
@on_option
@click.pass_obj
def done(app: App, number: int, on: date) -> None:
    """Close an action as done."""
    from cadence.store.journal import save_action_done

    with app.store() as db:
        save_action_done(db, number, on)
    app.say(f"Action {number} is done, dated {on}.")


@command.command(
    examples=("cadence action drop 3 --why 'The other team has built it'",),
)
@click.argument("number", metavar="ID", type=int)
@click.option("--why", required=True, help="Why the team no longer wants it.")
@on_option
@click.pass_obj
def drop(app: App, number: int, why: str, on: date) -> None:
    """Drop an action, with the reason."""
    from cadence.store.journal import save_action_dropped

    if not why.strip():
        raise ConfigError("A reason is missing", where="--why")
    with app.store() as db:
        save_action_dropped(db, number, on, " ".join(why.split()))
    app.say(f"Action {number} is dropped, dated {on}.")


@command.command(
    "list",
    examples=("cadence action list --open",),
)
@click.option("--open", "only_open", is_flag=True, help="Only those that are open.")
@json_option
@click.pass_obj
def list_(app: App, only_open: bool, form: str) -> None:
    """Print the actions and what became of them."""
    held = read_filed(app).actions
    actions = [one for one in held if not (only_open and _state(one) != "open")]
    if form == "json":
        app.write_json([{**plain(one), "state": _state(one)} for one in actions])
        return
    for one in actions:
        late = ", overdue" if _state(one) == "open" and one.due < app.today else ""
        end = one.done or one.dropped
        state = f"{_state(one)} {end}" if end else f"open, due {one.due}{late}"
        why = f" ({one.why})" if one.why else ""
        app.write(f"{one.id:>3}  {one.month}  {one.owner}: {one.text} [{state}]{why}{_aims(one)}")
    if not actions:
        app.say("There are no actions.")


def _aims(action: Action) -> str:
    """Tell how the team will know, what it should end, and what it was before it was shrunk."""
    told = {"we know by": action.how, "cures": action.cures, "was": action.was}
    return "".join(f"; {word} {text}" for word, text in told.items() if text)


def _state(action: Action) -> str:
    return "done" if action.done else "dropped" if action.dropped else "open"


@command.command(
    examples=(
        "cadence action push            # what would be created",
        "cadence action push 3 --apply",
    ),
)
@click.argument("numbers", metavar="[ID]…", type=int, nargs=-1)
@click.option("--apply", "apply_", is_flag=True, help="Create the issues; else they are shown.")
@click.pass_obj
def push(app: App, numbers: tuple[int, ...], apply_: bool) -> None:
    """Create a Jira issue for each action, once; without IDs, for all that are open.

    The project and the issue type stand in [actions] of cadence.toml. Nothing is written without
    --apply.
    """
    from cadence.pushing import draft_of

    check_issue_place(app)
    wanted = _wanted(app, numbers)
    for action in wanted if not apply_ else ():
        draft = draft_of(action, app.config)
        app.write(f"Action {action.id}: a {draft.type} in {draft.project}, «{draft.summary}»")
        app.write(f"  for {action.owner}, due {action.due}, labelled {draft.marker}")
    if apply_:
        _push(app, wanted)
    elif wanted:
        app.say("Nothing was written: add --apply to create them.")
    else:
        app.say("There is no open action without an issue.")


def _wanted(app: App, numbers: tuple[int, ...]) -> list[Action]:
    """Return the actions that are to have issues. Raises ConfigError for one that cannot."""
    held = {action.id: action for action in read_filed(app).actions}
    for number in numbers:
        if number not in held:
            raise ConfigError(
                f"There is no action {number}", remedy="See them with 'cadence action list'"
            )
        if _state(held[number]) != "open":
            raise ConfigError(f"Action {number} is {_state(held[number])}: it needs no issue")
        if held[number].jira_key:
            app.say(f"Action {number} is {held[number].jira_key} already.")
    chosen = [held[n] for n in dict.fromkeys(numbers)] if numbers else list(held.values())
    return [one for one in chosen if _state(one) == "open" and not one.jira_key]


def _push(app: App, wanted: list[Action]) -> None:
    from cadence.credentials import credentials
    from cadence.jira.client import Client
    from cadence.jira.connect import connect
    from cadence.jira.patience import Patience
    from cadence.pushing import Desk, push_action
    from cadence.store.lock import sync_lock

    if not wanted:
        app.say("There is no open action without an issue.")
        return
    kept = credentials(app.config, app.workspace.root)
    patience = Patience(longest_total=300.0, tell=app.say)
    with app.store() as db, sync_lock(app.workspace.store_path, app.now, "push"):
        site = connect(Client(app.config.jira.url, kept, patience))
        for action in wanted:
            key = push_action(Desk(db, site, app.config, app.clock), action)
            app.write(
                f"Action {action.id} is {key}: {site.address or site.client.url}/browse/{key}"
            )
