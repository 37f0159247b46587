"""B1, B5: nothing is written without --apply, and never but where the configuration says."""

import shlex
from pathlib import Path

from cadence.demo.creation import is_creation
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import FLAVORS, Home, Rig
from tests.campaigns.tally import Tally
from tests.sites import small_world
from tests.wikis import Confluence

COMMANDS = """
doctor
sync
sync --full
sync --dry-run
status
goal list
goal add io --title Fast --start 2021-01-01 --end 2021-06-30
goal measure io 70 --on 2021-01-04
goal retire io
done list
done sign IO-1 --gate built --evidence https://x.example/
stage list
reflect open --month this
reflect add stop Meetings --month this
reflect show --month this
reflect status --month this
reflect close --month this
reflect skip --month last --why Holidays
action add Write --owner Ada --due 2021-02-01 --month this
action list
action push
action push 1
action push 9
action done 1
log add principle Quality
log list
report --month this
report --month last
report --month this --kind focus
report --month this --kind done
report --month this --format json
report --month this --format html
report --month this --format confluence
report --month this --format jira
report --month this --format slack
report --month this --output out
report --month last --diff
findings --month this
findings --month this --format json
why focus --month this
why cycle-time --month this
publish
publish --month this
publish --month this --kind focus
publish --month this --kind reflection
calendar
calendar list
calendar --stdout
db check
db path
logout
sync
publish --month nonsense
""".strip().splitlines()

_QUESTIONS = ("search", "bulkfetch", "approximate-count")
"""What Jira takes by POST though it changes nothing."""

_MORE = """
[actions]
project = "IO"
type = "Story"
[confluence]
url = "{url}"
space = "TEAM"
parent = "Reports"
"""


def run(seed: int, commands: int, tally: Tally | None = None) -> list[str]:
    """Run so many commands without --apply, on both flavors; return the broken promises."""
    tally = tally or Tally()
    step = max(1, len(COMMANDS) // commands)
    wanted = [
        line
        for n, line in enumerate(COMMANDS)
        if n % step == 0 or line in ("publish", "action push")
    ]
    with Nursery() as nursery, workplace() as folder:
        for flavor in FLAVORS if commands >= len(FLAVORS) * 10 else FLAVORS[seed % 2 :][:1]:
            with Rig(small_world(issues=4), flavor) as rig, Confluence(flavor) as wiki:
                wiki.add("Reports")
                home = Home(nursery, Path(folder) / flavor, rig, _MORE.format(url=wiki.url))
                env = {"CADENCE_CONFLUENCE_TOKEN": wiki.token}
                if rig.cloud:
                    env["CADENCE_CONFLUENCE_EMAIL"] = wiki.email
                home.run("sync")
                for line in wanted:
                    _ran(home, wiki, line, env, tally)
                if not any(request.method == "GET" for request in wiki.requests):
                    tally.broken.append("no command has looked at the wiki")
    return tally.broken


def _ran(home: Home, wiki: Confluence, line: str, env: dict[str, str], tally: Tally) -> None:
    home.rig.calm()
    ended = home.run(*shlex.split(line), env=env)
    found = [f"{r.method} {r.path}" for r in home.rig.requests if _changes(r)]
    found += [f"{r.method} {r.path}" for r in wiki.writes]
    if ended.code == 1 or "Traceback" in ended.err:
        found.append(ended.err[-200:])
    tally.case(f"{home.rig.flavor}, cadence {line}", found, int(bool(home.rig.requests)))


def _changes(request: object) -> bool:
    path = str(request.path)
    asks = request.method == "POST" and any(name in path for name in _QUESTIONS)
    return is_creation(request) or (request.method != "GET" and not asks)
