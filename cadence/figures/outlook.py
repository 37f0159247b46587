"""The forecast of a milestone as a figure, and how often such forecasts held. See design.md 6."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cadence.figures.figure import Evidence, MilestoneFigure, TeamFigure, Value
from cadence.figures.forecast import SPAN_DAYS, Forecast, forecast, weekly_supply
from cadence.figures.gates import built_day
from cadence.figures.milestones import finished_children, open_children
from cadence.month import Month
from cadence.snapshot import IssueAt, Snapshot, once, recent


@dataclass(frozen=True, slots=True)
class Past:
    """A forecast of an earlier month's end: its 85 % date, and whether it held (None: open)."""

    month: Month
    milestone: IssueAt
    p85: date
    built: date | None
    held: bool | None


@once
def past_forecasts(snapshot: Snapshot) -> tuple[Past, ...]:
    """Return the 85 % dates told at the ends of the five months before, and what came of them.

    Held: the milestone was built by that date, as known at T. Open: it is not built and the date
    has not passed, or it was dropped or is gone.
    """
    return tuple(
        Past(month.month, milestone, ahead.p85, *_came(snapshot, milestone, ahead.p85))
        for month in recent(snapshot)[:-1]
        for milestone in month.moment.milestones
        if (ahead := forecast(month, milestone))
    )


def _came(snapshot: Snapshot, milestone: IssueAt, p85: date) -> tuple[date | None, bool | None]:
    """Return the day on which a milestone was built, and whether that kept the date."""
    now = snapshot.moment.issue(milestone.id)
    if now is None or now.dropped:
        return None, None
    built = built_day(snapshot.moment, now)
    if built:
        return built, built <= p85
    return None, False if p85 < snapshot.day else None


def accuracy(snapshot: Snapshot) -> float | None:
    """Return the part of the past 85 % dates that held; None if none is decided."""
    decided = [past.held for past in past_forecasts(snapshot) if past.held is not None]
    return sum(decided) / len(decided) if decided else None


def accuracy_value(snapshot: Snapshot) -> Value:
    """Return how often the 85 % date held, with each forecast."""
    found = past_forecasts(snapshot)
    decided = tuple(_told(past, snapshot.day) for past in found if past.held is not None)
    undecided = tuple(_told(past, snapshot.day) for past in found if past.held is None)
    return Value(accuracy(snapshot), decided, undecided)


def _told(past: Past, until: date) -> Evidence:
    gone = "dropped or gone since" if past.p85 < until else "not decided yet"
    built = f"built {past.built}" if past.built else "not built"
    came = {True: f"held ({built})", False: f"did not hold ({built})", None: gone}[past.held]
    return Evidence(past.milestone.key, f"told for {past.month}, {came}: 85 % by", past.p85)


def forecast_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return the 85 % date, with the open work and the supply it rests on."""
    ahead = forecast(snapshot, milestone)
    return _value(snapshot, milestone, ahead, ahead.p85 if ahead else None)


def chance_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return the chance to be finished by the due date, 0 to 1."""
    ahead = forecast(snapshot, milestone)
    return _value(snapshot, milestone, ahead, ahead.chance if ahead else None)


def _value(
    snapshot: Snapshot, milestone: IssueAt, ahead: Forecast | None, number: float | date | None
) -> Value:
    key = milestone.key
    waiting = open_children(snapshot.moment, milestone)
    evidence = [Evidence(child.key, "open child") for child in waiting]
    evidence += _supply(snapshot, milestone)
    if ahead:
        days = (("50 %", ahead.p50), ("85 %", ahead.p85), ("95 %", ahead.p95))
        evidence += [Evidence(key, f"finished with {percent} by", on) for percent, on in days]
        evidence.append(Evidence(key, "due", milestone.due))
        evidence.append(
            Evidence(key, "chance to be finished by then", None, ahead.chance, "chance")
        )
    return Value(number, tuple(evidence), tuple(_left_out(snapshot, milestone, ahead is None)))


def _supply(snapshot: Snapshot, milestone: IssueAt) -> Iterator[Evidence]:
    """Yield the children finished in each seven-day span, the latest first."""
    for span, count in enumerate(weekly_supply(snapshot, milestone)):
        last = snapshot.day - timedelta(days=SPAN_DAYS * span)
        first = last - timedelta(days=SPAN_DAYS - 1)
        what = f"children finished in the seven days from {first}"
        yield Evidence(milestone.key, what, None, count, "issues")


def _left_out(snapshot: Snapshot, milestone: IssueAt, silent: bool) -> Iterator[Evidence]:
    for child in snapshot.moment.children(milestone):
        if child.dropped:
            yield Evidence(child.key, "dropped: no supply", snapshot.world.day(child.dropped))
    if silent and not weekly_supply(snapshot, milestone):
        ends = (child.finished for child in finished_children(snapshot.moment, milestone))
        days = {snapshot.world.day(end) for end in ends if end}
        what = "not enough history: 4 weeks since the start and 5 days with a finish are needed"
        yield Evidence(milestone.key, f"{what}; with a finish so far", None, len(days), "days")
    elif silent:
        waiting = milestone.is_open and open_children(snapshot.moment, milestone)
        far = "at this pace it takes more than 20 years: no date is told"
        what = far if waiting else "no open child, or closed: nothing to forecast"
        yield Evidence(milestone.key, what)


_RULE = (
    "Open children, and children finished per week over the last at most 12 seven-day spans that "
    "end at T and begin after the start. The weeks to finish, if each week brings as many as some "
    "past week, drawn with replacement, computed exactly. Fewer than 4 weeks or 5 days with a "
    "finish: not enough history. Never from story points."
)

FIGURES = (
    MilestoneFigure(
        "forecast",
        "Forecast, 85 % date",
        "date",
        _RULE,
        'design.md 6, "Forecast"; resampling of past throughput, after Vacanti',
        forecast_value,
    ),
    MilestoneFigure(
        "chance",
        "Chance to meet the due date",
        "share of 1",
        _RULE + " Shown as at most >95 % while work remains.",
        'design.md 6, "Forecast"',
        chance_value,
    ),
    TeamFigure(
        "forecast-accuracy",
        "How often the 85 % date held",
        "share of 1",
        "Of the 85 % dates told at the ends of the five months before, those by which the "
        "milestone was built, as known at T. Not decided: the date has not passed and it is not "
        "built, or it was dropped.",
        'issue 4, "Slip ledger"; design.md 6, "Forecast"',
        accuracy_value,
    ),
)
