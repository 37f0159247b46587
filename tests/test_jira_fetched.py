"""What waits to be stored weighs little, and still says what Jira said."""

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from cadence.jira.changelog import PRESENT
from cadence.jira.cloud import Cloud
from cadence.jira.fetched import chunks, lighten

values = st.recursive(
    st.none() | st.integers(0, 2) | st.text("ab", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "key", "accountId", "name"]), inner, max_size=3)
    ),
    max_leaves=6,
)
issues = st.lists(
    st.fixed_dictionaries(
        {"fields": st.dictionaries(st.sampled_from(["project", "status", "parent"]), values)}
    ),
    max_size=4,
)


@given(issues)
def test_what_weighs_less_says_the_same(told):
    before = deepcopy(told)
    lighten(told)
    assert told == before


def test_what_issues_have_in_common_is_kept_once():
    told = [{"fields": {"project": {"id": "1", "name": "I/O"}}} for _ in range(2)]
    told += [{"fields": {"project": {"id": "1", "name": "renamed meanwhile"}}}]
    lighten(told)
    one, two, three = (issue["fields"]["project"] for issue in told)
    assert one is two
    assert three["name"] == "renamed meanwhile"


def test_what_is_equal_but_of_another_kind_is_not_shared():
    told = [{"fields": {"issuetype": {"id": "1", "subtask": one}}} for one in (1, True, 1.0)]
    lighten(told)
    assert [type(issue["fields"]["issuetype"]["subtask"]) for issue in told] == [int, bool, float]


def test_of_a_description_stays_that_there_is_one():
    document = {"content": [{"type": "paragraph"}]}
    told = [{"fields": {"description": text}} for text in ("a secret", document, "  ", None)]
    lighten(told)
    assert [issue["fields"]["description"] for issue in told] == [PRESENT, PRESENT, None, None]


def sizes(count: int) -> list[int]:
    face, taken = Cloud(None), []  # type: ignore[arg-type]
    for group in chunks(range(count), lambda: face.batch(count - sum(taken))):
        taken.append(len(group))
    return taken


def test_the_first_and_the_last_groups_are_small():
    assert sizes(1000) == [200, 300, 500]
    assert sizes(4000) == [200, 300, 500, 1000, 1000, 600, 400]
    assert sizes(3100) == [200, 300, 500, 1000, 1000, 100]
    assert sizes(500) == [500]
    assert sizes(501) == [200, 301]


@given(st.integers(0, 30_000))
def test_groups_cost_few_requests_more_than_full_ones(count):
    taken = sizes(count)
    assert sum(taken) == count
    assert all(0 < size <= 1000 for size in taken)
    assert len(taken) <= -(-count // 1000) + 3


@given(st.integers(0, 30_000))
def test_groups_cost_no_more_requests_for_issues(count):
    asked = sum(-(-size // 100) for size in sizes(count))
    assert asked == -(-count // 100)
