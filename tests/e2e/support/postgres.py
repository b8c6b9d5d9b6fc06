"""A PostgreSQL server of a test run, by tests/support/postgres.sh."""

import itertools
import subprocess
from contextlib import contextmanager
from typing import Iterator

from .ports import free_port
from .scripted_server import ScriptedServer


class PostgresServer(ScriptedServer):
    """Its superuser is `chat`; nobody needs a password until a test writes another pg_hba.conf."""

    def __init__(self):
        self.port = free_port()
        super().__init__("postgres.sh", "-c", "listen_addresses=127.0.0.1", "-p", str(self.port))
        self._databases = itertools.count(1)

    def new_database(self) -> "Database":
        name = f"test{next(self._databases)}"
        Database(self, "postgres").run(f"CREATE DATABASE {name}")
        return Database(self, name)


class Database:
    def __init__(self, server: PostgresServer, name: str):
        self.server = server
        self.name = name

    @property
    def url(self) -> str:
        return f"postgresql://chat@/{self.name}?host={self.server.directory}&port={self.server.port}"

    def run(self, sql: str) -> str:
        """What psql prints: a line a row, | between columns."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.url],
            input=sql, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Nobody else writes to it meanwhile."""
        holder = subprocess.Popen(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            holder.stdin.write(f"BEGIN; LOCK TABLE {table} IN SHARE MODE; SELECT 'locked';\n")
            holder.stdin.flush()
            assert holder.stdout.readline() == "locked\n"
            yield
        finally:
            holder.communicate()
