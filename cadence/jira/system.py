"""Which system a client talks to: only the words of its errors differ."""

from dataclasses import dataclass


@dataclass(frozen=True)
class System:
    """A system of Atlassian's: its name, the table of cadence.toml, how to log in to it."""

    name: str
    table: str
    log_in: str

    @property
    def key(self) -> str:
        """The key of cadence.toml that holds its address."""
        return f"[{self.table}] url"


JIRA = System(
    "Jira",
    "jira",
    "run 'cadence login', or set CADENCE_JIRA_TOKEN (Cloud: and CADENCE_JIRA_EMAIL)",
)
CONFLUENCE = System(
    "Confluence",
    "confluence",
    "set CADENCE_CONFLUENCE_TOKEN (Cloud: and CADENCE_CONFLUENCE_EMAIL), or run 'cadence login'"
    " where Jira has the same origin",
)
