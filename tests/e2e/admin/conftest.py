"""What administrators do: the same tests over every store."""

from typing import Callable

import pytest

from support.admin import Api, admin
from support.server import ChatServer


@pytest.fixture(scope="module")
def server(any_server) -> ChatServer:
    return any_server


@pytest.fixture
def make_server(backend) -> Callable[..., ChatServer]:
    """Starts servers of this test's own, each on a store of its own."""
    return backend.start


@pytest.fixture
def api(server) -> Api:
    """The shared server, as its admin."""
    return admin(server)
