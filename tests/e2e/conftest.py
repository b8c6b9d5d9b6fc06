"""Fixtures: servers with defaults for everything, and `async def` tests without a plugin."""

import asyncio
import inspect
import shutil
import tempfile
from pathlib import Path
from typing import Callable, Iterator

import pytest

from support import backends, keycloak as keycloaks
from support.backends import Backend
from support.issuer_driver import EmbeddedDriver
from support.postgres import PostgresServer
from support.server import BINARY, ChatServer, copy_data_dir

USERS = ["alice", "bob", "carol", "dave"]


def pytest_configure(config) -> None:
    if not BINARY.exists():
        raise pytest.UsageError(f"no chatserver at {BINARY}: build it or set CHATSERVER_BINARY")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Runs an `async def` test in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    asyncio.run(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture(scope="session")
def accounts_dir() -> Iterator[Path]:
    """A data directory with the accounts of USERS and the admin `admin`; copied, never used."""
    directory = Path(tempfile.mkdtemp(prefix="chatserver-accounts-"))
    server = ChatServer(directory)
    try:
        server.start()
        for name in USERS:
            server.add_user(name)
        server.add_user("admin", admin=True)
        server.stop()
        yield directory
    finally:
        if server.running:
            server.kill()
        shutil.rmtree(directory)


class Servers:
    """Makes servers and ends them all."""

    def __init__(self, accounts_dir: Path):
        self._accounts_dir = accounts_dir
        self._made: list[ChatServer] = []

    def prepare(self, **settings: str) -> ChatServer:
        """One that is not started; `presence__grace="3s"` sets `presence.grace`."""
        directory = Path(tempfile.mkdtemp(prefix="chatserver-test-"))
        copy_data_dir(self._accounts_dir, directory)
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


@pytest.fixture(scope="session")
def embedded(accounts_dir) -> Iterator[ChatServer]:
    """A server whose issuer the suite in oidc/ talks to."""
    servers = Servers(accounts_dir)
    yield servers(server__cors_origins=EmbeddedDriver.web_origin)
    servers.end_all()


@pytest.fixture(scope="module")
def module_servers(accounts_dir) -> Iterator[Servers]:
    servers = Servers(accounts_dir)
    yield servers
    servers.end_all()


@pytest.fixture(scope="module")
def server(module_servers) -> ChatServer:
    """Shared by the tests of a module that do not disturb each other."""
    return module_servers()


@pytest.fixture
def start_server(accounts_dir) -> Iterator[Callable[..., ChatServer]]:
    """Starts servers of this test's own; `.prepare()` makes one without starting it."""
    servers = Servers(accounts_dir)
    yield servers
    servers.end_all()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One for all tests that leave it in peace; each has databases of its own."""
    server = PostgresServer()
    yield server
    server.end()


def _backend(request, servers: Servers) -> Backend:
    def new_database():
        return request.getfixturevalue("postgres_server").new_database()

    return Backend(request.param, servers, new_database, USERS[:3])


@pytest.fixture(params=backends.NAMES)
def backend(request, start_server) -> Backend:
    """Starts servers of this test's own, on each store in turn."""
    return _backend(request, start_server)


@pytest.fixture(scope="module", params=backends.NAMES)
def any_server(request, module_servers) -> ChatServer:
    """Shared by the tests of a module that do not disturb each other, on each store in turn."""
    return _backend(request, module_servers).start()


@pytest.fixture(scope="session")
def keycloak() -> Iterator[keycloaks.Keycloak]:
    """One for the whole run; every test makes people of its own."""
    with keycloaks.running() as one:
        yield one


@pytest.fixture
def keycloak_server(start_server, keycloak) -> ChatServer:
    """A server whose only settings are Keycloak's, and which has its keys."""
    return keycloaks.await_keys(start_server(**keycloak.settings()))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows the end of its servers' logs."""
    outcome = yield
    report = outcome.get_result()
    if report.when != "call" or not report.failed:
        return
    for value in item.funcargs.values():
        made = value._made if isinstance(value, Servers) else [value] if isinstance(value, ChatServer) else []
        for index, server in enumerate(made):
            report.sections.append((f"log of server {index + 1}", "\n".join(server.log_lines[-40:])))
