"""The record of bans, and whom nobody can ban."""

import asyncio
import re

import pytest

from support.admin import Api, admin
from support.client import refusal, session
from support.deadline import eventually
from support.frames import TIMESTAMP
from support.token import subject


async def test_bans_are_on_record_newest_first_whatever_becomes_of_them(make_server):
    server = make_server()
    api = admin(server)
    async with session(server, "bob") as bob:
        assert api.ban(bob.id, reason="spam", duration=3).status == 200
    assert api.ban("never-seen").status == 200
    assert api.ban(bob.id, duration=1).status == 200
    assert api.delete("/users/ban?ban_id=1").status == 200
    server.restart()
    api = admin(server)

    reply = api.get("/users/bans")
    assert reply.status == 200
    assert (reply.json["type"], reply.json["sender"]) == ("ban_records_result", "server")
    assert reply.json["payload"]["has_more"] is False
    newest, unknown, oldest = reply.json["payload"]["records"]
    caller = subject(server.dashboard_token())
    for record in (newest, unknown, oldest):
        assert TIMESTAMP.fullmatch(record.pop("start"))
    assert TIMESTAMP.fullmatch(oldest.pop("end")) and TIMESTAMP.fullmatch(newest.pop("end"))
    assert TIMESTAMP.fullmatch(oldest.pop("pardoned_at"))
    assert oldest == {
        "id": "1",
        "owner_id": caller,
        "banished_id": bob.id,
        "banished_username": "bob",
        "reason": "spam",
        "duration": "3 hours",
        "pardoned": True,
        "pardoned_by": caller,
    }
    assert unknown == {
        "id": "2",
        "owner_id": caller,
        "banished_id": "never-seen",
        "banished_username": "[Unknown]",
        "pardoned": False,
    }
    assert (newest["id"], newest["duration"], newest["pardoned"]) == ("3", "1 hour", False)
    # The one that is in force still keeps out.
    assert (await refusal(server, server.token("bob"))).status_code == 403


def test_who_pardoned_first_and_when_stays_on_record(make_server):
    server = make_server()
    server.add_user("second", admin=True)
    first, second = admin(server), Api(server, server.dashboard_token("second"))
    assert first.ban("somebody").status == 200
    (before,) = first.bans()
    assert "pardoned_by" not in before and "pardoned_at" not in before
    assert second.delete("/users/ban?ban_id=1").status == 200
    (pardoned,) = first.bans()
    assert pardoned["pardoned"] is True
    assert pardoned["owner_id"] == subject(server.dashboard_token())
    assert pardoned["pardoned_by"] == subject(server.dashboard_token("second"))
    assert pardoned["pardoned_at"] >= pardoned["start"]
    (event,) = eventually(lambda: server.events("user pardoned"), "it is logged")
    assert (event["ban"], event["by"]) == (1, pardoned["pardoned_by"])
    # Once more is a success, and changes nothing of it.
    assert first.delete("/users/ban?ban_id=1").status == 200
    server.restart()
    assert admin(server).bans() == [pardoned]


def test_the_record_is_paged(make_server):
    api = admin(make_server())
    for number in range(5):
        api.ban(f"user-{number}")
    first = api.get("/users/bans?limit=2").json["payload"]
    assert [record["id"] for record in first["records"]] == ["5", "4"] and first["has_more"] is True
    last = api.get("/users/bans?limit=2&offset=4").json["payload"]
    assert [record["id"] for record in last["records"]] == ["1"] and last["has_more"] is False
    assert api.bans("offset=1000000000") == []


@pytest.mark.parametrize(
    "query, named",
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=1&limit=1", "limit"),
        ("offset=-1", "offset"),
        ("offset=1000000001", "offset"),
        ("offset=9223372036854775808", "offset"),
        ("offset=1e3", "offset"),
    ],
)
def test_a_page_that_is_none_is_named(api, query, named):
    reply = api.get(f"/users/bans?{query}")
    assert reply.status == 400
    assert named in reply.problem["detail"]


async def test_the_last_admin_cannot_be_banned(make_server):
    # Without a token nobody is oneself: only so can the last admin be meant by somebody else.
    server = make_server(auth__open_admin_api="true")
    anybody, caller = Api(server), subject(server.dashboard_token())
    server.add_user("second", admin=True)
    second = subject(server.token("second"))
    assert anybody.ban(second).status == 200
    reply = anybody.ban(caller)
    assert reply.status == 409
    assert "last administrator" in reply.problem["detail"]
    assert anybody.get("/users/bans").json["payload"]["records"][0]["banished_id"] == second
    # With the other one back it is an ordinary ban.
    assert anybody.delete("/users/ban?ban_id=1").status == 200
    assert anybody.ban(caller).status == 200


async def test_two_admins_who_ban_each_other_leave_one(make_server):
    server = make_server()
    server.add_user("second", admin=True)
    first, second = admin(server), Api(server, server.dashboard_token("second"))
    ids = subject(server.dashboard_token()), subject(server.dashboard_token("second"))
    replies = await asyncio.gather(
        asyncio.to_thread(first.ban, ids[1]),
        asyncio.to_thread(second.ban, ids[0]),
    )
    # Whoever came second found himself banned already, or the last one left.
    assert sorted(reply.status for reply in replies)[0] == 200
    assert sorted(reply.status for reply in replies)[1] in (403, 409)


def test_a_ban_and_a_pardon_without_a_token_say_so(make_server):
    server = make_server(auth__open_admin_api="true")
    api = Api(server)
    assert api.ban("somebody", reason="r").status == 200
    (record,) = api.bans()
    assert record["owner_id"] == "[open admin API]"
    assert re.fullmatch(r"\d+", record["id"])
    assert api.delete(f"/users/ban?ban_id={record['id']}").status == 200
    (record,) = api.bans()
    assert record["pardoned"] is True and record["pardoned_by"] == "[open admin API]"
    assert TIMESTAMP.fullmatch(record["pardoned_at"])
