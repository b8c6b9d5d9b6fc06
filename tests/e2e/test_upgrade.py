"""Who is let in by /ws, and how everybody else is told: the refusals of protocol.md."""

import asyncio
import signal
from datetime import timedelta

import pytest

from support import database, http, token as tokens
from support.client import Refused, open_client, open_socket, refusal, session
from support.deadline import SECONDS, eventually, eventually_async
from support.forge import Forge, issuer_key
from support.raw import RawClient, upgrade_reply


# --- ways to bring a token ------------------------------------------------------


@pytest.mark.parametrize("via", ["query", "header", "subprotocol"])
async def test_a_token_may_come_in_three_ways(server, via):
    async with session(server, "alice", via=via) as alice:
        assert alice.socket.subprotocol == ("bearer" if via == "subprotocol" else None)
        await alice.said(f"hello by {via}")


async def test_cookies_are_ignored(server):
    refused = await refusal(server, None, extra_headers={"Cookie": f"token={server.token('alice')}"})
    assert refused.status_code == 401


# --- 401: hostile tokens are in test_hostile_tokens.py ------------------------------


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic YWxpY2U6c2VjcmV0", "alice"])
def test_no_token_is_401(server, authorization):
    reply = upgrade_reply(server, "/ws", {"Authorization": authorization})
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


async def test_an_expired_token_is_401(start_server):
    server = start_server(auth__leeway="0s")
    token = server.token("alice", ttl="1s")
    await eventually_async(lambda: upgrade_reply(server, f"/ws?token={token}").status == 401, "the token expires")


async def test_the_leeway_lets_a_token_live_a_little_longer(start_server):
    server = start_server(auth__leeway="10m")
    token = server.token("alice", ttl="1s")
    strict = start_server(auth__leeway="0s")
    judged = strict.token("alice", ttl="1s")
    await eventually_async(lambda: upgrade_reply(strict, f"/ws?token={judged}").status == 401, "as old a token expires")
    await (await open_socket(server, token)).close()


async def test_a_token_of_another_issuer_is_401_even_with_our_key(start_server):
    ours, other = start_server(), start_server()
    token = other.token("alice")
    assert tokens.header(token) == tokens.header(ours.token("alice")), "the fixture gives both servers one key"
    assert (await refusal(ours, token)).status_code == 401


async def test_a_token_of_another_application_is_401(start_server):
    server = start_server(auth__chat_client="DesktopClient")
    assert (await refusal(server, server.token("alice"))).status_code == 401


async def test_a_token_outlives_a_restart(start_server):
    server = start_server()
    token = server.token("alice")
    server.restart()
    await (await open_client(server, "alice", token=token)).leave()


# --- 403 -------------------------------------------------------------------------


IMPERSONATING = ["server", "Server", "SERVER", "\uff33erver", "[unknown]", "[Unknown]", "x" * 65, "a\u202eb", "a\u0007b"]


@pytest.mark.parametrize("name", IMPERSONATING)
def test_a_name_that_passes_for_another_is_403(server, name):
    forge = Forge(server.token("alice"), issuer_key(server.data_dir))
    token = forge.with_claims(preferred_username=name)
    assert upgrade_reply(server, f"/ws?token={token}").status == 403


async def test_a_dashboard_without_the_role_is_403(server):
    assert (await refusal(server, server.token("alice", client="WebClient"))).status_code == 403
    await (await open_socket(server, server.dashboard_token())).close()


async def test_a_banned_user_is_403_and_told_why_and_how_long(start_server):
    server = start_server()
    alice, bob = (tokens.subject(server.token(name)) for name in ("alice", "bob"))
    carol = tokens.subject(server.token("carol"))
    async with session(server, "alice"), session(server, "bob"), session(server, "carol"):
        pass  # they have been seen
    assert server.stop() == 0
    database.ban(server, alice, "spam, \"quoted\" and ünïcode")
    database.ban(server, bob, "cooling down", timedelta(hours=3))
    database.ban(server, carol, "long over", timedelta(hours=-1))
    server.restart()

    reply = upgrade_reply(server, f"/ws?token={server.token('alice')}")
    assert reply.status == 403
    assert 'spam, "quoted" and ünïcode' in reply.problem["detail"]
    reply = upgrade_reply(server, f"/ws?token={server.token('bob')}")
    assert reply.status == 403
    assert "cooling down" in reply.problem["detail"]
    assert "20" in reply.problem["detail"], "when it ends"
    channel = http.get(server, "/channels").json["channels"][0]["id"]
    assert http.get(server, f"/channels/{channel}/messages", server.token("alice")).status == 403
    await (await open_client(server, "carol")).leave()


# --- not a WebSocket handshake ------------------------------------------------------


def test_get_without_upgrade_is_426(server):
    reply = http.get(server, f"/ws?token={server.token('alice')}")
    assert reply.status == 426
    assert reply.headers["Upgrade"].lower() == "websocket"


@pytest.mark.parametrize(
    "changed, statuses",
    [
        ({"Upgrade": None}, {400, 426}),
        ({"Upgrade": "h2c"}, {400, 426}),
        ({"Connection": None}, {400, 426}),
        ({"Connection": "keep-alive"}, {400, 426}),
        ({"Sec-WebSocket-Key": None}, {400}),
        ({"Sec-WebSocket-Key": ""}, {400}),
        ({"Sec-WebSocket-Key": "c2hvcnQ="}, {400}),
        ({"Sec-WebSocket-Key": "not base64 at all!!!!!!!"}, {400}),
        ({"Sec-WebSocket-Version": None}, {400, 426}),
        ({"Sec-WebSocket-Version": "12"}, {426}),
        ({"Sec-WebSocket-Version": "thirteen"}, {400, 426}),
    ],
)
def test_an_incomplete_handshake_is_refused(server, changed, statuses):
    reply = upgrade_reply(server, f"/ws?token={server.token('alice')}", changed)
    assert reply.status in statuses
    if reply.status == 426 and "Sec-WebSocket-Version" in changed:
        assert "13" in reply.headers["Sec-WebSocket-Version"]


def test_another_wrong_version_is_told_the_right_one(server):
    reply = upgrade_reply(server, f"/ws?token={server.token('alice')}", {"Sec-WebSocket-Version": "8"})
    assert reply.status == 426
    assert reply.headers["Sec-WebSocket-Version"] == "13"


def test_upgrade_by_post_is_refused(server):
    reply = upgrade_reply(server, f"/ws?token={server.token('alice')}", method="POST")
    assert reply.status in (400, 405, 426)


def test_other_methods_are_told_which_there_are(server):
    for method, status in [("OPTIONS", 204), ("HEAD", 405), ("DELETE", 405)]:
        reply = http.call(server, method, "/ws", Origin=f"http://localhost:{server.port}")
        assert (reply.status, reply.headers["Allow"]) == (status, "GET, OPTIONS")
        assert reply.headers["Access-Control-Allow-Origin"] == f"http://localhost:{server.port}"
        assert bool(reply.body) == (method == "DELETE")
    head = f"HEAD /ws HTTP/1.1\r\nHost: {server.address}\r\n\r\n".encode()
    with http.RawConnection(server) as connection:
        connection.send(head)
        assert connection.reply("HEAD").status == 405
        assert connection.stream.read() == b""


@pytest.mark.parametrize("case", ["WebSocket", "WEBSOCKET"])
def test_header_values_are_compared_without_case(server, case):
    request = {"Upgrade": case, "Connection": "keep-alive, upgrade"}
    assert upgrade_reply(server, f"/ws?token={server.token('alice')}", request).status == 101


@pytest.mark.parametrize("query", ["since=x", "since=-1", "since=1.5", "since=", "since=99999999999999999999", "private_since=x"])
def test_a_malformed_since_is_400(server, query):
    assert upgrade_reply(server, f"/ws?token={server.token('alice')}&{query}").status == 400


# --- too many -----------------------------------------------------------------------


async def test_connections_of_a_user_are_limited(start_server):
    server = start_server(limits__connections_per_user="2")
    async with session(server, "bob"), session(server, "alice") as first:
        async with session(server, "alice"):
            refused = await refusal(server, server.token("alice"))
            assert refused.status_code == 429
            assert int(refused.headers["Retry-After"]) >= 1
        # One has left: there is room again, as soon as the server knows.
        async with asyncio.timeout(SECONDS):
            while (second := await open_if_allowed(server, "alice")) is None:
                pass
        await second.leave()
        await first.said("still here")


async def open_if_allowed(server, name):
    """A session, or None when that would be one too many."""
    try:
        return await open_client(server, name)
    except Refused as refused:
        assert refused.status_code == 429
        return None


async def test_connections_of_an_address_are_limited(start_server):
    server = start_server(limits__connections_per_address="2")
    async with session(server, "alice"), session(server, "bob"):
        reply = upgrade_reply(server, f"/ws?token={server.token('carol')}")
        assert reply is None or reply.status == 429
        if reply is not None:
            assert int(reply.headers["Retry-After"]) >= 1


async def test_connects_too_fast_are_429(start_server):
    server = start_server(limits__connects_per_second="3")
    token = server.token("alice")
    replies = [upgrade_reply(server, f"/ws?token={token}") for _ in range(30)]
    assert {reply.status for reply in replies} == {101, 429}
    assert all(int(reply.headers["Retry-After"]) >= 1 for reply in replies if reply.status == 429)


# --- draining -------------------------------------------------------------------------


def test_draining_is_503_to_the_end(start_server):
    server = start_server()
    token = server.token("alice")
    with RawClient(server, token) as holding:  # never answers the close, so that draining takes its time
        holding.read_welcome()
        server.signal(signal.SIGTERM)
        eventually(lambda: http.get(server, "/readyz").status == 503, "the server drains")
        reply = upgrade_reply(server, f"/ws?token={token}")
        assert reply.status == 503
        assert int(reply.headers["Retry-After"]) >= 1
        assert http.get(server, "/healthz").status == 200
    assert server.wait() == 0
