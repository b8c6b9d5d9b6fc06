"""What administrators do: the same tests over every store."""

from typing import Callable, Iterator

import pytest

from support.admin import Api, admin
from support.postgres import PostgresServer
from support.server import ChatServer
from support.servers import USERS, Servers


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Nobody stops it: who wants to starts another."""
    server = PostgresServer()
    yield server
    server.end()


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def new_store(request) -> Callable[[], dict[str, str]]:
    """Gives the settings of a store with nothing in it."""
    if request.param == "sqlite":
        return dict
    server = request.getfixturevalue("postgres")
    return lambda: {"store__backend": "postgres", "store__url": server.new_database().url}


def start(servers: Servers, store: dict[str, str], **settings: str) -> ChatServer:
    """With the accounts of USERS and `admin`, wherever accounts are."""
    server = servers(**store, **settings)
    if store:
        for name in USERS:
            server.add_user(name)
        server.add_user("admin", admin=True)
    return server


@pytest.fixture(scope="module")
def server(module_servers, new_store) -> ChatServer:
    return start(module_servers, new_store())


@pytest.fixture
def make_server(start_server, new_store) -> Callable[..., ChatServer]:
    """Starts servers of this test's own, each on a store of its own."""
    return lambda **settings: start(start_server, new_store(), **settings)


@pytest.fixture
def api(server) -> Api:
    """The shared server, as its admin."""
    return admin(server)
