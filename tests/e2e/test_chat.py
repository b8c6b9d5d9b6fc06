"""Public messages: what everybody sees of them."""

import pytest

from support import database
from support.client import session
from support.http import get

ROUND_TRIP = {
    "emoji": "👍🏽 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "combining": "e\u0301 \u1e69 s\u0323\u0307 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "right to left": "שלום עולם مرحبا بالعالم abc \u202eabc\u202c",
    "4 byte": "𝒳 𐍈 𠜎 \U0010ffff",
    "markup": "<b>&amp;</b> \"quoted\" \\back\\slash /slash",
    "white space": " \ttabs, lines\r\nand spaces at the ends ",
    "controls": "\u0001\u001b[31m\u007f\u0085\u2028\u2029\ufeff\ufffd",
    "one": "x",
}


async def test_two_users_and_a_dashboard_see_exactly_these_frames(start_server):
    server = start_server()
    async with session(server, "admin", dashboard=True, ignored=()) as dashboard:
        async with session(server, "alice", ignored=()) as alice:
            async with session(server, "bob", ignored=()) as bob:
                assert (await alice.expect("user_status")) == {"username": "bob", "id": bob.id, "status": True}
                await alice.say("good morning")
                first = await alice.expect("chat_message")
                assert set(first) == {"cacheID", "owner_id", "username", "channel", "message", "authored_at"}
                assert (first["username"], first["owner_id"]) == ("alice", alice.id)
                assert (first["channel"], first["message"]) == ("General", "good morning")
                assert await bob.expect("chat_message") == first

                await bob.say("good morning, alice", nonce="n1")
                second = await bob.expect("chat_message")
                assert second.pop("nonce") == "n1"
                assert second["cacheID"] > first["cacheID"] and second["authored_at"] >= first["authored_at"]
                received = await alice.expect("chat_message")
                received.pop("nonce", None)
                assert received == second
            assert (await alice.expect("user_status")) == {"username": "bob", "id": bob.id, "status": False}

        dashboard.ignored = {"message_count_by_channel", "session_activity", "user_status"}
        assert (await dashboard.expect("chat_message"))["message"] == "good morning"
        assert (await dashboard.expect("chat_message"))["message"] == "good morning, alice"


@pytest.mark.parametrize("name", ROUND_TRIP)
async def test_text_arrives_unchanged(server, name):
    text = ROUND_TRIP[name]
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        sent = await alice.said(text)
        assert (await bob.until("chat_message", cacheID=sent["cacheID"]))["message"] == text
    async with session(server, "carol") as carol:
        assert carol.welcome_messages[-1]["message"] == text


@pytest.mark.parametrize("filler", ["x", "é", "漢", "😀"])
@pytest.mark.parametrize("length", [1, 2, 125, 126, 127, 999, 1000])
async def test_messages_of_every_length_arrive(server, filler, length):
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        sent = await alice.said(filler * length)
        assert (await bob.until("chat_message", cacheID=sent["cacheID"]))["message"] == filler * length


@pytest.mark.parametrize("filler", ["x", "é", "漢", "😀"])
async def test_one_code_point_too_many_is_refused(server, filler):
    async with session(server, "alice") as alice:
        await alice.say(filler * 1001)
        await alice.error("bad_message")
        await alice.said("the next one is fine")


async def test_escaped_and_plain_json_mean_the_same(server):
    async with session(server, "alice") as alice:
        await alice.send_text(
            r'{"type":"chat_message","channel":"General","message":"\ud83d\ude00 \u00e9 \"\\\/\b\f\n\r\t"}'
        )
        assert (await alice.expect("chat_message"))["message"] == '😀 é "\\/\b\f\n\r\t'


async def test_unknown_fields_of_a_frame_are_ignored(server):
    async with session(server, "alice") as alice:
        await alice.send("chat_message", channel="General", message="hi", colour="red", cacheID=7)
        assert (await alice.expect("chat_message"))["message"] == "hi"


async def test_all_sessions_of_a_user_get_everything(server):
    async with session(server, "alice") as one, session(server, "alice") as two:
        sent = await one.said("from one")
        assert await two.expect("chat_message") == sent
        sent = await two.said("from two")
        assert await one.expect("chat_message") == sent


async def test_messages_of_one_sender_keep_their_order(server):
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        for i in range(500):
            await alice.say(f"number {i}")
        got = [await bob.expect("chat_message") for _ in range(500)]
        assert [message["message"] for message in got] == [f"number {i}" for i in range(500)]
        ids = [message["cacheID"] for message in got]
        assert ids == sorted(set(ids))


async def test_a_subscription_narrows_what_arrives(server):
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await bob.send("subscribe", channels=["General"])
        assert await bob.expect("subscribed") == {"channels": ["General"]}
        sent = await alice.said("to subscribers")
        assert (await bob.expect("chat_message"))["cacheID"] == sent["cacheID"]
        await bob.send("subscribe", channels=[])
        await bob.expect("subscribed")
        sent = await alice.said("to all")
        assert (await bob.expect("chat_message"))["cacheID"] == sent["cacheID"]


async def test_general_is_a_channel_of_the_server(server):
    """The desktop client knows no other: while the channel has that name, it is the one listed."""
    names = [channel["name"] for channel in get(server, "/channels").json["channels"]]
    async with session(server, "alice") as alice:
        assert (await alice.said("to general"))["channel"] == "General" == names[0]


async def test_general_leads_to_the_first_channel_when_none_has_that_name(start_server):
    server = start_server()
    assert server.stop() == 0
    database.execute(server, "UPDATE channels SET name = 'Lobby' WHERE name = 'General'")
    server.start()
    async with session(server, "alice") as alice:
        await alice.say("for the lobby", channel="General")
        assert (await alice.expect("chat_message"))["channel"] == "Lobby"
        await alice.say("by its name", channel="Lobby")
        assert (await alice.expect("chat_message"))["channel"] == "Lobby"
    async with session(server, "bob") as bob:
        assert {message["channel"] for message in bob.welcome_messages} == {"Lobby"}
