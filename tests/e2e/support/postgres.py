"""A PostgreSQL server of a test run, by tests/support/postgres.sh."""

import itertools
import socket
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "support" / "postgres.sh"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PostgresServer:
    """Its superuser is `chat`; nobody needs a password until a test writes another pg_hba.conf."""

    def __init__(self):
        self.port = free_port()
        self._process = subprocess.Popen(
            [str(SCRIPT), "-c", "listen_addresses=127.0.0.1", "-p", str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.directory = self._process.stdout.readline().strip()
        assert self.directory, "no PostgreSQL server: see above"
        self._databases = itertools.count(1)

    def command(self, line: str) -> None:
        """start, stop, kill, freeze, thaw: done when it returns."""
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "ok\n", line

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait()

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
