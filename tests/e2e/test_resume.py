"""Reconnecting with the last ids: every message exactly once."""

import pytest

from support import database
from support.client import session


def ids(messages: list[dict]) -> list[int]:
    return [message["cacheID"] for message in messages]


async def test_a_resumed_session_gets_just_what_is_newer(start_server):
    server = start_server()
    async with session(server, "alice") as alice:
        sent = [await alice.said(f"message {i}") for i in range(10)]
        async with session(server, "bob", since=sent[3]["cacheID"]) as bob:
            assert bob.welcome_messages == [dict(message) for message in sent[4:]]
            assert "truncated" not in bob.welcomed_with("bulk_chat_messages")
            assert "reset" not in bob.welcomed_with("bulk_chat_messages")
            live = await alice.said("live")
            assert (await bob.expect("chat_message"))["cacheID"] == live["cacheID"]
        async with session(server, "bob", since=live["cacheID"]) as bob:
            assert bob.welcomed_with("bulk_chat_messages") is None
            assert [frame["type"] for frame in bob.welcome] == ["active_channels", "connected_users"]


async def test_private_messages_are_resumed_apart(start_server):
    server = start_server()
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        sent = []
        for i in range(6):
            await alice.whisper(bob.id, f"private {i}")
            sent.append(await bob.expect("private_chat_message"))
        public = await alice.said("public")
    async with session(server, "bob", since=public["cacheID"], private_since=sent[2]["cacheID"]) as bob:
        assert bob.welcome_messages == []
        assert ids(bob.welcome_private_messages) == ids(sent[3:])
    async with session(server, "bob", since=0, private_since=sent[-1]["cacheID"]) as bob:
        assert ids(bob.welcome_messages) == [public["cacheID"]]
        assert bob.welcome_private_messages == []


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_long_gap_is_read_from_the_database(start_server, restarted):
    server = start_server(cache__messages="5")
    async with session(server, "alice") as alice:
        sent = [await alice.said(f"message {i}") for i in range(300)]
    if restarted:
        server.restart()
    async with session(server, "bob", since=sent[9]["cacheID"]) as bob:
        assert ids(bob.welcome_messages) == ids(sent[10:])
        assert "truncated" not in bob.welcomed_with("bulk_chat_messages")
    async with session(server, "bob", since=0) as bob:
        assert ids(bob.welcome_messages) == ids(sent)


async def test_what_is_too_much_is_cut_at_the_old_end_and_said(start_server):
    server = start_server(resume__messages_max="20", cache__messages="10")
    async with session(server, "alice") as alice:
        sent = []
        for i in range(50):
            sent.append(await alice.said(f"message {i}"))
            await alice.whisper(alice.id, f"private {i}")
            await alice.expect("private_chat_message")
    async with session(server, "alice", since=sent[0]["cacheID"], private_since=0) as alice:
        assert ids(alice.welcome_messages) == ids(sent[30:])
        assert alice.welcomed_with("bulk_chat_messages")["truncated"] is True
        assert [message["message"] for message in alice.welcome_private_messages] == [
            f"private {i}" for i in range(30, 50)
        ]
        assert alice.welcomed_with("bulk_private_messages")["truncated"] is True


async def test_an_id_that_was_never_given_out_resets(start_server):
    server = start_server()
    async with session(server, "alice") as alice:
        sent = [await alice.said(f"message {i}") for i in range(3)]
    async with session(server, "bob", since=1_000_000_000) as bob:
        assert ids(bob.welcome_messages) == ids(sent)
        assert bob.welcomed_with("bulk_chat_messages")["reset"] is True


async def test_the_author_gets_the_nonces_back_and_nobody_else(start_server):
    server = start_server()
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await alice.said("with a nonce", nonce="mine")
        await alice.whisper(bob.id, "private with a nonce", nonce="mine too")
        await alice.expect("private_chat_message")
    for since in ({}, {"since": 0, "private_since": 0}):
        async with session(server, "alice", **since) as alice:
            assert alice.welcome_messages[0]["nonce"] == "mine"
            assert alice.welcome_private_messages[0]["nonce"] == "mine too"
        async with session(server, "bob", **since) as bob:
            assert "nonce" not in bob.welcome_messages[0]
            assert "nonce" not in bob.welcome_private_messages[0]


@pytest.mark.parametrize("crashed", [False, True])
async def test_ids_go_on_after_a_restart(start_server, crashed):
    server = start_server()
    async with session(server, "alice") as alice:
        before = await alice.said("before")
    if crashed:
        server.crash().start()
    else:
        server.restart()
    async with session(server, "alice") as alice:
        after = await alice.said("after")
        assert after["cacheID"] > before["cacheID"]
        assert after["authored_at"] >= before["authored_at"]
        assert after["cacheID"] < 1 << 31


async def test_an_id_is_not_given_out_again_after_the_newest_rows_are_gone(start_server):
    server = start_server()
    async with session(server, "alice") as alice:
        before = await alice.said("before")
    assert server.stop() == 0
    database.execute(server, "DELETE FROM chat_messages")
    server.start()
    async with session(server, "alice") as alice:
        assert (await alice.said("after"))["cacheID"] > before["cacheID"]


async def test_a_resumed_session_is_told_of_deletions(start_server):
    server = start_server()
    async with session(server, "alice") as alice:
        sent = [await alice.said(f"message {i}") for i in range(4)]
    assert server.stop() == 0
    gone = sent[1]["cacheID"]
    database.execute(
        server,
        "INSERT INTO tombstones (cache_id, channel_id, deleted_at) SELECT cache_id, channel_id, authored_at"
        " FROM chat_messages WHERE cache_id = ?",
        gone,
    )
    database.execute(server, "DELETE FROM chat_messages WHERE cache_id = ?", gone)
    server.start()
    async with session(server, "bob", since=sent[2]["cacheID"]) as bob:
        assert ids(bob.welcome_messages) == ids(sent[3:])
        told = [frame for frame in bob.welcome if frame["type"] == "message_deleted"]
        payload = told[0]["payload"] if told else await bob.expect("message_deleted")
        assert gone in payload["cacheIDs"]
