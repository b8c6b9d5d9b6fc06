"""Valkey comes back empty, or with the data of an older moment."""

import asyncio

import pytest

from support.client import session
from support.deadline import eventually_async
from support.nodes import away, ready, stored
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
        await alice.said("before")
        await eventually_async(lambda: stored(database) == ["before"], "the first is stored")
        async with away(postgres, "freeze", "thaw"):
            await alice.said("only in Valkey")
            await asyncio.to_thread(valkey.command, "empty")
        await eventually_async(lambda: stored(database) == ["before", "only in Valkey"], "what was remembered is stored")
        await eventually_async(lambda: ready(server)["degraded"] == [], "the log is whole again")
        await alice.said("after")
