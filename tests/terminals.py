"""Commands run on a terminal of their own, and every byte that they send to it."""

import os
import pty
import re
import select
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.hostile import titles

PROGRAM = "from cadence.cli.app import main; main()"
COLOURS = re.compile(rb"\x1b\[[0-9;]*m")
DRAWING = re.compile(rb"\x1b\[(?:[0-9;]*m|2?K|\d*[AG]|\?25[lh])")
"""What a progress bar may send beside colours: clear the line, go up, hide the cursor."""
STEERING = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"  # C0 but tab, newline and the return before it
    rb"|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]"  # C1, bidi
)

READING = (
    ["status"],
    ["report"],
    ["report", "--stdout"],
    ["report", "--format", "html"],
    ["report", "--format", "confluence"],
    ["report", "--format", "jira"],
    ["report", "--format", "slack"],
    ["report", "--format", "json"],
    ["report", "--kind", "partner"],
    ["report", "--kind", "executive"],
    ["report", "--kind", "person", "--person", "Ada Park"],
    ["report", "--diff"],
    ["report", "--kind", "reflection", "--flavor", "notion", "-v"],
    ["findings"],
    ["findings", "--format", "text"],
    ["why", "focus"],
    ["why", "effort", "-vv"],
    ["why", "slip", "TFIO-97"],
    ["why", "aging", "TFIO-1"],
    ["why", "slip", "nowhere\x1b[31m"],
    ["calendar", "list"],
    ["calendar", "--stdout"],
    ["template", "preview", "month", "--month", "may"],
    ["log", "review", "1"],
    ["goal", "list"],
    ["done", "list"],
    ["stage", "list"],
    ["reflect", "show"],
    ["reflect", "status"],
    ["action", "list"],
    ["log", "list"],
    ["log", "search", "the"],
    ["doctor"],
    ["db", "check"],
    ["action", "push"],
    ["publish"],
    ["done", "sign", "TFIO-97\x9b31m", "--gate", "built", "--evidence", "https://a\x1b]0;x"],
    ["report", "--month", "\x1b]0;x\x07\u202e"],
    ["report", "--kind", "\x1b[31m"],
    ["\x1b[2J"],
    ["why", "\x9b31m", "-vv"],
    ["log", "add", "\x1b[31m", "x"],
    ["action", "done", "9\x1b[31m9"],
    ["--workspace", "/nowhere/\x1b[31m\u202e", "status"],
)
"""Every command that shows what others wrote, and faults that name what was typed."""

FREE = {
    "issues": ("summary",),
    "people": ("name",),
    "projects": ("name",),
    "types": ("name",),
    "statuses": ("name",),
    "versions": ("name", "description"),
    "sprints": ("name",),
    "entries": ("text",),
    "themes": ("title",),
    "actions": ("text", "owner", "why"),
    "notes": ("text", "outcome"),
    "readings": ("note",),
    "sign_offs": ("evidence", "by"),
    "stage_evidence": ("evidence",),
    "dismissals": ("why",),
    "reflections": ("why",),
    "set_aside": ("reason",),
}
"""The columns of the store in which anything may stand."""


def poison(workspace: Path, seed: int) -> int:
    """Put a hostile title into each free text of a workspace's store; return how many."""
    new = (
        title.replace("\ud800", "\ufffd") + "\x1b[31m\x9b1m\u202e" for title in titles(seed, 10**6)
    )
    count = 0
    with sqlite3.connect(workspace / "data" / "cadence.db") as db:
        db.execute("PRAGMA foreign_keys = OFF")
        for table, columns in FREE.items():
            key = _key(db, table)
            keys = [row[0] for row in db.execute(f'SELECT "{key}" FROM "{table}"')]
            for column in columns:
                change = (
                    f'UPDATE "{table}" SET "{column}" = ? WHERE "{key}" = ? AND "{column}" <> \'\''
                )
                count += sum(db.execute(change, (next(new), one)).rowcount for one in keys)
    return count


def _key(db: sqlite3.Connection, table: str) -> str:
    """Return the column that tells a table's rows apart."""
    columns = db.execute(f'PRAGMA table_info("{table}")').fetchall()
    return str(next(name for _, name, _, _, _, place in columns if place))


def sent(words: list[str], workspace: Path, terminal: bool = True, typed: bytes = b"") -> bytes:
    """Run a command; return all it writes, to a terminal of its own or to a pipe.

    `typed` is what somebody types at the terminal.
    """
    environment = {
        **os.environ,
        "CADENCE_NOW": "2021-06-02T16:00:00Z",
        "CADENCE_WORKSPACE": str(workspace),
        "CADENCE_JIRA_EMAIL": "a@b.example",
        "CADENCE_JIRA_TOKEN": "x",
        "TERM": "xterm-256color",
        "COLUMNS": "100",
    }
    environment.pop("NO_COLOR", None)
    call = [sys.executable, "-c", PROGRAM, *words]
    if not terminal:
        done = subprocess.run(call, env=environment, capture_output=True, timeout=60, check=False)
        return done.stdout + done.stderr
    ours, theirs = pty.openpty()
    process = subprocess.Popen(call, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, typed)
    told = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other side has closed
            break
        if not piece:
            break
        told += piece
    os.close(ours)
    process.wait(60)
    return told


def steering(told: bytes, drawing: bool = False) -> list[bytes]:
    """Return what of a command's bytes could steer a terminal but its own colours."""
    rest = (DRAWING if drawing else COLOURS).sub(b"", told)
    return STEERING.findall(rest)
