"""The team's folder: where cadence.toml, the store and the templates lie."""

from dataclasses import dataclass
from pathlib import Path

from cadence.errors import ConfigError
from cadence.files import make_folder, write_whole
from cadence.resources import folder

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

    @property
    def drafts(self) -> Path:
        """Where the editor's drafts lie until they are taken."""
        return self.root / "data" / "drafts"


def given(root: Path) -> Workspace:
    """Return the workspace in a folder that the user names. Raises ConfigError if it is none."""
    workspace = Workspace(root.absolute())
    if not workspace.config_path.is_file():
        raise ConfigError(
            f"No {CONFIG_NAME} in this folder",
            where=str(workspace.root),
            remedy=f"Make a workspace with 'cadence init {root}'",
        )
    return workspace


def find(start: Path) -> Workspace:
    """Return the workspace of the nearest folder with cadence.toml, from `start` upward.

    Raises ConfigError if there is none.
    """
    for root in (start, *start.parents):
        if (root / CONFIG_NAME).is_file():
            return Workspace(root)
    raise ConfigError(
        f"No {CONFIG_NAME} in {start} or above it",
        remedy="Make a workspace with 'cadence init', or try 'cadence demo'",
    )


def make_workspace(root: Path, config: str) -> Workspace:
    """Make a workspace's folders and files, with this text as its cadence.toml.

    What is there already is kept. Raises ConfigError if there is a cadence.toml, or the folder
    cannot be written.
    """
    workspace = Workspace(root.absolute())
    if workspace.config_path.exists():
        raise ConfigError(
            "There is a workspace here already",
            where=str(workspace.config_path),
            remedy="It was left as it is",
        )
    for made in (workspace.root, workspace.store_path.parent, workspace.templates):
        make_folder(made, mode=0o700)
    for name, text in _starter_files().items():
        if not (workspace.root / name).exists():
            write_whole(workspace.root / name, text)
    # Last, since it makes the folder a workspace: an init that was cut off can be run again.
    write_whole(workspace.config_path, config, mode=0o600)
    return workspace


def starter_config() -> str:
    """Return the cadence.toml that `cadence init` begins with."""
    return (folder("data/starter") / CONFIG_NAME).read_text("utf-8")


def _starter_files() -> dict[str, str]:
    shipped = folder("data/starter")
    return {
        ".gitignore": (shipped / "gitignore").read_text("utf-8"),
        "README.md": (shipped / "README.md").read_text("utf-8"),
        "templates/README.md": (shipped / "templates.md").read_text("utf-8"),
    }
