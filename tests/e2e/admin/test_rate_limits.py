"""GET and PATCH /ratelimits."""

import pytest

from support.admin import admin
from support.client import session

LIMIT = {"id": 1, "message_limit": 2, "window_seconds": 3600}


async def test_a_change_is_in_force_at_once_and_stays(make_server):
    server = make_server()
    api = admin(server)
    before = api.rate_limit()
    assert before == {"id": 1, "owner_id": "default", "message_limit": 1000000, "window_seconds": 60}
    async with session(server, "alice") as alice:
        for text in ("one", "two"):
            await alice.said(text)
        reply = api.patch("/ratelimits", LIMIT)
        assert (reply.status, reply.json) == (200, {"message": "Rate limit updated"})
        # What was sent before counts too.
        await alice.say("three")
        assert (await alice.error("rate_limited"))["retry_after_ms"] > 0
        assert api.patch("/ratelimits", {**LIMIT, "message_limit": 3}).status == 200
        await alice.said("three")
    expected = {**before, "message_limit": 3, "window_seconds": 3600}
    assert api.rate_limit() == expected
    server.restart()
    assert admin(server).rate_limit() == expected


async def test_a_stricter_limit_makes_flooding_end_sooner(make_server):
    server = make_server()
    assert admin(server).patch("/ratelimits", {**LIMIT, "message_limit": 1}).status == 200
    async with session(server, "alice") as alice:
        for number in range(13):
            await alice.say(str(number))
        code, _ = await alice.closed()
        assert code == 4029


@pytest.mark.parametrize("field", ["id", "message_limit", "window_seconds"])
@pytest.mark.parametrize("value", [..., None, 0, -1, 1.5, "1", True, [], {}, 10**15, 10**30])
def test_a_limit_that_is_not_as_described_changes_nothing(api, field, value):
    body = {**LIMIT, field: value}
    if value is ...:
        del body[field]
    before = api.rate_limit()
    reply = api.patch("/ratelimits", body)
    # A whole number may be an id, but of nothing that there is.
    assert reply.status == (404 if (field, value) == ("id", 10**15) else 400)
    if reply.status == 400 and value != 10**30:
        assert field in reply.problem["detail"]
    assert api.rate_limit() == before


def test_only_the_limit_that_there_is_can_be_changed(api):
    assert api.patch("/ratelimits", {**LIMIT, "id": 2}).status == 404
    assert api.patch("/ratelimits", {**LIMIT, "message_limit": 1000001}).status == 400
    assert api.patch("/ratelimits", {**LIMIT, "window_seconds": 24 * 86400 + 1}).status == 400


def test_other_fields_are_ignored(make_server):
    api = admin(make_server())
    sent = {**api.rate_limit(), "window_seconds": 5}
    assert api.patch("/ratelimits", sent).status == 200
    assert api.rate_limit() == sent
