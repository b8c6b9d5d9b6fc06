"""Valkey comes back empty, or with the data of an older moment."""

import asyncio

import pytest

from support.admin import Api
from support.client import refusal, session
from support.deadline import eventually_async
from support.nodes import away, metric, ready, said_and_stored, state_of, stored
from support.server import ChatServer
from support.valkey import ValkeyServer


async def lose(server: ChatServer, valkey: ValkeyServer, how: str) -> None:
    await asyncio.to_thread(valkey.command, how)
    await eventually_async(lambda: server.events("valkey in trouble"), "the loss is seen")
    await eventually_async(lambda: ready(server)["degraded"] == [], "the log is whole again")


@pytest.mark.parametrize("loss", ["empty", "restore"])
async def test_ids_go_on_and_nothing_shown_is_lost_when_valkey_loses_its_data(node, valkey, postgres, database, loss):
    first, second = node(), node()
    async with session(first, "alice") as alice, session(second, "bob") as bob:
        await alice.said("long ago", nonce="n1")
        await eventually_async(lambda: stored(database) == ["long ago"], "it is stored")
        valkey.command("save")
        shown = [await alice.said(f"shown {i}") for i in range(3)]
        await bob.until("chat_message", message="shown 2")
        await lose(first, valkey, loss)
        await eventually_async(lambda: ready(second)["degraded"] == [], "the other server is whole again")
        after = await bob.said("after")
        assert after["cacheID"] > shown[-1]["cacheID"]
        assert (await alice.until("chat_message", message="after"))["cacheID"] == after["cacheID"]
        # A nonce that Valkey has forgotten is known to the database.
        await alice.say("long ago", nonce="n1")
        assert (await alice.expect("chat_message"))["cacheID"] < shown[0]["cacheID"]
    everything = ["long ago", "shown 0", "shown 1", "shown 2", "after"]
    await eventually_async(lambda: stored(database) == everything, "everything is stored, once")
    third = node()
    async with session(third, "alice") as alice:
        assert [one["message"] for one in alice.welcome_messages] == everything


async def test_what_is_not_stored_yet_is_not_lost_with_valkeys_data(node, valkey, postgres, database):
    server = node()
    async with session(server, "alice") as alice:
        await said_and_stored(alice, database, "before")
        async with away(postgres, "freeze", "thaw"):
            await alice.said("only in Valkey")
            await asyncio.to_thread(valkey.command, "empty")
        await eventually_async(lambda: stored(database) == ["before", "only in Valkey"], "what was remembered is stored")
        await eventually_async(lambda: ready(server)["degraded"] == [], "the log is whole again")
        await alice.said("after")


async def test_a_message_that_the_database_refuses_does_not_stop_the_rest_from_coming_back(node, valkey, database):
    server = node()
    async with session(server, "alice") as alice:
        await said_and_stored(alice, database, "before")
        database.run("ALTER TABLE chatserver.chat_messages ADD CHECK (message <> 'poison')")
        await alice.said("poison")
        # At once: it counts as one that only this server remembers.
        await lose(server, valkey, "empty")
        await alice.said("after")
    await eventually_async(lambda: stored(database) == ["before", "after"], "the others are stored")
    await eventually_async(lambda: metric(server, "chatserver_messages_set_aside_total") >= 1, "it is counted")
    assert "poison" in str(valkey.tell("XRANGE", "chat:aside", "-", "+"))


async def test_ids_go_on_when_everything_was_lost_while_no_server_ran(node, valkey, database):
    server = node()
    async with session(server, "alice") as alice:
        last = [await alice.said(f"message {i}") for i in range(3)][-1]
        await eventually_async(lambda: len(stored(database)) == 3, "everything is stored")
    assert server.stop() == 0
    # The newest rows go too, as when somebody purges them: ids do not come from them.
    database.run(f"DELETE FROM chatserver.chat_messages WHERE cache_id >= {last['cacheID'] - 1}")
    valkey.command("empty")
    server.start()
    async with session(server, "alice") as alice:
        assert [one["message"] for one in alice.welcome_messages] == ["message 0"]
        assert (await alice.said("after"))["cacheID"] > last["cacheID"]


async def test_until_bans_are_known_again_nobody_is_taken_to_have_none(node, valkey, postgres):
    server = node()
    server.add_user("admin", admin=True)
    api = Api(server, server.dashboard_token())
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        assert api.ban(bob.id).status == 200
        await bob.closed()
        assert valkey.tell("HEXISTS", "chat:bans", bob.id) == 1
        async with away(postgres, "stop", "start"):
            await asyncio.to_thread(valkey.command, "empty")
            named = {"degraded": ["store", "cache"], "store": "away", "cache": "restoring"}
            await eventually_async(lambda: ready(server) == named, "bans cannot be read")
            assert state_of(server, "cache") == "restoring"
            await alice.say("meanwhile", nonce="n1")
            await alice.error("unavailable")
        await eventually_async(lambda: ready(server)["degraded"] == [], "both are whole again")
        await alice.said("meanwhile", nonce="n1")
        assert valkey.tell("HEXISTS", "chat:bans", bob.id) == 1
        assert (await refusal(server, server.token("bob"))).status_code == 403
