"""What a server finds in Valkey at its start, and refuses with what to do."""

import pytest

from support.deadline import eventually_async
from support.nodes import on, ready
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


def test_a_user_of_an_access_list_gets_in(start_server, database, only_valkey):
    valkey = only_valkey()
    valkey.tell("ACL", "SETUSER", "chat", "on", ">p@ss/word", "~chat:*", "+@all", "-@admin", "+config|get")
    url = f"valkey://chat:p%40ss%2Fword@{valkey.directory}/socket"
    start_server(**on(database, valkey, cache__url=url))


def test_the_prefix_of_another_server_is_refused_and_one_of_its_own_is_not(start_server, postgres, only_valkey):
    valkey = only_valkey()
    start_server(**on(postgres.new_database(), valkey))
    theirs = postgres.new_database()
    assert "cache.prefix" in refused(start_server, **on(theirs, valkey)).log
    start_server(**on(theirs, valkey, cache__prefix="other"))


def test_data_of_something_else_under_the_prefix_is_refused_and_left_alone(start_server, database, only_valkey):
    valkey = only_valkey()
    valkey.tell("SET", "chat:state", "theirs")
    assert "WRONGTYPE" in refused(start_server, **on(database, valkey)).log
    assert valkey.tell("GET", "chat:state") == "theirs"


def test_sqlite_with_valkey_is_refused_by_name(start_server):
    failure = refused(start_server, exit_code=2, cache__backend="valkey", cache__url="valkey://127.0.0.1")
    assert "valkey goes with store.backend postgres" in failure.log


def test_a_server_without_valkey_keeps_servers_with_it_off_its_database(start_server, database, only_valkey):
    start_server(store__backend="postgres", store__url=database.url)
    assert "another server" in refused(start_server, **on(database, only_valkey())).log
