"""Who connects while the database is away: let in from memory, exactly or with a word that something is missing."""

import pytest

from support.admin import Api
from support.client import refusal, session
from support.deadline import eventually_async
from support.nodes import away, ready, stored

ONE_ISSUER = {"server__public_url": "http://chat.localhost"}


def texts(messages: list[dict]) -> list[str]:
    return [message["message"] for message in messages]


def stored_privately(database) -> list[str]:
    return database.run("SELECT message FROM chatserver.private_messages ORDER BY cache_id").splitlines()


@pytest.mark.parametrize("end,begin", [("stop", "start"), ("freeze", "thaw")])
async def test_clients_of_a_lost_node_go_on_at_another(node, postgres, database, end, begin):
    first = node(**ONE_ISSUER)
    first.add_user("admin", admin=True)
    first.add_user("carol")
    async with session(first, "alice") as alice, session(first, "bob") as bob:
        gone = [(await alice.said(f"deleted {i}"))["cacheID"] for i in range(2)]
        await alice.whisper(bob.id, "old")
        old = (await bob.until("private_chat_message", message="old"))["cacheID"]
        Api(first, first.dashboard_token()).delete_messages(gone[:1])
        await eventually_async(lambda: stored(database) == ["deleted 1"], "all is stored")
        await eventually_async(lambda: stored_privately(database) == ["old"], "the whisper too")
        second = node(**ONE_ISSUER)  # the whisper and a deletion are from before it began
        Api(first, first.dashboard_token()).delete_messages(gone[1:])
        tokens = {name: first.token(name) for name in ("alice", "bob")}
        async with session(second, "carol", token=first.token("carol")) as carol, away(postgres, end, begin):
            await eventually_async(lambda: ready(second)["degraded"] == ["store"], "the loss is seen")
            await alice.whisper(alice.id, "to myself")
            own = (await alice.until("private_chat_message", message="to myself"))["cacheID"]
            newest = (await alice.said("two"))["cacheID"]
            await bob.until("chat_message", message="two")
            await carol.until("chat_message", message="two")  # or the second server would say: a moment, please
            first.crash()
            async with session(second, "alice", token=tokens["alice"], since=newest, private_since=own) as alice:
                assert (await alice.expect("message_deleted"))["cacheIDs"] == gone
                assert alice.welcome_messages == alice.welcome_private_messages == []
                await alice.whisper(bob.id, "new")
                last = await alice.said("three")
            async with session(second, "bob", token=tokens["bob"], since=newest, private_since=old) as bob:
                assert bob.welcome_messages == [last]
                assert texts(bob.welcome_private_messages) == ["new"]
                assert "truncated" not in bob.welcomed_with("bulk_private_messages")
    async with session(second, "bob", token=tokens["bob"], since=newest, private_since=old) as bob:
        assert texts(bob.welcome_private_messages) == ["new"], "and the database says the same"


async def test_what_only_the_database_has(node, postgres, database):
    server = node(cache__messages="2")
    server.add_user("carol")
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        oldest, *_, seen = [(await alice.said(text))["cacheID"] for text in ("one", "two", "three", "four")]
        await alice.whisper(bob.id, "old")
        await bob.until("private_chat_message")
        await eventually_async(lambda: stored_privately(database) == ["old"], "it is stored")
        await eventually_async(lambda: len(stored(database)) == 4, "and so is all else")
    assert server.stop() == 0
    server.start()
    tokens = {name: server.token(name) for name in ("alice", "bob", "carol")}
    async with away(postgres, "stop", "start"):
        await eventually_async(lambda: ready(server)["degraded"] == ["store"], "the loss is seen")
        # Who never had any is missing none.
        async with session(server, "carol", token=tokens["carol"]) as carol:
            assert texts(carol.welcome_messages) == ["three", "four"]
            assert carol.welcomed_with("bulk_private_messages") is None
        # A first welcome says that some are missing.
        async with session(server, "bob", token=tokens["bob"]) as bob:
            assert bob.welcomed_with("bulk_private_messages") == {"messages": [], "truncated": True}
            async with session(server, "alice", token=tokens["alice"], since=seen) as alice:
                assert alice.welcomed_with("bulk_private_messages") == {"messages": [], "truncated": True}
                await alice.whisper(bob.id, "new")
            await bob.until("private_chat_message", message="new")
        async with session(server, "bob", token=tokens["bob"]) as bob:
            assert texts(bob.welcome_private_messages) == ["new"]
            assert bob.welcomed_with("bulk_private_messages")["truncated"] is True
        # Who resumes is told everything, or has to come again.
        for needed in ({"since": seen, "private_since": 0}, {"since": oldest}):
            refused = await refusal(server, tokens["bob"], **needed)
            assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (503, True)
    await eventually_async(lambda: ready(server)["degraded"] == [], "it is back")
    async with session(server, "bob", token=tokens["bob"], since=seen, private_since=0) as bob:
        assert texts(bob.welcome_private_messages) == ["old", "new"]
    async with session(server, "bob", token=tokens["bob"]) as bob:
        assert "truncated" not in bob.welcomed_with("bulk_private_messages")
