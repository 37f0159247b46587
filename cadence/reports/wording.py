"""The reading that was chosen where a definition can be read in two ways; the glossary tells it."""

CHOSEN: tuple[tuple[str, str], ...] = (
    (
        "a milestone below a milestone",
        "It is one child of the one above: done when it is finished itself, whatever is open "
        "below it. It starts the one above as it starts itself, by its own children, too. Effort "
        "on an issue counts for each milestone that it lies under.",
    ),
    (
        "a person's WIP",
        "The average over the team's working days, the person's days off among them.",
    ),
    (
        "active goal",
        "`goal-without-kpi` and `goal-unexamined` ask about the goals active on the last day "
        "covered; every other figure of a goal about those active on some day of the month.",
    ),
    (
        "aging",
        "Where fewer than 10 issues were finished in the 90 days, the evidence says so and names "
        "the limit in days.",
    ),
    (
        "carried",
        "An action is carried by each later reflection that was closed by the last day covered "
        "while it was open.",
    ),
    (
        "changes by nobody",
        "A change whose author Jira does not tell makes no issue fresh.",
    ),
    (
        "commitments that are gone",
        "A committed milestone that Jira stops showing in the month stays committed; a delivered "
        "one that is gone is not told as retracted.",
    ),
    (
        "count of issues",
        "A bucket's share by count is its part of the issues (sub-tasks, too) that earned effort "
        "in the month, each one alike; an issue that earned in two buckets counts in both.",
    ),
    (
        "data that is set aside",
        "What could not be stored is told in every month, since nobody knows which month it would"
        " have counted in.",
    ),
    (
        "defects after done",
        "Created after the instant at which the milestone was first built, up to the given number"
        " of days after that day; linked means that the history of either issue names the link, "
        "as at T. Jira's present links are not asked for.",
    ),
    (
        "deleted date",
        "The finding tells of it where no date is set at T; a date set again within the month is "
        "a move from the last one, from the day it was set again.",
    ),
    (
        "dismissed",
        "Quiet in every month whose last day covered is the day of the dismissal or later; the "
        "months before are told as they were. The number is the one of the latest month that told"
        " it, up to that day. What has no number, then or now, does not double: a due date that is"
        " deleted is a slip of unknown size. The report names what is quiet, and why.",
    ),
    (
        "epics where versions are milestones",
        "Neither milestones nor issues: they earn no effort, are in no figure of the flow, and "
        "are nobody's children.",
    ),
    (
        "explained",
        "A decision on the milestone explains a move unless it is as old as a move of an earlier "
        "day, or older; moves of one day share their reasons. The nearest in time gives the "
        "reason.",
    ),
    (
        "first due date",
        "A date set at the very instant of the start is the first one.",
    ),
    (
        "follow-through",
        "The last three months that have a reflection (not skipped), or actions of their own.",
    ),
    (
        "forecast",
        "Of an open milestone: none for one that is closed with open children. None either where "
        "the 95 % date lies more than 20 years ahead.",
    ),
    (
        "forecast accuracy",
        "The 85 % dates are those that the reports of the five months before T told; built as "
        "known at T. A dropped milestone decides nothing.",
    ),
    (
        "goal examined",
        "Of readings those of the KPI as it is defined now count, in every finding about it.",
    ),
    (
        "goal's milestones",
        "Those whose bucket on the last day covered is the goal: one that ended before that day "
        "has none, and no finding that rests on them.",
    ),
    (
        "history incomplete",
        "A contradiction counts from the change after which it arose: what contradicts itself "
        "only after T says nothing about the month. Milestones and sub-tasks count, too, but for "
        "milestones that were dropped.",
    ),
    (
        "issue",
        "`back-and-forth`, `handed-over`, `possible-duplicates`, `aging` and the flow leave "
        "sub-tasks out; `reopened` and `unowned` count them.",
    ),
    (
        "kpi as proof",
        "A reading of the goal that the milestone served on the day it was shipped, dated after "
        "that day, by whatever definition of the KPI; the end of the goal takes no proof away.",
    ),
    (
        "KPI's definition",
        "Its name, unit and direction: another of these begins a new series. Another baseline or "
        "target moves the line, and the readings stay.",
    ),
    (
        "latest reading",
        "Of several readings of one day the one that was filed last.",
    ),
    (
        "like summaries",
        "Words are runs of letters and digits, without case; articles, prepositions and the like "
        "are left out. Each younger issue is told once, with every older one that is like it.",
    ),
    (
        "no members",
        "Where `[team.members]` is empty the days of everyone who was ever assigned count, apps "
        "and `[jira] robots` not.",
    ),
    (
        "partner never told",
        "Counts as told too long ago.",
    ),
    (
        "past due",
        "An action is past due on the days after its due date.",
    ),
    (
        "predictability of a running month",
        "Counts what is delivered so far.",
    ),
    (
        "production",
        "`no-path-to-production` is silent where `[production]` names neither label nor type.",
    ),
    (
        "reflection of a month",
        "Told with its month whenever it was held, usually in the days after; what became of "
        "actions is as at T.",
    ),
    (
        "shared component or label",
        "A component and a label of one name are two things in `support-repeats`, and told once.",
    ),
    (
        "shots on goal",
        "Concluded in the month; an experiment counts with a learning about the same subject that"
        " is noted with it or after it; reaching production is the gate shipped. The median of "
        "the days between is that of the last six months.",
    ),
    (
        "slip before the start",
        "Moves before the start are planning; days past the due date count as late all the same.",
    ),
    (
        "slip in a month with a move back",
        "Forward moves count, moves back do not: such a month may show more than the whole gained.",
    ),
    (
        "stage evidence",
        "`cadence stage set` records it; the stage itself is a label in Jira, and so is a stage "
        "that was left.",
    ),
    (
        "trends",
        "Each month as of its own end (the running one as of now), the last six, without those "
        "before anything was done. A KPI by the last reading of each month, only of the "
        "definition that holds now. What is counted in whole (issues finished, milestones "
        "delivered) is told per effective week; commitments kept as `3 of 5`.",
    ),
    (
        "unclear start",
        "What happened at the very instant of the start counts as there.",
    ),
    (
        "versions as milestones",
        "Issues that carry the version at T, no sub-tasks; in progress from the start of its work"
        " to its release. Its owner is the driver that Cloud tells of a version, as the syncs saw"
        " it: the first one that asked speaks for the time before. Data Center has no such field:"
        " there a version has no owner, and no finding misses one; the lead of its project or of "
        "a component answers for more than the version, and is not taken for it. A driver who was"
        " never assigned an issue is none of those whose days count.",
    ),
    (
        "work assigned to nobody",
        "A parent is left out while a sub-task of it is in progress with nobody, too; stale work "
        "counts.",
    ),
)
"""What it is about, and the reading."""

WORDS: tuple[tuple[str, str], ...] = (
    ("goal", "a strategic aim with exactly one KPI; at most two are active"),
    ("KPI", "name, unit, direction, baseline, target; its readings are dated values"),
    ("milestone", "a deliverable: an epic, or a fix version when so configured"),
    ("gate", "one of the three DONEs: built, shipped, proven"),
    ("sign-off", "a person's dated statement, with an evidence link, that a gate is passed"),
    ("issue", "anything below a milestone"),
    ("active", "in a status whose category is in progress"),
    ("bucket", "where effort goes: a goal's id, `support` or `other`"),
    ("commitment", "the due date of a milestone as it stood at a given moment"),
    ("slip", "the days by which a commitment moved later, or was passed"),
    ("finding", "a problem that the data shows, and the question it puts to the team"),
    ("stage", "a step of a milestone's life, with a time box and required evidence"),
    ("T, as of", "the moment a report describes: the month's end, or now while it runs"),
    ("date(T)", "the last day covered"),
    ("M", "the report's month, up to T"),
)
"""The words that definitions are made of."""
