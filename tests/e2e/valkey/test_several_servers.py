"""Several servers on one PostgreSQL and one Valkey: what holds on each of them."""

import json
import signal
from contextlib import asynccontextmanager
from typing import AsyncIterator

import pytest

from support import http
from support.admin import Api
from support.client import session
from support.deadline import eventually_async
from support.nodes import away, ready, said_and_stored, stored


async def test_people_on_two_servers_are_in_one_chat(node, database):
    first, second = node(), node()
    async with session(first, "alice") as alice, session(second, "bob") as bob:
        said = await alice.said("hello", nonce="n1")
        assert (await bob.expect("chat_message"))["cacheID"] == said["cacheID"]
        answered = await bob.said("hello yourself")
        assert answered["cacheID"] == said["cacheID"] + 1
        assert (await alice.expect("chat_message"))["message"] == "hello yourself"
        await alice.whisper(bob.id, "psst")
        assert (await bob.expect("private_chat_message"))["message"] == "psst"
        await alice.expect("private_chat_message")
    # A nonce holds on every server.
    async with session(second, "alice") as alice:
        await alice.say("hello", nonce="n1")
        assert (await alice.expect("chat_message"))["cacheID"] == said["cacheID"]
        assert [one["message"] for one in alice.welcome_messages] == ["hello", "hello yourself"]
        assert [one["message"] for one in alice.welcome_private_messages] == ["psst"]
    await eventually_async(lambda: stored(database) == ["hello", "hello yourself"], "they go into the database")


async def test_the_rate_limit_is_one_for_all_servers(node, database):
    first, second = node(limits__messages="3"), node()
    async with session(first, "alice") as here, session(second, "alice") as there:
        for i in range(3):
            await (here if i % 2 else there).said(f"message {i}")
        await there.say("one too many")
        await there.until("error", code="rate_limited")


async def test_a_ban_holds_on_every_server_at_once(node):
    first, second = node(), node()
    first.add_user("root", admin=True)
    async with session(second, "bob") as bob:
        answer = http.call(
            first, "POST", "/users/ban", json.dumps({"banished_id": bob.id, "reason": "spam"}).encode(),
            Authorization=f"Bearer {first.dashboard_token('root')}", Content_Type="application/json",
        )  # fmt: skip
        assert answer.status == 200
        assert await bob.closed() == (4003, "spam")


async def test_a_session_resumes_on_another_server_without_gap_or_duplicate(node):
    first, second = node(), node()
    async with session(first, "alice") as alice:
        seen = [(await alice.said(f"message {i}"))["cacheID"] for i in range(5)]
        first.kill()
    async with session(second, "bob") as bob:
        missed = [(await bob.said(f"meanwhile {i}"))["cacheID"] for i in range(5)]
        async with session(second, "alice", since=seen[-1]) as alice:
            assert [one["cacheID"] for one in alice.welcome_messages] == missed


async def test_what_a_killed_server_had_taken_on_goes_into_the_database_through_another(node, postgres, database):
    first = node()
    async with session(first, "alice") as alice:
        await said_and_stored(alice, database, "before")
        async with away(postgres, "freeze", "thaw"):
            await alice.said("taken on")
            await eventually_async(lambda: "store" in ready(first)["degraded"], "it is known to be in its hands")
            first.kill()
    node()
    await eventually_async(lambda: stored(database) == ["before", "taken on"], "the other server takes over")


async def test_a_message_that_was_deleted_is_not_stored_by_a_server_that_was_late(node, valkey, database):
    first = node()
    async with session(first, "alice") as alice:
        await said_and_stored(alice, database, "before")
        with database.locked("chatserver.chat_messages"):
            regretted = await alice.said("regretted")
            await eventually_async(lambda: "away" in ready(first).get("store", ""), "it has it in its hands")
            first.signal(signal.SIGSTOP)
            sessions = f"pg_stat_activity WHERE application_name LIKE 'chatserver process {first.pid} %'"
            database.run(f"SELECT pg_terminate_backend(pid) FROM {sessions}")
        second = node()
        second.add_user("admin", admin=True)
        Api(second, second.dashboard_token()).delete_messages([regretted["cacheID"]])
        first.signal(signal.SIGCONT)
        await alice.expect("message_deleted")
        waiting = lambda: valkey.tell("XPENDING", "chat:log", "store")[0]
        await eventually_async(lambda: waiting() == 0, "it is rid of what it had")
    assert stored(database) == ["before"]
    async with session(second, "bob") as bob:
        assert [one["message"] for one in bob.welcome_messages] == ["before"]


@asynccontextmanager
async def nothing(*_) -> AsyncIterator[None]:
    yield


# With the database away it cannot tell yet what was missed, and must not go on as if nothing had been.
@pytest.mark.parametrize("meanwhile", [nothing, away], ids=["", "while_the_database_is_away"])
async def test_a_server_that_was_frozen_while_the_log_was_trimmed_closes_its_sessions(
    node, valkey, postgres, meanwhile
):
    first, second = node(cache__messages="5"), node(cache__messages="5")
    async with session(first, "alice") as alice, session(second, "bob") as bob:
        before = await alice.said("before")
        await bob.expect("chat_message")
        first.signal(signal.SIGSTOP)
        said = 0
        # Beyond what was on its way to the frozen one: the answer to the question that it had asked.
        unseen = f"{before['cacheID'] + 50}-0"
        while said < 60 or valkey.tell("XRANGE", "chat:log", unseen, unseen):
            for _ in range(20):
                await bob.say(f"message {said}")
                said += 1
            await bob.until("chat_message", message=f"message {said - 1}")
        async with meanwhile(postgres, "stop", "start"):
            first.signal(signal.SIGCONT)
            if meanwhile is away:
                named = {"degraded": ["store", "cache"], "store": "away", "cache": "restoring"}
                await eventually_async(lambda: ready(first) == named, "it wants to know what was missed")
            await bob.said("last")
        assert (await alice.closed())[0] == 4008
        await eventually_async(lambda: ready(first)["degraded"] == [], "all is well again")
        async with session(first, "alice", since=before["cacheID"]) as again:
            shown = await again.shown_up_to("last")
            assert shown[-2:] == [f"message {said - 1}", "last"]
