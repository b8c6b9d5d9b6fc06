"""Valkey has heard and done what it was asked, and the connection breaks before its answer; or it hears it late."""

import pytest

from support.admin import Api
from support.client import ChatClient, session
from support.deadline import eventually_async
from support.nodes import on, stored
from support.ports import free_port
from support.relay import Relay
from support.server import ChatServer
from support.valkey import ValkeyServer


@pytest.fixture
def valkey(only_valkey) -> ValkeyServer:
    """On a port too."""
    return only_valkey(port=str(free_port()))


@pytest.fixture
def relay(valkey) -> Relay:
    """Between the server and Valkey."""
    relay = Relay(("127.0.0.1", int(valkey.tell("CONFIG", "GET", "port")[1])))
    yield relay
    relay.down()


@pytest.fixture
def server(start_server, database, valkey, relay) -> ChatServer:
    server = start_server(**on(database, valkey, cache__url="valkey://%s:%d" % relay.address))
    for name in ("alice", "bob"):
        server.add_user(name)
    server.add_user("admin", admin=True)
    return server


def entries(valkey: ValkeyServer, kind: str) -> list[dict[str, str]]:
    """Of the log."""
    found = [dict(zip(fields[::2], fields[1::2])) for _, fields in valkey.tell("XRANGE", "chat:log", "-", "+")]
    return [entry for entry in found if entry["k"] == kind]


async def said_at_last(client: ChatClient, text: str, channel: str = "General") -> dict:
    """Says it until it is taken: the answer to who came before may still be asked for."""
    while True:
        await client.say(text, channel, nonce=text)
        frame = await client.next()
        if frame["type"] == "chat_message":
            assert frame["payload"]["message"] == text
            return frame["payload"]
        assert frame["payload"]["code"] == "unavailable", frame


async def test_a_message_takes_place_once_though_its_author_gave_it_no_nonce(server, relay, valkey, database):
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        before = await alice.said("before")
        relay.down_after(b"in doubt")
        await alice.say("in doubt")
        await eventually_async(lambda: len(entries(valkey, "m")) == 2, "Valkey has it")
        relay.up()
        seen = [await alice.expect("chat_message"), await said_at_last(alice, "after")]
        assert [one["message"] for one in seen] == ["in doubt", "after"]
        assert [one["cacheID"] for one in seen] == [before["cacheID"] + 1, before["cacheID"] + 2]
        assert [(await bob.expect("chat_message"))["message"] for _ in range(3)] == ["before", "in doubt", "after"]
    await eventually_async(lambda: stored(database) == ["before", "in doubt", "after"], "each is stored, once")


async def test_who_waits_behind_it_is_told_and_may_send_again(server, relay, valkey, database):
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        relay.down_after(b"in doubt")
        await alice.say("in doubt")
        await eventually_async(lambda: entries(valkey, "m"), "Valkey has it")
        await bob.say("behind it", nonce="behind it")
        await bob.error("unavailable")
        relay.up()
        assert (await bob.until("chat_message", message="in doubt"))["username"] == "alice"
        await said_at_last(bob, "behind it")
    await eventually_async(lambda: stored(database) == ["in doubt", "behind it"], "each is stored, once")


async def test_a_batch_that_arrives_after_it_was_sent_again_does_nothing(server, relay, valkey, database):
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        seen = [await alice.said("before")]
        relay.hold(b"in doubt")
        await alice.say("in doubt")
        seen += [await alice.expect("chat_message"), await alice.said("and on")]
        relay.release()
        seen.append(await alice.said("after"))
        texts = ["before", "in doubt", "and on", "after"]
        assert [one["message"] for one in seen] == texts
        assert [one["cacheID"] for one in seen] == list(range(seen[0]["cacheID"], seen[0]["cacheID"] + 4))
        assert [(await bob.expect("chat_message"))["message"] for _ in texts] == texts
    await eventually_async(lambda: stored(database) == texts, "each is stored, once")


async def test_a_change_takes_place_once(server, relay, valkey):
    api = Api(server, server.dashboard_token())
    async with session(server, "alice") as alice:
        relay.down_after(b"never heard of")
        api.post("/channels", {"name": "never heard of"})
        await eventually_async(lambda: len(entries(valkey, "c")) == 1, "Valkey has it")
        relay.up()
        await alice.expect("active_channels")
        await said_at_last(alice, "hello", channel="never heard of")
        assert len(entries(valkey, "c")) == 1
    assert api.channel_names() == ["General", "never heard of"]
