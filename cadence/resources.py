"""Where the files that ship with cadence lie: in a wheel, an editable install and a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the shipped folder of that name (`templates`, `data/demo`, `data/starter`).

    A wheel holds it inside the package; a checkout and an editable install hold it beside.
    """
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
