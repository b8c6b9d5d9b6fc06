"""The stores that a server may stand on, for tests that hold on each."""

from typing import Callable, Optional

from . import database as sqlite
from .deadline import eventually_async
from .postgres import Database
from .server import ChatServer
from .servers import USERS, Servers
from .valkey import ValkeyServer

NAMES = ["sqlite", "postgres", "valkey"]  # the last one: PostgreSQL with Valkey


def shared(database: Database, valkey: ValkeyServer) -> dict[str, str]:
    """Settings of servers that share a database and a Valkey."""
    return {
        "store__backend": "postgres",
        "store__url": database.url,
        "cache__backend": "valkey",
        "cache__url": valkey.url,
        "cache__prefix": database.name,
    }


class Backend:
    """Starts servers with the accounts of USERS and the admin `admin`; each on a database of its own."""

    def __init__(
        self,
        name: str,
        servers: Servers,
        new_database: Callable[[], Database],
        the_valkey: Callable[[], ValkeyServer],
    ):
        self.name = name
        self._servers = servers
        self._new_database = new_database
        self._the_valkey = the_valkey
        self._database: Optional[Database] = None

    def start(self, **settings: str) -> ChatServer:
        if self.name == "sqlite":
            return self._servers(**settings)
        self._database = self._new_database()
        if self.name == "valkey":
            shared = {"cache__backend": "valkey", "cache__url": self._the_valkey().url}
            settings = {**shared, "cache__prefix": self._database.name, **settings}
        server = self._servers(store__backend="postgres", store__url=self._database.url, **settings)
        for user in USERS:
            server.add_user(user)
        server.add_user("admin", admin=True)
        return server

    def let_silence_pass(self) -> None:
        """As if nothing had been heard of any server for two minutes; for those that share a database."""
        if self._database is not None:
            self._database.run("UPDATE chatserver.node_pulses SET heard_at = heard_at - interval '2 minutes'")

    def number(self, server: ChatServer, what: str, table: str) -> int:
        """What is selected from a table of the server that was started last."""
        if self._database is not None:
            return int(self._database.run(f"SELECT {what} FROM chatserver.{table}"))
        return sqlite.query(server, f"SELECT {what} FROM {table}")[0][0]

    def execute(self, server: ChatServer, sql: str) -> None:
        """Changes the database of the server that was started last, `{schema}` before its tables, while it is stopped."""
        if self._database is not None:
            self._database.run(sql.format(schema="chatserver."))
        else:
            sqlite.execute(server, sql.format(schema=""))

    def count(self, server: ChatServer, table: str) -> int:
        """The rows of a table, likewise."""
        return self.number(server, "count(*)", table)


async def once_stored(server: ChatServer, probe: Callable[[], bool], what: str) -> None:
    """What holds as soon as messages are in the database: before they are shown, and with Valkey a moment later."""
    if server.settings.get("cache.backend") == "valkey":
        await eventually_async(probe, what)
    assert probe(), what
