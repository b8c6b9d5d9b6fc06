"""GET /activity/sessions and /activity/channels."""

import re
from datetime import datetime, timezone

import pytest

from support.admin import admin
from support.backends import once_stored
from support.client import session
from support.deadline import eventually

DURATION = re.compile(r"\d{2,}:[0-5]\d:[0-5]\d(\.\d{6})?")


def total(days: list[dict]) -> int:
    return sum(day["session_count"] for day in days)


async def test_sessions_count_from_their_beginning_and_have_a_length_once_they_are_over(make_server):
    server = make_server()
    api = admin(server)
    assert api.session_days() == []
    async with session(server, "alice") as alice, session(server, "bob"), session(server, "alice"):
        eventually(lambda: total(api.session_days()) == 3, "three sessions have begun")
        (today,) = api.session_days()
        assert today["total_duration"] == "00:00:00"
    eventually(lambda: api.session_days()[0]["total_duration"] != "00:00:00", "they are over")

    reply = api.get("/activity/sessions")
    assert reply.status == 200
    assert (reply.json["type"], reply.json["sender"]) == ("session_activity", "Server")
    for day in api.session_days():
        assert set(day) == {"session_date", "session_count", "total_duration"}
        assert abs((datetime.now(timezone.utc).date() - datetime.fromisoformat(day["session_date"]).date()).days) <= 1
        assert DURATION.fullmatch(day["total_duration"])
    assert total(api.session_days(f"user_id={alice.id}")) == 2
    assert api.session_days("user_id=nobody") == []
    assert total(api.session_days("user_id=")) == 3


async def test_a_dashboard_is_no_session(make_server):
    server = make_server()
    async with session(server, "admin", dashboard=True), session(server, "alice"):
        eventually(lambda: total(admin(server).session_days()) == 1, "alice's session has begun")


async def test_a_crash_leaves_no_session_open(backend):
    server = backend.start()
    api = admin(server)
    async with session(server, "alice") as alice:
        await alice.said("here")
        eventually(lambda: total(api.session_days()) == 1, "the session has begun")
        server.crash()
    backend.let_silence_pass()
    server.start()
    (event,) = server.events("sessions of a killed server ended")
    assert event["sessions"] == 1
    api = admin(server)
    assert total(api.session_days()) == 1
    server.restart()
    assert server.events("sessions of a killed server ended") == []
    assert total(admin(server).session_days()) == 1


async def test_messages_are_counted_by_channel(make_server):
    server = make_server()
    api = admin(server)
    assert api.message_counts() == {"General": 0}
    async with session(server, "alice") as alice:
        for number in range(7):
            last = await alice.said(f"message {number}", nonce=f"n{number}")
        await once_stored(server, lambda: api.message_counts() == {"General": 7}, "all are counted")
        # Sent again: it counts once.
        await alice.say("message 6", nonce="n6")
        assert (await alice.expect("chat_message"))["cacheID"] == last["cacheID"]
        await alice.whisper(alice.id, "not public")
        await alice.expect("private_chat_message")
    reply = api.get("/activity/channels")
    assert (reply.status, reply.json) == (
        200,
        {
            "type": "message_count_by_channel",
            "sender": "Server",
            "payload": {"channels": [{"channel": "General", "message_count": 7}]},
        },
    )
    server.crash().start()
    assert admin(server).message_counts() == {"General": 7}


@pytest.mark.parametrize("query", ["user_id=a&user_id=b", "user_id=%ff"])
def test_a_query_that_is_not_as_described_is_refused(api, query):
    assert api.get(f"/activity/sessions?{query}").status == 400
