"""Valkey comes back empty, or with the data of an older moment."""

import asyncio
import re
import signal

import pytest

from support.admin import Api
from support.client import refusal, session
from support.deadline import eventually_async
from support.nodes import away, gets_over_a_loss, metric, ready, said_and_stored, state_of, stored
from support.server import ChatServer
from support.valkey import ValkeyServer


async def lose(server: ChatServer, valkey: ValkeyServer, how: str) -> None:
    await asyncio.to_thread(valkey.command, how)
    await gets_over_a_loss(server)


async def forget_everything(valkey: ValkeyServer, how: str) -> None:
    """As it runs, or as a whole."""
    if how == "flushall":
        valkey.tell("FLUSHALL")
    else:
        await asyncio.to_thread(valkey.command, how)


def listed(valkey: ValkeyServer) -> str:
    """The clients of a Valkey that has only just been started."""
    try:
        return str(valkey.ask("CLIENT", "LIST"))
    except ConnectionRefusedError:
        return ""


async def comes_back(valkey: ValkeyServer, how: str) -> None:
    """With its data read: a server that is to start at once needs that."""

    def answers() -> bool:
        try:
            return valkey.ask("PING") == "PONG"
        except ConnectionRefusedError:
            return False

    await asyncio.to_thread(valkey.command, how)
    await eventually_async(answers, "Valkey answers")


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
        after = await alice.gets_through("after")
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
            after = (await alice.gets_through(f"after the {loss}"))["cacheID"]
            # One more where a node was slow to come back, and found out from the first one's mark.
            assert before < after <= before + most + 1
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
        missed = [f"missed {i}" for i in range(5)]
        for message in missed:
            await alice.gets_through(message)
        await everything_is_known_to_be_stored(valkey, 1)
        await alice.said("last")
        seen = len(first.events("valkey in trouble"))
        await asyncio.to_thread(valkey.command, "empty")
        await eventually_async(lambda: len(first.events("valkey in trouble")) > seen, "the loss is seen")
        await alice.gets_through("after")
        second.signal(signal.SIGCONT)
        assert (await bob.closed())[0] == 4008
        shown = [frame["payload"]["message"] for frame in bob.frames if frame["type"] == "chat_message"]
        assert shown == ["before"]
        async with session(second, "bob", since=before["cacheID"]) as again:
            assert await again.shown_up_to("after") == [*missed, "last", "after"]
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
        await gets_over_a_loss(second)
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
        # It may have been stored before the loss was seen.
        await gets_over_a_loss(server)
        await alice.said("after")


async def test_a_message_that_the_database_refuses_does_not_stop_the_rest_from_coming_back(node, valkey, database):
    server = node()
    async with session(server, "alice") as alice:
        await said_and_stored(alice, database, "before")
        database.run("ALTER TABLE chatserver.chat_messages ADD CHECK (message <> 'poison')")
        # Only this server remembers it when it is lost: it is not set aside before.
        with database.locked("chatserver.chat_messages"):
            await alice.said("poison")
            await asyncio.to_thread(valkey.command, "empty")
        await gets_over_a_loss(server)
        await alice.said("after")
    await eventually_async(lambda: stored(database) == ["before", "after"], "the others are stored")
    await eventually_async(lambda: metric(server, "chatserver_messages_set_aside_total") >= 1, "it is counted")
    assert "poison" in str(valkey.tell("XRANGE", "chat:aside", "-", "+"))


@pytest.mark.parametrize("end", ["stop", "kill"])
@pytest.mark.parametrize("loss", ["empty", "restore"])
async def test_ids_go_on_when_everything_was_lost_while_no_server_ran(node, valkey, database, loss, end):
    server = node()
    async with session(server, "alice") as alice:
        await said_and_stored(alice, database, "message 0")
        valkey.command("save")
        last = [await alice.said(f"message {i}") for i in range(1, 5)][-1]
        await eventually_async(lambda: len(stored(database)) == 5, "everything is stored")
    getattr(server, end)()
    # The newest rows go too, as when somebody purges them: ids do not come from them.
    database.run(f"DELETE FROM chatserver.chat_messages WHERE cache_id >= {last['cacheID'] - 1}")
    await comes_back(valkey, loss)
    server.start()
    async with session(server, "alice") as alice:
        assert [one["message"] for one in alice.welcome_messages] == ["message 0", "message 1", "message 2"]
        after = await said_and_stored(alice, database, "after")
        assert after["cacheID"] > last["cacheID"]
    server.restart()
    async with session(server, "alice") as alice:
        assert [one["message"] for one in alice.welcome_messages][-2:] == ["message 2", "after"]


async def test_ids_are_not_given_out_again_where_the_database_never_had_them(node, valkey, postgres, database):
    """What was in Valkey alone is lost with it when no server is left to remember it; its ids are not used again."""
    server = node()
    async with session(server, "alice") as alice:
        await said_and_stored(alice, database, "before")
        valkey.command("save")
        async with away(postgres, "stop", "start"):
            lost = await alice.said("only in Valkey")
            server.kill()
            await comes_back(valkey, "restore")
    server.start()
    async with session(server, "alice", since=lost["cacheID"]) as alice:
        assert alice.welcome_messages == []
        assert (await alice.said("after"))["cacheID"] > lost["cacheID"]
    await eventually_async(lambda: stored(database) == ["before", "after"], "the rest is stored")


async def test_what_changed_after_the_dump_is_in_force(node, valkey, database):
    server = node()
    server.add_user("admin", admin=True)
    api = Api(server, server.dashboard_token())
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        regretted = await said_and_stored(alice, database, "regretted")
        valkey.command("save")
        api.delete_messages([regretted["cacheID"]])
        assert api.ban(bob.id).status == 200
        await bob.closed()
    assert server.stop() == 0
    await comes_back(valkey, "restore")
    assert valkey.tell("HEXISTS", "chat:bans", bob.id) == 0
    server.start()
    assert valkey.tell("HEXISTS", "chat:bans", bob.id) == 1
    assert (await refusal(server, server.token("bob"))).status_code == 403
    async with session(server, "alice") as alice:
        assert alice.welcome_messages == []


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_a_server_that_starts_while_an_older_dump_is_put_back_is_not_taken_in(node, valkey, database, end):
    first, second = node(), node()
    async with session(first, "alice") as alice:
        await said_and_stored(alice, database, "before")
        valkey.command("save")
        shown = [await alice.said(f"shown {i}") for i in range(3)]
        # So that it is not frozen with something in the database locked.
        await everything_is_known_to_be_stored(valkey, 2)
        getattr(second, end)()
        first.signal(signal.SIGSTOP)
        await asyncio.to_thread(valkey.command, "restore")
        starting = asyncio.create_task(asyncio.to_thread(second.start))
        await eventually_async(lambda: "chat:read" in listed(valkey), "it has found the dump")
        first.signal(signal.SIGCONT)
        await starting
        async with session(second, "bob") as bob:
            after = await bob.said("after")
            assert after["cacheID"] > shown[-1]["cacheID"]
            assert (await alice.until("chat_message", message="after"))["cacheID"] == after["cacheID"]
    everything = ["before", "shown 0", "shown 1", "shown 2", "after"]
    await eventually_async(lambda: stored(database) == everything, "everything is stored, once")


@pytest.mark.parametrize("servers", [1, 2])
async def test_no_id_is_skipped_when_valkey_is_started_anew_with_all_that_it_had(node, valkey, database, servers):
    nodes = [node() for _ in range(servers)]
    async with session(nodes[0], "alice") as alice:
        first = (await alice.said("first"))["cacheID"]
    for server in nodes:
        assert server.stop() == 0
    valkey.command("kill")
    await comes_back(valkey, "start")
    for server in nodes:
        server.start()
    async with session(nodes[-1], "alice") as alice:
        assert (await alice.said("second"))["cacheID"] == first + 1
        # One that comes while others run learns from them that nothing is missing.
        known = lambda: database.run("SELECT log_process FROM chatserver.server_instances")
        process = known()
        await asyncio.to_thread(valkey.command, "kill")
        await asyncio.to_thread(valkey.command, "start")
        await eventually_async(lambda: known() != process, "they say so")
        await asyncio.to_thread(node)
        # One of them does for all: hers may be behind.
        assert (await alice.gets_through("third"))["cacheID"] == first + 2


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
