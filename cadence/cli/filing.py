"""What the people of the sample story filed, put into the store through the journal's doors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlite_utils import Database

from cadence.config import Config
from cadence.errors import ConfigError
from cadence.model import (
    Action,
    Anonymity,
    Facts,
    Gate,
    Note,
    Prompt,
    Reading,
    SignOff,
    StageEvidence,
)
from cadence.month import Month
from cadence.store import board, journal, reflections
from cadence.store.answers import Answer, save_answers

_EVENING = time(17)


@dataclass(frozen=True)
class Story:
    """Where and by what the story is filed."""

    db: Database
    config: Config
    facts: Facts

    def filed(self, day: date) -> datetime:
        """Return the moment at which something dated so was filed: that evening."""
        return datetime.combine(day, _EVENING, self.config.team.zone)


def file_story(story: Story, told: dict[str, Any]) -> int:
    """File all of it; return how many things it was."""
    _readings(story, told.get("readings", []))
    _sign_offs(story, told.get("sign_offs", []))
    _stage_evidence(story, told.get("stage_evidence", []))
    for note in told.get("notes", []):
        about, outcome = note.get("about"), note.get("outcome")
        filed = story.filed(note["on"])
        record = Note(note["kind"], note["on"], note["text"], filed, about, outcome)
        journal.save_note(story.db, record)
    for reflection in told.get("reflections", []):
        _reflection(story, reflection)
    return sum(len(rows) for rows in told.values())


def _readings(story: Story, rows: list[dict[str, Any]]) -> None:
    series = {goal.id: goal.kpi.series for goal in story.config.goals if goal.kpi}
    for row in rows:
        reading = Reading(
            goal=row["goal"],
            series=series[row["goal"]],
            day=row["on"],
            value=float(row["value"]),
            method=row["method"],
            note=row.get("note"),
            filed=story.filed(row["on"]),
        )
        journal.save_reading(story.db, reading)


def _sign_offs(story: Story, rows: list[dict[str, Any]]) -> None:
    ids = {issue.key: issue.id for issue in story.facts.issues}
    for row in rows:
        if row["key"] not in ids:
            raise ConfigError(f"The story signs {row['key']}, which its Jira does not have")
        sign_off = SignOff(
            milestone_id=ids[row["key"]],
            key=row["key"],
            gate=Gate(row["gate"]),
            evidence=row["evidence"],
            by=row.get("by"),
            day=row["on"],
            filed=story.filed(row["on"]),
        )
        journal.save_sign_off(story.db, sign_off)


def _stage_evidence(story: Story, rows: list[dict[str, Any]]) -> None:
    ids = {issue.key: issue.id for issue in story.facts.issues}
    for row in rows:
        evidence = StageEvidence(
            milestone_id=ids[row["key"]],
            key=row["key"],
            stage=row["stage"],
            what=row["what"],
            evidence=row["evidence"],
            day=row["on"],
            filed=story.filed(row["on"]),
        )
        journal.save_stage_evidence(story.db, evidence)


def _reflection(story: Story, row: dict[str, Any]) -> None:
    month, db = Month.parse(row["month"], date.max), story.db
    if "why" in row:
        reflections.save_skip(db, month, row["why"], row["skipped"])
        return
    reflections.save_opening(db, month, Anonymity(row["anonymity"]), row["opened"])
    for answer in row["answers"]:
        given = Answer(answer["author"], tuple(_thoughts(answer)))
        save_answers(db, month, [given])
    if row["anonymity"] == Anonymity.ALL:
        smallest = story.config.reflection.smallest_group
        reflections.save_gathering(db, month, row["closed"], smallest)
    for theme in row.get("themes", []):
        board.save_theme(db, month, theme["title"], theme["entries"])
    for vote in row.get("votes", []):
        board.save_votes(db, month, vote["text"], vote["votes"], row["closed"])
    for action in row.get("actions", []):
        _action(story, month, action)
    reflections.save_closing(db, month, row["closed"])


def _thoughts(answer: dict[str, Any]) -> Iterator[tuple[Prompt, str]]:
    for prompt in Prompt:
        for text in answer.get(prompt.value, []):
            yield prompt, text


def _action(story: Story, month: Month, row: dict[str, Any]) -> None:
    day = row["on"]
    action = Action(
        month, row["text"], row["owner"], row["due"], day, story.filed(day), cures=row.get("cures")
    )
    number = journal.save_action(story.db, action)
    if "done" in row:
        journal.save_action_done(story.db, number, row["done"])
    if "dropped" in row:
        journal.save_action_dropped(story.db, number, row["dropped"], row["why"])
