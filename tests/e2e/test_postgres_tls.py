"""PostgreSQL over TLS, by libpq's options: whose certificate counts, and what is said of every other."""

from pathlib import Path
from typing import Callable

import pytest

from support.authority import Authority
from support.client import session
from support.postgres import Database, PostgresServer
from support.servers import refused


@pytest.fixture(scope="module")
def authority(postgres: PostgresServer) -> Authority:
    """Its files are where the server, another user, may read them."""
    return Authority(Path(postgres.directory) / "data")


@pytest.fixture
def certified(postgres, authority) -> Callable[[str], None]:
    """Lets the server show a certificate for a name."""

    def show(name: str) -> None:
        issued = authority.issue(name)
        system = Database(postgres, "postgres")
        for setting, value in (("ssl_cert_file", issued.certificate), ("ssl_key_file", issued.key), ("ssl", "on")):
            system.run(f"ALTER SYSTEM SET {setting} = '{value}'")
        postgres.command("stop")
        postgres.command("start")

    return show


def over_tls(database: Database, host: str, authority: Path) -> dict[str, str]:
    url = f"postgresql://chat@{host}:{database.server.port}/{database.name}?sslmode=verify-full&sslrootcert={authority}"
    return {"store__backend": "postgres", "store__url": url}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_certificate_of_the_right_name_and_authority_is_taken(
    start_server, database, authority, certified, host
):
    certified(host)
    server = start_server(**over_tls(database, host, authority.file))
    server.add_user("alice")
    async with session(server, "alice") as alice:
        await alice.said("hello")
    encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'chat%'"
    assert database.run(encrypted) == "t"


@pytest.mark.parametrize("named,host", [("db.example.org", "localhost"), ("localhost", "127.0.0.1")])
def test_a_certificate_for_another_name_is_refused(start_server, database, authority, certified, named, host):
    certified(named)
    log = refused(start_server, **over_tls(database, host, authority.file)).log
    assert f'server certificate for \\"{named}\\"' in log and host in log, log


def test_a_certificate_of_another_authority_is_refused(start_server, database, certified, tmp_path):
    certified("localhost")
    another = Authority(tmp_path, "another").file
    assert "certificate verify failed" in refused(start_server, **over_tls(database, "localhost", another)).log


def test_authorities_that_are_not_there_are_named(start_server, database, tmp_path):
    missing = tmp_path / "missing.pem"
    assert str(missing) in refused(start_server, **over_tls(database, "localhost", missing)).log
