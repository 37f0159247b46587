"""The team's side from the command line: the editor door, links, the meeting, anonymous months."""

import json
import os
import stat
from pathlib import Path

import pytest

CONFIG = """\
[team]
name = "Squad"
[[team.members]]
name = "Ada Park"
[[team.members]]
name = "Ben Ito"
[[team.members]]
name = "Chloé Martin"
[reflection]
smallest_group = 3
"""
FORMS = Path("reflections/2021-01")


@pytest.fixture
def ours(run, tmp_path, monkeypatch):
    (tmp_path / "cadence.toml").write_text(CONFIG, encoding="utf-8")
    for name in ("VISUAL", "EDITOR", "CADENCE_LINK"):
        monkeypatch.delenv(name, raising=False)
    return run


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """Make `$EDITOR` a program of ours that runs some Python over the text of the draft."""

    def write(code: str, ends: int = 0) -> None:
        path = tmp_path / "my editor.py"
        path.write_text(
            "import os, sys\nfrom pathlib import Path\npath = Path(sys.argv[-1])\n"
            "text = path.read_text(encoding='utf-8')\n"
            f"{code}\npath.write_text(text, encoding='utf-8')\nsys.exit({ends})\n"
        )
        monkeypatch.setenv("EDITOR", f"python3 '{path}' --wait")

    return write


def refused(done, *words: str) -> None:
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done
    for word in words:
        assert word in done.err


def shown(ours, *args: str) -> dict:
    return json.loads(ours("reflect", "show", "--format", "json", *args).out)


def texts(ours) -> dict[str, list]:
    data = shown(ours)
    return {
        prompt: sorted((e["text"], e["author"]) for e in data[prompt])
        for prompt in ("start", "stop", "continue", "other")
        if data[prompt]
    }


def drafts(folder: Path) -> list[Path]:
    return sorted((folder / "data" / "drafts").rglob("*.md"))


# ---- the editor ------------------------------------------------------------------------------


def test_the_editor_gets_a_private_form_and_what_it_says_is_taken(ours, editor, tmp_path):
    ours("reflect", "open", "--anonymity", "named")
    editor(
        "Path('seen').write_text(oct(path.stat().st_mode & 0o777) + oct(path.parent.stat()"
        ".st_mode & 0o777) + str('CADENCE_JIRA_TOKEN' in os.environ))\n"
        "text = text.replace('- \\n', '- measure, because we guess\\n', 1) + '## Kudos\\nBen\\n'"
    )
    os.environ["CADENCE_JIRA_TOKEN"] = "canary"
    try:
        done = ours("reflect", "fill", "--author", "ada")
    finally:
        del os.environ["CADENCE_JIRA_TOKEN"]
    assert done.code == 0, done.err
    assert Path("seen").read_text() == "0o6000o700False"
    assert "Ada Park, 2 entries, 2 new" in done.err
    assert "kept, though it stands under no question: Kudos: Ben" in done.err
    assert texts(ours) == {
        "start": [("measure, because we guess", "Ada Park")],
        "other": [("Kudos: Ben", "Ada Park")],
    }
    assert drafts(tmp_path) == []


def test_filling_in_again_shows_what_was_said_and_changes_it(ours, editor):
    ours("reflect", "open", "--anonymity", "named")
    ours("reflect", "add", "stop", "guessing", "--author", "Ben Ito")
    ours("reflect", "add", "start", "asking", "--author", "Ben Ito")
    editor("assert '- guessing' in text\ntext = text.replace('- guessing', '- haste')")
    assert ours("reflect", "fill", "--author", "Ben").code == 0
    assert texts(ours) == {"start": [("asking", "Ben Ito")], "stop": [("haste", "Ben Ito")]}


def test_a_crash_of_the_editor_keeps_the_draft_and_it_can_be_collected(ours, editor, tmp_path):
    ours("reflect", "open")
    editor("text = text.replace('- \\n', '- mine\\n', 1)", ends=3)
    done = ours("reflect", "fill")
    (draft,) = drafts(tmp_path)
    refused(done, "ended with 3", str(draft), "reflect collect")
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    assert ours("reflect", "collect", draft).code == 0
    assert texts(ours) == {"start": [("mine", None)]}
    assert drafts(tmp_path) == []


def test_a_file_takes_the_place_of_files_alone_and_tells_what_it_takes_out(ours, editor, tmp_path):
    ours("reflect", "open")
    editor("text = text.replace('- \\n', '- from the editor\\n', 1)")
    assert ours("reflect", "fill", "--author", "Ben").code == 0
    ours("reflect", "add", "stop", "a line", "--author", "Ben")
    head = "# Reflection 2021-01\nAuthor: Ben Ito\n## Start\n"
    (tmp_path / "one.md").write_text(f"{head}- first file\n- in both\n", encoding="utf-8")
    assert "taken out" not in ours("reflect", "collect", "one.md").err
    (tmp_path / "two.md").write_text(f"{head}- second file\n- in both\n", encoding="utf-8")
    told = ours("reflect", "collect", "two.md").err
    assert "taken out, since this file takes the place of the one before: first file" in told
    assert {text for said in texts(ours).values() for text, _ in said} == {
        "from the editor",
        "a line",
        "second file",
        "in both",
    }


def test_a_form_that_corrects_what_was_shown_is_named_and_the_others_are_taken(ours, tmp_path):
    ours("reflect", "open")
    head = "# Reflection 2021-01\n## Start\n"
    (tmp_path / "one.md").write_text(f"{head}- first\n- second\n", encoding="utf-8")
    ours("reflect", "collect", "one.md")
    ours("reflect", "open", "--anonymity", "all")
    (tmp_path / "one.md").write_text(f"{head}- first\n- second\n- third\n", encoding="utf-8")
    for name in ("two", "three", "four"):
        (tmp_path / f"{name}.md").write_text(f"{head}- {name}\n", encoding="utf-8")
    done = ours("reflect", "collect", "one.md", "two.md", "three.md", "four.md")
    assert done.code == 2
    assert "one.md: This form corrects one that was collected before" in done.err
    assert done.err.count("1 new") == 3
    assert ours("reflect", "reveal").code == 0
    assert sorted(texts(ours)["start"]) == [
        (text, None) for text in sorted(("first", "second", "two", "three", "four"))
    ]


WORDS = "# Reflection 2021-01\r\n\r\n## Start\r\n- Über Löwen 🙂 – because „so“\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_a_form_is_read_in_the_encodings_that_editors_mark(ours, tmp_path, encoding):
    ours("reflect", "open")
    bom = "\ufeff" if encoding.endswith(("-le", "-be")) else ""
    (tmp_path / "notepad.txt").write_bytes((bom + WORDS).encode(encoding))
    assert ours("reflect", "collect", "notepad.txt").code == 0
    assert texts(ours) == {"start": [("Über Löwen 🙂 – because „so“", None)]}


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (WORDS.replace("🙂", "").encode("cp1252"), ("not UTF-8", "form.txt:4", "Notepad")),
        (WORDS.encode("utf-16-le"), ("not UTF-8", "form.txt", "UTF-8")),
        ("# Reflection 2021-01".encode("utf-16-be"), ("zero bytes", "form.txt", "UTF-8")),
        (WORDS.encode("utf-16") + b"!", ("no UTF-16", "form.txt", "UTF-8")),
        (WORDS.encode("utf-16")[:-2] + b"\x00\xd8", ("no UTF-16", "form.txt", "UTF-8")),
        (b"# " + b"x" * 1_300_000, ("1.3 MB", "at most 1 MB", "form.txt", "right file")),
    ],
)
def test_a_form_in_no_such_encoding_is_one_line_and_nothing_of_it_is_taken(
    ours, tmp_path, held, told
):
    ours("reflect", "open")
    (tmp_path / "form.txt").write_bytes(held)
    refused(ours("reflect", "collect", "form.txt"), *told)
    assert shown(ours)["start"] == []
    assert (tmp_path / "form.txt").read_bytes() == held


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("text = text.replace('2021-01', '2021-77')", "is no month"),
        ("text = 'my words alone'", "no form"),
        ("text = text.replace('Author:', 'Author: Zoe')", "'Zoe' is no member"),
        ("path.write_bytes(b'- \\xff'); sys.exit(0)", "UTF-8"),
    ],
)
def test_a_text_that_cannot_be_taken_is_kept_as_a_draft(ours, editor, tmp_path, code, words):
    ours("reflect", "open")
    editor(code)
    done = ours("reflect", "fill")
    (draft,) = drafts(tmp_path)
    refused(done, words, str(draft))
    assert shown(ours)["start"] == []


def test_an_editor_that_is_not_there_or_no_command_is_one_line(ours, monkeypatch, tmp_path):
    ours("reflect", "open")
    refused(ours("reflect", "fill"), "no editor", "EDITOR")
    monkeypatch.setenv("EDITOR", "no-such-editor; touch hacked")
    refused(ours("reflect", "fill"), "no-such-editor;", "cannot be started")
    monkeypatch.setenv("VISUAL", "unclosed 'quote")
    refused(ours("reflect", "fill"), "VISUAL", "no command")
    assert not (tmp_path / "hacked").exists()
    assert drafts(tmp_path) == []


def test_quotes_and_comments_of_people_are_told_and_their_draft_stays(ours, editor, tmp_path):
    ours("reflect", "open")
    editor("text = text.replace('- \\n', '- mine\\n> and this\\n', 1)")
    done = ours("reflect", "fill")
    assert "NOT taken, since quotes and comments are ours: and this" in done.err
    assert len(drafts(tmp_path)) == 1


# ---- anonymous -------------------------------------------------------------------------------


def test_an_anonymous_month_is_shown_at_once_or_not_at_all(ours, tmp_path):
    opened = ours("reflect", "open", "--anonymity", "all")
    assert "only if at least 3 answer" in opened.err
    assert "Not promised" in (tmp_path / FORMS / "form.md").read_text(encoding="utf-8")
    for n in range(2):
        (tmp_path / f"{n}.md").write_text(f"# Reflection 2021-01\n## Stop\n- no. {n}\n")
    done = ours("reflect", "collect", "0.md", "1.md")
    assert "Delete 0.md, 1.md" in done.err
    refused(ours("reflect", "reveal"), "2 people have answered", "fewer than 3")
    report = ours("reflect", "show")
    assert (report.out, "2 thoughts kept and not shown" in report.err) == ("", True)
    refused(ours("reflect", "theme", "add", "T", "no. 1"), "not shown yet", "reflect reveal")
    done = ours("reflect", "collect", "1.md", "--author", "Ada")
    assert "0 new" in done.err
    (tmp_path / "2.md").write_text("# Reflection 2021-01\nAuthor: Ada\n## Stop\n- no. 2\n")
    ours("reflect", "collect", "2.md")
    assert ours("reflect", "reveal").code == 0
    assert texts(ours) == {"stop": [(f"no. {n}", None) for n in range(3)]}
    refused(ours("reflect", "add", "stop", "late"), "late one would tell")
    assert json.loads(ours("reflect", "status", "--format", "json").out)["answered"] == 3


def test_forms_in_the_workspace_are_removed_once_their_words_are_safe(ours, tmp_path):
    ours("reflect", "open", "--anonymity", "named")
    assert len(list((tmp_path / FORMS).iterdir())) == 3
    ours("reflect", "open", "--anonymity", "all")
    assert [path.name for path in (tmp_path / FORMS).iterdir()] == ["form.md"]
    blank = (tmp_path / FORMS / "form.md").read_text(encoding="utf-8")
    (tmp_path / FORMS / "ada.md").write_text(blank.replace("- \n", "- one\n"), encoding="utf-8")
    kept = blank.replace("- \n", "- two\n> and three\n", 1)
    (tmp_path / FORMS / "ben.md").write_text(kept, encoding="utf-8")
    done = ours("reflect", "collect", FORMS)
    assert "NOT taken" in done.err
    left = {path.name for path in (tmp_path / FORMS).iterdir()}
    assert left == {"form.md", "ben.md"}


def test_below_the_smallest_group_the_form_says_what_cannot_be(ours, tmp_path):
    config = CONFIG.replace("smallest_group = 3", "smallest_group = 5")
    (tmp_path / "cadence.toml").write_text(config, encoding="utf-8")
    for kind in ("entry", "all"):
        ours("reflect", "open", "--anonymity", kind)
        text = (tmp_path / FORMS / "form.md").read_text(encoding="utf-8")
        assert "With 3 of you, fewer than 5, others will often guess" in text
    assert "kept but never shown" in text
    (tmp_path / "cadence.toml").write_text(config.replace("= 5", "= 2"), encoding="utf-8")
    refused(ours("reflect", "open"), "smallest_group must lie between 3 and")


# ---- links and the meeting -------------------------------------------------------------------


def links(ours, *args: str) -> dict[str, str]:
    done = ours("reflect", "invite", "--format", "json", *args)
    return {one["member"]: one["link"] for one in json.loads(done.out)}


def test_each_member_gets_a_letter_with_a_link_of_their_own(ours, tmp_path):
    refused(ours("reflect", "invite"), "There is no store yet")
    ours("reflect", "open")
    done = ours("reflect", "invite", "--url", "https://team.example/")
    assert done.out.count("Subject: Our reflection of January 2021") == 3
    assert done.out.count("https://team.example/in/") == 3
    assert "All have a link" in ours("reflect", "invite").err
    again = links(ours, "chloe")
    assert list(again) == ["Chloé Martin"]
    refused(ours("reflect", "invite", "--url", "javascript:x"), "no address")
    store = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert again["Chloé Martin"].rpartition("/")[2].encode() not in store


def test_people_vote_by_link_within_their_budget_and_it_is_shown_in_the_end(ours, monkeypatch):
    ours("reflect", "open")
    ours("reflect", "add", "stop", "long meetings")
    ours("reflect", "add", "start", "short meetings")
    refused(ours("reflect", "vote", "long"), "personal link is missing", "CADENCE_LINK")
    given = links(ours)
    monkeypatch.setenv("CADENCE_LINK", "http://x/in/" + "a" * 32)
    refused(ours("reflect", "vote", "long"), "does not open 2021-01")
    monkeypatch.setenv("CADENCE_LINK", given["Ada Park"])
    assert "left" in ours("reflect", "vote", "long", "--votes", "2").err
    refused(ours("reflect", "vote", "short", "--votes", "2"), "more than the 1 you have left")
    refused(ours("reflect", "vote", "meetings"), "stands in 2 entries")
    refused(ours("reflect", "vote", "lunch"), "no entry 'lunch'")
    assert "long meetings (2 votes of yours)" in ours("reflect", "vote").out
    refused(ours("reflect", "vote", "long", "--hands", "3"), "by link and are hidden")
    assert shown(ours)["stop"][0]["votes"] == 0
    assert ours("reflect", "reveal").out == "2 votes: long meetings\n"
    assert shown(ours)["stop"][0]["votes"] == 2
    refused(ours("reflect", "vote", "short"), "were shown on")


def test_hands_are_counted_in_the_meeting(ours):
    ours("reflect", "open")
    ours("reflect", "add", "stop", "long meetings")
    assert ours("reflect", "vote", "long", "--hands", "3").code == 0
    assert shown(ours)["stop"][0]["votes"] == 3


def test_themes_are_made_renamed_moved_merged_and_known_again(ours):
    ours("reflect", "open", "--month", "2020-12")
    ours("reflect", "add", "stop", "meetings", "--month", "2020-12")
    ours("reflect", "theme", "add", "Meetings", "meetings", "--month", "2020-12")
    ours("reflect", "open")
    for text in ("long meetings", "haste", "noise"):
        ours("reflect", "add", "stop", text)
    done = ours("reflect", "theme", "add", "meetings!", "long")
    assert "a theme that returns (2020-12)" in done.err
    ours("reflect", "theme", "add", "Calm", "haste", "noise")
    ours("reflect", "theme", "rename", "Calm", "Hurry")
    refused(ours("reflect", "theme", "rename", "Hury", "X"), "Did you mean 'Hurry'?")
    ours("reflect", "theme", "move", "noise", "meetings!")
    assert ours("reflect", "theme", "list").out == (
        "Hurry: 1 entry\nmeetings!: 2 entries, returns (2020-12)\n"
    )
    ours("reflect", "theme", "merge", "Hurry", "meetings!")
    ours("reflect", "theme", "move", "noise")
    assert {e["text"]: e["theme"] for e in shown(ours)["stop"]} == {
        "haste": "meetings!",
        "long meetings": "meetings!",
        "noise": None,
    }


def test_all_doors_end_in_the_same_records(ours, editor, tmp_path):
    ours("reflect", "open", "--anonymity", "named")
    ours("reflect", "add", "start", "measure", "--author", "Ada Park")
    editor("text = text.replace('- \\n', '- measure\\n', 1)")
    ours("reflect", "fill", "--author", "Ben Ito")
    path = tmp_path / FORMS / "chloé-martin.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("- \n", "- measure\n", 1), encoding="utf-8"
    )
    ours("reflect", "collect", path)
    assert texts(ours)["start"] == [
        ("measure", name) for name in ("Ada Park", "Ben Ito", "Chloé Martin")
    ]
    assert ours("reflect", "status").out == "2021-01: open, 3 of 3 answered.\n"


# ---- months together -------------------------------------------------------------------------


def test_by_link_a_line_and_the_editor_are_counted_without_a_name(ours, editor, monkeypatch):
    ours("reflect", "open", "--anonymity", "all")
    assert "counts as nobody's answer" in ours("reflect", "add", "stop", "noise").err
    given = links(ours)
    for name, link in given.items():
        monkeypatch.setenv("CADENCE_LINK", link)
        assert ours("reflect", "add", "start", f"measure, says {name}").code == 0
    assert json.loads(ours("reflect", "status", "--format", "json").out)["answered"] == 3
    editor("assert '- measure, says Chlo' in text\ntext = text.replace('measure', 'ask')")
    done = ours("reflect", "fill")
    assert (done.code, "1 entry, 1 new" in done.err) == (0, True), done.err
    ours("reflect", "reveal")
    assert [text for text, _ in texts(ours)["start"]] == [
        "ask, says Chloé Martin",
        "measure, says Ada Park",
        "measure, says Ben Ito",
    ]
    assert {author for _, author in texts(ours)["start"]} == {None}
