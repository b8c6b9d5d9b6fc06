"""An upgrade, server by server: two versions, each with functions of its own, over the same data."""

import pytest

from support.admin import Api
from support.client import session
from support.deadline import eventually_async
from support.nodes import on, ready, stored
from support.other_version import other_version
from support.server import ChatServer
from support.valkey import ValkeyServer


@pytest.fixture
def old(start_server, database, valkey, tmp_path) -> ChatServer:
    """A server of another version, with accounts."""
    server = start_server.prepare(**on(database, valkey))
    server.program = other_version(tmp_path)
    server.start()
    server.add_user("admin", admin=True)
    return server


def libraries(valkey: ValkeyServer) -> set[str]:
    """Of ours, by name."""
    listed = valkey.tell("FUNCTION", "LIST", "LIBRARYNAME", "chat_*")
    return {dict(zip(one[::2], one[1::2]))["library_name"] for one in listed}


def remove(valkey: ValkeyServer, names: set[str]) -> None:
    """As operations.md says; other servers may load some of them again meanwhile."""
    for name in names & libraries(valkey):
        valkey.tell("FUNCTION", "DELETE", name)


async def test_each_goes_on_with_its_own_functions_until_the_old_ones_are_removed(old, node, valkey, database):
    async with session(old, "admin") as first:
        ids = [(await first.said("before the upgrade", nonce="n1"))["cacheID"]]
        of_old = libraries(valkey)
        new = node()
        async with session(new, "alice") as alice, session(old, "bob") as bob:
            for i in range(10):
                ids.append((await (alice if i % 2 else bob).said(f"message {i}"))["cacheID"])
            assert ids == list(range(ids[0], ids[0] + 11))
            assert libraries(valkey) - of_old
            # What one of them has done holds for the other.
            await alice.whisper(bob.id, "psst")
            assert (await bob.until("private_chat_message", message="psst"))["cacheID"] == 1
            assert Api(new, new.dashboard_token()).ban(bob.id, reason="spam").status == 200
            assert (await bob.closed())[0] == 4003
            # The old one loads its own again, if somebody was too quick.
            remove(valkey, of_old)
            await first.said("after")
            assert libraries(valkey) & of_old
            assert old.stop() == 0
            remove(valkey, of_old)
            await alice.said("and on")
    await eventually_async(lambda: len(stored(database)) == 13, "everything is stored")
    assert ready(new) == {"degraded": []}
