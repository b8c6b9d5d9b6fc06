"""Valkey servers of a test's own, and chat servers that share one."""

from typing import Callable, Iterator

import pytest

from support.nodes import on
from support.server import ChatServer
from support.valkey import ValkeyServer

USERS = ["alice", "bob"]


@pytest.fixture(params=["valkey", "redis"])
def valkey(request) -> Iterator[ValkeyServer]:
    server = ValkeyServer(request.param)
    yield server
    server.end()


@pytest.fixture
def only_valkey() -> Iterator[Callable[..., ValkeyServer]]:
    """Starts Valkey servers with options."""
    made = []

    def start(**options: str) -> ValkeyServer:
        made.append(ValkeyServer(**options))
        return made[-1]

    yield start
    for server in made:
        server.end()


@pytest.fixture
def node(start_server, database, valkey) -> Callable[..., ChatServer]:
    """Starts servers that share the database and the Valkey of the test."""

    def start(**settings: str) -> ChatServer:
        server = start_server(**on(database, valkey, **settings))
        if server.command("user", "list").stdout.count("alice") == 0:
            for name in USERS:
                server.add_user(name)
        return server

    return start
