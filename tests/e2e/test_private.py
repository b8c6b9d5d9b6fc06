"""Private messages: their two parties, all of their sessions, and nobody else."""

from support.client import session


async def test_a_private_message_reaches_every_session_of_both_sides(start_server):
    server = start_server()
    async with (
        session(server, "alice") as alice,
        session(server, "alice") as alice_too,
        session(server, "bob") as bob,
        session(server, "bob") as bob_too,
    ):
        await alice.whisper(bob.id, "psst 🤫", nonce="p1")
        own = await alice.expect("private_chat_message")
        assert own.pop("nonce") == "p1"
        assert (own["owner_id"], own["username"]) == (alice.id, "alice")
        assert (own["recipient_id"], own["recipient"]) == (bob.id, "bob")
        assert own["message"] == "psst 🤫"
        for other in (alice_too, bob, bob_too):
            received = await other.expect("private_chat_message")
            received.pop("nonce", None)
            assert received == own


async def test_nobody_else_sees_a_private_message(server):
    async with (
        session(server, "alice") as alice,
        session(server, "bob") as bob,
        session(server, "carol") as carol,
        session(server, "admin", dashboard=True) as dashboard,
    ):
        await alice.whisper(bob.id, "between us")
        await bob.expect("private_chat_message")
        marker = await alice.said("everybody gets this")
        await carol.whisper(carol.id, "carol's own marker")
        # Both come after it: had the private message been for them, it would stand before.
        seen = [await carol.next(), await carol.next()]
        assert [frame["payload"]["message"] for frame in seen if frame["type"] == "private_chat_message"] == [
            "carol's own marker"
        ]
        assert [frame["payload"] for frame in seen if frame["type"] == "chat_message"] == [marker]
        assert (await dashboard.expect("chat_message"))["cacheID"] == marker["cacheID"]


async def test_a_message_to_oneself_arrives_once_a_session(server):
    async with session(server, "alice") as alice, session(server, "alice") as too:
        await alice.whisper(alice.id, "note to self")
        await alice.whisper(alice.id, "another")
        for one in (alice, too):
            assert (await one.expect("private_chat_message"))["message"] == "note to self"
            assert (await one.expect("private_chat_message"))["message"] == "another"


async def test_an_offline_recipient_gets_it_with_the_next_welcome(start_server):
    server = start_server()
    async with session(server, "bob") as bob:
        bob_id = bob.id
    async with session(server, "alice") as alice:
        await alice.whisper(bob_id, "for later")
        sent = await alice.expect("private_chat_message")
        assert sent["recipient"] == "bob"
    server.restart()
    async with session(server, "bob") as bob:
        assert [message["cacheID"] for message in bob.welcome_private_messages] == [sent["cacheID"]]
        assert bob.welcome_private_messages[0]["message"] == "for later"


async def test_private_messages_come_in_order_of_their_ids(server):
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        for i in range(100):
            await (alice if i % 2 else bob).whisper(bob.id if i % 2 else alice.id, f"p{i}")
        ids = [(await bob.expect("private_chat_message"))["cacheID"] for _ in range(100)]
        assert ids == sorted(set(ids))


async def test_the_streams_have_ids_of_their_own(start_server):
    """A client keeps `since` and `private_since` apart: both count up, neither has duplicates."""
    server = start_server()
    async with session(server, "alice") as alice:
        public, private = [], []
        for i in range(10):
            public.append((await alice.said(f"public {i}"))["cacheID"])
            await alice.whisper(alice.id, f"private {i}")
            private.append((await alice.expect("private_chat_message"))["cacheID"])
        assert public == sorted(set(public)) and private == sorted(set(private))
        assert max(public + private) < 1 << 31
