"""The SQLite file of a server: read at any time, written while none runs."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Optional


def path(server) -> Path:
    return server.data_dir / "chat.db"


def query(server, sql: str, *values: object) -> list[tuple]:
    with closing(sqlite3.connect(path(server))) as database:
        return database.execute(sql, values).fetchall()


def execute(server, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(path(server))) as database, database:
        database.execute(sql, values)


def ban(server, user_id: str, reason: str, length: Optional[timedelta] = None) -> None:
    """As an admin would: for good, or for `length`."""
    start = datetime.now(timezone.utc)
    execute(
        server,
        "INSERT INTO bans (owner_id, banished_id, reason, start_time, end_time, pardoned)"
        " VALUES ('an-admin', ?, ?, ?, ?, 0)",
        user_id,
        reason,
        _microseconds(start),
        _microseconds(start + length) if length else None,
    )


def set_rate_limit(server, messages: int, window_seconds: int) -> None:
    """The stored limit counts, once there is one."""
    execute(server, "UPDATE rate_limiter SET message_limit = ?, window_seconds = ?", messages, window_seconds)


def _microseconds(time: datetime) -> int:
    """Timestamps are stored as microseconds since 1970."""
    return int(time.timestamp() * 1_000_000)
