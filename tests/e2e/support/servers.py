"""Makes servers for tests, and ends them."""

import shutil
import tempfile
from pathlib import Path
from typing import Callable

import pytest

from .server import ChatServer, StartFailure, copy_data_dir

# Who has an account, beside the admin `admin`.
USERS = ["alice", "bob", "carol", "dave"]


class Servers:
    """Makes servers and ends them all."""

    def __init__(self, accounts_dir: Path):
        self._accounts_dir = accounts_dir
        self._made: list[ChatServer] = []

    def prepare(self, **settings: str) -> ChatServer:
        """One that is not started; `presence__grace="3s"` sets `presence.grace`."""
        if settings.get("auth__mode") == "oidc":
            # The accounts that are copied are the embedded issuer's (see docs/decisions/0057).
            settings.setdefault("auth__issuer_alias", "embedded")
        server = self.prepare_empty(**settings)
        copy_data_dir(self._accounts_dir, server.data_dir)
        return server

    def prepare_empty(self, **settings: str) -> ChatServer:
        """The same with nothing in its data directory: no accounts, no keys."""
        directory = Path(tempfile.mkdtemp(prefix="chatserver-test-"))
        server = ChatServer(directory, {key.replace("__", "."): value for key, value in settings.items()})
        self._made.append(server)
        return server

    def __call__(self, **settings: str) -> ChatServer:
        return self.prepare(**settings).start()

    def end_all(self) -> None:
        for server in self._made:
            if server.running:
                server.kill()
            shutil.rmtree(server.data_dir, ignore_errors=True)


def refused(start_server: Callable[..., ChatServer], exit_code: int = 3, **settings: str) -> StartFailure:
    """What a server says that must not start."""
    with pytest.raises(StartFailure) as failure:
        start_server(**settings)
    assert failure.value.exit_code == exit_code, failure.value.log
    return failure.value
