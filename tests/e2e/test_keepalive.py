"""Sessions that fall silent, stop half-way or never say good-bye."""

from support import raw
from support.client import session
from support.deadline import eventually
from support.raw import CONTINUATION, PING, TEXT, RawClient

# Silence ends a session only after a while that these clients are sure to make use of.
QUICK = {"keepalive__ping": "200ms", "keepalive__idle": "4s"}


def test_the_server_pings_a_silent_session(start_server):
    server = start_server(**QUICK)
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        for _ in range(25):  # longer than keepalive.idle, were they not answered
            payload = client.receive_until(PING)
            client.send(raw.frame(raw.PONG, payload))
        client.send(raw.text({"type": "chat_message", "channel": "General", "message": "alive"}))
        while client.receive_text()["type"] != "chat_message":
            pass


async def test_a_session_that_does_not_answer_is_dropped_and_announced(start_server):
    server = start_server(**QUICK)
    token = server.token("alice")
    async with session(server, "bob", ignored=()) as bob:
        with RawClient(server, token) as silent:
            assert (await bob.expect("user_status"))["status"] is True
            status = await bob.expect("user_status")
            assert (status["username"], status["status"]) == ("alice", False)
            silent.ended()  # and its connection with it


def test_any_frame_counts_as_life(start_server):
    server = start_server(keepalive__ping="300ms", keepalive__idle="4s")
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        for _ in range(16):
            client.receive_until(PING)
            client.send(raw.frame(PING, b"me too"))
            client.receive_until(raw.PONG)


def test_a_message_that_is_never_finished_ends_the_connection(server):
    """Within 30 s; neither its pieces nor pings between them make it live longer."""
    with RawClient(server, server.token("alice")) as half, RawClient(server, server.token("bob")) as pieces:
        half.read_welcome()
        half.send(raw.frame(TEXT, b'{"type":', claimed_length=100))
        pieces.read_welcome()
        pieces.send(raw.frame(TEXT, b'{"type":', fin=False))
        pieces.send(raw.frame(CONTINUATION, b"1", fin=False) + raw.frame(PING))
        half.ended()
        pieces.ended()


def test_a_peer_that_does_not_answer_the_close_is_reset(server):
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        client.send(raw.frame(raw.BINARY, b"x"))
        assert client.ended(answer_close=False).code == 1003  # and it ends, though we never closed


async def test_a_connection_that_breaks_is_announced(start_server):
    server = start_server()
    async with session(server, "bob", ignored=()) as bob:
        client = RawClient(server, server.token("alice"))
        assert (await bob.expect("user_status"))["status"] is True
        client.close_socket()
        status = await bob.expect("user_status")
        assert (status["username"], status["status"]) == ("alice", False)
    eventually(lambda: server.running, "the server goes on")
