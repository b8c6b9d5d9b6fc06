"""Channels as admins change them: what everybody sees, at once and after a restart."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator

import pytest

from support import http
from support.admin import admin
from support.client import session
from support.deadline import eventually_async
from support.relay import Relay


def ids(messages: list[dict]) -> list[int]:
    return [message["cacheID"] for message in messages]


async def shown(client) -> list[str]:
    """The channels of the next frame."""
    return [channel["name"] for channel in (await client.expect("active_channels"))["channels"]]


async def test_a_new_channel_is_shown_to_everybody_and_taken_at_once(backend):
    server = backend.start()
    api = admin(server)
    async with (
        session(server, "alice") as alice,
        session(server, "bob") as bob,
        session(server, "admin", dashboard=True) as onlooker,
    ):
        news = api.create_channel("nëws", description="what is new")
        for client in (alice, bob, onlooker):
            channels = (await client.until("active_channels"))["channels"]
            assert channels == api.channels()
            assert channels[1] == {"id": news, "name": "nëws", "description": "what is new", "sort_order": 2}
        said = await alice.said("hello", channel="nëws")
        assert (await bob.expect("chat_message")) == said
    server.restart()
    assert api.channel_names() == ["General", "nëws"]
    async with session(server, "bob") as bob:
        assert bob.welcomed_with("active_channels")["channels"] == api.channels()
        assert bob.welcome_messages == [said]
        assert (await bob.said("again", channel="nëws"))["channel"] == "nëws"


async def test_a_renamed_channel_keeps_its_messages_and_its_subscribers(backend):
    server = backend.start()
    api = admin(server)
    news = api.create_channel("news")
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await bob.send("subscribe", channels=["news"])
        await bob.expect("subscribed")
        before = await alice.said("before", channel="news")
        assert (await bob.expect("chat_message"))["cacheID"] == before["cacheID"]
        api.edit_channel(news, name="the news")
        assert await shown(alice) == await shown(bob) == ["General", "the news"]
        await alice.say("too late", channel="news")
        await alice.error("unknown_channel")
        after = await alice.said("after", channel="the news")
        assert (await bob.expect("chat_message")) == after
        async with session(server, "carol") as carol:
            assert [message["channel"] for message in carol.welcome_messages] == ["the news", "the news"]
        page = http.get(server, f"/channels/{news}/messages", token=server.token("alice")).json
        assert [message["channel"] for message in page["messages"]] == ["the news", "the news"]
    async with session(server, "carol", since=before["cacheID"]) as carol:
        assert carol.welcome_messages == [after]
    server.restart()
    async with session(server, "carol") as carol:
        assert [message["channel"] for message in carol.welcome_messages] == ["the news", "the news"]


async def test_the_order_is_shown_and_kept(backend):
    server = backend.start()
    api = admin(server)
    general, a, b, c = api.channel_id("General"), *(api.create_channel(name) for name in "abc")
    async with session(server, "alice") as alice:
        api.move_channel(c, general)
        assert await shown(alice) == ["c", "General", "a", "b"]
        api.move_channel(a, None)
        assert await shown(alice) == ["c", "General", "b", "a"]
        api.move_channel(b, c)
        assert await shown(alice) == ["b", "c", "General", "a"]
        api.delete_channel(c)
        assert await shown(alice) == ["b", "General", "a"]
    server.restart()
    assert api.channel_names() == ["b", "General", "a"]


async def test_what_the_legacy_dashboard_sends_means_what_it_meant(backend):
    server = backend.start()
    api = admin(server)
    news = api.create_channel("news", description=None)
    async with session(server, "alice") as alice:
        # Every field of the channel, whatever was edited.
        whole = {"name": "news", "description": None, "sort_order": 2, "is_private": False}
        api.edit_channel(news, **whole)
        api.edit_channel(news, **{**whole, "description": "about"})
        assert (await alice.expect("active_channels"))["channels"][1]["description"] == "about"
        api.edit_channel(news, **whole)
        assert api.channels()[1]["description"] == "about"
        api.edit_channel(news, **{**whole, "description": "about"}, before_id=None)
        # Before itself.
        api.move_channel(news, news)
        assert api.channel_names() == ["General", "news"]
        api.edit_channel(news, name=None, description="")
        assert "description" not in (await alice.expect("active_channels"))["channels"][1]
        # Nothing was sent for what changed nothing.
        assert [frame["type"] for frame in alice.frames[len(alice.welcome) :]] == ["active_channels"] * 2


async def test_names_are_trimmed(backend):
    api = admin(backend.start())
    answer = api.done("POST", "/channels", {"name": " \u3000ünï\u2003code ", "unknown": [1]})
    assert answer["name"] == "ünï\u2003code"
    assert api.call("POST", "/channels", {"name": "ünï\u2003code"}).status == 409
    longest = "😀" * 24
    assert api.create_channel(longest) == api.channel_id(longest)


async def test_a_channel_without_purge_leaves_its_messages_and_no_heir(backend):
    server = backend.start()
    api = admin(server)
    old = api.create_channel("news")
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await bob.send("subscribe", channels=["news"])
        await bob.expect("subscribed")
        said = await alice.said("in the old one", channel="news")
        await bob.expect("chat_message")
        api.delete_channel(old)
        assert await shown(alice) == await shown(bob) == ["General"]
        await alice.say("too late", channel="news", nonce="n1")
        assert (await alice.error("unknown_channel"))["nonce"] == "n1"
        token = server.token("alice")
        assert http.get(server, f"/channels/{old}/messages", token=token).status == 404
        async with session(server, "carol") as carol:
            assert carol.welcome_messages == [said]

        new = api.create_channel("news")
        assert new != old
        assert await shown(alice) == await shown(bob) == ["General", "news"]
        assert http.get(server, f"/channels/{new}/messages", token=token).json["messages"] == []
        async with session(server, "carol") as carol:
            assert carol.welcome_messages == []
        await alice.said("in the new one", channel="news")
        await alice.said("in General")
        # Who subscribed to the old one hears nothing of the new one.
        for _ in range(2):
            await alice.whisper(bob.id, "psst")
            await bob.expect("private_chat_message")
    server.restart()
    async with session(server, "carol", since=0) as carol:
        assert [message["message"] for message in carol.welcome_messages] == ["in the new one", "in General"]


async def test_a_purge_takes_the_messages_from_everywhere(backend):
    server = backend.start()
    api = admin(server)
    news = api.create_channel("news")
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        gone = [await alice.said(f"goes {i}", channel="news", nonce=f"n{i}") for i in range(3)]
        stays = await alice.said("stays")
        for _ in range(4):
            await bob.expect("chat_message")
        api.delete_channel(news, "&purge=true")
        for client in (alice, bob):
            assert await client.expect("message_deleted") == {"channel": "news", "cacheIDs": ids(gone)}
            assert await shown(client) == ["General"]
        async with session(server, "carol") as carol:
            assert carol.welcome_messages == [{k: v for k, v in stays.items() if k != "nonce"}]
        # Its nonce is remembered: it does not come back.
        await alice.say("goes 0", nonce="n0")
        assert (await alice.error("bad_request"))["nonce"] == "n0"
    for _ in range(2):
        async with session(server, "carol", since=gone[1]["cacheID"]) as carol:
            assert ids(carol.welcome_messages) == [stays["cacheID"]]
            assert (await carol.expect("message_deleted"))["cacheIDs"] == ids(gone[:2])
        server.restart()


async def test_a_big_purge_is_hidden_at_once_and_removed_in_time(backend):
    server = backend.start()
    api = admin(server)
    news = api.create_channel("news")
    async with session(server, "alice") as alice:
        for i in range(1200):
            await alice.say(f"message {i}", channel="news")
        sent = [(await alice.expect("chat_message"))["cacheID"] for _ in range(1200)]
        stays = await alice.said("stays")
        api.delete_channel(news, "&purge=1")
        told = []
        while (frame := await alice.next())["type"] == "message_deleted":
            assert frame["payload"]["channel"] == "news"
            told += frame["payload"]["cacheIDs"]
        assert (frame["type"], told) == ("active_channels", sent[-1000:])
        async with session(server, "bob", since=0) as bob:
            assert ids(bob.welcome_messages) == [stays["cacheID"]]
        await eventually_async(lambda: backend.count(server, "chat_messages") == 1, "the rows are gone")
        assert backend.count(server, "tombstones") == 1200


async def test_while_there_is_no_general_the_first_channel_stands_in(backend):
    server = backend.start()
    api = admin(server)
    general = api.channel_id("General")
    lobby = api.create_channel("lobby")
    async with session(server, "alice") as alice:
        api.delete_channel(general, "&purge=1")
        assert await shown(alice) == ["lobby"]
        assert (await alice.said("hello", channel="General"))["channel"] == "lobby"
        reply = api.call("DELETE", f"/channels?id={lobby}")
        assert (reply.status, "last" in reply.problem["detail"]) == (409, True)
        api.edit_channel(lobby, name="General")
        assert await shown(alice) == ["General"]
        assert (await alice.said("hello again", channel="General"))["channel"] == "General"


async def test_a_message_in_the_instant_of_the_deletion_is_before_it_or_refused(backend):
    server = backend.start()
    api = admin(server)
    for round in range(3):
        channel = api.create_channel("busy")
        async with session(server, "alice") as alice, session(server, "bob") as bob:
            deletion = asyncio.create_task(asyncio.to_thread(api.delete_channel, channel))
            sent = 0
            while not deletion.done() and sent < 500:
                await alice.say(f"{round}.{sent}", channel="busy")
                sent += 1
                await asyncio.sleep(0)
            await deletion
            heard, refused = 0, 0
            while heard + refused < sent:
                frame = await alice.next()
                heard += frame["type"] == "chat_message"
                refused += frame["type"] == "error" and frame["payload"]["code"] == "unknown_channel"
                assert frame["type"] in ("chat_message", "error", "active_channels"), frame
            assert (await alice.said("the end"))["channel"] == "General"
            before = [await bob.next() for _ in range(heard)]
            assert {frame["type"] for frame in before} <= {"chat_message"}
            assert await shown(bob) == ["General"]
            assert (await bob.expect("chat_message"))["message"] == "the end"


def all_at_once(calls) -> list[http.Reply]:
    with ThreadPoolExecutor(max_workers=8) as threads:
        return list(threads.map(lambda call: call(), calls))


def test_of_many_that_want_one_name_one_gets_it(backend):
    api = admin(backend.start())
    replies = all_at_once([lambda: api.call("POST", "/channels", {"name": "wanted"})] * 8)
    assert sorted(reply.status for reply in replies) == [201] + [409] * 7
    made = [api.create_channel(f"c{i}") for i in range(6)]
    replies = all_at_once([lambda id=id: api.call("PATCH", "/channels", {"id": id, "name": "only"}) for id in made])
    assert sorted(reply.status for reply in replies) == [200] + [409] * 5
    assert api.channel_names().count("only") == 1


def test_of_many_deletions_one_wins_and_the_order_stays_whole(backend):
    api = admin(backend.start())
    made = [api.create_channel(f"c{i}") for i in range(6)]
    general = api.channel_id("General")

    def delete(id):
        return api.call("DELETE", f"/channels?id={id}")

    def move(id):
        return api.call("PATCH", "/channels", {"id": id, "before_id": general})

    calls = [lambda call=call, id=id: call(id) for id in made[:3] for call in (delete, move, delete, delete)]
    calls += [lambda id=id: move(id) for id in made[3:] for _ in range(3)]
    replies = all_at_once(calls)
    deletions = [reply.status for index, reply in enumerate(replies[:12]) if index % 4 != 1]
    assert sorted(deletions) == [200] * 3 + [404] * 6
    assert {reply.status for reply in replies} <= {200, 404}
    assert sorted(api.channel_names()) == ["General", "c3", "c4", "c5"]


@pytest.fixture
def relay(postgres_server) -> Iterator[Relay]:
    relay = Relay(("127.0.0.1", postgres_server.port))
    yield relay
    relay.down()


async def test_a_change_whose_commit_got_no_answer_is_acted_on_before_anything_else(
    start_server, postgres_server, relay
):
    database = postgres_server.new_database()
    url = f"postgresql://chat@127.0.0.1:{relay.address[1]}/{database.name}"
    server = start_server(store__backend="postgres", store__url=url, store__timeout="2s")
    server.add_user("alice")
    server.add_user("admin", admin=True)
    api = admin(server)
    async with session(server, "alice") as alice:
        before = await alice.said("before")
        # That somebody is here is on record, and what was said is indexed, so that for a while the next commit is
        # that of the change.
        alive = "SELECT max(alive_at) > 'epoch' FROM chatserver.node_pulses"
        await eventually_async(lambda: database.run(alive) == "t", "a sign of life is on record")
        indexed = f"SELECT indexed_up_to = {before['cacheID']} FROM chatserver.search_progress"
        await eventually_async(lambda: database.run(indexed) == "t", "the message can be searched for")
        # A new session sends the word COMMIT, an old one the name that it gave it.
        database.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        relay.down_after(b"COMMIT")
        assert api.call("POST", "/channels", {"name": "news"}).status == 503
        assert api.channel_names() == ["General"]
        assert database.run("SELECT name FROM chatserver.channels ORDER BY sort_order") == "General\nnews"
        await alice.say("meanwhile")
        await alice.error("unavailable")
        relay.up()
        await eventually_async(lambda: http.get(server, "/readyz").json["degraded"] == [], "the database is back")
        await alice.say("after")
        assert await shown(alice) == ["General", "news"]
        assert (await alice.expect("chat_message"))["message"] == "after"
        assert api.call("POST", "/channels", {"name": "news"}).status == 409
        assert (await alice.said("there", channel="news"))["channel"] == "news"
