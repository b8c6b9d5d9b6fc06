"""No hostile token is let in, wherever in a request it stands, and none is logged."""

import asyncio
from typing import Callable, Iterator
from urllib.parse import quote

import pytest

from support import http
from support.client import session
from support.forge import Forge, encode, issuer_key, jwk, new_ec_key, new_rsa_key, sign
from support.hostile import TOKENS
from support.http import Reply, exchange
from support.keycloak import await_keys
from support.outside_issuer import OutsideIssuer
from support.raw import upgrade_reply, upgrade_request

CHANNEL_MESSAGES = "/channels/1/messages"  # a route that takes any good token


def by_query(server, token: str) -> Reply:
    return upgrade_reply(server, f"/ws?token={quote(token, safe='')}")


def by_header(server, token: str) -> Reply:
    return upgrade_reply(server, "/ws", {"Authorization": f"Bearer {token}"})


def by_subprotocol(server, token: str) -> Reply:
    return upgrade_reply(server, "/ws", {"Sec-WebSocket-Protocol": f"bearer, {token}"})


def by_http_route(server, token: str) -> Reply:
    request = f"GET {CHANNEL_MESSAGES} HTTP/1.1\r\nHost: {server.address}\r\nAuthorization: Bearer {token}\r\n\r\n"
    return exchange(server, request.encode())


PLACES: dict[str, Callable] = {
    "query": by_query,
    "header": by_header,
    "subprotocol": by_subprotocol,
    "HTTP route": by_http_route,
}


def statuses(token: str) -> set[int]:
    """401; where HTTP itself stands in the way, what it says."""
    if len(token) > 8 * 1024:
        return {401, 431}
    return {401} if token.isprintable() and not set(token) & set(' ,"') else {400, 401}


@pytest.fixture(scope="module")
def forge(server) -> Forge:
    return Forge(server.token("alice"), issuer_key(server.data_dir))


@pytest.mark.parametrize("place", PLACES)
def test_what_the_forge_signs_is_good_as_long_as_nothing_is_changed(server, forge, place):
    assert PLACES[place](server, forge.with_claims()).status == (200 if place == "HTTP route" else 101)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", TOKENS)
def test_a_hostile_token_is_refused_in_each_place(server, forge, name, place):
    token = TOKENS[name](forge)
    reply = PLACES[place](server, token)
    assert reply is not None, "closed without an answer"
    assert reply.status in statuses(token)
    if reply.status == 401:
        assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]
    said = reply.body + str(reply.headers).encode()
    assert not any(part.encode() in said for part in token.split(".") if len(part) > 8), "a token in a reply"


@pytest.mark.parametrize("name", TOKENS)
async def test_a_hostile_token_renews_no_session(server, forge, name):
    token = TOKENS[name](forge)
    async with session(server, "alice", via="header") as alice:
        await alice.send("authenticate", token=token)
        if len(token) > 8 * 1024:
            assert (await alice.closed())[0] == 1009  # limits.frame_bytes
        else:
            error = await alice.expect("error")
            assert error["code"] == "bad_token"
            assert not any(part in str(error) for part in token.split(".") if len(part) > 8), "a token in a reply"


async def test_no_hostile_token_is_logged(start_server):
    server = start_server(log__level="debug")
    forge = Forge(server.token("alice"), issuer_key(server.data_dir))
    made = [make(forge) for make in TOKENS.values()]
    for token in made:
        for attempt in PLACES.values():
            attempt(server, token)
    assert await asyncio.to_thread(server.stop) == 0

    said = server.log + "\n".join(server.printed)
    assert server.events("ready"), "the log was read"
    for token in made:
        for part in [token, *token.split("."), *(quote(part) for part in token.split("."))]:
            assert len(part) <= 8 or part not in said, "a part of a token in the log"


# --- two tokens -----------------------------------------------------------------


def two_tokens(server, one: str, other: str) -> dict[str, bytes]:
    """Requests with two tokens, of which each is good."""
    bearer = f"Bearer {one}"
    route = f"GET {CHANNEL_MESSAGES} HTTP/1.1\r\nHost: {server.address}\r\nAuthorization: {bearer}\r\n"
    return {
        "query and header": upgrade_request(server, f"/ws?token={other}", {"Authorization": bearer}),
        "query and subprotocol": upgrade_request(
            server, f"/ws?token={one}", {"Sec-WebSocket-Protocol": f"bearer, {other}"}
        ),
        "header and subprotocol": upgrade_request(
            server, "/ws", {"Authorization": bearer, "Sec-WebSocket-Protocol": f"bearer, {other}"}
        ),
        "query twice": upgrade_request(server, f"/ws?token={one}&token={other}"),
        "query twice, once escaped": upgrade_request(server, f"/ws?token={one}&%74oken={other}"),
        "header twice": upgrade_request(server, "/ws", {"Authorization": bearer, "authorization": f"Bearer {other}"}),
        "header with a list": upgrade_request(server, "/ws", {"Authorization": f"{bearer}, Bearer {other}"}),
        "subprotocol with a third value": upgrade_request(
            server, "/ws", {"Sec-WebSocket-Protocol": f"bearer, {one}, {other}"}
        ),
        "subprotocol twice": upgrade_request(
            server, "/ws", {"Sec-WebSocket-Protocol": f"bearer, {one}", "sec-websocket-protocol": f"bearer, {other}"}
        ),
        "HTTP route, header twice": f"{route}authorization: Bearer {other}\r\n\r\n".encode(),
        "HTTP route, header with a list": f"{route[:-2]}, Bearer {other}\r\n\r\n".encode(),
    }


TWO_TOKENS = [
    "query and header",
    "query and subprotocol",
    "header and subprotocol",
    "query twice",
    "query twice, once escaped",
    "header twice",
    "header with a list",
    "subprotocol with a third value",
    "subprotocol twice",
    "HTTP route, header twice",
    "HTTP route, header with a list",
]


@pytest.mark.parametrize("way", TWO_TOKENS)
@pytest.mark.parametrize("second", ["of another user", "the same"])
def test_two_good_tokens_in_one_request_are_refused(server, way, second):
    one = server.token("alice")
    other = server.token("bob") if second == "of another user" else one
    assert exchange(server, two_tokens(server, one, other)[way]).status in (400, 401)


# --- keys --------------------------------------------------------------------------

SECRET = b"0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def outside() -> Iterator[tuple[OutsideIssuer, dict]]:
    """An issuer that lists keys for more than signing, and its keys by name."""
    keys = {"signing": new_rsa_key(), "odd": new_rsa_key(), "small": new_rsa_key(1024), "curve": new_ec_key()}
    listed = [
        jwk(keys["signing"], kid="signing", use="sig"),
        jwk(keys["odd"], kid="encryption", use="enc"),
        jwk(keys["odd"], kid="oaep", alg="RSA-OAEP"),
        jwk(keys["odd"], kid="only-rs512", alg="RS512"),
        jwk(keys["odd"], kid="signs-only", key_ops=["sign"]),
        jwk(keys["small"], kid="small"),
        jwk(keys["curve"], kid="curve"),
        {"kty": "oct", "kid": "symmetric", "k": encode(SECRET), "alg": "HS256"},
    ]
    with OutsideIssuer(listed) as issuer:
        yield issuer, keys


@pytest.fixture(scope="module")
def outside_server(module_servers, outside):
    issuer, _ = outside
    return await_keys(module_servers(auth__mode="oidc", auth__issuer=issuer.url))


# Key, its id, the header's algorithm; and whether a token so signed is good.
OUTSIDE_KEYS = [
    ("signing", "signing", "RS256", True),
    ("curve", "curve", "ES256", True),
    ("odd", "only-rs512", "RS512", True),
    ("odd", "encryption", "RS256", False),
    ("odd", "oaep", "RS256", False),
    ("odd", "only-rs512", "RS256", False),
    ("odd", "signs-only", "RS256", False),
    ("odd", "signing", "RS256", False),
    ("small", "small", "RS256", False),
    ("curve", "signing", "ES256", False),
    ("signing", "curve", "RS256", False),
    ("signing", "symmetric", "RS256", False),
]


@pytest.mark.parametrize("key, kid, algorithm, good", OUTSIDE_KEYS)
def test_only_a_key_for_signing_counts_and_only_for_its_algorithm(
    outside_server, outside, key, kid, algorithm, good
):
    issuer, keys = outside
    token = sign(keys[key], {"alg": algorithm, "kid": kid}, issuer.claims(), algorithm)
    for attempt in (by_query, by_header, by_subprotocol):
        assert attempt(outside_server, token).status == (101 if good else 401)
    assert by_http_route(outside_server, token).status == (200 if good else 401)


@pytest.mark.parametrize("kid", ["symmetric", "signing", None])
def test_a_symmetric_key_that_the_set_holds_signs_nothing(outside_server, outside, kid):
    issuer, keys = outside
    forge = Forge(sign(keys["signing"], {"alg": "RS256", "kid": "signing"}, issuer.claims()), keys["signing"])
    token = forge.symmetric(SECRET, **({"kid": kid} if kid else {}))
    for attempt in PLACES.values():
        assert attempt(outside_server, token).status == 401


@pytest.mark.parametrize("member", ["jku", "x5u"])
@pytest.mark.parametrize("own_kid", [True, False])
def test_nobody_is_asked_for_a_key_that_a_token_names(server, forge, member, own_kid):
    with OutsideIssuer([jwk(forge.other_key, kid="stranger")]) as stranger:
        kid = forge.header["kid"] if own_kid else "stranger"
        token = forge.by_stranger(**{member: stranger.url + "/keys", "kid": kid})
        for attempt in PLACES.values():
            assert attempt(server, token).status == 401
        assert stranger.asked == []
        http.request(("127.0.0.1", int(stranger.url.split(":")[2].split("/")[0])), "GET", "/here")
        assert stranger.asked == ["/here"], "it would have been noticed"
