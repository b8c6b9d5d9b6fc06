"""Valkey reads its data after a start, which takes as long as a test wants."""

import re

import pytest

from support.client import session
from support.deadline import eventually_async
from support.nodes import away, on, ready, state_of
from support.servers import refused
from support.valkey import ValkeyServer

KEYS = 1000
LOADING_A_KEY = "100000"  # µs: longer than any deadline, for all of them


@pytest.fixture(params=["valkey", "redis"])
def valkey(request, only_valkey) -> ValkeyServer:
    """With data of others, big enough that it answers clients between them."""
    server = only_valkey(
        kind=request.param, key_load_delay=LOADING_A_KEY,
        rdbcompression="no", loading_process_events_interval_bytes="1024",
    )  # fmt: skip
    script = "for i = 1, ARGV[1] do redis.call('SET', 'other:' .. i, string.rep('x', 2000)) end"
    server.tell("EVAL", script, "0", str(KEYS))
    return server


def persistence(valkey: ValkeyServer) -> dict[str, str]:
    return dict(re.findall(r"^(\w+):(\S+)\r?$", valkey.tell("INFO", "persistence"), re.M))


async def compact(valkey: ValkeyServer) -> None:
    """So that it has keys to load, and no commands to repeat."""
    valkey.tell("BGREWRITEAOF")
    done = {"aof_rewrite_in_progress": "0", "aof_rewrite_scheduled": "0", "aof_last_bgrewrite_status": "ok"}
    await eventually_async(lambda: done.items() <= persistence(valkey).items(), "its data is written anew")


async def test_it_is_named_and_got_over_and_nobody_starts_meanwhile(node, start_server, database, valkey):
    server = node()
    async with session(server, "alice") as alice:
        before = await alice.said("before")
        await compact(valkey)
        async with away(valkey, "kill", "start"):
            pass
        await eventually_async(lambda: ready(server) == {"degraded": ["cache"], "cache": "loading"}, "it is named")
        assert state_of(server, "cache") == "loading"
        await alice.say("meanwhile", nonce="n1")
        assert (await alice.error("unavailable"))["retry_after_ms"] > 0
        assert "still reads its data" in refused(start_server, **on(database, valkey)).log
        valkey.tell("CONFIG", "SET", "key-load-delay", "0")
        await eventually_async(lambda: ready(server)["degraded"] == [], "it has read everything")
        assert (await alice.said("meanwhile", nonce="n1"))["cacheID"] == before["cacheID"] + 1
