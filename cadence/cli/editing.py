"""The editor door: a text handed to the user's own editor, and never lost on the way."""

import os
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cadence.cli.app import App
from cadence.errors import ConfigError
from cadence.files import make_folder, told, write_whole

_SECRETS = ("CADENCE_JIRA_TOKEN", "CADENCE_JIRA_EMAIL", "CADENCE_LINK")
"""What no editor, and no plug-in of one, has to know."""

_USUAL = ("nano", "vi")


@dataclass(frozen=True)
class Draft:
    """A text in a private folder of its own, where the editor may put its side files as well."""

    path: Path

    @classmethod
    def of(cls, app: App, name: str, text: str) -> "Draft":
        """Lay a text down for an editor; only the user may read it."""
        make_folder(app.workspace.drafts, mode=0o700)
        with told(app.workspace.drafts):
            folder = Path(tempfile.mkdtemp(dir=app.workspace.drafts))
        write_whole(folder / name, text, mode=0o600)
        return cls(folder / name)

    def edit(self, app: App, editor: list[str]) -> None:
        """Let the user edit it. Whatever goes wrong with what they wrote, the draft stays."""
        kept = f"What was written is kept in {self.path}"
        argv = [*editor, str(self.path)]
        hidden = {name: value for name, value in os.environ.items() if name not in _SECRETS}
        try:
            # No shell: what stands in a name or a path is no command.
            code = subprocess.run(argv, env=hidden, check=False).returncode
        except OSError as fault:
            self.clear()
            raise ConfigError(
                f"The editor '{argv[0]}' cannot be started: {fault.strerror}",
                remedy="Set VISUAL or EDITOR to yours",
            ) from fault
        except KeyboardInterrupt:
            app.say(f"{kept}.")
            raise
        if code:
            raise ConfigError(
                f"The editor '{argv[0]}' ended with {code}",
                remedy=f"{kept}; take it with 'cadence reflect collect {self.path}'",
            )

    def clear(self) -> None:
        """Remove the draft, and what the editor has left beside it."""
        shutil.rmtree(self.path.parent, ignore_errors=True)


def editor_of(app: App) -> list[str]:
    """Return the command of the user's editor: VISUAL, else EDITOR, else a usual one."""
    for name in ("VISUAL", "EDITOR"):
        if value := os.environ.get(name, "").strip():
            try:
                return shlex.split(value)
            except ValueError as fault:
                raise ConfigError(f"'{value}' is no command: {fault}", where=name) from fault
    usual = next((found for one in _USUAL if (found := shutil.which(one))), None)
    if usual is None or not app.interactive:
        raise ConfigError(
            "There is no editor to open",
            remedy="Set VISUAL or EDITOR to yours; or fill in the file that"
            " 'cadence reflect open' wrote, and collect it",
        )
    return [usual]
