"""Searching what waits for the database, however much that is."""

from support.admin import Api
from support.client import session
from support.nodes import said_and_stored, stored


async def test_what_was_shown_first_is_found_behind_ten_thousand_others(node, database):
    server = node(limits__messages="100000", store__timeout="20s")
    server.add_user("admin", admin=True)
    api = Api(server, server.dashboard_token())

    def found(query: str) -> list[int]:
        return [message["id"] for message in api.get(f"/messages?{query}").json["payload"]["messages"]]

    async with session(server, "alice") as alice:
        await said_and_stored(alice, database, "needle of before")
        with database.locked("chatserver.chat_messages"):
            needle = await alice.said("needle")
            many = 10_001
            for begin in range(0, many, 1000):
                end = min(many, begin + 1000)
                for i in range(begin, end):
                    await alice.say(f"hay {i}")
                last = await alice.until("chat_message", message=f"hay {end - 1}")
            assert found("keyword=needle") == [needle["cacheID"], needle["cacheID"] - 1]
            assert found("keyword=hay&limit=1&offset=9000") == [last["cacheID"] - 9000]
            assert stored(database) == ["needle of before"]
