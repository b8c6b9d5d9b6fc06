"""What an administrator does through one server, and what becomes of it at once for those who are on another."""

import asyncio

from support import http
from support.admin import Api, admin
from support.client import refusal, session
from support.deadline import eventually_async


def two(node) -> tuple[Api, Api]:
    """The same administrator at two servers."""
    first, second = node(), node()
    first.add_user("admin", admin=True)
    return admin(first), admin(second)


async def test_channels_are_one_list_on_every_server(node):
    here, there = two(node)
    async with session(there.server, "alice") as alice, session(there.server, "bob") as bob:

        async def shown() -> list[str]:
            """The names that both were shown last, as both servers say them."""
            channels = here.channels()
            for client in (alice, bob):
                assert (await client.expect("active_channels"))["channels"] == channels
            assert there.channels() == channels
            return [channel["name"] for channel in channels]

        news = here.create_channel("news", description="what is new")
        assert await shown() == ["General", "news"]
        here.edit_channel(news, name="the news")
        assert await shown() == ["General", "the news"]
        await alice.say("too late", channel="news")
        await alice.error("unknown_channel")
        here.edit_channel(news, description="what was new")
        await shown()
        assert there.channels()[1]["description"] == "what was new"
        here.move_channel(news, here.channel_id("General"))
        assert await shown() == ["the news", "General"]

        gone = [(await alice.said(f"goes {i}", channel="the news"))["cacheID"] for i in range(3)]
        stays = await alice.said("stays")
        for _ in range(4):
            await bob.expect("chat_message")
        here.delete_channel(news, "&purge=1")
        for client in (alice, bob):
            assert await client.expect("message_deleted") == {"channel": "the news", "cacheIDs": gone}
        assert await shown() == ["General"]
        async with session(there.server, "alice") as again:
            assert [message["cacheID"] for message in again.welcome_messages] == [stays["cacheID"]]

        old = here.create_channel("old")
        await shown()
        here.delete_channel(old)
        assert await shown() == ["General"]


async def test_deleted_messages_vanish_on_every_server(node):
    here, there = two(node)
    async with session(there.server, "alice") as alice, session(there.server, "bob") as bob:
        said = await alice.said("regretted")
        await bob.expect("chat_message")
        here.delete_messages([said["cacheID"]])
        for client in (alice, bob):
            assert await client.expect("message_deleted") == {"cacheIDs": [said["cacheID"]]}
        async with session(there.server, "alice") as again:
            assert again.welcome_messages == []
        page = f"/channels/{there.channel_id('General')}/messages"
        for api in (here, there):
            assert http.get(api.server, page, api.server.token("bob")).json["messages"] == []


async def test_a_rate_limit_is_in_force_on_every_server_at_once(node):
    here, there = two(node)
    async with session(there.server, "bob") as bob:
        await bob.said("one")
        assert here.patch("/ratelimits", {"id": 1, "message_limit": 1, "window_seconds": 3600}).status == 200
        await bob.say("two")
        assert (await bob.error("rate_limited"))["retry_after_ms"] > 0
        await eventually_async(lambda: there.rate_limit() == here.rate_limit(), "the other server says so too")
        assert there.rate_limit()["message_limit"] == 1
        assert here.patch("/ratelimits", {"id": 1, "message_limit": 2, "window_seconds": 3600}).status == 200
        await bob.said("three")


async def test_a_ban_keeps_out_of_every_server_until_the_pardon(node):
    here, there = two(node)
    async with session(there.server, "bob") as bob:
        assert here.ban(bob.id, reason="spam").status == 200
        assert await bob.closed() == (4003, "spam")
    for api in (here, there):
        assert (await refusal(api.server, api.server.token("bob"))).status_code == 403
        assert http.get(api.server, "/messages/private", api.server.token("bob")).status == 403
    (record,) = here.bans()
    assert there.bans() == [record]
    assert here.delete(f"/users/ban?ban_id={record['id']}").status == 200
    lets_in = lambda: http.get(there.server, "/messages/private", there.server.token("bob")).status == 200
    await eventually_async(lets_in, "the other server knows of the pardon")
    async with session(there.server, "bob") as bob:
        await bob.said("back again")


async def test_administrators_who_ban_each_other_through_two_servers_are_not_both_banned(node):
    first, second = node(), node()
    for name in ("one", "other"):
        first.add_user(name, admin=True)
    apis = [Api(first, first.dashboard_token("one")), Api(second, second.dashboard_token("other"))]
    async with session(first, "one", dashboard=True) as one, session(second, "other", dashboard=True) as other:
        ids = [one.id, other.id]
    for _ in range(20):
        replies = await asyncio.gather(*(asyncio.to_thread(apis[i].ban, ids[1 - i]) for i in (0, 1)))
        statuses = [reply.status for reply in replies]
        # Too late is who is the last, or is banned already.
        assert sorted(statuses) in ([200, 403], [200, 409])
        left = apis[statuses.index(200)]
        loser = apis[1 - statuses.index(200)]
        assert left.delete(f"/users/ban?ban_id={left.bans('limit=1')[0]['id']}").status == 200
        for api in apis:
            await eventually_async(lambda: api.get("/ratelimits").status == 200, "both administer again")
