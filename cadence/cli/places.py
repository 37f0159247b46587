"""The two places that cadence may write to, as cadence.toml names them, and what they lack."""

from collections.abc import Iterator
from dataclasses import dataclass

from cadence.cli.app import App
from cadence.config import Confluence
from cadence.credentials import confluence_credentials
from cadence.errors import CadenceError, ConfigError, did_you_mean


@dataclass(frozen=True)
class Place:
    """The command that writes there, what is told of it; `odd` where it cannot be used yet."""

    command: str
    text: str
    odd: bool = False
    fault: CadenceError | None = None


PUBLISH, PUSH = "publish", "action push"


def check_page_place(app: App) -> None:
    """Raise ConfigError where [confluence] does not say where pages may be written."""
    where = app.config.confluence
    for key, value, example in (
        ("url", where.url, 'url = "https://acme.atlassian.net/wiki"'),
        ("space", where.space, 'space = "TEAM"'),
    ):
        if not value:
            raise ConfigError(
                "There is no place to publish to",
                where=f"{app.workspace.config_path}, [confluence] {key}",
                remedy=f"Write the one place that cadence may write to, such as {example}",
            )


def check_issue_place(app: App) -> None:
    """Raise ConfigError where [actions] does not say where issues may be created."""
    if not app.config.actions.project:
        raise ConfigError(
            "There is no project to create issues in",
            where=f"{app.workspace.config_path}, [actions] project",
            remedy='Write the one project that cadence may write to, such as project = "OPS"',
        )


def places(app: App, types: set[str]) -> Iterator[Place]:
    """Yield both places, without asking anyone; `types` are the issue types that were synced.

    A team that uses neither hears what it would take, and nothing is wrong.
    """
    told = app.config.actions
    if app.config.confluence == Confluence():
        yield Place(PUBLISH, "not set up: it needs url and space in [confluence]", odd=True)
    else:
        yield _page_place(app)
    if not told.project:
        yield Place(PUSH, "not set up: it needs project in [actions]", odd=True)
    elif types and told.type not in types:
        near = did_you_mean(told.type, types, "Check [actions] type")
        yield Place(PUSH, f"no synced issue type is called '{told.type}'. {near}", odd=True)
    else:
        yield Place(PUSH, f"{told.project}, as {told.type}")


def _page_place(app: App) -> Place:
    where = app.config.confluence
    under = f", under «{where.parent}»" if where.parent else ", at the top"
    try:
        check_page_place(app)
        kept = confluence_credentials(app.config, app.workspace.root)
    except CadenceError as fault:
        return Place(PUBLISH, "", fault=fault)
    text = f"{where.url}, space {where.space}{under}; token from {kept.source}"
    return Place(PUBLISH, text)
