"""Sessions that fall silent, stop half-way or never say good-bye."""

from support import raw
from support.client import session
from support.deadline import eventually
from support.raw import CONTINUATION, PING, TEXT, RawClient

QUICK = {"keepalive__ping": "200ms", "keepalive__idle": "1s"}


def test_the_server_pings_a_silent_session(start_server):
    server = start_server(**QUICK)
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        for _ in range(10):  # longer than keepalive.idle, were they not answered
            payload = client.receive_until(PING)
            client.send(raw.frame(raw.PONG, payload))
        client.send(raw.text({"type": "chat_message", "channel": "General", "message": "alive"}))
        while client.receive_text()["type"] != "chat_message":
            pass


async def test_a_session_that_does_not_answer_is_dropped_and_announced(start_server):
    server = start_server(**QUICK)
    async with session(server, "bob", ignored=()) as bob:
        with RawClient(server, server.token("alice")) as silent:
            assert (await bob.expect("user_status"))["status"] is True
            status = await bob.expect("user_status")
            assert (status["username"], status["status"]) == ("alice", False)
            silent.ended()  # and its connection with it


def test_any_frame_counts_as_life(start_server):
    server = start_server(keepalive__ping="300ms", keepalive__idle="1500ms")
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        for _ in range(12):
            client.receive_until(PING)
            client.send(raw.frame(PING, b"me too"))
            client.receive_until(raw.PONG)


def test_a_frame_that_is_never_finished_is_ended(start_server):
    server = start_server(keepalive__frame="500ms")
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        client.send(raw.frame(TEXT, b'{"type":', claimed_length=100))
        client.ended()


def test_pings_do_not_keep_an_unfinished_message_alive(start_server):
    server = start_server(keepalive__frame="500ms")
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        client.send(raw.frame(TEXT, b'{"type":', fin=False))
        client.send(raw.frame(CONTINUATION, b"1", fin=False) + raw.frame(PING))
        client.ended()


def test_a_peer_that_does_not_answer_the_close_is_reset(start_server):
    server = start_server(keepalive__close="300ms")
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        client.send(raw.frame(raw.BINARY, b"x"))
        assert client.ended().code == 1003  # and it ends, though we never closed


async def test_a_connection_that_breaks_is_announced(start_server):
    server = start_server()
    async with session(server, "bob", ignored=()) as bob:
        client = RawClient(server, server.token("alice"))
        assert (await bob.expect("user_status"))["status"] is True
        client.close_socket()
        status = await bob.expect("user_status")
        assert (status["username"], status["status"]) == ("alice", False)
    eventually(lambda: server.running, "the server goes on")
