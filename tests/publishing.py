"""A desk to publish from: a store, a strict Confluence, and a page that can be changed."""

from datetime import UTC, datetime
from pathlib import Path

from cadence.confluence.publishing import Desk, Draft, Plan, plan, publish
from cadence.confluence.wiki import account, open_wiki
from cadence.credentials import Credentials
from cadence.jira.client import Client
from cadence.jira.patience import Patience
from cadence.jira.system import CONFLUENCE
from cadence.store.audit import load_written
from cadence.store.database import open_store
from tests.wikis import Confluence

NOW = datetime(2021, 6, 2, 16, tzinfo=UTC)
TITLE = "Squad: May 2021"
BODY = (
    '<p>First.&nbsp;<br/>Then.</p><ac:structured-macro ac:name="info" ac:schema-version="1">'
    "<ac:rich-text-body><p>Note &amp; more</p></ac:rich-text-body></ac:structured-macro>"
    "<table><tbody><tr><th><p>Key</p></th><td><p>TFIO-1</p></td></tr></tbody></table>"
)


def client_of(wiki: Confluence, **more) -> Client:
    kept = Credentials(wiki.email if wiki.traits.cloud else None, wiki.token)
    patience = Patience(attempts=5, first_pause=0.005, longest_total=20.0)
    return Client(wiki.url, kept, patience, system=CONFLUENCE, **more)


class Place:
    """A team's store and its wiki; `body` is what the month says now."""

    def __init__(self, folder: Path, wiki: Confluence, parent: str = "Reports") -> None:
        self.store = folder / "cadence.db"
        self.wiki = wiki
        self.parent = parent
        self.body = BODY
        self.months = "2021-05"
        self.above = wiki.add("Reports")
        wiki.requests.clear()

    def change(self, text: str = "The loader is the bottleneck") -> None:
        self.body += f"<p>{text}</p>"

    def _with_desk(self, deed) -> Plan:
        with open_store(self.store) as db:
            client = client_of(self.wiki)
            wiki = open_wiki(client, "TEAM")
            place = f"{client.url}/TEAM"
            patience = Patience(attempts=5, first_pause=0.005, longest_total=20.0)
            desk = Desk(db, wiki, account(wiki), place, self.parent, patience, lambda: NOW)
            return deed(desk, Draft("2021-05", "month", TITLE, self.body))

    def look(self) -> Plan:
        return self._with_desk(plan)

    def apply(self) -> Plan:
        return self._with_desk(publish)

    def apply_killed(self, fault: type[BaseException], before: bool) -> None:
        """Publish, and end in the midst of the first write: before it is sent, or after."""

        def killed(desk, draft):
            write = desk.wiki.client.write

            def cut(*asked):
                if not before:
                    write(*asked)
                raise fault

            desk.wiki.client.write = cut
            return publish(desk, draft)

        self._with_desk(killed)

    @property
    def page(self):
        (page,) = self.wiki.titled(TITLE)
        return page

    def stored(self, load):
        with open_store(self.store) as db:
            return load(db)

    def audit_differs(self) -> bool:
        """Tell whether the audit has another number of rows than writes were sent."""
        sent = [one for one in self.wiki.writes if one.status != 429]
        unsent = [row for row in self.stored(load_written) if "perhaps before" in row.result]
        return not 0 <= len(self.stored(load_written)) - len(sent) <= len(unsent)
