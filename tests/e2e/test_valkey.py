"""Several servers on one PostgreSQL and one Valkey, and what happens when any of them goes away."""

import asyncio
import json
import signal
from contextlib import asynccontextmanager
from typing import AsyncIterator, Callable, Iterator, Union

import pytest

from support import http
from support.client import refusal, session
from support.deadline import eventually_async
from support.postgres import Database, PostgresServer, free_port
from support.relay import Relay
from support.server import ChatServer, StartFailure
from support.valkey import ValkeyServer

USERS = ["alice", "bob"]


@pytest.fixture(params=["valkey", "redis"])
def valkey(request) -> Iterator[ValkeyServer]:
    server = ValkeyServer(request.param)
    yield server
    server.end()


@pytest.fixture
def only_valkey() -> Iterator[Callable[..., ValkeyServer]]:
    """Starts Valkey servers with options."""
    made = []

    def start(**options: str) -> ValkeyServer:
        made.append(ValkeyServer(**options))
        return made[-1]

    yield start
    for server in made:
        server.end()


def on(database: Database, valkey: ValkeyServer, **settings: str) -> dict[str, str]:
    return {
        "store__backend": "postgres",
        "store__url": database.url,
        "store__timeout": "2s",
        "cache__backend": "valkey",
        "cache__url": valkey.url,
        "cache__timeout": "2s",
        **settings,
    }


@pytest.fixture
def node(start_server, database, valkey) -> Callable[..., ChatServer]:
    """Starts servers that share the database and the Valkey of the test."""

    def start(**settings: str) -> ChatServer:
        server = start_server(**on(database, valkey, **settings))
        if server.command("user", "list").stdout.count("alice") == 0:
            for name in USERS:
                server.add_user(name)
        return server

    return start


@asynccontextmanager
async def away(server: Union[PostgresServer, ValkeyServer], end: str, begin: str) -> AsyncIterator[None]:
    """Ends it, and begins it again whatever happens meanwhile: other tests need it too."""
    await asyncio.to_thread(server.command, end)
    try:
        yield
    finally:
        await asyncio.to_thread(server.command, begin)


def ready(server: ChatServer) -> dict:
    answer = http.get(server, "/readyz")
    assert answer.status == 200
    return answer.json


def metric(server: ChatServer, name: str) -> float:
    page = http.request(server.metrics_address, "GET", "/metrics").body.decode()
    return next(float(line.split()[1]) for line in page.splitlines() if line.startswith(name + " "))


def stored(database: Database) -> list[str]:
    return database.run("SELECT message FROM chatserver.chat_messages ORDER BY cache_id").splitlines()


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
        await alice.said("before")
        await eventually_async(lambda: stored(database) == ["before"], "the first is in the database")
        async with away(postgres, "freeze", "thaw"):
            await alice.said("taken on")
            await eventually_async(lambda: "store" in ready(first)["degraded"], "it is known to be in its hands")
            first.kill()
    node()
    await eventually_async(lambda: stored(database) == ["before", "taken on"], "the other server takes over")


async def test_who_has_seen_more_than_a_server_yet_is_let_in_when_it_has_come_there(start_server, database, only_valkey):
    port = free_port()
    valkey = only_valkey(port=str(port))
    relay = Relay(("127.0.0.1", port))
    first = start_server(**on(database, valkey, server__public_url="http://chat.localhost"))
    # The second server's way to Valkey can be cut.
    url = f"valkey://127.0.0.1:{relay.address[1]}"
    second = start_server(**on(database, valkey, server__public_url="http://chat.localhost", cache__url=url))
    for name in USERS:
        first.add_user(name)
    async with session(first, "alice") as alice, session(second, "bob", token=first.token("bob")) as bob:
        await alice.said("before")
        await bob.expect("chat_message")
        relay.down()
        seen = await alice.said("seen at the first")
        await alice.whisper(alice.id, "seen as well")
        seen_privately = await alice.expect("private_chat_message")
        for known in ({"since": seen["cacheID"]}, {"private_since": seen_privately["cacheID"]}):
            refused = await refusal(second, first.token("alice"), **known)
            assert refused.status_code == 503 and "Retry-After" in refused.headers
        relay.up()
        await bob.until("chat_message", message="seen at the first")
        async with session(
            second, "alice", token=first.token("alice"), since=seen["cacheID"], private_since=seen_privately["cacheID"]
        ) as again:
            assert again.welcome_messages == again.welcome_private_messages == []
            beyond = {"since": seen["cacheID"] + 1, "private_since": seen_privately["cacheID"] + 1}
            async with session(second, "alice", token=first.token("alice"), **beyond) as lost:
                assert lost.welcomed_with("bulk_chat_messages")["reset"] is True
                assert lost.welcomed_with("bulk_private_messages")["reset"] is True
    relay.down()


@pytest.mark.parametrize("end,begin", [("stop", "start"), ("kill", "start"), ("freeze", "thaw")])
async def test_sessions_outlive_valkey_and_all_resumes_by_itself(node, valkey, database, end, begin):
    server = node()
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        before = await alice.said("before")
        await bob.expect("chat_message")
        async with away(valkey, end, begin):
            await eventually_async(lambda: ready(server)["degraded"] == ["cache"], "the loss is seen by itself")
            assert ready(server)["cache"] == ("slow" if end == "freeze" else "away")
            assert metric(server, "chatserver_cache_available") == 0
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
        valkey.tell(*mend)
        await eventually_async(lambda: ready(server).get("cache") in (None, state), "it is connected")
        await alice.said("meanwhile", nonce="n1")
        assert ready(server) == {"degraded": []}


async def test_functions_that_valkey_has_lost_are_loaded_again(node, valkey):
    server = node()
    async with session(server, "alice") as alice:
        await alice.said("before")
        valkey.tell("FUNCTION", "FLUSH")
        await alice.said("after")


async def test_chat_goes_on_without_the_database_and_is_stored_later(node, postgres, database):
    server = node()
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await alice.said("before")
        await bob.expect("chat_message")
        async with away(postgres, "stop", "start"):
            for i in range(20):
                await alice.said(f"meanwhile {i}")
                assert (await bob.expect("chat_message"))["message"] == f"meanwhile {i}"
            await eventually_async(lambda: ready(server) == {"degraded": ["store"], "store": "away"}, "it is named")
        await eventually_async(lambda: ready(server)["degraded"] == [], "it is back")
    await eventually_async(lambda: len(stored(database)) == 21, "everything is stored")
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
            assert ready(server)["cache"] == "backlog"
        await eventually_async(lambda: stored(database) == said, "what was accepted is stored")
        await alice.said("after")


async def test_both_away_and_both_back(node, valkey, postgres, database):
    server = node()
    async with session(server, "alice") as alice:
        await alice.said("before")
        async with away(postgres, "kill", "start"), away(valkey, "kill", "start"):
            await eventually_async(lambda: ready(server)["degraded"] == ["store", "cache"], "both are named")
            await alice.say("meanwhile", nonce="n1")
            await alice.error("unavailable")
        await eventually_async(lambda: ready(server)["degraded"] == [], "both are back")
        await alice.said("meanwhile", nonce="n1")
    await eventually_async(lambda: stored(database) == ["before", "meanwhile"], "both are stored")


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
        await alice.said("before")
        await eventually_async(lambda: stored(database) == ["before"], "the first is stored")
        async with away(postgres, "freeze", "thaw"):
            await alice.said("only in Valkey")
            await asyncio.to_thread(valkey.command, "empty")
        await eventually_async(lambda: stored(database) == ["before", "only in Valkey"], "what was remembered is stored")
        await eventually_async(lambda: ready(server)["degraded"] == [], "the log is whole again")
        await alice.said("after")


async def test_a_message_that_the_database_refuses_is_set_aside_and_stops_nobody(node, valkey, database):
    server = node()
    async with session(server, "alice") as alice:
        await alice.said("before")
        await eventually_async(lambda: stored(database) == ["before"], "the first is stored")
        database.run("ALTER TABLE chatserver.chat_messages ADD CHECK (message <> 'poison')")
        for text in ("one", "poison", "two"):
            await alice.said(text)
        await eventually_async(lambda: stored(database) == ["before", "one", "two"], "the others are stored")
        await eventually_async(lambda: metric(server, "chatserver_messages_set_aside_total") == 1, "it is counted")
        assert "poison" in str(valkey.tell("XRANGE", "chat:aside", "-", "+"))
        assert "poison" not in server.log


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


async def test_a_server_that_was_frozen_while_the_log_was_trimmed_closes_its_sessions(node, valkey):
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
        first.signal(signal.SIGCONT)
        assert (await alice.closed())[0] == 4008
        async with session(first, "alice", since=before["cacheID"]) as again:
            assert again.welcome_messages[-1]["message"] == f"message {said - 1}"


# --- starting -----------------------------------------------------------------------


def refused(start_server, **settings: str) -> StartFailure:
    with pytest.raises(StartFailure) as failure:
        start_server(**settings)
    assert failure.value.exit_code == 3, failure.value.log
    return failure.value


@pytest.mark.parametrize(
    "options,hint",
    [
        ({"maxmemory": "100mb", "maxmemory_policy": "allkeys-lru"}, "noeviction"),
        ({"appendonly": "no"}, "cache.durable"),
        ({"appendfsync": "everysec"}, "appendfsync is not always"),
    ],
)
def test_a_valkey_that_may_lose_messages_is_refused_with_what_to_do(start_server, database, only_valkey, options, hint):
    valkey = only_valkey(**options)
    assert hint in refused(start_server, **on(database, valkey)).log
    if "maxmemory" in options:
        assert hint in refused(start_server, **on(database, valkey, cache__durable="false")).log
    else:
        start_server(**on(database, valkey, cache__durable="false"))


async def test_a_valkey_that_has_become_unsafe_is_used_no_more(start_server, database, only_valkey):
    valkey = only_valkey()
    server = start_server(**on(database, valkey))
    valkey.tell("CONFIG", "SET", "appendfsync", "everysec")
    valkey.tell("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    await eventually_async(lambda: ready(server).get("cache") == "unsafe", "it is verified again on reconnecting")
    valkey.tell("CONFIG", "SET", "appendfsync", "always")
    await eventually_async(lambda: ready(server)["degraded"] == [], "it is trusted again")


@pytest.mark.parametrize(
    "url,hint",
    [
        ("valkey://:s3cret@127.0.0.1:1", "127.0.0.1:1"),
        ("valkey://nobody:s3cret@{directory}/socket", "WRONGPASS"),
        ("valkey://{directory}/socket?db=99", "out of range"),
        ("valkey://{directory}/missing", "missing"),
        ("http://:s3cret@cache", "cache.url"),
        ("valkey://chat:s3@cret@cache", "%-encoded"),
    ],
)
def test_what_cannot_be_reached_is_3_with_what_to_do_and_no_password(start_server, database, only_valkey, url, hint):
    valkey = only_valkey()
    settings = on(database, valkey, cache__url=url.format(directory=valkey.directory))
    failure = refused(start_server, **settings)
    assert hint in failure.log
    assert "s3cret" not in failure.log and "cret@" not in failure.log


def test_a_user_of_an_access_list_gets_in(start_server, database, only_valkey):
    valkey = only_valkey()
    valkey.tell("ACL", "SETUSER", "chat", "on", ">p@ss/word", "~chat:*", "+@all", "-@admin", "+config|get")
    url = f"valkey://chat:p%40ss%2Fword@{valkey.directory}/socket"
    start_server(**on(database, valkey, cache__url=url))


def test_the_prefix_of_another_server_is_refused_and_one_of_its_own_is_not(start_server, postgres, only_valkey):
    valkey = only_valkey()
    start_server(**on(postgres.new_database(), valkey))
    theirs = postgres.new_database()
    assert "cache.prefix" in refused(start_server, **on(theirs, valkey)).log
    start_server(**on(theirs, valkey, cache__prefix="other"))


def test_data_of_something_else_under_the_prefix_is_refused_and_left_alone(start_server, database, only_valkey):
    valkey = only_valkey()
    valkey.tell("SET", "chat:state", "theirs")
    assert "WRONGTYPE" in refused(start_server, **on(database, valkey)).log
    assert valkey.tell("GET", "chat:state") == "theirs"


def test_sqlite_with_valkey_is_refused_by_name(start_server):
    with pytest.raises(StartFailure) as failure:
        start_server(cache__backend="valkey", cache__url="valkey://127.0.0.1")
    assert failure.value.exit_code == 2
    assert "valkey goes with store.backend postgres" in failure.value.log


def test_a_server_without_valkey_keeps_servers_with_it_off_its_database(start_server, database, only_valkey):
    start_server(store__backend="postgres", store__url=database.url)
    assert "another server" in refused(start_server, **on(database, only_valkey())).log
