"""C1 and C3: a bad cadence.toml is told in one line that names file, key and remedy; exit codes."""

import random
import re
from collections.abc import Callable
from pathlib import Path

from cadence.demo.exchange import Answer
from tests.campaigns.nursery import How, Nursery, workplace
from tests.campaigns.sites import Home, Rig, made_world, pass_time, rude
from tests.campaigns.tally import Tally

LONGEST = 1.0
SECRET = "s3cret-hunter2-token"

GOOD = """[jira]
url = "https://acme.example.org"
projects = ["IO"]
workers = 4
overlap_hours = 2.0
[team]
name = "Squad"
timezone = "Europe/Zurich"
workdays = ["mon", "tue", "wed", "thu", "fri"]
holidays = [2021-01-01]
[[team.members]]
name = "Ada Park"
account = "acc-ada"
part_time = 0.5
[[goals]]
id = "io"
title = "No waiting for I/O"
start = 2020-12-01
end = 2021-06-30
[goals.match]
epics = ["IO-1"]
[goals.kpi]
name = "share"
unit = "%"
direction = "down"
baseline = 90.0
target = 30.0
[support.match]
labels = ["support"]
[milestones]
from = "epics"
[done.shipped]
versions = true
[[stages]]
name = "PoC"
label = "stage:poc"
timebox_days = 30
[[ceremonies]]
name = "Reflection"
rule = "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1"
at = "10:00"
minutes = 60
[[partners]]
name = "Ads"
[partners.match]
labels = ["partner:ads"]
"""

WRONG_VALUES = (
    '"text"', "-1", "1e400", "true", "[]", "[[1]]", "{ a = 1 }", "2021-13-45", "nan", "''", "0x",
    "99999999999999999999", '"\\u0000"', '"a\\nb"', '"' + "x" * 5000 + '"', '["a", 1]', "07:61:00",
    "1979-05-27T07:32:00Z", "_", "",
)  # fmt: skip

KEYS = re.findall(r"^(\w+) = (.*)$", GOOD, re.MULTILINE)

Case = tuple[str, bytes, bool]
"""Name, the file's content, and whether it is surely wrong."""


def cases(seed: int, count: int) -> list[Case]:
    """Return so many bad files: hand-made ones first, then single keys and bytes gone wrong."""
    rng = random.Random(seed)
    found = _made_by_hand()
    makers: list[Callable[[random.Random], Case]] = [_retyped, _renamed, _flipped, _cut, _doubled]
    while len(found) < count:
        found.append(makers[len(found) % len(makers)](rng))
    return found[:count] if count >= len(found) else rng.sample(found, count)


def _made_by_hand() -> list[Case]:
    good = GOOD.encode()
    return [
        ("empty", b"", False),
        ("NUL bytes", b"\0" * 100, True),
        ("not UTF-8", good + b'x = "\xff\xfe"\n', True),
        ("UTF-16", GOOD.encode("utf-16"), True),
        ("a BOM", b"\xef\xbb\xbf" + good, False),
        ("ten megabytes", good + b"# comment\n" * 1_000_000, False),
        ("ten megabytes of one value", good + b'[x]\ny = "' + b"a" * 10_000_000 + b'"\n', True),
        ("deep arrays", good + b"[x]\ny = " + b"[" * 5000 + b"]" * 5000 + b"\n", True),
        ("deep tables", good + b"[" + b".".join([b"a"] * 5000) + b"]\n", True),
        ("many keys", good + b"[x]\n" + b"".join(b"k%d = 1\n" % n for n in range(20_000)), True),
        ("tabs", good.replace(b" = ", b"\t=\t"), False),
        ("carriage returns", good.replace(b"\n", b"\r"), True),
        ("CRLF", good.replace(b"\n", b"\r\n"), False),
        ("control characters", good + b"# \x1b[31m\n", True),
        ("a token in the file", good.replace(b"[jira]", f'[jira]\ntoken = "{SECRET}"'.encode()), True),
        ("a password in the url", good.replace(b"https://acme", f"https://me:{SECRET}@acme".encode()), True),
        ("plain http", good.replace(b"https://acme", b"http://acme"), True),
        ("a token where a list belongs", good.replace(b'["IO"]', f'"{SECRET}" x'.encode()), True),
        ("a token command that fails to parse", good.replace(b"workers = 4", f"token_command = \"'{SECRET}\"".encode()), False),
        ("no team", re.sub(rb"\[team\].*?\[\[goals", b"[[goals", good, flags=re.DOTALL), False),
        ("three goals", good + good[good.index(b"[[goals") : good.index(b"[support")].replace(b'"io"', b'"x"') * 2, True),
        ("JSON", b'{"jira": {"url": "x"}}', True),
        ("YAML", b"jira:\n  url: x\n", True),
        ("a conflict", b"<<<<<<< HEAD\n" + good, True),
    ]  # fmt: skip


def _retyped(rng: random.Random) -> Case:
    key, value = rng.choice(KEYS)
    other = rng.choice(WRONG_VALUES)
    told = GOOD.replace(f"{key} = {value}\n", f"{key} = {other}\n", 1)
    return f"{key} = {other[:20]}", told.encode(), False


def _renamed(rng: random.Random) -> Case:
    key, value = rng.choice(KEYS)
    odd = rng.choice([key[:-1] or "x", key + "s", key.upper(), key[::-1] + "_"])
    told = GOOD.replace(f"{key} = {value}\n", f"{odd} = {value}\n", 1)
    return f"{odd} for {key}", told.encode(), odd != key


def _flipped(rng: random.Random) -> Case:
    content = bytearray(GOOD.encode())
    for _ in range(rng.choice([1, 1, 3, 20])):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return "bytes flipped", bytes(content), False


def _cut(rng: random.Random) -> Case:
    content = GOOD.encode()
    start, end = sorted(rng.sample(range(len(content)), 2))
    return "a piece missing", content[:start] + content[end:], False


def _doubled(rng: random.Random) -> Case:
    lines = GOOD.splitlines(keepends=True)
    number = rng.choice([n for n, line in enumerate(lines) if " = " in line])
    lines.insert(number, lines[number])
    return f"{lines[number].split(' ')[0]} twice", "".join(lines).encode(), True


# ---- C1 --------------------------------------------------------------------------------------


def run(seed: int, count: int = 40, tally: Tally | None = None) -> list[str]:
    """Try so many bad files, odd places for the file, and every exit code."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as place:
        folder = Path(place)
        for number, case in enumerate(cases(seed, count)):
            _told(nursery, folder / str(number), case, f"seed {seed}, file {number}", tally)
        _odd_places(nursery, folder, tally)
        _codes(nursery, folder, tally)
    return tally.broken


def _told(nursery: Nursery, folder: Path, case: Case, name: str, tally: Tally) -> None:
    what, content, wrong = case
    folder.mkdir()
    (folder / "cadence.toml").write_bytes(content)
    # A dry run stops at the missing token: by then the whole file has been read and checked.
    ended = nursery.run(folder, "sync", "--dry-run", how=How(env={"HOME": str(folder)}))
    found = rude(ended, (2,) if wrong else (2, 4))
    said = ended.err
    if ended.code == 2 and "cadence.toml" not in said and "[jira]" not in said:
        found.append(f"it names no place: {said[:200]!r}")
    if SECRET in said + ended.out:
        found.append(f"a secret is told: {said[:200]!r}")
    if len(said) > 2000:
        found.append(f"it says {len(said)} characters")
    if ended.cpu_seconds > LONGEST:
        found.append(f"it took {ended.cpu_seconds:.1f} s")
    if (folder / "data").exists():
        found.append("it made a store")
    tally.case(f"{name}, {what} (exit {ended.code})", found, int(ended.code == 2))


def _odd_places(nursery: Nursery, folder: Path, tally: Tally) -> None:
    for name in ("none", "a folder", "a dead link", "unreadable", "a loop of links"):
        place = folder / f"place {name}"
        place.mkdir()
        path = place / "cadence.toml"
        if name == "a folder":
            path.mkdir()
        elif name == "a dead link":
            path.symlink_to("nowhere.toml")
        elif name == "a loop of links":
            path.symlink_to("cadence.toml")
        elif name == "unreadable":
            path.write_text(GOOD)
            path.chmod(0)
        how = How(env={"HOME": str(place)}, plain=True)
        found = []
        for args in (("sync",), ("status",), ("--workspace", str(place), "report")):
            found += rude(nursery.run(place, *args, how=how), (2,))
        tally.case(f"cadence.toml is {name}", found, 1)


# ---- C3 --------------------------------------------------------------------------------------


def _codes(nursery: Nursery, folder: Path, tally: Tally) -> None:
    """Each exit code is met by what it stands for."""
    with Rig(made_world(4, 40, 40)) as rig:
        home = Home(nursery, folder / "codes", rig)
        found: list[str] = []

        def expect(code: int, what: str, *args: str, **more: str) -> None:
            ended = home.run(*args, env=more)
            found.extend(f"{what}: {line}" for line in rude(ended, (code,)))

        expect(0, "all is well")
        expect(2, "an unknown option", "sync", "--odd")
        expect(2, "no project of that name", "--workspace", "nowhere", "sync")
        expect(4, "a wrong token", CADENCE_JIRA_TOKEN="wrong")
        rig.going = lambda request, answer, number: Answer(500, text="<h1>")
        expect(5, "no Jira")
        rig.going = lambda r, a, n: Answer(500, text="") if "search" in r.path else a
        expect(3, "a part of it")
        rig.calm()
        for number in range(1, 40):
            pass_time(rig.world, 1)
            rig.world.hide(f"IO-{number}")
        expect(8, "all has vanished")
        found += _of_stores(home)
        tally.case("exit codes", found, 7)


def _of_stores(home: Home) -> list[str]:
    """A newer store, a damaged one, one of another program: 7, and not a byte is changed."""
    found = []
    whole = home.store.read_bytes()
    for name, content in {
        "newer": whole[:60] + (9999).to_bytes(4, "big") + whole[64:],
        "another program's": whole[:68] + b"odd!" + whole[72:],
        "no database": b"hello" * 100,
        "cut": whole[: len(whole) // 2 // 4096 * 4096],
    }.items():
        home.store.write_bytes(content)
        ended = home.run()
        found += [f"a store that is {name}: {line}" for line in rude(ended, (7,))]
        if home.store.read_bytes() != content:
            found.append(f"a store that is {name} was changed")
    return found
