"""Pages are written once, where they differ, and never over what others wrote (B3, B4)."""

import pytest
from publishing import BODY, TITLE, Place
from wikis import Confluence

from cadence.confluence.publishing import Step
from cadence.confluence.storage import difference, kept_hash, lines
from cadence.demo.faults import cut_body, reset, status, too_many
from cadence.errors import ConfigError, JiraUnreachable
from cadence.store.audit import load_written

FLAVORS = ("cloud", "datacenter")


@pytest.fixture(params=FLAVORS)
def wiki(request):
    with Confluence(request.param) as wiki:
        yield wiki


@pytest.fixture
def place(tmp_path, wiki, monkeypatch):
    monkeypatch.setattr("cadence.jira.client.READ_SECONDS", 0.5)
    return Place(tmp_path, wiki)


def writes(request):
    return request.method in ("POST", "PUT")


def first(times, fits=writes):
    """Return a condition that is met so many times."""
    left = [times]

    def some(request):
        left[0] -= fits(request)
        return fits(request) and left[0] >= 0

    return some


# ---- what is written, and when ---------------------------------------------------------------


def test_a_look_writes_nothing(place):
    told = place.look()
    assert told.step is Step.CREATE
    assert "+| Key | TFIO-1" in told.changes
    assert place.wiki.writes == []
    assert place.stored(load_written) == ()


def test_one_page_is_created_under_the_parent(place):
    assert place.apply().step is Step.CREATE
    assert place.page.parent == place.above
    assert [r.method for r in place.wiki.writes] == ["POST"]


def test_without_a_parent_the_page_stands_at_the_top_of_the_space(place):
    place.parent = ""
    place.apply()
    assert place.page.parent is None


def test_what_has_not_changed_makes_no_version_though_the_wiki_adds_ids_of_its_own(place):
    for _ in range(3):
        place.apply()
    assert place.page.last.body != BODY
    assert len(place.page.versions) == len(place.wiki.writes) == 1
    assert place.look().step is Step.NOTHING


def test_what_has_changed_makes_one_version(place):
    place.apply()
    place.change()
    assert "+The loader is the bottleneck" in place.look().changes
    assert place.apply().step is Step.UPDATE
    assert place.apply().step is Step.NOTHING
    assert [v.author for v in place.page.versions] == [place.wiki.me] * 2
    assert place.page.last.message == "Written by cadence"


@pytest.mark.parametrize("parent", ["Nowhere", "Elsewhere", "999"])
def test_a_parent_must_stand_in_the_space(place, parent):
    place.wiki.add("Elsewhere", space="OTHER")
    place.parent = parent
    with pytest.raises(ConfigError, match="There is no page"):
        place.apply()
    assert place.wiki.writes == []


# ---- what others wrote -----------------------------------------------------------------------


def test_an_edit_by_somebody_else_is_never_overwritten_and_is_shown(place):
    place.apply()
    place.wiki.edit(place.page.id, place.page.last.body + "<p>A remark by Eve</p>")
    place.change()
    for told in (place.look(), place.apply()):
        assert told.step is Step.REFUSE
        assert "+A remark by Eve" in told.changes
        assert not any("bottleneck" in line for line in told.changes)
    assert "A remark by Eve" in place.page.last.body
    assert len(place.wiki.writes) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("First.", "Worst."),
        ("TFIO-1", "TFIO-2"),
        ("<br />", ""),
        ('ac:name="info"', 'ac:name="warning"'),
        ("First.", "<strong>First.</strong>"),
    ],
)
def test_the_smallest_edit_counts_also_of_how_it_looks(place, old, new):
    place.apply()
    before = place.page.last.body
    assert old in before
    place.wiki.edit(place.page.id, before.replace(old, new))
    assert place.apply().step is Step.REFUSE
    assert len(place.wiki.writes) == 1


def test_a_changed_title_is_an_edit_too(place):
    place.apply()
    page = place.page
    place.wiki.edit(page.id, page.last.body, title="May, as we saw it")
    told = place.apply()
    assert told.step is Step.REFUSE
    assert "+title: May, as we saw it" in told.changes


def test_a_version_that_says_the_same_is_no_edit(place):
    place.apply()
    place.wiki.edit(place.page.id, place.page.last.body)
    assert place.apply().step is Step.NOTHING
    place.change()
    assert place.apply().step is Step.UPDATE
    assert len(place.page.versions) == 3


def test_a_page_of_the_title_that_is_not_ours_is_left_alone(place):
    place.wiki.add(TITLE, "<p>Written by hand</p>")
    told = place.apply()
    assert told.step is Step.REFUSE
    assert "-Written by hand" in told.changes
    assert place.wiki.writes == []


def test_a_title_in_another_case_is_the_same_title(place):
    place.wiki.add(TITLE.upper(), "<p>Written by hand</p>")
    assert place.apply().step is Step.REFUSE


def test_a_page_that_was_deleted_is_created_anew(place):
    place.apply()
    place.wiki.bin(place.page.id)
    assert place.apply().step is Step.CREATE
    assert len(place.wiki.titled(TITLE)) == 1


def test_a_page_that_was_moved_to_another_space_is_not_written(place):
    place.apply()
    place.page.space = "OTHER"
    place.change()
    told = place.apply()
    assert told.step is Step.REFUSE
    assert "another space" in told.why
    assert len(place.wiki.writes) == 1


def test_an_edit_between_the_look_and_the_write_is_kept(place):
    place.apply()
    place.change()
    page = place.page

    def eve(request):
        if request.method == "PUT" and len(page.versions) == 1:
            place.wiki.edit(page.id, "<p>Just before</p>")

    place.wiki.coming = eve
    assert place.apply().step is Step.REFUSE
    assert [version.author for version in page.versions] == [place.wiki.me, "eve"]


def test_an_edit_between_the_write_and_the_look_after_it_is_not_taken_for_ours(place):
    def eve(request):
        pages = place.wiki.titled(TITLE)
        if request.method == "GET" and pages and len(pages[0].versions) == 1:
            place.wiki.edit(pages[0].id, "<p>Just after</p>")

    place.wiki.coming = eve
    place.apply()
    place.wiki.coming = lambda request: None
    place.change()
    assert place.apply().step is Step.REFUSE
    assert place.page.last.author == "eve"


# ---- the network -----------------------------------------------------------------------------

LOST = {"reset": reset(), "cut": cut_body(), "502": status(502), "409": status(409)}


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("instead", [True, False])
def test_a_creation_that_goes_wrong_leaves_one_page(place, lost, times, instead):
    place.wiki.always(first(times), LOST[lost], instead=instead)
    place.apply()
    assert len(place.page.versions) == 1
    assert place.apply().step is Step.NOTHING
    assert not place.audit_differs()


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("instead", [True, False])
def test_a_version_that_goes_wrong_is_written_once(place, lost, instead):
    place.apply()
    place.change()
    place.wiki.always(first(1), LOST[lost], instead=instead)
    place.apply()
    assert len(place.page.versions) == 2
    assert "bottleneck" in place.page.last.body
    assert not place.audit_differs()


@pytest.mark.parametrize("lost", LOST)
def test_what_was_lost_at_the_end_of_a_run_is_recognised_by_the_next(place, lost):
    broken = place.wiki.always(writes, LOST[lost])
    gone = place.wiki.always(lambda r: bool(broken.seen) and r.method == "GET", status(503))
    with pytest.raises(JiraUnreachable):
        place.apply()
    broken.mend()
    gone.mend()
    place.change()  # and meanwhile there is more to tell
    assert place.apply().step is Step.UPDATE
    assert len(place.page.versions) == 2
    assert not place.audit_differs()


def test_an_edit_after_a_lost_answer_is_not_taken_for_ours(place):
    broken = place.wiki.always(writes, reset())
    gone = place.wiki.always(lambda r: bool(broken.seen) and r.method == "GET", status(503))
    with pytest.raises(JiraUnreachable):
        place.apply()
    broken.mend()
    gone.mend()
    place.wiki.edit(place.page.id, place.page.last.body + "<p>Eve</p>")
    assert place.apply().step is Step.REFUSE


def test_conflicts_just_after_the_creation_are_retried(place):
    place.wiki.traits.slow_to_appear = 2
    place.apply()
    place.change()
    place.page.reads_404 = 0
    place.wiki.traits.conflicts = 3
    assert place.apply().step is Step.UPDATE
    assert len(place.page.versions) == 2


def test_a_conflict_that_never_ends_is_told_and_nothing_is_lost(place):
    place.apply()
    place.change()
    place.wiki.traits.conflicts = 100
    with pytest.raises(JiraUnreachable):
        place.apply()
    assert len(place.page.versions) == 1
    assert len(place.wiki.writes) <= 6


def test_an_ill_formed_page_is_refused_once_and_not_sent_again(place):
    place.body = "<p>open"
    with pytest.raises(JiraUnreachable, match="Error parsing xhtml"):
        place.apply()
    assert len(place.wiki.writes) == 1


def test_too_many_requests_are_waited_out(place):
    place.wiki.always(first(2, lambda r: True), too_many("0.02"), instead=True)
    place.wiki.always(first(2), too_many("0.02"), instead=True)
    place.apply()
    assert len(place.page.versions) == 1
    assert not place.audit_differs()


# ---- the storage format, read ----------------------------------------------------------------


def test_a_page_reads_as_lines():
    told = lines(BODY.replace("<p>First", "<h2>Head</h2><ul><li>one</li></ul><p>First"))
    assert told[:4] == ["## Head", "- one", "First. / Then.", "[macro info]"]
    assert told[-1] == "| Key | TFIO-1"


def test_what_the_wiki_adds_by_itself_is_no_difference():
    added = BODY.replace("<p>", '<p local-id="1">').replace('"info"', '"info" ac:macro-id="7"')
    assert kept_hash(added.replace("&nbsp;", "\u00a0").replace("<br/>", "<br />")) == kept_hash(
        BODY
    )
    assert difference(BODY, added, "a", "b") == []


def test_an_ill_formed_page_is_compared_as_it_stands():
    assert kept_hash("<p>open") != kept_hash("<p>opened")
    assert lines("<p>open\n<b>") == ["<p>open", "<b>"]


def test_entities_do_not_unfold():
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]><p>&a;</p>'
    assert lines(bomb) == [bomb]
