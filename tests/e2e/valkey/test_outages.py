"""Valkey, PostgreSQL or both away, slow or refusing: named, got over, and nothing lost."""

import asyncio
import time

import pytest

from support.admin import Api
from support.client import refusal, session
from support.deadline import eventually_async
from support.nodes import away, gets_over_a_loss, metric, ready, said_and_stored, state_of, stored


@pytest.mark.parametrize("end,begin", [("stop", "start"), ("kill", "start"), ("freeze", "thaw")])
async def test_sessions_outlive_valkey_and_all_resumes_by_itself(node, valkey, database, end, begin):
    server = node()
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        before = await alice.said("before")
        await bob.expect("chat_message")
        async with away(valkey, end, begin):
            await eventually_async(lambda: ready(server)["degraded"] == ["cache"], "the loss is seen by itself")
            assert state_of(server, "cache") == ("slow" if end == "freeze" else "away")
            await alice.say("meanwhile", nonce="n1")
            assert (await alice.error("unavailable"))["retry_after_ms"] > 0
        await eventually_async(lambda: ready(server)["degraded"] == [], "the return is seen by itself")
        after = await alice.said("meanwhile", nonce="n1")
        assert after["cacheID"] == before["cacheID"] + 1
        assert (await bob.expect("chat_message"))["cacheID"] == after["cacheID"]
    await eventually_async(lambda: stored(database) == ["before", "meanwhile"], "both are in the database")


@pytest.mark.parametrize(
    "state,spoil,mend",
    [
        ("read_only", ("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE")),
        ("full", ("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),
        ("refusing", ("CONFIG", "SET", "min-replicas-to-write", "1"), ("CONFIG", "SET", "min-replicas-to-write", "0")),
    ],
)
async def test_a_valkey_that_takes_no_writes_is_named_and_got_over(node, valkey, state, spoil, mend):
    server = node()
    async with session(server, "alice") as alice:
        await alice.said("before")
        valkey.tell(*spoil)
        while ready(server) != {"degraded": ["cache"], "cache": state}:
            await alice.say("meanwhile", nonce="n1")
            await alice.error("unavailable")
        assert state_of(server, "cache") == state
        valkey.tell(*mend)
        await eventually_async(lambda: ready(server).get("cache") in (None, state), "it is connected")
        await alice.said("meanwhile", nonce="n1")
        assert ready(server) == {"degraded": []}
        assert state_of(server, "cache") == "ok"


async def test_functions_that_valkey_has_lost_are_loaded_again(node, valkey):
    server = node()
    async with session(server, "alice") as alice:
        await alice.said("before")
        valkey.tell("FUNCTION", "FLUSH")
        await alice.said("after")


async def test_chat_goes_on_without_the_database_and_is_stored_later(node, postgres, database):
    server, other = node(), node()
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await said_and_stored(alice, database, "before")
        await bob.expect("chat_message")
        async with away(postgres, "stop", "start"):
            for i in range(20):
                await alice.said(f"meanwhile {i}")
                assert (await bob.expect("chat_message"))["message"] == f"meanwhile {i}"
            for one in (server, other):
                await eventually_async(lambda: ready(one) == {"degraded": ["store"], "store": "away"}, "it is named")
                assert state_of(one, "store") == "away"
                await eventually_async(lambda: metric(one, "chatserver_backlog_messages") == 20, "who waits is counted")
        for one in (server, other):
            await eventually_async(lambda: ready(one)["degraded"] == [], "it is back")
            await eventually_async(lambda: metric(one, "chatserver_backlog_messages") == 0, "nobody waits")
            assert state_of(one, "store") == "ok"
    assert stored(database) == ["before", *(f"meanwhile {i}" for i in range(20))]


async def test_a_full_backlog_refuses_until_the_database_is_back(node, postgres, database):
    server = node(cache__backlog_max="10")
    async with session(server, "alice") as alice:
        await alice.said("before")
        said = ["before"]
        async with away(postgres, "stop", "start"):
            while True:
                await alice.say(f"message {len(said)}")
                frame = await alice.next()
                if frame["type"] == "error":
                    break
                said.append(frame["payload"]["message"])
            assert frame["payload"]["code"] == "unavailable"
            assert len(said) <= 12
            assert state_of(server, "cache") == "backlog"
            await eventually_async(lambda: metric(server, "chatserver_backlog_messages") >= 10, "who waits is counted")
        await eventually_async(lambda: stored(database) == said, "what was accepted is stored")
        # That it is stored is counted a moment later.
        await alice.gets_through("after")


async def test_both_away_and_both_back(node, valkey, postgres, database):
    server = node()
    async with session(server, "alice") as alice:
        await alice.said("before")
        async with away(postgres, "kill", "start"), away(valkey, "kill", "start"):
            await eventually_async(lambda: ready(server)["degraded"] == ["store", "cache"], "both are named")
            assert (state_of(server, "store"), state_of(server, "cache")) == ("away", "away")
            await alice.say("meanwhile", nonce="n1")
            await alice.error("unavailable")
        await eventually_async(lambda: ready(server)["degraded"] == [], "both are back")
        await alice.said("meanwhile", nonce="n1")
    await eventually_async(lambda: stored(database) == ["before", "meanwhile"], "both are stored")


async def test_a_message_that_the_database_refuses_is_set_aside_and_stops_nobody(node, valkey, database):
    server = node()
    async with session(server, "alice") as alice:
        await said_and_stored(alice, database, "before")
        database.run("ALTER TABLE chatserver.chat_messages ADD CHECK (message <> 'poison')")
        for text in ("one", "poison", "two"):
            await alice.said(text)
        await eventually_async(lambda: stored(database) == ["before", "one", "two"], "the others are stored")
        await eventually_async(lambda: metric(server, "chatserver_messages_set_aside_total") == 1, "it is counted")
        assert "poison" in str(valkey.tell("XRANGE", "chat:aside", "-", "+"))
        assert "poison" not in server.log


async def test_nothing_is_set_aside_for_a_lock_in_the_database(node, database):
    server = node(store__timeout="1s")
    async with session(server, "alice") as alice:
        await said_and_stored(alice, database, "before")
        with database.locked("chatserver.chat_messages"):
            await alice.said("meanwhile")
            await eventually_async(lambda: ready(server) == {"degraded": ["store"], "store": "away"}, "it is named")
            await eventually_async(lambda: len(server.events("database lost")) > 4, "it is tried again and again")
            await alice.said("chat goes on")
        await eventually_async(lambda: stored(database)[1:] == ["meanwhile", "chat goes on"], "all is stored")
    assert metric(server, "chatserver_messages_set_aside_total") == 0


# Longer than one time-out of the database by far, and much less than one for each of so many.
NONCES = 12
HELD_UP_S = 12.0


async def test_after_a_loss_a_silent_database_does_not_hold_up_messages_without_nonce(node, valkey, postgres, database):
    server = node()
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await said_and_stored(alice, database, "before")
        # From now on the database has to be asked for the nonces of the last day.
        await asyncio.to_thread(valkey.command, "empty")
        await gets_over_a_loss(server)
        async with away(postgres, "freeze", "thaw"):
            for i in range(NONCES):
                await alice.say(f"with nonce {i}", nonce=f"n{i}")
            begun = time.monotonic()
            await bob.said("without")
            assert time.monotonic() - begun < HELD_UP_S
            refused = [(await alice.until("error", code="unavailable"))["nonce"] for _ in range(NONCES)]
            assert refused == [f"n{i}" for i in range(NONCES)]
        while True:  # the same may be sent again
            await alice.say("with nonce 0", nonce="n0")
            frame = await alice.next()
            if frame["type"] == "chat_message" and frame["payload"]["message"] == "with nonce 0":
                break
    await eventually_async(lambda: stored(database) == ["before", "without", "with nonce 0"], "each is stored, once")


async def test_a_change_that_cannot_come_into_force_is_refused_and_leaves_no_trace(node, valkey):
    server = node()
    server.add_user("admin", admin=True)
    api = Api(server, server.dashboard_token())
    async with session(server, "bob") as bob:
        async with away(valkey, "kill", "start"):
            await eventually_async(lambda: ready(server)["degraded"] == ["cache"], "the loss is seen")
            reply = api.ban(bob.id, reason="spam")
            assert (reply.status, int(reply.headers["Retry-After"]) > 0) == (503, True)
        await eventually_async(lambda: ready(server)["degraded"] == [], "it is back")
        assert api.bans() == []
        await bob.said("still here")
        assert api.ban(bob.id, reason="spam").status == 200
        assert await bob.closed() == (4003, "spam")


async def test_who_may_connect_is_known_while_the_database_is_away(node, postgres):
    server = node()
    server.add_user("admin", admin=True)
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        seen = await alice.said("before")
        assert Api(server, server.dashboard_token()).ban(bob.id, reason="spam").status == 200
        await bob.closed()
    async with away(postgres, "stop", "start"):
        await eventually_async(lambda: ready(server)["degraded"] == ["store"], "the loss is seen")
        assert (await refusal(server, server.token("bob"))).status_code == 403
        async with session(server, "alice") as alice:
            assert alice.welcome_messages[-1]["cacheID"] == seen["cacheID"]
            await alice.said("meanwhile")
