"""The tables' history: numbered steps, each written once and never changed; a database is brought up when it is opened.

A statement that differs stands by the kind of database. ``{text}`` is a text that is ordered by code point,
``{counter}`` a number that the database gives, and ``{clustered}`` says that rows are kept in the order of their key
where the database can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .backend import Backend, Connection, transaction
from .protocol import StoreOutdated

Statement = str | Mapping[str, str]
"""A statement, or one for each kind of database that needs it."""

_USERS = """
    user_id {text} NOT NULL PRIMARY KEY,
    time BIGINT NOT NULL,
    source {text} NOT NULL,
    id {text} NOT NULL,
    zone_offset INTEGER,
    attributes TEXT NOT NULL,
    semantics {text} NOT NULL,
    badges INTEGER NOT NULL,
    points NUMERIC NOT NULL,
    retractions INTEGER NOT NULL,
    name TEXT,
    listed INTEGER NOT NULL,
    compacted BIGINT,
    heads TEXT NOT NULL
"""

MIGRATIONS: tuple[tuple[Statement, ...], ...] = (
    (
        "CREATE TABLE meta (name {text} NOT NULL PRIMARY KEY, value {text} NOT NULL){clustered}",
        """CREATE TABLE users (
            user_id {text} NOT NULL PRIMARY KEY,
            time BIGINT NOT NULL,
            source {text} NOT NULL,
            id {text} NOT NULL,
            zone_offset INTEGER,
            attributes TEXT NOT NULL,
            semantics {text} NOT NULL,
            badges INTEGER NOT NULL,
            points NUMERIC NOT NULL,
            retractions INTEGER NOT NULL,
            name TEXT,
            listed INTEGER NOT NULL
        ){clustered}""",
        "CREATE INDEX users_by_semantics ON users (semantics)",
        "CREATE INDEX users_by_badges ON users (badges DESC, user_id) WHERE badges <> 0",
        "CREATE INDEX users_by_points ON users (points DESC, user_id) WHERE points <> 0",
        """CREATE TABLE events (
            user_id {text} NOT NULL,
            source {text} NOT NULL,
            id {text} NOT NULL,
            type {text} NOT NULL,
            time BIGINT NOT NULL,
            zone_offset INTEGER,
            data TEXT NOT NULL,
            timeless INTEGER NOT NULL,
            received_at BIGINT NOT NULL,
            receipt TEXT NOT NULL,
            PRIMARY KEY (user_id, source, id)
        ){clustered}""",
        "CREATE INDEX events_by_position ON events (user_id, time, source, id)",
        "CREATE INDEX events_by_time ON events (time, type)",
        """CREATE TABLE retractions (
            user_id {text} NOT NULL,
            source {text} NOT NULL,
            id {text} NOT NULL,
            PRIMARY KEY (user_id, source, id)
        ){clustered}""",
        """CREATE TABLE states (
            user_id {text} NOT NULL,
            key {text} NOT NULL,
            body TEXT NOT NULL,
            value NUMERIC,
            expires_at BIGINT,
            PRIMARY KEY (user_id, key)
        ){clustered}""",
        "CREATE INDEX states_by_value ON states (key, value DESC, user_id) WHERE value IS NOT NULL",
        """CREATE TABLE cells (
            user_id {text} NOT NULL,
            metric {text} NOT NULL,
            key {text} NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (user_id, metric, key)
        ){clustered}""",
        """CREATE TABLE awards (
            user_id {text} NOT NULL,
            badge {text} NOT NULL,
            tier {text} NOT NULL,
            occurrence {text} NOT NULL,
            awarded_at BIGINT NOT NULL,
            source {text} NOT NULL,
            id {text} NOT NULL,
            metadata TEXT NOT NULL,
            rules_version TEXT NOT NULL,
            badge_version TEXT NOT NULL,
            by_call INTEGER NOT NULL,
            kept INTEGER NOT NULL,
            PRIMARY KEY (user_id, badge, tier, occurrence)
        ){clustered}""",
        "CREATE INDEX awards_by_badge ON awards (badge, user_id)",
        "CREATE INDEX awards_by_time ON awards (awarded_at, badge)",
        """CREATE TABLE failures (
            user_id {text} NOT NULL,
            badge {text} NOT NULL,
            source {text} NOT NULL,
            id {text} NOT NULL,
            message TEXT NOT NULL,
            time BIGINT NOT NULL,
            PRIMARY KEY (user_id, badge, source, id)
        ){clustered}""",
        "CREATE INDEX failures_by_badge ON failures (badge, time)",
        """CREATE TABLE worth (
            badge {text} NOT NULL,
            tier {text} NOT NULL,
            points NUMERIC NOT NULL,
            PRIMARY KEY (badge, tier)
        ){clustered}""",
        """CREATE TABLE versions (
            number INTEGER NOT NULL PRIMARY KEY,
            version TEXT NOT NULL,
            files TEXT NOT NULL,
            applied_at BIGINT NOT NULL,
            applied_by TEXT NOT NULL
        )""",
        """CREATE TABLE audit (
            number {counter},
            at BIGINT NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            user_id {text},
            badge TEXT,
            detail TEXT NOT NULL
        )""",
        "CREATE INDEX audit_by_user ON audit (user_id) WHERE user_id IS NOT NULL",
        """CREATE TABLE keys (
            name {text} NOT NULL PRIMARY KEY,
            hash TEXT NOT NULL,
            scopes TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            last_used_at BIGINT
        )""",
    ),
    (
        "ALTER TABLE users ADD COLUMN compacted BIGINT",
        """CREATE TABLE snapshots (
            user_id {text} NOT NULL PRIMARY KEY,
            until BIGINT NOT NULL,
            entries BIGINT NOT NULL,
            types TEXT NOT NULL,
            body TEXT NOT NULL
        ){clustered}""",
        """CREATE TABLE compacted (
            user_id {text} NOT NULL,
            source {text} NOT NULL,
            id {text} NOT NULL,
            digest TEXT NOT NULL,
            receipt TEXT NOT NULL,
            PRIMARY KEY (user_id, source, id)
        ){clustered}""",
    ),
    (
        """CREATE TABLE endpoints (
            id {text} NOT NULL PRIMARY KEY,
            url TEXT NOT NULL,
            secret TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            types TEXT NOT NULL,
            badges TEXT NOT NULL,
            description TEXT NOT NULL,
            enabled INTEGER NOT NULL,
            reason TEXT,
            old_secret TEXT,
            old_until BIGINT,
            failures INTEGER NOT NULL,
            paused_until BIGINT,
            delivered_at BIGINT
        )""",
        """CREATE TABLE deliveries (
            number {counter},
            endpoint {text} NOT NULL,
            message TEXT NOT NULL,
            type TEXT NOT NULL,
            at BIGINT NOT NULL,
            body TEXT NOT NULL,
            user_id {text},
            badge TEXT,
            state {text} NOT NULL,
            since BIGINT NOT NULL,
            next_at BIGINT NOT NULL,
            leased_until BIGINT NOT NULL,
            tries INTEGER NOT NULL,
            tried_at BIGINT,
            status INTEGER,
            error TEXT
        )""",
        "CREATE INDEX deliveries_by_next ON deliveries (endpoint, next_at) WHERE state = 'pending'",
        "CREATE INDEX deliveries_in_turn ON deliveries (endpoint, user_id, number) WHERE state = 'pending'",
        "CREATE INDEX deliveries_by_state ON deliveries (endpoint, state, number)",
        "CREATE INDEX deliveries_done ON deliveries (tried_at) WHERE state <> 'pending'",
        "CREATE INDEX deliveries_by_user ON deliveries (user_id) WHERE user_id IS NOT NULL",
    ),
    # Sums and streaks took another form: every user's state is folded anew.
    ("UPDATE users SET semantics = ''",),
    # Heads move into the rows of users when these are folded next; SQLite keeps long rows best by a number of its own.
    (
        "ALTER TABLE users ADD COLUMN heads TEXT NOT NULL DEFAULT ''",
        {"sqlite": "CREATE TABLE users_anew (" + _USERS + ")"},
        {"sqlite": "INSERT INTO users_anew SELECT * FROM users"},
        {"sqlite": "DROP TABLE users"},
        {"sqlite": "ALTER TABLE users_anew RENAME TO users"},
        {"sqlite": "CREATE INDEX users_by_semantics ON users (semantics)"},
        {"sqlite": "CREATE INDEX users_by_badges ON users (badges DESC, user_id) WHERE badges <> 0"},
        {"sqlite": "CREATE INDEX users_by_points ON users (points DESC, user_id) WHERE points <> 0"},
    ),
    (
        """CREATE TABLE feeds (
            user_id {text} NOT NULL PRIMARY KEY,
            number BIGINT NOT NULL,
            muted TEXT NOT NULL
        ){clustered}""",
        """CREATE TABLE notices (
            user_id {text} NOT NULL,
            number BIGINT NOT NULL,
            kind {text} NOT NULL,
            at BIGINT NOT NULL,
            items TEXT NOT NULL,
            read_at BIGINT,
            PRIMARY KEY (user_id, number)
        ){clustered}""",
        "CREATE INDEX notices_by_time ON notices (at)",
        """CREATE TABLE told (
            user_id {text} NOT NULL,
            kind {text} NOT NULL,
            about {text} NOT NULL,
            tier {text} NOT NULL,
            lap {text} NOT NULL,
            level BIGINT NOT NULL,
            PRIMARY KEY (user_id, kind, about, tier)
        ){clustered}""",
        """CREATE TABLE reminders (
            user_id {text} NOT NULL,
            metric {text} NOT NULL,
            expires_at BIGINT NOT NULL,
            PRIMARY KEY (user_id, metric)
        ){clustered}""",
        "CREATE INDEX reminders_by_time ON reminders (expires_at)",
    ),
    # Entries note what they replace, from now on: those of before are settled.
    ("ALTER TABLE users ADD COLUMN settled BIGINT", "ALTER TABLE events ADD COLUMN undo TEXT"),
    (
        "ALTER TABLE users ADD COLUMN acted INTEGER NOT NULL DEFAULT 1",
        """UPDATE users SET acted = 0 WHERE compacted IS NULL AND NOT EXISTS (
            SELECT 1 FROM events e
            WHERE e.user_id = users.user_id AND e.type <> 'badge.granted' AND e.type <> 'badge.revoked'
        )""",
        "CREATE INDEX users_by_calls ON users (user_id) WHERE acted = 0",
    ),
    # What PostgreSQL writes for an event: entries come nearly in the order of their times, and few share an instant.
    (
        {"postgresql": "DROP INDEX events_by_time"},
        {"postgresql": "CREATE INDEX events_by_time ON events USING brin (time) WITH (pages_per_range = 32)"},
        {"postgresql": "DROP INDEX events_by_position"},
        {"postgresql": "CREATE INDEX events_by_position ON events (user_id, time)"},
    ),
    # Cells stand in the rows of users while they are few: of users without any from now on, of others when folded next.
    (
        "ALTER TABLE users ADD COLUMN cells TEXT",
        "UPDATE users SET cells = '{{}}' WHERE NOT EXISTS (SELECT 1 FROM cells c WHERE c.user_id = users.user_id)",
    ),
    # What SQLite writes for an event: types and times of entries are read user by user.
    (
        {"sqlite": "DROP INDEX events_by_time"},
        {"sqlite": "DROP INDEX events_by_position"},
        {"sqlite": "CREATE INDEX events_by_position ON events (user_id, time, source, id, type)"},
    ),
)

OURS = frozenset({"meta", "users", "events"})
"""Tables that every version has: a database with only some of them is another program's."""


def migrate(backend: Backend, migrations: Sequence[Sequence[Statement]] = MIGRATIONS) -> None:
    """Bring a database up to the newest step, in one transaction. Raises StoreOutdated if that cannot be."""
    with transaction(backend, writes=False) as connection:
        version = _version(backend, connection, len(migrations))
    if version < len(migrations):
        with transaction(backend, writes=True, alone=True) as connection:
            _upgrade(backend, connection, _version(backend, connection, len(migrations)), migrations)


def _version(backend: Backend, connection: Connection, newest: int) -> int:
    present = OURS.intersection(name for (name,) in connection.rows(backend.tables))
    if not present:
        return 0
    if present != OURS:
        raise StoreOutdated(
            f"{backend.name} holds tables of another program ({', '.join(sorted(present))}): "
            "name another database, or an empty one"
        )
    version = int(connection.rows("SELECT value FROM meta WHERE name = 'schema'")[0][0])
    if version > newest:
        raise StoreOutdated(
            f"{backend.name} was written by a newer version of this program "
            f"(its tables are version {version}, this program knows up to {newest}): upgrade the program"
        )
    return version


def _upgrade(backend: Backend, connection: Connection, version: int, migrations: Sequence[Sequence[Statement]]) -> None:
    for step in migrations[version:]:
        for statement in step:
            text = statement if isinstance(statement, str) else statement.get(backend.kind)
            if text:
                connection.run(text.format_map(backend.words))
    sql = "INSERT INTO meta (name, value) VALUES ('schema', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    connection.run(sql, (str(len(migrations)),))
