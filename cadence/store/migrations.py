"""The schema of the store, as numbered steps: once merged, a step is never edited."""

from collections.abc import Callable

from sqlite_utils import Database

from cadence.store.summary import TABLES, fill_summary

MIGRATIONS: list[Callable[[Database], None]] = []
"""The steps in their order; `user_version` is the number of those applied."""


def migration(step: Callable[[Database], None]) -> Callable[[Database], None]:
    """Add a step to the schema."""
    MIGRATIONS.append(step)
    return step


@migration
def m001_what_jira_tells(db: Database) -> None:
    """Issues, their history, and what gives their ids a meaning."""
    db.execute("""
        CREATE TABLE projects (
            id TEXT PRIMARY KEY,  -- Jira's own id
            key TEXT NOT NULL,
            name TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE types (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            level INTEGER NOT NULL  -- 1 and above: milestone, 0: issue, -1: sub-task
        ) STRICT""")
    db.execute("""
        CREATE TABLE statuses (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            category TEXT NOT NULL  -- new, indeterminate, done
        ) STRICT""")
    db.execute("""
        CREATE TABLE people (
            account TEXT PRIMARY KEY,  -- accountId (Cloud) or user key (Data Center)
            name TEXT NOT NULL,
            user_name TEXT,  -- Data Center only
            kind TEXT NOT NULL DEFAULT 'person',  -- person, app, customer
            active INTEGER NOT NULL DEFAULT 1
        ) STRICT""")
    db.execute("""
        CREATE TABLE versions (
            id TEXT PRIMARY KEY,
            project TEXT NOT NULL,  -- project key
            name TEXT NOT NULL,
            released INTEGER NOT NULL,
            release_date TEXT,
            archived INTEGER NOT NULL,
            description TEXT NOT NULL DEFAULT ''
        ) STRICT""")
    db.execute("""
        CREATE TABLE issues (
            id INTEGER PRIMARY KEY,  -- Jira's own id: it survives a move, the key does not
            key TEXT NOT NULL,
            project TEXT NOT NULL,  -- project key
            type_id TEXT NOT NULL,
            level INTEGER NOT NULL,  -- 1 and above: milestone, 0: issue, -1: sub-task
            summary TEXT NOT NULL,
            status_id TEXT NOT NULL,
            category TEXT NOT NULL,  -- new, indeterminate, done
            resolution TEXT,
            assignee TEXT,
            parent_id INTEGER,
            due TEXT,
            created TEXT NOT NULL,
            updated TEXT NOT NULL,
            resolved TEXT,
            points REAL,
            labels TEXT NOT NULL,  -- JSON list
            components TEXT NOT NULL,  -- JSON list of names
            fix_versions TEXT NOT NULL,  -- JSON list of version ids
            described INTEGER NOT NULL DEFAULT 0,  -- 1 if it has a description
            state TEXT NOT NULL DEFAULT 'present',  -- present, deleted, moved, unseen
            history TEXT NOT NULL DEFAULT 'complete'  -- complete, cut, contradictory
        ) STRICT""")
    db.execute("CREATE INDEX issues_key ON issues (key)")
    db.execute("CREATE INDEX issues_parent ON issues (parent_id)")
    db.execute("CREATE INDEX issues_project ON issues (project)")
    db.execute("""
        CREATE TABLE changes (
            issue_id INTEGER NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
            history_id INTEGER NOT NULL,
            item INTEGER NOT NULL,  -- position in its history
            at TEXT NOT NULL,
            author TEXT,
            field TEXT NOT NULL,  -- stable name: status, assignee, due, parent, labels, …
            from_id TEXT,
            from_text TEXT,
            to_id TEXT,
            to_text TEXT,
            PRIMARY KEY (issue_id, history_id, item)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE observations (
            subject TEXT NOT NULL,  -- version:ID or issue:ID
            field TEXT NOT NULL,
            value TEXT,
            seen TEXT NOT NULL,
            PRIMARY KEY (subject, field, seen)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE syncs (
            id INTEGER PRIMARY KEY,
            started TEXT NOT NULL,
            finished TEXT,
            complete INTEGER NOT NULL DEFAULT 0,
            requests INTEGER NOT NULL DEFAULT 0,
            problem TEXT,
            begun INTEGER NOT NULL DEFAULT 1  -- 0: Jira did not let it in, nothing was touched
        ) STRICT""")
    db.execute("""
        CREATE TABLE set_aside (
            subject TEXT PRIMARY KEY,  -- issue:ID
            reason TEXT NOT NULL,
            seen TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE cursors (
            scope TEXT PRIMARY KEY,  -- what the cursor stands for: site, JQL and mapping
            value TEXT NOT NULL,  -- JSON
            saved TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""")


@migration
def m002_what_people_file(db: Database) -> None:
    """Readings, sign-offs, reflections, actions, the team's log."""
    db.execute("""
        CREATE TABLE readings (
            id INTEGER PRIMARY KEY,
            goal TEXT NOT NULL,
            series TEXT NOT NULL,  -- the KPI's definition: a trend never crosses it
            day TEXT NOT NULL,
            value REAL NOT NULL,
            method TEXT NOT NULL,  -- automatic, manual
            note TEXT,
            filed TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE sign_offs (
            id INTEGER PRIMARY KEY,
            milestone_id INTEGER NOT NULL,  -- the id in Jira, of the epic or the version
            key TEXT NOT NULL,  -- as it was when signed
            gate TEXT NOT NULL,  -- built, shipped, proven
            evidence TEXT NOT NULL,
            "by" TEXT,
            day TEXT NOT NULL,
            filed TEXT NOT NULL,
            withdrawn TEXT
        ) STRICT""")
    db.execute("""
        CREATE TABLE reflections (
            month TEXT PRIMARY KEY,
            anonymity TEXT NOT NULL,  -- named, entry, all
            opened TEXT,
            closed TEXT,
            skipped TEXT,
            why TEXT,
            answered_unnamed INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID""")
    # Random ids without rowid: the order of rows must not tell who wrote an anonymous entry.
    db.execute("""
        CREATE TABLE themes (
            id TEXT PRIMARY KEY,
            month TEXT NOT NULL REFERENCES reflections (month),
            title TEXT NOT NULL,
            UNIQUE (month, title)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE entries (
            id TEXT PRIMARY KEY,
            month TEXT NOT NULL REFERENCES reflections (month),
            prompt TEXT NOT NULL,  -- start, stop, continue
            text TEXT NOT NULL,
            author TEXT,  -- named entries only
            theme_id TEXT REFERENCES themes (id)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE votes (
            entry_id TEXT PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
            votes INTEGER NOT NULL  -- a count: who voted is not kept
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE answered (
            month TEXT NOT NULL REFERENCES reflections (month),
            person TEXT NOT NULL,  -- who has answered, kept apart from what was answered
            PRIMARY KEY (month, person)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE actions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            month TEXT NOT NULL,  -- of the reflection that agreed it
            text TEXT NOT NULL,
            owner TEXT NOT NULL,
            due TEXT NOT NULL,
            day TEXT NOT NULL,
            filed TEXT NOT NULL,
            done TEXT,
            dropped TEXT,
            why TEXT,
            cures TEXT,
            jira_key TEXT
        ) STRICT""")
    db.execute("""
        CREATE TABLE notes (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,  -- principle, learning, experiment, decision, …
            day TEXT NOT NULL,
            text TEXT NOT NULL,
            filed TEXT NOT NULL,
            about TEXT,  -- milestone key, goal id or partner name
            outcome TEXT,
            retired TEXT
        ) STRICT""")
    db.execute("""
        CREATE TABLE issued (
            id INTEGER PRIMARY KEY,
            month TEXT NOT NULL,
            kind TEXT NOT NULL,
            issued TEXT NOT NULL,
            complete INTEGER NOT NULL,
            page TEXT NOT NULL  -- the plain data, JSON
        ) STRICT""")


@migration
def m003_what_was_set_aside(db: Database) -> None:
    """What Jira told of a record that could not be stored as told."""
    db.execute("ALTER TABLE set_aside ADD COLUMN raw TEXT")  # JSON, without names and addresses


@migration
def m004_what_moved_when(db: Database) -> None:
    """When each issue moved and how it rested: a month reads only what can matter to it."""
    for statement in TABLES:
        db.execute(statement)
    fill_summary(db)


@migration
def m005_stage_evidence_and_dismissals(db: Database) -> None:
    """What stages ask for, with its link; findings that the team wants quiet."""
    db.execute("""
        CREATE TABLE stage_evidence (
            id INTEGER PRIMARY KEY,
            milestone_id INTEGER NOT NULL,  -- the id in Jira
            key TEXT NOT NULL,  -- as it was when recorded
            stage TEXT NOT NULL,  -- its name in cadence.toml
            what TEXT NOT NULL,  -- one of the stage's needs
            evidence TEXT NOT NULL,
            day TEXT NOT NULL,
            filed TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE dismissals (
            id INTEGER PRIMARY KEY,
            code TEXT NOT NULL,  -- of the finding
            subject TEXT NOT NULL,
            why TEXT NOT NULL,
            day TEXT NOT NULL,
            filed TEXT NOT NULL,
            number REAL,  -- what the finding rested on; twice as much, and it is told again
            undone TEXT
        ) STRICT""")


@migration
def m006_sprints(db: Database) -> None:
    """The sprints that issues are in; their dates change without a history."""
    db.execute("ALTER TABLE issues ADD COLUMN sprints TEXT NOT NULL DEFAULT '[]'")  # JSON
    db.execute("""
        CREATE TABLE sprints (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            state TEXT NOT NULL,  -- future, active, closed
            starts TEXT,
            ends TEXT,
            completed TEXT
        ) STRICT""")


@migration
def m007_the_teams_side(db: Database) -> None:
    """Personal links, votes and drafts that name nobody; the stages of a reflection."""
    for column in ("gathered", "revealed"):  # days: answers shown and taken no more; votes shown
        db.execute(f"ALTER TABLE reflections ADD COLUMN {column} TEXT")
    db.execute("""
        CREATE TABLE invites (
            token_hash TEXT PRIMARY KEY,  -- the token itself is told once and kept nowhere
            month TEXT NOT NULL REFERENCES reflections (month),
            member TEXT NOT NULL,
            expires TEXT NOT NULL,
            UNIQUE (month, member)
        ) STRICT, WITHOUT ROWID""")
    # By which door a named entry came: a form collected again replaces what forms said, no more.
    db.execute("ALTER TABLE entries ADD COLUMN door TEXT")  # form, line, link; anonymous: none
    # What only the holder of a link can make again: that they answered, that an entry is theirs,
    # that they voted. Without the token a mark says neither whose it is nor what it is about.
    db.execute("""
        CREATE TABLE marks (
            mark TEXT PRIMARY KEY,
            month TEXT NOT NULL REFERENCES reflections (month),
            kind TEXT NOT NULL  -- said, voted
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE drafts (
            mark TEXT PRIMARY KEY,
            month TEXT NOT NULL REFERENCES reflections (month),
            box BLOB NOT NULL  -- sealed by the token
        ) STRICT, WITHOUT ROWID""")
    db.execute("ALTER TABLE actions ADD COLUMN how TEXT")  # how the team will know that it worked
    db.execute("ALTER TABLE actions ADD COLUMN shrunk TEXT")  # the day it was made smaller
    db.execute("ALTER TABLE actions ADD COLUMN was TEXT")  # its text before that
    db.execute("ALTER TABLE notes ADD COLUMN review TEXT")  # the day to look at it again
    db.execute("ALTER TABLE notes ADD COLUMN details TEXT NOT NULL DEFAULT '{}'")  # JSON
    # People who are forgotten: a hash of each name that the next sync would bring back.
    db.execute("""
        CREATE TABLE forgotten (
            mark TEXT PRIMARY KEY,
            alias TEXT NOT NULL,  -- what stands in its place
            words INTEGER NOT NULL  -- how many words the name has
        ) STRICT, WITHOUT ROWID""")


@migration
def m008_writes_to_other_systems(db: Database) -> None:
    """What is to be written elsewhere, what became of it, and the pages that stand there."""
    db.execute("""
        CREATE TABLE intents (
            subject TEXT PRIMARY KEY,  -- action:3, page:PLACE/2021-05/month: one write at a time
            target TEXT NOT NULL,  -- the site, and the project or space on it
            marker TEXT NOT NULL,  -- what the write is known by: an issue's label, a body's hash
            base TEXT,  -- what was there before: the newest key of the project, the page's version
            state TEXT NOT NULL,  -- sending, unknown, done, refused
            sent TEXT NOT NULL,
            result TEXT  -- the key of the issue, the id of the page
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            who TEXT NOT NULL,  -- the account that the other system knows us by
            did TEXT NOT NULL,  -- create issue, create page, update page
            target TEXT NOT NULL,
            body_hash TEXT NOT NULL,  -- SHA-256 of what was sent
            result TEXT NOT NULL
        ) STRICT""")
    # The alias of a person who was forgotten is all that may take the place of anything.
    kept = " AND ".join(f"new.{name} = old.{name}" for name in ("id", "at", "body_hash"))
    named = " AND ".join(
        f"(new.{name} = old.{name} OR new.{name} LIKE '%forgotten-%')"
        for name in ("who", "did", "target", "result")
    )
    for deed, unless in (("UPDATE", f"WHEN NOT ({kept} AND {named})"), ("DELETE", "")):
        db.execute(f"""
            CREATE TRIGGER audit_takes_no_{deed.lower()} BEFORE {deed} ON audit {unless}
            BEGIN SELECT RAISE(ABORT, 'the audit is only appended to'); END""")
    db.execute("""
        CREATE TABLE pages (
            place TEXT NOT NULL,  -- the wiki's address and the space
            month TEXT NOT NULL,
            kind TEXT NOT NULL,
            page_id TEXT NOT NULL,
            title TEXT NOT NULL,
            version INTEGER NOT NULL,  -- the one that we wrote last
            sent_hash TEXT NOT NULL,  -- of the body as we sent it
            kept_hash TEXT,  -- of the body as the wiki keeps it; NULL if that was not seen
            saved TEXT NOT NULL,
            PRIMARY KEY (place, month, kind)
        ) STRICT, WITHOUT ROWID""")


@migration
def m009_ceremony_changes(db: Database) -> None:
    """What the team changed about single dates of its ceremonies."""
    db.execute("""
        CREATE TABLE ceremony_changes (
            id INTEGER PRIMARY KEY,
            ceremony TEXT NOT NULL,  -- its name in cadence.toml
            day TEXT NOT NULL,  -- the date by the rule
            facilitator TEXT,  -- who leads it instead; NULL where it is skipped or as by the rule
            skipped INTEGER NOT NULL DEFAULT 0,
            why TEXT,
            filed TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE calendar_events (
            uid TEXT PRIMARY KEY,
            day TEXT NOT NULL,  -- the date by the rule
            content TEXT NOT NULL,  -- what was written last, JSON
            sequence INTEGER NOT NULL,  -- goes up with every change: calendars then update
            changed TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""")
