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
from support.postgres import Database, PostgresServer
from support.server import BINARY, ChatServer
from support.servers import USERS, Servers
from support.valkey import ValkeyServer


def pytest_configure(config) -> None:
    if not BINARY.exists():
        raise pytest.UsageError(f"no chatserver at {BINARY}: build it or set CHATSERVER_BINARY")


def pytest_collection_modifyitems(items) -> None:
    """Those that wait longest first: where two files run at a time, the last one runs alone."""
    items.sort(key=lambda item: item.path.parent.name != "valkey")


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


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """One that the tests of a module may stop and kill."""
    server = PostgresServer()
    yield server
    server.end()


@pytest.fixture
def database(postgres) -> Database:
    return postgres.new_database()


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[ValkeyServer]:
    """Likewise; each has a prefix of its own."""
    server = ValkeyServer()
    yield server
    server.end()


@pytest.fixture(scope="session", params=backends.NAMES)
def make_backend(request) -> Callable[[Servers], Backend]:
    """Each store in turn."""

    def new_database() -> Database:
        return request.getfixturevalue("postgres_server").new_database()

    def the_valkey() -> ValkeyServer:
        return request.getfixturevalue("valkey_server")

    return lambda servers: Backend(request.param, servers, new_database, the_valkey)


@pytest.fixture
def backend(make_backend, start_server) -> Backend:
    """Starts servers of this test's own, on each store in turn."""
    return make_backend(start_server)


@pytest.fixture(scope="module")
def any_server(make_backend, module_servers) -> ChatServer:
    """Shared by the tests of a module that do not disturb each other, on each store in turn."""
    return make_backend(module_servers).start()


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
