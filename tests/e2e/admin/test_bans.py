"""Banning and pardoning over HTTP: live sessions end at once, and the door stays shut."""

import pytest

from support import http
from support.admin import Api
from support.client import refusal, session


def ban(server, body, token=None, content_type="application/json") -> http.Reply:
    return Api(server, token or server.dashboard_token()).post("/users/ban", body, Content_Type=content_type)


def pardon(server, query: str, token=None) -> http.Reply:
    return Api(server, token or server.dashboard_token()).delete(f"/users/ban{query}")


async def test_every_session_of_the_banned_is_closed_with_the_reason(make_server):
    server = make_server()
    async with (
        session(server, "alice") as alice,
        session(server, "bob") as bob,
        session(server, "bob") as bob_too,
        session(server, "admin", dashboard=True) as dashboard,
    ):
        reply = ban(server, {"banished_id": bob.id, "reason": "spam ünd more", "duration": 3})
        assert reply.status == 200
        assert reply.json == {
            "message": "User banned successfully",
            "banished": bob.id,
            "reason": "spam ünd more",
            "duration": "3 hours",
        }
        assert await bob.closed() == (4003, "spam ünd more")
        assert await bob_too.closed() == (4003, "spam ünd more")
        for other in (alice, dashboard):
            assert (await other.until("user_status", id=bob.id, status=False))["username"] == "bob"
        await alice.said("we go on")
    refused = await refusal(server, server.token("bob"))
    assert refused.status_code == 403
    assert http.get(server, "/messages/private", token=server.token("bob")).status == 403


async def test_a_pardon_lets_in_again_and_a_restart_keeps_both(make_server):
    server = make_server()
    async with session(server, "bob") as bob:
        assert ban(server, {"banished_id": bob.id, "reason": None, "duration": None}).json["duration"] == "Permanent"
        assert (await bob.closed())[0] == 4003
    server.restart()
    assert (await refusal(server, server.token("bob"))).status_code == 403
    reply = pardon(server, "?ban_id=1")
    assert (reply.status, reply.json) == (200, {"message": "User pardoned successfully", "ban_id": "1"})
    async with session(server, "bob"):
        pass
    server.restart()
    async with session(server, "bob"):
        pass


def test_only_the_dashboard_of_an_admin_may_ban(server):
    body = {"banished_id": "somebody"}
    for token in (server.token("alice"), server.token("admin")):
        assert ban(server, body, token).status == 403
        assert pardon(server, "?ban_id=1", token).status == 403
    assert ban(server, body, "not-a-token").status == 401


@pytest.mark.parametrize(
    "body, status, named",
    [
        ({}, 400, "banished_id"),
        ({"banished_id": None}, 400, "banished_id"),
        ({"banished_id": ""}, 400, "banished_id"),
        ({"banished_id": 7}, 400, "banished_id"),
        ({"banished_id": "x" * 256}, 400, "banished_id"),
        ({"banished_id": "a\u0000b"}, 400, "banished_id"),
        ({"banished_id": "a", "reason": 7}, 400, "reason"),
        ({"banished_id": "a", "reason": "ü" * 257}, 400, "reason"),
        ({"banished_id": "a", "reason": "two\nlines"}, 400, "reason"),
        ({"banished_id": "a", "duration": -1}, 400, "duration"),
        ({"banished_id": "a", "duration": 1.5}, 400, "duration"),
        ({"banished_id": "a", "duration": "3"}, 400, "duration"),
        ({"banished_id": "a", "duration": 10**15}, 400, "duration"),
        (b'{"banished_id":"a","banished_id":"b"}', 400, "twice"),
        (b"[]", 400, "object"),
        (b"", 400, "object"),
    ],
)
def test_a_ban_that_is_not_as_described_changes_nothing(server, body, status, named):
    reply = ban(server, body)
    assert reply.status == status
    assert named in reply.problem["detail"]
    assert pardon(server, "?ban_id=1").status == 404


def test_other_faulty_requests_are_named(server):
    assert ban(server, {"banished_id": "a"}, content_type="text/plain").status == 415
    for query in ("", "?ban_id=", "?ban_id=x", "?ban_id=0", "?ban_id=-1", "?ban_id=1&ban_id=2", "?ban_id=9" + "9" * 30):
        reply = pardon(server, query)
        assert reply.status == 400, query
        assert "ban_id" in reply.problem["detail"]
    assert pardon(server, "?ban_id=4711").status == 404


async def test_an_admin_cannot_ban_himself(server):
    async with session(server, "admin") as admin:
        assert ban(server, {"banished_id": admin.id}).status == 409
        await admin.said("still here")
