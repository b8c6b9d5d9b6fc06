"""Messages that an admin deletes: gone everywhere, and everybody is told."""

from support import http
from support.admin import admin
from support.client import session


def ids(messages: list[dict]) -> list[int]:
    return [message["cacheID"] for message in messages]


async def test_deleted_messages_are_gone_everywhere_and_everybody_is_told(backend):
    server = backend.start()
    api = admin(server)
    news = api.create_channel("news")
    async with (
        session(server, "alice") as alice,
        session(server, "bob") as bob,
        session(server, "admin", dashboard=True) as onlooker,
    ):
        sent = [await alice.said(f"message {i}", channel=("General", "news")[i % 2]) for i in range(6)]
        gone = [sent[1]["cacheID"], sent[2]["cacheID"]]
        api.delete_messages([gone[1], gone[0], gone[1], 4711])
        for client in (alice, bob, onlooker):
            told = await client.until("message_deleted")
            assert sorted(told["cacheIDs"]) == gone
        left = [message for message in sent if message["cacheID"] not in gone]
        async with session(server, "carol") as carol:
            assert carol.welcome_messages == left
        token = server.token("carol")
        page = http.get(server, f"/channels/{news}/messages", token=token).json
        assert ids(page["messages"]) == [sent[5]["cacheID"], sent[3]["cacheID"]]
        assert api.call("DELETE", "/messages", {"ids": gone}).status == 404
        # Order goes on: what is said behind the deletion comes behind it.
        after = await alice.said("after")
        assert (await bob.expect("chat_message")) == after
    for _ in range(2):
        async with session(server, "carol", since=sent[3]["cacheID"]) as carol:
            assert ids(carol.welcome_messages) == ids(sent[4:]) + [after["cacheID"]]
            assert sorted((await carol.expect("message_deleted"))["cacheIDs"]) == gone
        async with session(server, "carol") as carol:
            assert ids(carol.welcome_messages) == ids(left) + [after["cacheID"]]
        server.restart()


async def test_a_deleted_message_does_not_come_back_with_its_nonce(backend):
    server = backend.start()
    api = admin(server)
    async with session(server, "alice") as alice:
        said = await alice.said("once", nonce="n1")
        api.delete_messages([said["cacheID"]])
        await alice.expect("message_deleted")
        await alice.say("once", nonce="n1")
        assert (await alice.error("bad_request"))["nonce"] == "n1"
        assert (await alice.said("next"))["cacheID"] > said["cacheID"]


async def test_many_at_once_come_in_several_frames(backend):
    server = backend.start()
    api = admin(server)
    async with session(server, "alice") as alice:
        for i in range(1000):
            await alice.say(f"message {i}")
        sent = [(await alice.expect("chat_message"))["cacheID"] for _ in range(1000)]
        api.delete_messages(sent)
        told = []
        while len(told) < 1000:
            told += (await alice.expect("message_deleted"))["cacheIDs"]
        assert told == sent
