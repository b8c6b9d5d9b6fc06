"""The first frames of a session, in their order."""

from support.client import session


def types(client) -> list[str]:
    return [frame["type"] for frame in client.welcome]


async def test_a_new_server_welcomes_without_messages(start_server):
    server = start_server()
    async with session(server, "alice") as alice:
        assert types(alice) == ["active_channels", "connected_users"]
        (general,) = alice.welcomed_with("active_channels")["channels"]
        assert general["name"] == "General"
        assert type(general["id"]) is int and type(general["sort_order"]) is int
        assert alice.welcomed_with("connected_users") == {
            "users": [{"username": "alice", "id": alice.id, "status": True}]
        }


async def test_the_welcome_holds_all_four_frames_in_order(start_server):
    server = start_server()
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await alice.said("in public")
        await alice.whisper(bob.id, "in private")
        await bob.until("private_chat_message", message="in private")
        async with session(server, "bob") as again:
            assert types(again) == [
                "bulk_chat_messages",
                "active_channels",
                "bulk_private_messages",
                "connected_users",
            ]
            assert [message["message"] for message in again.welcome_messages] == ["in public"]
            assert [message["message"] for message in again.welcome_private_messages] == ["in private"]
            assert "truncated" not in again.welcomed_with("bulk_chat_messages")


async def test_the_welcome_holds_the_newest_messages_oldest_first(start_server):
    server = start_server(cache__messages="5")
    async with session(server, "alice") as alice:
        sent = [await alice.said(f"message {i}") for i in range(12)]
    async with session(server, "bob") as bob:
        assert bob.welcome_messages == sent[-5:]
    server.restart()
    async with session(server, "bob") as bob:
        assert bob.welcome_messages == sent[-5:]


async def test_private_messages_are_welcomed_to_their_parties_only(start_server):
    server = start_server()
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await alice.whisper(bob.id, "to bob")
        await bob.expect("private_chat_message")
        await bob.whisper(alice.id, "to alice")
        await alice.until("private_chat_message", message="to alice")
    expected = ["to bob", "to alice"]
    for name in ("alice", "bob"):
        async with session(server, name) as party:
            assert [message["message"] for message in party.welcome_private_messages] == expected
    async with session(server, "carol") as carol, session(server, "admin", dashboard=True) as dashboard:
        assert "bulk_private_messages" not in types(carol)
        assert "bulk_private_messages" not in types(dashboard)


async def test_neither_gap_nor_duplicate_between_welcome_and_live_traffic(start_server):
    """Sessions open while somebody talks; bulk and live frames together are every message once."""
    server = start_server()
    rounds, per_round = 20, 10
    async with session(server, "alice") as alice:
        for i in range(rounds):
            for j in range(per_round):
                await alice.say(f"{i}.{j}")
            async with session(server, "bob") as bob:
                last = await alice.said(f"end of {i}")
                ids = [message["cacheID"] for message in bob.welcome_messages]
                while not ids or ids[-1] < last["cacheID"]:
                    ids.append((await bob.expect("chat_message"))["cacheID"])
                assert ids == list(range(ids[0], last["cacheID"] + 1))
