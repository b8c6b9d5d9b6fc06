"""How long a session lives: until its token ends, unless it is renewed."""

from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from support import database, token as tokens
from support.client import session
from support.forge import jwk, new_rsa_key, sign
from support.keycloak import await_keys
from support.outside_issuer import OutsideIssuer


@pytest.mark.parametrize("via", ["header", "subprotocol"])
async def test_a_session_ends_with_its_token(start_server, via):
    server = start_server(auth__leeway="0s")
    token = server.token("alice", ttl="5s")
    async with session(server, "alice", token=token, via=via) as alice:
        code, _ = await alice.closed()
        assert code == 4001


async def test_a_renewed_session_lives_on(start_server):
    server = start_server(auth__leeway="0s")
    longer = server.token("alice")
    async with (
        session(server, "bob", token=server.token("bob", ttl="8s"), via="header") as bob,
        session(server, "alice", token=server.token("alice", ttl="5s"), via="header") as alice,
    ):
        await alice.send("authenticate", token=longer)
        assert (await bob.closed())[0] == 4001  # his ended after alice's would have
        await alice.said("still here")


async def test_a_renewal_for_a_shorter_time_ends_then(start_server):
    server = start_server(auth__leeway="0s")
    async with session(server, "alice", via="header") as alice:
        await alice.send("authenticate", token=server.token("alice", ttl="5s"))
        assert (await alice.closed())[0] == 4001


async def test_a_foreign_token_does_not_renew(start_server):
    server = start_server(auth__leeway="0s")
    good = server.token("admin")
    others = {
        "another user's": server.token("bob"),
        "another application's": server.dashboard_token("admin"),
        "broken": tokens.with_broken_signature(good),
        "unsigned": tokens.unsigned(good),
        "empty": "",
    }
    for what, token in others.items():
        async with session(server, "admin", via="header") as admin:
            await admin.send("authenticate", token=token)
            await refused_renewal(admin, what)


async def refused_renewal(client, what: str) -> None:
    """An error, or the end of the session: never silence, and never the new identity."""
    try:
        frame = await client.next()
    except ConnectionClosed:
        assert client.socket.close_code == 4001, what
        return
    assert frame["type"] == "error", (what, frame)
    await client.said("as before")
    assert client.frames[-1]["sender"] == client.name, what


async def test_a_session_by_url_outlives_its_token(start_server):
    server = start_server(auth__leeway="0s")
    async with (
        session(server, "alice", token=server.token("alice", ttl="5s")) as alice,
        session(server, "bob", token=server.token("bob", ttl="5s"), via="header") as bob,
    ):
        assert (await bob.closed())[0] == 4001  # by then alice's token is over too
        await alice.said("still here")


async def test_a_session_by_url_ends_after_legacy_session_max(start_server):
    server = start_server(auth__legacy_session_max="2s")
    async with session(server, "alice") as alice, session(server, "bob", via="header") as bob:
        assert (await alice.closed())[0] == 4001
        await bob.said("a token in a header counts by itself")


# --- with an outside issuer, whose keys may not be known yet ----------------------------


def outside_token(issuer: OutsideIssuer, key, kid: str) -> str:
    return sign(key, {"alg": "RS256", "kid": kid}, issuer.claims())


@pytest.fixture
def outside(start_server) -> Any:
    """The issuer, its key, and a server that trusts it."""
    key = new_rsa_key()
    with OutsideIssuer([jwk(key, kid="first", use="sig")]) as issuer:
        server = start_server.prepare(auth__mode="oidc", auth__issuer=issuer.url)
        database.set_rate_limit(server, 2, 60)
        yield issuer, key, await_keys(server.start())


async def test_a_token_of_a_key_that_is_new_renews_at_once(outside):
    issuer, key, server = outside
    new_key = new_rsa_key()
    async with session(server, "ada", token=outside_token(issuer, key, "first"), via="header") as ada:
        issuer.keys.append(jwk(new_key, kid="second", use="sig"))
        await ada.send("authenticate", token=outside_token(issuer, new_key, "second"))
        await ada.said("not refused")
        assert [frame for frame in ada.frames if frame["type"] == "error"] == []


async def test_a_token_of_a_key_that_nobody_has_is_refused_and_counted(outside):
    """20 refusals are 10 × the rate limit: the next is flooding."""
    issuer, key, server = outside
    async with session(server, "ada", token=outside_token(issuer, key, "first"), via="header") as ada:
        stranger = outside_token(issuer, new_rsa_key(), "of nobody")
        for _ in range(20):
            await ada.send("authenticate", token=stranger)
            await ada.error("bad_token")
        await ada.send("authenticate", token=stranger)
        assert (await ada.closed())[0] == 4029
