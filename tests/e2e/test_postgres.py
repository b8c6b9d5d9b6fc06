"""The server on PostgreSQL, without Valkey: one node. What clients see is what they see on SQLite."""

import asyncio
import signal
from pathlib import Path

import pytest

from support import http
from support.client import session
from support.deadline import eventually, eventually_async
from support.postgres import Database
from support.server import ChatServer, run_command
from support.servers import refused

USERS = ["alice", "bob"]


def on(database: Database, **settings: str) -> dict[str, str]:
    return {"store__backend": "postgres", "store__url": database.url, "store__timeout": "2s", **settings}


@pytest.fixture
def chat(start_server, database) -> ChatServer:
    """A running server with the accounts of USERS, all on a database of its own."""
    server = start_server(**on(database))
    for name in USERS:
        server.add_user(name)
    return server


def degraded(server: ChatServer) -> list[str]:
    answer = http.get(server, "/readyz")
    assert answer.status == 200
    return answer.json["degraded"]


async def test_people_chat_and_it_is_all_there_after_a_restart(chat):
    async with session(chat, "alice") as alice, session(chat, "bob") as bob:
        said = await alice.said("hello", nonce="n1")
        assert (await bob.expect("chat_message"))["message"] == "hello"
        await bob.whisper(alice.id, "psst")
        whispered = await alice.expect("private_chat_message")
    chat.restart()
    async with session(chat, "alice") as alice:
        assert [message["cacheID"] for message in alice.welcome_messages] == [said["cacheID"]]
        assert [message["message"] for message in alice.welcome_private_messages] == [whispered["message"]]
        await alice.say("hello", nonce="n1")
        assert (await alice.expect("chat_message"))["cacheID"] == said["cacheID"]
        assert (await alice.said("again"))["cacheID"] > said["cacheID"]


async def test_what_was_shown_is_there_after_the_server_was_killed(chat, database):
    async with session(chat, "alice") as alice:
        shown = [await alice.said(f"message {i}") for i in range(50)]
    chat.crash().start()
    async with session(chat, "bob") as bob:
        assert [message["cacheID"] for message in bob.welcome_messages] == [one["cacheID"] for one in shown]
    assert database.run("SELECT count(*) FROM chatserver.chat_messages") == "50"


@pytest.mark.parametrize("end,begin", [("stop", "start"), ("kill", "start"), ("freeze", "thaw")])
async def test_sessions_outlive_the_database_and_all_resumes_by_itself(chat, postgres, database, end, begin):
    async with session(chat, "alice") as alice, session(chat, "bob") as bob:
        before = await alice.said("before")
        await bob.expect("chat_message")
        await asyncio.to_thread(postgres.command, end)
        await eventually_async(lambda: degraded(chat) == ["store"], "the loss is seen by itself")
        await alice.say("meanwhile", nonce="n1")
        refusal = await alice.error("unavailable")
        assert refusal["retry_after_ms"] > 0
        await asyncio.to_thread(postgres.command, begin)
        await eventually_async(lambda: degraded(chat) == [], "the return is seen by itself")
        # The refused one may be sent again, and takes place once.
        after = await alice.said("meanwhile", nonce="n1")
        assert after["cacheID"] > before["cacheID"]
        assert (await bob.expect("chat_message"))["cacheID"] == after["cacheID"]
    rows = database.run("SELECT message FROM chatserver.chat_messages ORDER BY cache_id")
    assert rows == "before\nmeanwhile"


async def test_no_acknowledged_message_is_lost_when_the_database_is_killed_while_it_writes(chat, postgres, database):
    async with session(chat, "alice") as alice, session(chat, "bob") as bob:
        bob.ignored = {"error"}
        acknowledged = []
        for turn in range(5):
            for i in range(40):
                await alice.say(f"{turn}.{i}")
            await asyncio.to_thread(postgres.command, "kill")
            await asyncio.to_thread(postgres.command, "start")
            await eventually_async(lambda: degraded(chat) == [], "the database is back, or was not missed yet")
        for _ in range(5 * 40):
            assert (await alice.next())["type"] in ("chat_message", "error"), "each has its answer"
        last = await alice.gets_through("the end")
        shown = [await bob.expect("chat_message")]
        while shown[-1]["cacheID"] != last["cacheID"]:
            shown.append(await bob.expect("chat_message"))
        acknowledged = [f"{one['cacheID']}|{one['message']}" for one in shown]
    rows = database.run("SELECT cache_id, message FROM chatserver.chat_messages ORDER BY cache_id")
    assert rows.splitlines() == acknowledged


def test_a_second_server_on_the_database_ends_with_3_and_names_the_first(chat, start_server, database):
    failure = refused(start_server, **on(database))
    assert f"process {chat.pid} " in failure.log
    assert http.get(chat, "/readyz").json["degraded"] == []


async def test_a_server_that_was_replaced_meanwhile_writes_no_more(chat, start_server, database, postgres):
    async with session(chat, "alice") as alice:
        await alice.said("mine")
        chat.signal(signal.SIGSTOP)
        database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'chatserver %'")
        other = start_server(**on(database))
        async with session(other, "bob") as bob:
            taken = await bob.said("theirs")
        assert other.stop() == 0
        chat.signal(signal.SIGCONT)
        await alice.say("with an id that is taken")
        await alice.error("unavailable")
        assert degraded(chat) == ["store"]
    assert database.run("SELECT count(*) FROM chatserver.chat_messages") == "2"
    assert taken["cacheID"] == 2


@pytest.mark.parametrize(
    "url,hint",
    [
        ("postgresql://chat:s3cret@127.0.0.1:1/chat", "see that the server runs"),
        ("postgresql://chat:s3cret@/missing?host={directory}&port={port}", "createdb"),
        ("postgresql://nobody:s3cret@/postgres?host={directory}&port={port}", "nobody"),
        ("postgresql://chat:s3cret@127.0.0.1:{port}/postgres?sslmode=require", "sslmode"),
        ("postgresql://chat:s3cret%zz@127.0.0.1:{port}/postgres", "store.url"),
        ("postgresql://chat:s3@cret@127.0.0.1:{port}/postgres", "%40"),
    ],
)
def test_what_cannot_be_reached_is_3_with_what_to_do_and_no_password(start_server, postgres, url, hint):
    url = url.format(directory=postgres.directory, port=postgres.port)
    failure = refused(start_server, store__backend="postgres", store__url=url, store__timeout="2s")
    assert hint in failure.log
    assert "s3cret" not in failure.log and "cret@" not in failure.log


def test_a_wrong_password_is_3_and_said_to_be_one(start_server, postgres, database):
    rules = Path(postgres.directory) / "data" / "pg_hba.conf"
    before = rules.read_text()
    database.run("CREATE ROLE guarded LOGIN PASSWORD 'right'")
    try:
        rules.write_text("host all guarded 127.0.0.1/32 scram-sha-256\n" + before)
        database.run("SELECT pg_reload_conf()")
        url = f"postgresql://guarded:wr0ng@127.0.0.1:{postgres.port}/{database.name}"
        failure = eventually(
            lambda: (f := refused(start_server, store__backend="postgres", store__url=url)) and "password" in f.log and f,
            "the rule is in force",
        )
        assert "wr0ng" not in failure.log
        # The right one lets in, but may not make a schema.
        failure = refused(start_server, store__backend="postgres", store__url=url.replace("wr0ng", "right"))
        assert "GRANT CREATE" in failure.log
    finally:
        rules.write_text(before)


def test_a_frozen_database_ends_the_start_in_time(start_server, postgres, database):
    postgres.command("freeze")
    try:
        assert "no answer in time" in refused(start_server, **on(database)).log
    finally:
        postgres.command("thaw")


def test_a_newer_schema_is_refused(start_server, database):
    start_server(**on(database)).stop()
    database.run("INSERT INTO chatserver.schema_history (version, name) VALUES (1000, 'of the future')")
    assert "schema 1000" in refused(start_server, **on(database)).log


def test_a_schema_of_something_else_is_refused_and_left_alone(start_server, database):
    database.run("CREATE SCHEMA chatserver; CREATE TABLE chatserver.recipes (name text)")
    assert "something else" in refused(start_server, **on(database)).log
    assert database.run("SELECT relname FROM pg_class WHERE relnamespace = 'chatserver'::regnamespace") == "recipes"


def test_migrate_says_what_it_would_do_and_does_it(database, tmp_path):
    flags = ["--store.backend=postgres", f"--store.url={database.url}", f"--server.data_dir={tmp_path}"]
    would = run_command(["migrate", "--check", *flags])
    assert would.returncode == 0 and "would go from schema 0" in would.stdout, would.stderr
    assert database.run("SELECT to_regnamespace('chatserver') IS NULL") == "t"
    assert "went from schema 0" in run_command(["migrate", *flags]).stdout
    assert "nothing to do" in run_command(["migrate", *flags]).stdout


def test_check_config_shows_the_url_without_its_password(tmp_path):
    secret = tmp_path / "url"
    secret.write_text("postgresql://chat:s3cret@db.example.org/chat\n")
    flags = ["--store.backend=postgres", f"--store.url_file={secret}", f"--server.data_dir={tmp_path}"]
    shown = run_command(["check-config", *flags])
    assert shown.returncode == 0, shown.stderr
    assert "db.example.org" in shown.stdout and "s3cret" not in shown.stdout
