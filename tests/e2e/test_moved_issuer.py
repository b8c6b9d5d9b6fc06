"""An installation whose users come from one issuer, and then from another."""

from typing import Iterator

import pytest

from support import database, http
from support.outside_issuer import OutsideIssuer
from support.server import ChatServer, StartFailure


@pytest.fixture
def issuer() -> Iterator[OutsideIssuer]:
    with OutsideIssuer() as one:
        yield one


def refused(server: ChatServer, **settings: str) -> str:
    """What the server says when it does not start with these settings, which changes nothing."""
    before = database.query(server, "SELECT * FROM server_instances")
    with pytest.raises(StartFailure) as failure:
        server.restart(**settings)
    assert failure.value.exit_code == 3
    assert database.query(server, "SELECT * FROM server_instances") == before
    return failure.value.log


def test_users_of_one_issuer_are_not_those_of_another_until_that_is_said(start_server, issuer):
    server = start_server()
    outside = {"auth__mode": "oidc", "auth__issuer": issuer.url}
    said = refused(server, **outside)
    assert "auth.issuer_alias=embedded" in said and issuer.url in said
    assert "auth.issuer_alias=embedded" in refused(server, **outside, auth__issuer_alias="https://another.example")

    server.restart(**outside, auth__issuer_alias="embedded")
    assert http.get(server, "/healthz").status == 200
    server.restart(auth__issuer_alias="")
    assert f"auth.issuer_alias={issuer.url}" in refused(server, auth__mode="embedded", auth__issuer="")
    assert f"auth.issuer_alias={issuer.url}" in refused(server, auth__mode="oidc", auth__issuer=issuer.url + "/")


def test_the_embedded_issuer_is_the_same_wherever_it_is(start_server):
    server = start_server(server__public_url="http://localhost:1")
    server.restart(server__public_url="https://chat.example.org")
    assert http.get(server, "/healthz").status == 200
