"""The stores that a server may stand on, for tests that hold on each."""

from typing import Callable, Optional

from . import database as sqlite
from .postgres import Database
from .server import ChatServer

NAMES = ["sqlite", "postgres"]


class Backend:
    """Starts servers with the accounts of `users` and the admin `admin`; each on a database of its own."""

    def __init__(self, name: str, start_server: Callable[..., ChatServer], new_database, users: list[str]):
        self.name = name
        self._start_server = start_server
        self._new_database = new_database
        self._users = users
        self._database: Optional[Database] = None

    def start(self, **settings: str) -> ChatServer:
        if self.name == "sqlite":
            return self._start_server(**settings)
        database: Database = self._new_database()
        self._database = database
        server = self._start_server(store__backend="postgres", store__url=database.url, store__timeout="2s", **settings)
        for user in self._users:
            server.add_user(user)
        server.add_user("admin", admin=True)
        return server

    def number(self, server: ChatServer, what: str, table: str) -> int:
        """What is selected from a table of the server that was started last."""
        if self._database is not None:
            return int(self._database.run(f"SELECT {what} FROM chatserver.{table}"))
        return sqlite.query(server, f"SELECT {what} FROM {table}")[0][0]

    def count(self, server: ChatServer, table: str) -> int:
        """The rows of a table, likewise."""
        return self.number(server, "count(*)", table)
