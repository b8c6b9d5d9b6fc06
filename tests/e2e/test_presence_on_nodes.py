"""Who is present, where several servers share a Valkey: one list, whichever server somebody is on."""

import asyncio
import signal
import time
from typing import Callable, Iterable, Iterator

import pytest

from support import http
from support.backends import shared
from support.client import ChatClient, session
from support.deadline import eventually_async
from support.nodes import away
from support.server import ChatServer
from support.servers import USERS
from support.valkey import ValkeyServer


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """One that the test may stop and empty."""
    server = ValkeyServer()
    yield server
    server.end()


@pytest.fixture
def node(start_server, database, valkey) -> Callable[..., ChatServer]:
    """Starts servers that share the database and the Valkey of the test."""

    def start(**settings: str) -> ChatServer:
        server = start_server(**shared(database, valkey), **settings)
        if "alice" not in server.command("user", "list").stdout:
            for name in USERS:
                server.add_user(name)
        return server

    return start


def metric(server: ChatServer, name: str) -> float:
    page = http.request(server.metrics_address, "GET", "/metrics").body.decode()
    return next(float(line.split()[1]) for line in page.splitlines() if line.startswith(name + " "))


def watching(server: ChatServer, name: str):
    """A session that is to be asked what it was told of presence."""
    return session(server, name, ignored=())


def status(client: ChatClient, present: bool) -> dict:
    return {"username": client.name, "id": client.id, "status": present}


def listed(client: ChatClient) -> list[str]:
    return sorted(user["username"] for user in client.welcomed_with("connected_users")["users"])


async def listed_at(server: ChatServer, name: str) -> list[str]:
    """Who is there for somebody who comes now; `name` is there already."""
    async with session(server, name) as newcomer:
        return listed(newcomer)


async def told_nothing_until_somebody_comes_and_goes(watcher: ChatClient, server: ChatServer, name: str) -> None:
    """Whatever `server` said of its users before, it has said before these two."""
    async with session(server, name) as passing:
        assert await watcher.expect("user_status") == status(passing, True)
    assert await watcher.expect("user_status") == status(passing, False)


async def test_everybody_on_every_server_is_listed_and_told_of(node):
    first, second, third = node(), node(), node()
    async with watching(first, "alice") as alice, session(second, "bob") as bob:
        assert await alice.expect("user_status") == status(bob, True)
        async with session(third, "carol") as carol:
            assert await alice.expect("user_status") == status(carol, True)
            await eventually_async(lambda: metric(third, "chatserver_users_online") == 3, "carol's server knows all")
            assert await listed_at(third, "carol") == ["alice", "bob", "carol"]
            # A server that starts knows everybody before it lets anybody in.
            assert await listed_at(node(), "carol") == ["alice", "bob", "carol"]
        assert await alice.expect("user_status") == status(carol, False)
        assert metric(first, "chatserver_nodes") == 4
        assert metric(first, "chatserver_presence_shared") == 1


async def test_a_user_on_two_servers_leaves_once_with_the_last_session(node):
    first, second, third = node(), node(), node()
    async with watching(first, "alice") as alice:
        async with session(second, "bob") as bob:
            assert await alice.expect("user_status") == status(bob, True)
            async with session(third, "bob"), session(first, "bob"):
                assert await listed_at(first, "alice") == ["alice", "bob"]
                await told_nothing_until_somebody_comes_and_goes(alice, third, "carol")
            await told_nothing_until_somebody_comes_and_goes(alice, third, "carol")
        assert await alice.expect("user_status") == status(bob, False)
        await told_nothing_until_somebody_comes_and_goes(alice, second, "carol")


# What we promise.
GONE_WITHIN_S = 10.0


async def seconds_until_gone(server: ChatServer, name: str, watchers: Iterable[ChatClient]) -> float:
    """How long after the death of a server the last of them is told that its user is gone."""
    async with session(server, name) as user:
        for one in watchers:
            assert await one.until("user_status", username=name) == status(user, True)
        server.crash()
        begun = time.monotonic()
        for one in watchers:
            assert await one.expect("user_status") == status(user, False)
        return time.monotonic() - begun


async def test_users_of_a_server_that_was_killed_are_gone_on_the_others(node):
    first, second, third = node(), node(), node()
    async with watching(first, "alice") as alice, watching(second, "carol") as carol:
        assert await alice.expect("user_status") == status(carol, True)
        took = await seconds_until_gone(third, "bob", (alice, carol))
        for _ in range(2):  # as quick as it is when nothing else holds up this machine
            if took <= GONE_WITHIN_S:
                break
            third.start()
            took = await seconds_until_gone(third, "bob", (alice, carol))
        assert took <= GONE_WITHIN_S
        assert await listed_at(second, "carol") == ["alice", "carol"]
        await eventually_async(lambda: metric(first, "chatserver_nodes") == 2, "it is known to be gone")


async def test_users_of_a_server_that_stops_are_gone_on_the_others(node):
    first, second = node(), node()
    async with watching(first, "alice") as alice:
        async with session(second, "bob") as bob:
            assert await alice.expect("user_status") == status(bob, True)
            assert await asyncio.to_thread(second.stop) == 0
            assert await alice.expect("user_status") == status(bob, False)


@pytest.mark.parametrize("in_a_call", [False, True])
async def test_a_server_that_was_frozen_says_again_who_is_there(node, valkey, in_a_call):
    first, second = node(), node()
    async with watching(first, "alice") as alice:
        await eventually_async(lambda: metric(second, "chatserver_users_online") == 1, "the other server knows her")
        async with watching(second, "bob") as bob:
            assert await alice.expect("user_status") == status(bob, True)
            if in_a_call:
                async with away(valkey, "freeze", "thaw"):
                    await asyncio.sleep(0.3)  # it asks ten times a second
                    second.signal(signal.SIGSTOP)
            else:
                second.signal(signal.SIGSTOP)
            try:
                assert await alice.expect("user_status") == status(bob, False)
                assert await listed_at(first, "alice") == ["alice"]
                await asyncio.sleep(1.5)  # by its own clock, too, it has heard nothing for as long as a lease
            finally:
                second.signal(signal.SIGCONT)
            assert await alice.expect("user_status") == status(bob, True)
            assert await listed_at(second, "bob") == ["alice", "bob"]
            # Bob's server has never lost Alice.
            await told_nothing_until_somebody_comes_and_goes(bob, first, "carol")


@pytest.mark.parametrize("how", ["restarted", "emptied"])
async def test_nobody_leaves_while_valkey_comes_back(node, valkey, how):
    first, second = node(), node()
    async with watching(first, "alice") as alice, session(second, "bob") as bob:
        assert await alice.expect("user_status") == status(bob, True)
        if how == "emptied":
            await asyncio.to_thread(valkey.command, "empty")
        else:
            await asyncio.to_thread(valkey.command, "kill")
            await asyncio.to_thread(valkey.command, "start")
        await told_nothing_until_somebody_comes_and_goes(alice, second, "carol")
        assert await listed_at(first, "alice") == ["alice", "bob"]
        assert await listed_at(node(), "alice") == ["alice", "bob"]


async def test_without_valkey_each_server_goes_on_with_its_own_users(node, valkey):
    first, second = node(), node()
    async with watching(first, "alice") as alice, session(second, "bob") as bob:
        assert await alice.expect("user_status") == status(bob, True)
        await asyncio.to_thread(valkey.command, "freeze")
        try:
            assert await alice.expect("user_status") == status(bob, False)
            async with session(first, "carol") as carol:
                assert listed(carol) == ["alice", "carol"]
                assert await alice.expect("user_status") == status(carol, True)
                assert metric(first, "chatserver_presence_shared") == 0
            assert await alice.expect("user_status") == status(carol, False)
        finally:
            await asyncio.to_thread(valkey.command, "thaw")
        assert await alice.expect("user_status") == status(bob, True)
        await eventually_async(lambda: metric(first, "chatserver_presence_shared") == 1, "presence is shared again")
