"""`cadence publish`: one page a month, never over what others wrote (B1, B3, B4, B5)."""

import pytest
from wikis import Confluence

from cadence.demo.faults import cut_body, redirect, reset, status
from cadence.store.audit import load_written
from cadence.store.database import open_store

TITLE = "Training I/O squad: May 2021"


@pytest.fixture
def wiki(request):
    with Confluence(getattr(request, "param", "cloud")) as wiki:
        yield wiki


class Place:
    """The story's workspace, its wiki, and the command."""

    def __init__(self, folder, wiki, run):
        self.folder, self.wiki, self._run = folder, wiki, run
        self.toml = folder / "cadence.toml"
        self.parent = wiki.add("Reports")
        self.configure(url=wiki.url, space="TEAM", parent="Reports")
        wiki.requests.clear()

    def configure(self, **keys):
        text = self.toml.read_text().split("\n[confluence]")[0]
        lines = "".join(f'{name} = "{value}"\n' for name, value in keys.items())
        self.toml.write_text(f"{text}\n[confluence]\n{lines}")

    def publish(self, *args, month="2021-05"):
        return self._run("--workspace", self.folder, "publish", "--month", month, *args)

    def apply(self, *args, **more):
        return self.publish("--apply", *args, **more)

    def note(self, text="The loader is the bottleneck"):
        return self._run(
            "--workspace", self.folder, "log", "add", "principle", text, "--on", "2021-05-20"
        )

    @property
    def page(self):
        (page,) = self.wiki.titled(TITLE)
        return page

    def stored(self, load):
        with open_store(self.folder / "data" / "cadence.db") as db:
            return load(db)


@pytest.fixture
def place(story, wiki, run, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    monkeypatch.setenv("CADENCE_CONFLUENCE_TOKEN", wiki.token)
    monkeypatch.delenv("CADENCE_CONFLUENCE_EMAIL", raising=False)
    if wiki.traits.cloud:
        monkeypatch.setenv("CADENCE_CONFLUENCE_EMAIL", wiki.email)
    monkeypatch.setattr("cadence.jira.client.READ_SECONDS", 0.5)
    monkeypatch.setattr("cadence.jira.patience._LONGEST_PAUSE", 0.01)
    return Place(story, wiki, run)


def writes(request):
    return request.method in ("POST", "PUT")


# ---- what is written, and when ---------------------------------------------------------------


def test_without_apply_the_page_is_shown_and_nothing_is_written(place):
    told = place.publish()
    assert told.code == 0
    assert (
        "This would be a new page of «Training I/O squad: May 2021» in TEAM under «Reports»"
        in told.err
    )
    assert "+## DONE, DONE, DONE" in told.out
    assert place.wiki.writes == []
    assert place.stored(load_written) == ()


def test_a_month_that_is_published_is_archived_as_told(place, run):
    place.apply()
    told = run("--workspace", place.folder, "report", "--month", "2021-05", "--diff")
    assert "nothing has changed" in told.out


def test_another_sync_of_the_same_facts_makes_no_version(place):
    place.apply()
    place.stored(
        lambda db: db.conn.execute("UPDATE syncs SET finished = '2021-06-02T15:59:00.000Z'")
    )
    assert "is up to date" in place.apply().err
    assert len(place.page.versions) == 1


@pytest.mark.parametrize("wiki", ["cloud", "datacenter"], indirect=True)
def test_apply_creates_one_page_under_the_parent_without_the_title_twice(place):
    told = place.apply()
    assert told.code == 0, told.err
    assert place.page.id in told.err
    assert place.page.parent == place.parent
    assert "<h1" not in place.page.last.body
    assert [r.method for r in place.wiki.writes] == ["POST"]


def test_what_has_changed_makes_one_version_and_the_dry_run_shows_it(place):
    place.apply()
    assert place.note().code == 0
    told = place.publish()
    added = [line for line in told.out.splitlines() if line.startswith("+")]
    assert any("The loader is the bottleneck" in line for line in added)
    assert "This would be a new version" in told.err
    assert place.apply().code == 0
    assert len(place.page.versions) == 2
    assert "The loader is the bottleneck" in place.page.last.body
    assert "is up to date" in place.apply().err


def test_each_month_and_each_kind_has_a_page_of_its_own(place):
    for month in ("2021-04",):
        assert place.apply(month=month).code == 0
    assert place.apply("--kind", "focus").code == 0
    titles = [page.last.title for page in place.wiki.pages.values()]
    assert titles[1:] == [
        "Training I/O squad: April 2021",
        "Training I/O squad: Focus, May 2021",
    ]


# ---- what others wrote -----------------------------------------------------------------------


def test_an_edit_by_somebody_else_is_never_overwritten_and_is_shown(place):
    place.apply()
    place.wiki.edit(place.page.id, place.page.last.body + "<p>A remark by Eve</p>")
    place.note()
    for args in ((), ("--apply",)):
        told = place.publish(*args)
        assert told.code == 8
        assert "Somebody else has edited the page; nothing was written" in told.err
        assert "+A remark by Eve" in told.out
        assert "bottleneck" not in told.out  # what they changed, not what we would
    assert "A remark by Eve" in place.page.last.body
    assert len(place.page.versions) == 2


# ---- the network -----------------------------------------------------------------------------

LOST = {"reset": reset(), "cut": cut_body(), "502": status(502), "409": status(409)}


# ---- where, and as whom ----------------------------------------------------------------------


def test_each_write_has_a_row_of_the_audit_without_a_secret(place):
    place.apply()
    place.note()
    place.apply()
    rows = place.stored(load_written)
    assert [row.did for row in rows] == ["create page", "update page"]
    assert {row.who for row in rows} == {"acc-ada" if place.wiki.traits.cloud else "apark"}
    assert all(len(row.body_hash) == 64 and "TEAM" in row.target for row in rows)
    assert place.wiki.token not in str(rows)
    store = (place.folder / "data").rglob("*")
    assert not any(place.wiki.token.encode() in f.read_bytes() for f in store if f.is_file())


@pytest.mark.parametrize(
    ("keys", "code", "said"),
    [
        ({"space": "OTHER2"}, 2, "There is no space 'OTHER2'"),
        ({"space": "team"}, 2, "There is no space 'team'"),
        ({"space": ""}, 2, "[confluence] space"),
        ({"url": ""}, 2, "[confluence] url"),
        ({"parent": "Elsewhere"}, 2, "There is no page 'Elsewhere' in the space"),
        ({"space": "A/../B"}, 2, "is no space's key"),
        ({"url": "http://example.com/wiki"}, 2, "https://"),
        ({"url": "https://ada:pw@example.com"}, 2, "holds a name or a password"),
        ({"urls": "x"}, 2, "urls"),
        ({"token": "abcdefgh12345"}, 2, "A secret does not belong"),
    ],
)
def test_only_the_configured_space_on_the_configured_origin_is_written(place, keys, code, said):
    place.wiki.add("Elsewhere", space="OTHER")
    place.configure(**{"url": place.wiki.url, "space": "TEAM", "parent": "Reports", **keys})
    told = place.apply()
    assert (told.code, said in told.err) == (code, True), told.err
    assert place.wiki.writes == []


def test_the_token_follows_no_redirect(place):
    with Confluence() as other:
        place.wiki.always(lambda r: True, redirect(f"{other.url}/api/v2/spaces"))
        assert place.apply().code == 5
        assert other.requests == []


def test_jiras_token_goes_to_confluence_only_where_the_origin_is_the_same(place, monkeypatch):
    monkeypatch.delenv("CADENCE_CONFLUENCE_TOKEN")
    monkeypatch.setenv("CADENCE_JIRA_TOKEN", place.wiki.token)
    if place.wiki.traits.cloud:
        monkeypatch.setenv("CADENCE_JIRA_EMAIL", place.wiki.email)
    told = place.apply()
    assert told.code == 4
    assert "another origin" in told.err
    assert place.wiki.requests == []
    origin = place.wiki.url.removesuffix("/wiki")
    text = place.toml.read_text()
    import re

    place.toml.write_text(
        re.sub(r'(?m)^url = "https://jira[^"]*"', f'url = "{origin}"', text, count=1)
    )
    assert place.apply().code == 0


def test_a_wrong_token_is_refused_in_one_line(place, monkeypatch):
    monkeypatch.setenv("CADENCE_CONFLUENCE_TOKEN", "wrong-token-123456")
    told = place.apply()
    assert told.code == 4
    assert "CADENCE_CONFLUENCE_TOKEN" in told.err
    assert "wrong-token" not in told.err


# ---- what is never published -----------------------------------------------------------------


def answer(place, count, anonymity="all"):
    """Let so many answer May's reflection anew, without names."""
    with open_store(place.folder / "data" / "cadence.db") as db:
        db.conn.execute("DELETE FROM votes")
        db.conn.execute("DELETE FROM entries WHERE month = '2021-05'")
        db.conn.execute("DELETE FROM answered WHERE month = '2021-05'")
        db.conn.execute(
            "UPDATE reflections SET anonymity = ?, answered_unnamed = 0 WHERE month = '2021-05'",
            (anonymity,),
        )
        for number in range(count):
            db.conn.execute("INSERT INTO answered VALUES ('2021-05', ?)", (f"P{number}",))
            db.conn.execute(
                "INSERT INTO entries (id, month, prompt, text) VALUES (?, '2021-05', 'stop', ?)",
                (f"e{number}", f"Secret thought {number}"),
            )


@pytest.mark.parametrize(("anonymity", "count"), [("all", 2), ("entry", 1)])
def test_anonymous_answers_of_less_than_the_smallest_group_are_never_published(
    place, anonymity, count
):
    answer(place, count, anonymity)
    shown = place.publish()
    assert place.apply().code == 0
    assert place.apply("--kind", "reflection").code == 0
    sent = str([request.body for request in place.wiki.writes])
    assert "Secret thought" not in sent + shown.out
    assert "Anonymous answers to the reflection are left out here" in sent


def test_anonymous_answers_of_five_are_published(place):
    answer(place, 5, "entry")
    assert place.apply().code == 0
    assert "Secret thought 3" in place.page.last.body


def test_named_words_of_a_small_group_are_published(place):
    answer(place, 2, "entry")
    with open_store(place.folder / "data" / "cadence.db") as db:
        db.conn.execute("UPDATE entries SET author = 'Ada Park' WHERE id = 'e0'")
    assert place.apply().code == 0
    assert "Secret thought 0" in place.page.last.body
    assert "Secret thought 1" not in place.page.last.body
