"""Valkey comes back empty, or with the data of an older moment."""

import asyncio
import re
import signal

import pytest

from support.admin import Api
from support.client import ChatClient, refusal, session
from support.deadline import eventually_async
from support.nodes import away, metric, ready, said_and_stored, state_of, stored
from support.server import ChatServer
from support.valkey import ValkeyServer


async def lose(server: ChatServer, valkey: ValkeyServer, how: str) -> None:
    await asyncio.to_thread(valkey.command, how)
    await eventually_async(lambda: server.events("valkey in trouble"), "the loss is seen")
    await eventually_async(lambda: ready(server)["degraded"] == [], "the log is whole again")


async def forget_everything(valkey: ValkeyServer, how: str) -> None:
    """As it runs, or as a whole."""
    if how == "flushall":
        valkey.tell("FLUSHALL")
    else:
        await asyncio.to_thread(valkey.command, how)


async def gets_through(client: ChatClient, message: str) -> dict:
    """Says it again as long as it is refused as unavailable."""
    for _ in range(100):
        await client.say(message)
        answer = await client.next()
        if answer["type"] == "chat_message":
            return answer["payload"]
        assert answer["payload"]["code"] == "unavailable"
        await asyncio.sleep(answer["payload"]["retry_after_ms"] / 1000)
    raise AssertionError(f"{message} does not get through")


async def everything_is_known_to_be_stored(valkey: ValkeyServer, servers: int) -> None:
    """Of the log, on each of the servers."""

    def looks() -> int:
        return int(re.search(r"cmdstat_hmget:calls=(\d+)", valkey.tell("INFO", "commandstats")).group(1))

    all_is_stored = lambda: valkey.tell("HGET", "chat:state", "flushed") == valkey.tell("HGET", "chat:state", "last")
    await eventually_async(all_is_stored, "nothing in the log waits")
    enough = looks() + 3 * servers
    await eventually_async(lambda: looks() >= enough, "each server has asked since")


@pytest.mark.parametrize("servers", [1, 2])
@pytest.mark.parametrize("loss", ["flushall", "empty"])
async def test_messages_get_through_again_when_all_that_was_lost_is_stored(node, valkey, database, loss, servers):
    nodes = [node() for _ in range(servers)]
    async with session(nodes[0], "alice") as alice, session(nodes[-1], "bob") as bob:
        before = await said_and_stored(alice, database, "before")
        await everything_is_known_to_be_stored(valkey, servers)
        await forget_everything(valkey, loss)
        after = await gets_through(alice, "after")
        assert after["cacheID"] > before["cacheID"]
        # Nobody has missed anything, so nobody is sent away.
        assert (await bob.until("chat_message", message="after"))["cacheID"] == after["cacheID"]
    await eventually_async(lambda: stored(database) == ["before", "after"], "both are stored")


@pytest.mark.parametrize("servers", [1, 2])
async def test_a_loss_costs_no_more_ids_than_the_mark_is_ahead(node, valkey, database, servers):
    most = 2 * 1_000_000  # twice cache.backlog_max, as it is by itself
    nodes = [node() for _ in range(servers)]
    async with session(nodes[-1], "alice") as alice:
        before = (await alice.said("before"))["cacheID"]
        for loss in ("first", "second"):
            await asyncio.to_thread(valkey.command, "empty")
            after = (await gets_through(alice, f"after the {loss}"))["cacheID"]
            assert before < after <= before + most
            before = after


async def test_a_server_frozen_over_a_loss_closes_sessions_that_have_missed_something(node, valkey, database):
    first, second = node(), node()
    async with session(first, "alice") as alice, session(second, "bob") as bob:
        before = await said_and_stored(alice, database, "before")
        await bob.until("chat_message", message="before")
        second.signal(signal.SIGSTOP)
        # Nothing waits for it in a connection; the other server makes new ones.
        valkey.tell("CLIENT", "KILL", "TYPE", "normal")
        await eventually_async(lambda: first.events("valkey in trouble"), "it has lost them")
        await eventually_async(lambda: ready(first)["degraded"] == [], "it has new ones")
        missed = [f"missed {i}" for i in range(5)]
        for message in missed:
            await alice.said(message)
        await everything_is_known_to_be_stored(valkey, 1)
        await alice.said("last")
        seen = len(first.events("valkey in trouble"))
        await asyncio.to_thread(valkey.command, "empty")
        await eventually_async(lambda: len(first.events("valkey in trouble")) > seen, "the loss is seen")
        await eventually_async(lambda: ready(first)["degraded"] == [], "the log is whole again")
        second.signal(signal.SIGCONT)
        await alice.said("after")
        assert (await bob.closed())[0] == 4008
        shown = [frame["payload"]["message"] for frame in bob.frames if frame["type"] == "chat_message"]
        assert shown == ["before"]
        async with session(second, "bob", since=before["cacheID"]) as again:
            assert [one["message"] for one in again.welcome_messages] == [*missed, "last", "after"]
            # Who was there all the time stays.
            await again.said("and on")
            await alice.until("chat_message", message="and on")


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
