"""What a server finds in Valkey at its start, and refuses with what to do."""

import pytest

from support.deadline import eventually_async
from support.nodes import on, ready, state_of
from support.servers import refused


@pytest.mark.parametrize(
    "options,hint",
    [
        ({"maxmemory": "100mb", "maxmemory_policy": "allkeys-lru"}, "noeviction"),
        ({"appendonly": "no"}, "cache.durable"),
        ({"appendfsync": "everysec"}, "appendfsync is not always"),
    ],
)
def test_a_valkey_that_may_lose_messages_is_refused_with_what_to_do(start_server, database, only_valkey, options, hint):
    valkey = only_valkey(**options)
    assert hint in refused(start_server, **on(database, valkey)).log
    if "maxmemory" in options:
        assert hint in refused(start_server, **on(database, valkey, cache__durable="false")).log
    else:
        start_server(**on(database, valkey, cache__durable="false"))


async def test_a_valkey_that_has_become_unsafe_is_used_no_more(start_server, database, only_valkey):
    valkey = only_valkey()
    server = start_server(**on(database, valkey))
    valkey.tell("CONFIG", "SET", "appendfsync", "everysec")
    valkey.tell("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    await eventually_async(lambda: ready(server).get("cache") == "unsafe", "it is verified again on reconnecting")
    assert state_of(server, "cache") == "unsafe"
    valkey.tell("CONFIG", "SET", "appendfsync", "always")
    await eventually_async(lambda: ready(server)["degraded"] == [], "it is trusted again")


@pytest.mark.parametrize(
    "url,hint",
    [
        ("valkey://:s3cret@127.0.0.1:1", "127.0.0.1:1"),
        ("valkey://nobody:s3cret@{directory}/socket", "WRONGPASS"),
        ("valkey://{directory}/socket?db=99", "out of range"),
        ("valkey://{directory}/missing", "missing"),
        ("http://:s3cret@cache", "cache.url"),
        ("valkey://chat:s3@cret@cache", "%-encoded"),
    ],
)
def test_what_cannot_be_reached_is_3_with_what_to_do_and_no_password(start_server, database, only_valkey, url, hint):
    valkey = only_valkey()
    settings = on(database, valkey, cache__url=url.format(directory=valkey.directory))
    failure = refused(start_server, **settings)
    assert hint in failure.log
    assert "s3cret" not in failure.log and "cret@" not in failure.log


def test_the_prefix_of_another_server_is_refused_and_one_of_its_own_is_not(start_server, postgres, only_valkey):
    valkey = only_valkey()
    start_server(**on(postgres.new_database(), valkey))
    theirs = postgres.new_database()
    assert "cache.prefix" in refused(start_server, **on(theirs, valkey)).log
    start_server(**on(theirs, valkey, cache__prefix="other"))


@pytest.mark.parametrize(
    "theirs",
    [
        ("SET", "chat:state", "theirs"),
        ("HSET", "chat:state", "name", "theirs"),
        ("SET", "chat:log", "theirs"),
        ("XADD", "chat:log", "1-0", "name", "theirs"),
        ("HSET", "chat:channels", "name", "theirs"),
        ("SADD", "chat:bans", "theirs"),
    ],
    ids=" ".join,
)
def test_data_of_something_else_under_the_prefix_is_refused_and_left_alone(
    start_server, database, only_valkey, theirs
):
    valkey = only_valkey()
    valkey.tell(*theirs)
    before = valkey.tell("DUMP", theirs[1])
    log = refused(start_server, **on(database, valkey)).log
    assert "under the prefix chat is no chat server's" in log
    assert "cache.prefix" in log
    assert valkey.tell("DUMP", theirs[1]) == before
    assert valkey.tell("DBSIZE") == 1


def test_a_server_that_ended_while_it_put_things_back_is_succeeded_by_another(start_server, database, only_valkey):
    valkey = only_valkey()
    # As begin_restore leaves it, with what the other one remembered.
    valkey.tell("HSET", "chat:state", "restoring_until", "1")
    valkey.tell("XADD", "chat:log", "7-0", "p", "0-0", "w", "0", "k", "u", "u", "somebody", "n", "Somebody")
    start_server(**on(database, valkey))
    assert valkey.tell("HGET", "chat:state", "generation")


def test_sqlite_with_valkey_is_refused_by_name(start_server):
    failure = refused(start_server, exit_code=2, cache__backend="valkey", cache__url="valkey://127.0.0.1")
    assert "valkey goes with store.backend postgres" in failure.log


def test_a_server_without_valkey_keeps_servers_with_it_off_its_database(start_server, database, only_valkey):
    start_server(store__backend="postgres", store__url=database.url)
    assert "another server" in refused(start_server, **on(database, only_valkey())).log
