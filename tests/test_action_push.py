"""`cadence action push`: one issue for each action, whatever the network does."""

import subprocess
import sys
from datetime import timedelta

import pytest

from cadence.cli.app import run
from cadence.demo.creation import is_creation
from cadence.demo.faults import cut_body, redirect, reset, status, too_many
from cadence.demo.server import SampleJira
from cadence.model import Action
from cadence.month import Month
from cadence.store.audit import load_written
from cadence.store.database import open_store
from cadence.store.intents import load_intent
from cadence.store.journal import load_filed, save_action
from tests.sites import small_world, utc
from tests.syncing import FLAVORS

TOML = """
[jira]
url = "{url}"
projects = ["IO"]
[team]
name = "Squad"
timezone = "UTC"
[[team.members]]
name = "Ada Park"
account = "{ada}"
[[team.members]]
name = "Ben Ito"
account = "gone"
[actions]
project = "IO"
type = "Story"
"""


@pytest.fixture(params=FLAVORS)
def jira(request):
    with SampleJira(small_world(issues=3), request.param) as jira:
        jira.world.now = utc("2021-04-01 09:00")
        jira.traits.index_lag_ms = 120_000
        yield jira


@pytest.fixture
def home(jira, tmp_path, monkeypatch):
    ada = "acc-ada" if jira.cloud else "apark"
    (tmp_path / "cadence.toml").write_text(TOML.format(url=jira.url, ada=ada))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADENCE_JIRA_TOKEN", jira.token)
    monkeypatch.delenv("CADENCE_JIRA_EMAIL", raising=False)
    if jira.cloud:
        monkeypatch.setenv("CADENCE_JIRA_EMAIL", jira.email)
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setattr("cadence.jira.client.READ_SECONDS", 0.5)
    return tmp_path


class Place:
    """A workspace with one action in it, and its Jira."""

    def __init__(self, home, jira, monkeypatch):
        self.home, self.jira, self._patch = home, jira, monkeypatch
        self.at = jira.world.now
        self.pass_time(0)

    def pass_time(self, minutes):
        self.at += timedelta(minutes=minutes)
        self.jira.world.now = self.at
        self._patch.setenv("CADENCE_NOW", self.at.isoformat())

    def agree(self, text="Write the benchmark down", owner="Ada Park", **more):
        day = utc("2021-03-03 09:00")
        action = Action(Month(2021, 2), text, owner, day.date(), day.date(), day, **more)
        with open_store(self.home / "data" / "cadence.db") as db:
            return save_action(db, action)

    def push(self, *args):
        return run(["action", "push", *map(str, args), "--apply"])

    def store(self, load):
        with open_store(self.home / "data" / "cadence.db") as db:
            return load(db)

    @property
    def created(self):
        states = [issue.states.values[-1] for issue in self.jira.world.issues.values()]
        return [s for s in states if any(label.startswith("cadence-") for label in s.labels)]

    @property
    def posts(self):
        return [r for r in self.jira.requests if is_creation(r)]

    @property
    def key(self):
        (action,) = self.store(load_filed).actions
        return action.jira_key


@pytest.fixture
def place(home, jira, monkeypatch):
    return Place(home, jira, monkeypatch)


def test_without_apply_nothing_is_asked_of_jira_at_all(place, capsys):
    place.agree()
    assert run(["action", "push"]) == 0
    said = capsys.readouterr()
    assert "Action 1: a Story in IO, «Write the benchmark down»" in said.out
    assert "add --apply" in said.err
    assert place.jira.requests == []


def test_an_action_becomes_one_issue_with_owner_due_date_and_marker(place, capsys):
    place.agree(cures="overload")
    assert place.push() == 0
    assert "Action 1 is IO-4: " in capsys.readouterr().out
    (issue,) = place.created
    assert (issue.summary, issue.assignee, issue.due) == (
        "Write the benchmark down",
        "ada",
        "2021-03-03",
    )
    assert "Agreed in the reflection of 2021\\-02" in issue.description or (
        "Agreed in the reflection of 2021-02" in issue.description
    )
    assert place.key == "IO-4"


def test_pushing_again_creates_nothing(place):
    place.agree()
    assert place.push() == 0
    assert place.push() == 0
    assert place.push(1) == 0
    assert len(place.created) == len(place.posts) == 1


LOST = {"reset": reset(), "cut": cut_body(), "502": status(502), "503": status(503)}


@pytest.mark.parametrize("lost", LOST)
def test_an_answer_that_is_lost_is_made_up_for_by_reading_the_newest_keys(place, lost):
    place.agree()
    place.jira.world.create("ben", "IO", "Story", "Somebody else's, not yet in the index")
    place.jira.always(is_creation, LOST[lost])
    assert place.push() == 0
    assert place.key == "IO-5"
    assert len(place.created) == len(place.posts) == 1


@pytest.mark.parametrize("lost", LOST)
def test_what_never_arrived_is_unknown_and_sent_again_only_when_that_is_sure(place, lost, capsys):
    place.agree()
    broken = place.jira.always(is_creation, LOST[lost], instead=True)
    assert place.push() == 5
    assert "run this again after 09:10 UTC" in capsys.readouterr().err
    broken.mend()
    place.pass_time(5)
    assert place.push() == 5
    assert len(place.posts) == 1
    place.pass_time(6)
    assert place.push() == 0
    assert len(place.posts) == 2
    assert len(place.created) == 1


def test_a_request_that_arrives_late_is_found_and_not_sent_again(place):
    place.agree()
    late = place.jira.always(is_creation, reset(), instead=True)
    assert place.push() == 5
    late.mend()
    body = place.posts[0].body["fields"]
    place.pass_time(4)  # some proxy lets it go now
    place.jira.world.create("ada", "IO", "Story", body["summary"], labels=body["labels"])
    place.pass_time(20)
    assert place.push() == 0
    assert place.key == "IO-4"
    assert len(place.created) == 1


def test_too_many_requests_are_waited_out_and_the_issue_is_created_once(place):
    place.agree()
    once = place.jira.always(
        lambda r: is_creation(r) and not place.posts,
        too_many("0.05"),
        instead=True,
    )
    assert place.push() == 0
    assert once.fired
    assert len(place.created) == 1
    assert len(place.store(load_written)) == 1


def test_a_jira_that_does_not_listen_leaves_nothing_unknown(place, monkeypatch):
    monkeypatch.setattr("cadence.jira.patience._LONGEST_PAUSE", 0.01)
    place.agree()
    place.jira.__exit__(None, None, None)
    assert place.push() == 5
    assert place.store(lambda db: load_intent(db, "action:1")) is None


def test_an_owner_who_cannot_be_assigned_is_named_in_the_text_alone(place):
    place.agree(owner="Ben Ito")
    assert place.push() == 0
    (issue,) = place.created
    assert (issue.assignee, issue.due) == (None, None)
    assert "Ben Ito" in issue.description
    assert [row.result for row in place.store(load_written)][1:] == ["IO-4"]


def test_a_screen_without_labels_is_refused_with_the_remedy_and_can_be_pushed_later(place, capsys):
    place.agree()
    place.jira.traits.off_screen = {"labels"}
    assert place.push() == 5
    assert "Put the field Labels on the create screen" in capsys.readouterr().err
    assert place.created == []
    place.jira.traits.off_screen = set()
    assert place.push() == 0
    assert len(place.created) == 1


def test_a_clone_of_the_issue_is_not_taken_for_it(place):
    place.agree()
    assert place.push() == 0
    (issue,) = place.created
    place.jira.world.create("ben", "IO", "Story", issue.summary, labels=list(issue.labels))
    place.pass_time(10)
    place.store(lambda db: db.conn.execute("UPDATE actions SET jira_key = NULL"))
    place.store(lambda db: db.conn.execute("DELETE FROM intents"))
    assert place.push() == 0  # as after a restored backup
    assert place.key == "IO-4"
    assert len(place.posts) == 1


def test_an_unknown_one_is_not_looked_for_in_another_project(place, home, capsys):
    place.agree()
    place.jira.always(is_creation, reset(), instead=True)
    assert place.push() == 5
    toml = home / "cadence.toml"
    toml.write_text(toml.read_text().replace('project = "IO"', 'project = "OPS"'))
    assert place.push() == 2
    assert "once more with the old configuration" in capsys.readouterr().err
    assert len(place.posts) == 1


def test_each_write_has_one_row_of_the_audit_which_nothing_changes(place):
    place.agree()
    assert place.push() == 0
    (row,) = place.store(load_written)
    account = "acc-ada" if place.jira.cloud else "JIRAUSER101"
    assert (row.who, row.did, row.result) == (account, "create issue", "IO-4")
    assert row.target == f"{place.jira.url}/IO"
    assert len(row.body_hash) == 64
    place.store(lambda db: db.conn.execute("UPDATE audit SET who = 'forgotten-1a2b'"))  # a right
    for sql in ("UPDATE audit SET who = 'nobody'", "UPDATE audit SET at = ''", "DELETE FROM audit"):
        with pytest.raises(Exception, match="only appended to"):
            place.store(lambda db, sql=sql: db.conn.execute(sql))


def test_there_is_no_default_project_to_write_to(place, home, capsys):
    place.agree()
    toml = home / "cadence.toml"
    toml.write_text(toml.read_text().replace('project = "IO"\n', ""))
    assert place.push() == 2
    assert "[actions] project" in capsys.readouterr().err
    assert place.jira.requests == []


def test_unknown_and_ended_actions_are_refused(place, capsys):
    place.agree()
    assert place.push(7) == 2
    assert run(["action", "drop", "1", "--why", "Not worth it"]) == 0
    assert place.push(1) == 2
    assert "dropped" in capsys.readouterr().err
    assert place.push() == 0
    assert place.posts == []


HOSTILE = [
    "@here read this",
    "[~bito] do it",
    "[~accountid:acc-ben] do it",
    "{code}x{code} !http://evil.example/a.png! [click|http://evil.example]",
    "<script>alert(1)</script> {{7*7}} &#91;~bito]",
    "\\[~bito] \\\\{noformat}",
    "h1. big\nbq. quote\n||a||b||\n* list\n----",
    "mailto:ben@example.com www.evil.example :) (!) ??cite?? \u202egnirts \x07",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_pass_as_words(place, text):
    place.agree(text * (1 if len(text) > 60 else 8))
    assert place.push() == 0
    (sent,) = [post.body["fields"] for post in place.posts]
    assert "\n" not in sent["summary"]
    assert "\u202e" not in str(sent)
    if place.jira.cloud:
        nodes = [node for block in sent["description"]["content"] for node in block["content"]]
        assert {node["type"] for node in nodes} == {"text"}
        assert not any("marks" in node for node in nodes)
    else:
        assert acting(sent["description"]) == []


def acting(wiki):
    """Return what Jira's wiki markup would make something of; written apart from the escaping."""
    import re

    bare = re.sub(r"\\(?:_|[^\\\s\w])", "", wiki)
    bare = re.sub(r"&#92;|&amp;", "", bare)
    signs = r"[{}\[\]!*_|#+^~?]|\\\\|&#?\w+;|https?://\w|mailto:\w|www\.\w|@\w|^(?:h[1-6]|bq)\.|^-"
    return re.findall(signs, bare, re.MULTILINE)


def test_a_redirect_takes_neither_the_issue_nor_the_token_elsewhere(place):
    place.agree()
    with SampleJira(small_world()) as other:
        place.jira.always(is_creation, redirect(f"{other.url}/rest/api/3/issue"), instead=True)
        assert place.push() == 5
        assert other.requests == []


@pytest.mark.parametrize(
    ("project", "code", "said"),
    [("io", 2, "is no project's key"), ("NONE", 5, "refused"), ('IO" OR "OPS', 2, "cadence.toml")],
)
def test_only_the_configured_project_is_written_and_no_other_in_its_place(
    place, home, capsys, project, code, said
):
    place.agree()
    toml = home / "cadence.toml"
    toml.write_text(toml.read_text().replace('project = "IO"', f'project = "{project}"'))
    assert place.push() == code
    assert said in capsys.readouterr().err
    assert place.created == []


def test_an_archived_project_takes_nothing_and_that_is_told(place, capsys):
    place.agree()
    place.jira.world.archive_project("IO")
    assert place.push() == 5
    assert "Check [actions] project" in capsys.readouterr().err
    assert place.created == []


@pytest.mark.parametrize("lost", [None, "reset", "502"])
def test_two_at_once_create_one_issue_for_each_action(place, lost):
    """Also where every other answer is lost: who comes second waits, is told so, or finds it."""
    for number in range(3):
        place.agree(f"Agreed {number}")
    if lost:
        place.jira.always(lambda r: is_creation(r) and len(place.posts) % 2 == 0, LOST[lost])
    call = [sys.executable, "-c", "from cadence.cli.app import main; main()"]
    both = [
        subprocess.Popen([*call, "action", "push", "--apply"], stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert {process.wait(60) for process in both} <= {0, 6}
    assert place.push() == 0
    labels = [label for issue in place.created for label in issue.labels]
    assert len(set(labels)) == len(place.created) == len(place.posts) == 3
    assert len({action.jira_key for action in place.store(load_filed).actions}) == 3
