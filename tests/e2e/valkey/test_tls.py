"""Valkey over TLS: whose certificate counts, and what is said of every other."""

from typing import Callable

import pytest

from support.authority import Authority, Certificate
from support.client import session
from support.nodes import on
from support.ports import free_port
from support.servers import refused
from support.valkey import ValkeyServer


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def tls_valkey(only_valkey) -> Callable[[Certificate], tuple[ValkeyServer, int]]:
    """Starts one that speaks TLS on a port."""

    def start(shown: Certificate) -> tuple[ValkeyServer, int]:
        port = free_port()
        server = only_valkey(
            tls_port=str(port), tls_auth_clients="no",
            tls_cert_file=str(shown.certificate), tls_key_file=str(shown.key), tls_ca_cert_file=str(shown.certificate),
        )  # fmt: skip
        return server, port

    return start


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_certificate_of_the_right_name_and_authority_is_taken(
    start_server, database, authority, tls_valkey, host
):
    valkey, port = tls_valkey(authority.issue(host))
    server = start_server(**on(database, valkey, cache__url=f"valkeys://{host}:{port}?ca={authority.file}"))
    server.add_user("alice")
    async with session(server, "alice") as alice:
        await alice.said("hello")


@pytest.mark.parametrize(
    "named,host",
    [
        ("cache.example.org", "localhost"),
        ("cache.example.org", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        ("127.0.0.1", "localhost"),
    ],
)
def test_a_certificate_for_another_name_is_refused(start_server, database, authority, tls_valkey, named, host):
    valkey, port = tls_valkey(authority.issue(named))
    url = f"valkeys://{host}:{port}?ca={authority.file}"
    log = refused(start_server, **on(database, valkey, cache__url=url)).log
    assert "mismatch" in log
    assert f"a certificate for {host}" in log


@pytest.mark.parametrize("trusted", ["another", "the system's"])
def test_a_certificate_of_another_authority_is_refused(
    start_server, database, authority, tls_valkey, tmp_path, trusted
):
    valkey, port = tls_valkey(authority.issue("localhost"))
    ca = f"?ca={Authority(tmp_path, 'another').file}" if trusted == "another" else ""
    log = refused(start_server, **on(database, valkey, cache__url=f"valkeys://localhost:{port}{ca}")).log
    assert "unable to get local issuer certificate" in log
    assert "?ca=FILE" in log


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_authorities_that_cannot_be_read_are_named(start_server, database, authority, tls_valkey, tmp_path, content):
    valkey, port = tls_valkey(authority.issue("localhost"))
    ca = tmp_path / "missing.pem"
    if content is not None:
        ca.write_text(content)
    log = refused(start_server, **on(database, valkey, cache__url=f"valkeys://localhost:{port}?ca={ca}")).log
    assert str(ca) in log


def test_tls_is_neither_guessed_nor_given_up(start_server, database, authority, tls_valkey, only_valkey):
    valkey, port = tls_valkey(authority.issue("localhost"))
    assert "valkeys://" in refused(start_server, **on(database, valkey, cache__url=f"valkey://localhost:{port}")).log
    port = free_port()
    plain = only_valkey(port=str(port))
    url = f"valkeys://localhost:{port}?ca={authority.file}"
    assert "TLS handshake" in refused(start_server, **on(database, plain, cache__url=url)).log
