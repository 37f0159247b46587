"""Forms that were taken: what they still tell of who wrote them, and how they are cleared away."""

from pathlib import Path

from cadence.cli.app import App
from cadence.files import told
from cadence.forms import Form


def clear_taken(app: App, taken: list[tuple[list[Path], Form]]) -> bool:
    """Remove the anonymous forms of the workspace whose words are in the store; tell if any was.

    A file's name, owner and time tell whose it is, however little the store knows. Of files that
    lie elsewhere, which are not ours, the user is told. One with words that were not taken stays.
    """
    ours = (app.workspace.reflections.resolve(), app.workspace.drafts.resolve())
    left, removed = [], False
    for files, form in taken:
        for path in files:
            if form.unread:
                continue  # told already: something in it was not taken
            if any(folder in path.resolve().parents for folder in ours):
                with told(path):
                    path.unlink()
                removed = True
                app.detail(f"Removed {path}: its words are in the store.")
            else:
                left.append(str(path))
    if left:
        app.say(
            f"Delete {', '.join(left)}: what is in the store has no name, but a file's own name,"
            " owner and time may tell whose it is."
        )
    return removed
