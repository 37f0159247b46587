"""A report for a past month is the same whenever it is produced."""

from boards import Board
from hypothesis import given
from hypothesis import strategies as st

from cadence.plain import plain
from cadence.reports.content import month_content

events = st.lists(
    st.tuples(
        st.integers(2, 6),
        st.integers(1, 28),
        st.sampled_from(["A-1", "A-2", "A-3", "A-4"]),
        st.sampled_from(
            [
                ("status", "active"),
                ("status", "done"),
                ("status", "new"),
                ("assignee", "ada"),
                ("assignee", None),
                ("due", "2021-04-20"),
                ("due", None),
                ("labels", ("io",)),
                ("labels", ()),
                ("parent", "A-1"),
                ("parent", None),
                ("resolution", "Duplicate"),
                ("resolution", None),
                ("summary", "Another name"),
                ("description", "text"),
            ]
        ),
    ),
    max_size=25,
)


def told(happened, month):
    board = Board(timezone="America/Los_Angeles")
    board.goal(labels=("io",), epics=("A-1",))
    board.add("A-1", type="Epic", due="2021-03-15")
    board.add("A-2", parent="A-1")
    board.add("A-3")
    board.add("A-4", type="Sub-task", parent="A-3")
    for number, day, key, (field, value) in happened:
        if field != "parent" or key == "A-2":
            board.set(key, f"2021-{number:02d}-{day:02d}", field, value)
    return plain(month_content(board.month(month)))


@given(events)
def test_what_happens_after_the_month_changes_nothing_in_it(happened):
    assert told(happened, "2021-04") == told([e for e in happened if e[0] <= 4], "2021-04")
