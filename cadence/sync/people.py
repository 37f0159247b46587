"""The people that are known, looked at once a day: a new name leaves no trace in any history."""

from contextlib import suppress

from cadence.errors import CredentialsRefused
from cadence.jira.answers import JiraFailed, JiraRefused
from cadence.jira.connect import fetch_people
from cadence.model import Person
from cadence.store import facts
from cadence.store.database import writing
from cadence.store.forget import scrub_closed
from cadence.sync.run_state import Pull


def refresh_people(pull: Pull) -> None:
    """Store the names that Jira shows by now of the people who are known, if that is due today.

    A site may not let this account list its users: then they are seen with their next issue.
    Whoever has closed their account is erased here, too.
    """
    if not pull.daily:
        return
    known = {person.account for person in facts.load_people(pull.db)}
    shown: list[Person] = []
    with suppress(CredentialsRefused, JiraRefused, JiraFailed):
        shown += (one for one in fetch_people(pull.connection) if one.account in known)
    with writing(pull.db):
        facts.save_people(pull.db, shown)
    scrub_closed(pull.db)
