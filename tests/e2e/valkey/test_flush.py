"""What moves messages from Valkey to PostgreSQL: the consumer group, and what may become of it."""

from support.client import session
from support.deadline import eventually_async
from support.nodes import ready, stored
from support.valkey import ValkeyServer

GROUP = ("chat:log", "store")


def consumers(valkey: ValkeyServer) -> dict[str, int]:
    """How many entries each consumer of the group has in its hands."""
    rows = [dict(zip(row[::2], row[1::2])) for row in valkey.tell("XINFO", "CONSUMERS", *GROUP)]
    return {row["name"]: row["pending"] for row in rows}


def call(valkey: ValkeyServer, function: str, *arguments: str):
    """One of our functions, whose name begins with a hash of its library."""
    libraries = [dict(zip(row[::2], row[1::2])) for row in valkey.tell("FUNCTION", "LIST")]
    names = [row[row.index("name") + 1] for library in libraries for row in library["functions"]]
    (name,) = [name for name in names if name.endswith(f"_{function}")]
    return valkey.tell("FCALL", name, "1", "chat:", *arguments)


async def test_a_group_that_was_destroyed_is_made_again_and_nothing_is_left_out(node, valkey, database):
    server = node()
    async with session(server, "alice") as alice:
        await alice.said("before")
        await eventually_async(lambda: stored(database) == ["before"], "the first is stored")
        valkey.tell("XGROUP", "DESTROY", *GROUP)
        await alice.said("after")
        await eventually_async(lambda: stored(database) == ["before", "after"], "the other is stored as well")


async def test_what_a_destroyed_group_had_handed_out_is_handed_out_again(node, valkey, database):
    server = node()
    async with session(server, "alice") as alice:
        await alice.said("before")
        await eventually_async(lambda: stored(database) == ["before"], "the first is stored")
        with database.locked("chatserver.chat_messages"):
            await alice.said("in its hands")
            await eventually_async(lambda: 1 in consumers(valkey).values(), "it was handed out")
            server.kill()
            valkey.tell("XGROUP", "DESTROY", *GROUP)
    node()
    await eventually_async(lambda: stored(database) == ["before", "in its hands"], "another server stores it")


async def test_a_log_that_was_removed_is_made_of_what_the_servers_remember(node, valkey, database):
    server = node()
    async with session(server, "alice") as alice:
        before = await alice.said("before")
        await eventually_async(lambda: stored(database) == ["before"], "the first is stored")
        valkey.tell("DEL", "chat:log")
        await eventually_async(lambda: valkey.tell("EXISTS", "chat:log") == 1, "the log is there again")
        await eventually_async(lambda: ready(server)["degraded"] == [], "it is in use again")
        # If that was asked before it was noticed, she is refused first.
        after = await alice.gets_through("after")
        assert after["cacheID"] > before["cacheID"]
        await eventually_async(lambda: stored(database) == ["before", "after"], "the other is stored as well")


async def test_consumers_without_anything_in_their_hands_are_forgotten_once_idle_for_long(node, valkey, database):
    server = node()
    async with session(server, "alice") as alice:
        await alice.said("hello")
        await eventually_async(lambda: stored(database) == ["hello"], "it is stored")
        await eventually_async(lambda: set(consumers(valkey).values()) == {0}, "the server is done with it")
    assert server.stop() == 0
    (own,) = consumers(valkey)
    valkey.tell("XGROUP", "SETID", *GROUP, "0")
    valkey.tell("XREADGROUP", "GROUP", "store", "busy", "COUNT", "1", "STREAMS", "chat:log", ">")
    assert call(valkey, "forget_consumers", "3600000") == 0
    assert set(consumers(valkey)) == {own, "busy"}
    assert call(valkey, "forget_consumers", "0") == 1
    assert consumers(valkey) == {"busy": 1}


async def test_a_server_forgets_consumers_now_and_then(node, valkey):
    valkey.tell("CONFIG", "SET", "slowlog-log-slower-than", "0")
    valkey.tell("CONFIG", "SET", "slowlog-max-len", "10000")
    node()
    ten_minutes = str(10 * 60 * 1000)

    def has_asked() -> bool:
        commands = [entry[3] for entry in valkey.tell("SLOWLOG", "GET", "-1")]
        calls = [words for words in commands if words[0] == "FCALL"]
        return any(words[1].endswith("_forget_consumers") and words[-1] == ten_minutes for words in calls)

    await eventually_async(has_asked, "it has asked for consumers that are idle for long to be forgotten")
