"""SIGTERM: everything accepted is stored and delivered, everybody is told, exit 0."""

import asyncio
import signal

import pytest

from support import database, http
from support.client import refusal, session
from support.deadline import eventually
from support.raw import RawClient


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_every_session_is_told_and_the_exit_code_is_0(start_server, number):
    server = start_server()
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        server.signal(number)
        assert (await alice.closed())[0] == 1001
        assert (await bob.closed())[0] == 1001
    assert await asyncio.to_thread(server.wait) == 0


async def test_what_was_accepted_is_delivered_and_stored(start_server):
    server = start_server()
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        for i in range(300):
            await alice.say(f"message {i}")
        await bob.expect("chat_message")
        server.signal(signal.SIGTERM)
        assert (await bob.closed())[0] == 1001
        assert (await alice.closed())[0] == 1001
        seen = {
            client.name: [frame["payload"]["message"] for frame in client.frames if frame["type"] == "chat_message"]
            for client in (alice, bob)
        }
    assert await asyncio.to_thread(server.wait) == 0
    stored = [text for (text,) in database.query(server, "SELECT message FROM chat_messages ORDER BY cache_id")]
    assert stored == [f"message {i}" for i in range(len(stored))]
    assert seen["bob"] == stored
    assert seen["alice"] == stored


async def test_sessions_are_recorded(start_server):
    server = start_server()
    async with session(server, "alice") as alice:
        async with session(server, "bob") as bob:
            pass
        server.signal(signal.SIGTERM)
        await alice.closed()
    assert await asyncio.to_thread(server.wait) == 0
    recorded = database.query(server, "SELECT owner_id FROM chat_sessions WHERE end_time >= start_time")
    assert sorted(recorded) == sorted([(alice.id,), (bob.id,)])


def test_an_unresponsive_client_does_not_hold_it_up_for_ever(start_server):
    server = start_server(drain__timeout="1s")
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        server.signal(signal.SIGTERM)
        assert server.wait() == 0


def test_a_connection_that_says_nothing_does_not_hold_it_up(start_server):
    server = start_server(drain__timeout="1s")
    with http.RawConnection(server) as silent, http.RawConnection(server) as half:
        half.send(b"GET /channels HT")
        server.signal(signal.SIGTERM)
        assert server.wait() == 0
        assert silent.closed_by_server()


def test_a_second_signal_stops_at_once(start_server):
    server = start_server(drain__timeout="10m")
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        server.signal(signal.SIGTERM)
        assert client.receive_until(0x8)[:2] == (1001).to_bytes(2, "big")
        assert server.running
        server.signal(signal.SIGTERM)
        server.wait()
    assert server.events("at once")


def test_sighup_does_not_end_it(start_server):
    server = start_server()
    server.signal(signal.SIGHUP)
    assert http.get(server, "/readyz").status == 200
    assert server.stop() == 0


async def test_sighup_takes_over_limits(start_server, tmp_path):
    file = tmp_path / "chatserver.toml"
    file.write_text("[limits]\nmessage_chars = 5\nconnections_per_user = 1\n")
    server = start_server.prepare(config=str(file))
    del server.settings["limits.connections_per_user"]
    server.start()

    def reload(text: str) -> None:
        file.write_text(text)
        before = len(server.events("reloaded"))
        server.signal(signal.SIGHUP)
        eventually(lambda: len(server.events("reloaded")) > before, "the settings are read again")

    async with session(server, "alice") as alice:
        await alice.say("123456")
        await alice.error("bad_message")
        assert (await refusal(server, server.token("alice"))).status_code == 429

        await asyncio.to_thread(reload, "[limits]\nmessage_chars = 6\nconnections_per_user = 2\n")
        async with session(server, "alice"):
            pass
        await alice.said("123456")

        await asyncio.to_thread(reload, "[limits]\nmessage_chars = many\n")
        assert server.events("settings not reloaded")
        await alice.said("654321")


async def test_an_idle_server_stops_and_starts_again_on_its_data(start_server):
    server = start_server()
    for i in range(3):
        async with session(server, "alice") as alice:
            assert len(alice.welcome_messages) == i
            await alice.said(f"run {i}")
        server.restart()
