"""The team's folder: where cadence.toml, the store and the templates lie."""

from dataclasses import dataclass
from pathlib import Path

from cadence.errors import ConfigError

CONFIG_NAME = "cadence.toml"


@dataclass(frozen=True)
class Workspace:
    """A folder with cadence.toml."""

    root: Path

    @property
    def config_path(self) -> Path:
        """The team's configuration."""
        return self.root / CONFIG_NAME

    @property
    def store_path(self) -> Path:
        """The SQLite file that holds all facts and all that people filed."""
        return self.root / "data" / "cadence.db"

    @property
    def templates(self) -> Path:
        """The team's own templates, which win over the shipped ones by name."""
        return self.root / "templates"

    @property
    def reports(self) -> Path:
        """Where the demo puts its reports, and `report --output` is usually pointed."""
        return self.root / "reports"

    @property
    def reflections(self) -> Path:
        """Where the forms of the reflections lie, a folder a month."""
        return self.root / "reflections"


def given(folder: Path) -> Workspace:
    """Return the workspace in a folder that the user names. Raises ConfigError if it is none."""
    workspace = Workspace(folder.absolute())
    if not workspace.config_path.is_file():
        raise ConfigError(
            f"No {CONFIG_NAME} in this folder",
            where=str(workspace.root),
            remedy=f"Make a workspace with 'cadence init {folder}'",
        )
    return workspace


def find(start: Path) -> Workspace:
    """Return the workspace of the nearest folder with cadence.toml, from `start` upward.

    Raises ConfigError if there is none.
    """
    for folder in (start, *start.parents):
        if (folder / CONFIG_NAME).is_file():
            return Workspace(folder)
    raise ConfigError(
        f"No {CONFIG_NAME} in {start} or above it",
        remedy="Make a workspace with 'cadence init', or try 'cadence demo'",
    )
