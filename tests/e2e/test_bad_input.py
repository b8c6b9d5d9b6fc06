"""What bad frames get: every row of protocol.md's table, and the close codes."""

import asyncio

import pytest

from support import database, raw
from support.client import session
from support.deadline import SECONDS
from support.raw import BINARY, CONTINUATION, PING, PONG, TEXT, RawClient
from support.server import ChatServer

# --- refused, and the session goes on -------------------------------------------

CHAT = '"type":"chat_message","channel":"General"'

REFUSED = [
    # not JSON
    ("", "bad_json"),
    ("{", "bad_json"),
    ("nonsense", "bad_json"),
    ("{'type':'chat_message'}", "bad_json"),
    ('{"type":"chat_message",}', "bad_json"),
    ('{"type":"chat_message"} {}', "bad_json"),
    ('{"type":"chat_message" /* comment */}', "bad_json"),
    ('{%s,"message":"a","message":"b"}' % CHAT, "bad_json"),
    ('{%s,"message":"\\ud800"}' % CHAT, "bad_json"),
    ('{%s,"message":"\\udc00 low first"}' % CHAT, "bad_json"),
    ('{%s,"message":"a","n":1e400}' % CHAT, "bad_json"),
    ('{%s,"message":"a","n":NaN}' % CHAT, "bad_json"),
    ('{%s,"message":"a raw\nline"}' % CHAT, "bad_json"),
    # not the JSON described
    ("[]", "bad_request"),
    ("null", "bad_request"),
    ('"chat_message"', "bad_request"),
    ("4711", "bad_request"),
    ('{"type":7}', "bad_request"),
    ('{"type":"chat_message","channel":"General","message":5}', "bad_request"),
    ('{"type":"chat_message","channel":"General","message":null}', "bad_request"),
    ('{"type":"chat_message","channel":["General"],"message":"a"}', "bad_request"),
    ('{"type":"chat_message","channel":"General","message":"a","nonce":7}', "bad_request"),
    ('{"type":"chat_message","channel":"General","message":"a","nonce":"%s"}' % ("n" * 65), "bad_request"),
    ('{"type":"private_chat_message","recipient_id":5,"message":"a"}', "bad_request"),
    ('{"type":"subscribe","channels":"General"}', "bad_request"),
    ('{"type":"subscribe","channels":[1]}', "bad_request"),
    ('{"type":"authenticate","token":1}', "bad_request"),
    ('{%s,"message":"a","deep":%s}' % (CHAT, "[" * 9 + "]" * 9), "bad_request"),
    # types
    ("{}", "unknown_type"),
    ('{"type":"shout","message":"a"}', "unknown_type"),
    ('{"type":"","message":"a"}', "unknown_type"),
    ('{"type":"bulk_chat_messages","payload":{}}', "unknown_type"),
    # messages
    ('{%s,"message":""}' % CHAT, "bad_message"),
    ('{%s,"message":" \\t\\r\\n "}' % CHAT, "bad_message"),
    ('{%s,"message":"\u00a0\u2003\u3000"}' % CHAT, "bad_message"),
    ('{%s,"message":"nul \\u0000 inside"}' % CHAT, "bad_message"),
    ('{%s,"message":"%s"}' % (CHAT, "x" * 1001), "bad_message"),
    ('{"type":"chat_message","channel":"Nowhere","message":"a"}', "unknown_channel"),
    ('{"type":"chat_message","channel":"%s","message":"a"}' % ("x" * 300), "unknown_channel"),
    ('{"type":"private_chat_message","recipient_id":"nobody-ever","message":"a"}', "unknown_recipient"),
]


@pytest.mark.parametrize("text, code", REFUSED)
async def test_a_refused_frame_is_told_and_the_session_goes_on(server, text, code):
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await alice.send_text(text)
        await alice.error(code)
        marker = await alice.said("still here")
        assert (await bob.expect("chat_message")) == marker, "nothing of it was delivered"


async def test_an_error_names_the_nonce_it_is_about(server):
    async with session(server, "alice") as alice:
        await alice.say("   ", nonce="about this")
        assert (await alice.error("bad_message"))["nonce"] == "about this"


async def test_a_private_message_is_checked_like_a_public_one(server):
    async with session(server, "alice") as alice:
        for text in ("", " ", "x" * 1001, "nul \0"):
            await alice.whisper(alice.id, text)
            await alice.error("bad_message")


async def test_general_is_known_but_not_in_other_letters(server):
    async with session(server, "alice") as alice:
        await alice.say("a", channel="general")
        await alice.error("unknown_channel")


async def test_message_chars_can_be_set(start_server):
    server = start_server(limits__message_chars="5")
    async with session(server, "alice") as alice:
        await alice.said("😀😀😀😀😀")
        await alice.say("sixsix")
        await alice.error("bad_message")


# --- nonces -----------------------------------------------------------------------


async def test_a_repeated_nonce_is_answered_with_the_original_to_the_sender_alone(server):
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        original = await alice.said("once", nonce="once-1")
        assert (await bob.expect("chat_message"))["cacheID"] == original["cacheID"]
        await alice.say("once", nonce="once-1")
        assert await alice.expect("chat_message") == original
        marker = await alice.said("marker")
        assert (await bob.expect("chat_message"))["cacheID"] == marker["cacheID"]
        assert marker["cacheID"] > original["cacheID"]
    async with session(server, "carol") as carol:
        assert [message["message"] for message in carol.welcome_messages].count("once") == 1


async def test_a_nonce_with_other_content_is_a_bad_request(server):
    async with session(server, "alice") as alice:
        await alice.said("content", nonce="conflict-1")
        await alice.say("other content", nonce="conflict-1")
        assert (await alice.error("bad_request"))["nonce"] == "conflict-1"
        await alice.whisper(alice.id, "content", nonce="conflict-1")
        assert (await alice.error("bad_request"))["nonce"] == "conflict-1"


async def test_nonces_belong_to_their_user(server):
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        first = await alice.said("mine", nonce="shared")
        second = await bob.said("also mine", nonce="shared")
        assert second["cacheID"] > first["cacheID"]


async def test_a_nonce_is_remembered_over_a_crash(start_server):
    server = start_server()
    async with session(server, "alice") as alice:
        public = await alice.said("once", nonce="n1")
        await alice.whisper(alice.id, "once in private", nonce="n2")
        private = await alice.expect("private_chat_message")
    server.crash().start()
    async with session(server, "alice") as alice:
        await alice.say("once", nonce="n1")
        assert await alice.expect("chat_message") == public
        await alice.whisper(alice.id, "once in private", nonce="n2")
        assert await alice.expect("private_chat_message") == private
        assert (await alice.said("new"))["cacheID"] > public["cacheID"]


# --- rate limit -------------------------------------------------------------------


def limited(start_server, messages: int, window_seconds: int) -> ChatServer:
    server = start_server.prepare()
    database.set_rate_limit(server, messages, window_seconds)
    return server.start()


async def test_the_rate_limit_counts_public_and_private_of_all_sessions(start_server):
    server = limited(start_server, 3, 60)
    async with session(server, "alice") as alice, session(server, "alice") as too, session(server, "bob") as bob:
        await alice.said("one")
        await too.said("two")
        await alice.whisper(alice.id, "three")
        await alice.until("private_chat_message", message="three")
        await alice.say("four", nonce="n4")
        error = await alice.error("rate_limited")
        assert error["nonce"] == "n4"
        assert 0 < error["retry_after_ms"] <= 60_000
        await bob.said("bob may")
    async with session(server, "carol") as carol:
        assert [message["message"] for message in carol.welcome_messages] == ["one", "two", "bob may"]


async def test_a_repeated_nonce_is_answered_before_the_rate_limit(start_server):
    server = limited(start_server, 1, 60)
    async with session(server, "alice") as alice:
        original = await alice.said("the only one", nonce="n1")
        await alice.say("the only one", nonce="n1")
        assert await alice.expect("chat_message") == original


async def test_after_the_window_messages_are_taken_again(start_server):
    server = limited(start_server, 1, 3)  # longer than it takes to say two things
    async with session(server, "alice") as alice:
        await alice.said("one")
        await alice.say("two")
        error = await alice.error("rate_limited")
        async with asyncio.timeout(SECONDS):
            while True:
                await asyncio.sleep(error["retry_after_ms"] / 1000)
                await alice.say("two")
                frame = await alice.next()
                if frame["type"] == "chat_message":
                    break
                error = frame["payload"]
                assert error["code"] == "rate_limited"


async def test_a_new_database_starts_with_the_limit_of_the_settings(start_server, tmp_path):
    server = start_server.prepare(server__data_dir=str(tmp_path / "data"), limits__messages="2")
    server.data_dir = tmp_path / "data"
    server.start()
    server.add_user("alice")
    async with session(server, "alice") as alice:
        await alice.said("one")
        await alice.said("two")
        await alice.say("three")
        await alice.error("rate_limited")
    server.restart(limits__messages="100")  # from now on the stored one counts
    assert database.query(server, "SELECT message_limit FROM rate_limiter") == [(2,)]


@pytest.mark.parametrize("text", ["not json", '{%s,"message":"too fast"}' % CHAT])
async def test_flooding_ends_the_session(start_server, text):
    """More than 10 × the rate limit of refused frames: 20 are told, the next is one too many."""
    server = limited(start_server, 2, 60)
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        refused = 0
        while refused < 20:
            await alice.send_text(text)
            refused += (await alice.next())["type"] == "error"
        await alice.send_text(text)
        assert (await alice.closed())[0] == 4029
        await bob.said("undisturbed")


# --- violations that end the connection -------------------------------------------

HELLO = b'{"type":"nothing"}'

VIOLATIONS = {
    "unmasked": (raw.frame(TEXT, HELLO, masked=False), 1002),
    "reserved bit 1": (raw.frame(TEXT, HELLO, reserved=4), 1002),
    "reserved bit 3": (raw.frame(TEXT, HELLO, reserved=1), 1002),
    "reserved opcode": (raw.frame(0x3, HELLO), 1002),
    "reserved control opcode": (raw.frame(0xB), 1002),
    "fragmented ping": (raw.frame(PING, fin=False), 1002),
    "ping of 126 bytes": (raw.frame(PING, b"x" * 126), 1002),
    "continuation of nothing": (raw.frame(CONTINUATION, HELLO), 1002),
    "text within a message": (raw.frame(TEXT, b"a", fin=False) + raw.frame(TEXT, b"b"), 1002),
    "binary": (raw.frame(BINARY, b"\x00\x01"), 1003),
    "invalid UTF-8": (raw.frame(TEXT, b'{"type":"\xff"}'), 1007),
    "overlong UTF-8": (raw.frame(TEXT, b"\xc0\xaf"), 1007),
    "UTF-8 surrogate": (raw.frame(TEXT, b"\xed\xa0\x80"), 1007),
    "UTF-8 cut off": (raw.frame(TEXT, b"\xf0\x9f\x98"), 1007),
    "oversized": (raw.frame(TEXT, b"x" * (16 * 1024 + 1)), 1009),
    "oversized in fragments": (
        raw.frame(TEXT, b"x" * 10_000, fin=False) + raw.frame(CONTINUATION, b"x" * 10_000),
        1009,
    ),
    "claims 4 GiB": (raw.frame(TEXT, b"x", claimed_length=1 << 32), 1009),
    "claims 2^63": (raw.frame(TEXT, b"x", claimed_length=1 << 63), {1002, 1009}),
    "close with one byte": (raw.frame(raw.CLOSE, b"\x03"), 1002),
    "close 999": (raw.close(999), 1002),
    "close 1005": (raw.close(1005), 1002),
    "close 1006": (raw.close(1006), 1002),
    "close 1015": (raw.close(1015), 1002),
    "close 2000": (raw.close(2000), 1002),
    "close 5000": (raw.close(5000), 1002),
    "close with a reason of invalid UTF-8": (raw.close(1000, b"\xff"), 1007),
}


@pytest.mark.parametrize("name", VIOLATIONS)
async def test_a_violation_of_the_websocket_protocol_ends_the_connection(server, name):
    data, code = VIOLATIONS[name]
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        client.send(data)
        # Whatever the client would say now is not understood: nothing waits for it.
        ended = await asyncio.to_thread(client.ended, answer_close=False)
        assert ended.code in (code if isinstance(code, set) else {code})
        assert not ended.reset
    async with session(server, "bob") as bob:
        await bob.said("the server goes on")


def test_fragments_with_control_frames_between_are_one_message(server):
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        message = '{"type":"chat_message","channel":"General","message":"in pieces 😀"}'.encode()
        for i in range(len(message)):
            last = i == len(message) - 1
            client.send(raw.frame(TEXT if i == 0 else CONTINUATION, message[i : i + 1], fin=last))
            if i == 20:
                client.send(raw.frame(PING, b"in between"))
        assert client.receive_until(PONG) == b"in between"
        while (frame := client.receive_text())["type"] != "chat_message":
            pass
        assert frame["payload"]["message"] == "in pieces 😀"


def test_bytes_one_by_one_are_still_frames(server):
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        for byte in raw.text({"type": "chat_message", "channel": "General", "message": "slowly"}):
            client.send(bytes([byte]))
        while (frame := client.receive_text())["type"] != "chat_message":
            pass
        assert frame["payload"]["message"] == "slowly"


def test_pings_are_answered_with_their_payload(server):
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        for payload in (b"", b"x", b"y" * 125):
            client.send(raw.frame(PING, payload))
            assert client.receive_until(PONG) == payload


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
def test_a_close_is_answered_with_the_same_code(server, code):
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        client.send(raw.close(code, "good bye 👋".encode()))
        assert client.ended().code == code


def test_a_close_without_a_code_is_answered(server):
    with RawClient(server, server.token("alice")) as client:
        client.read_welcome()
        client.send(raw.frame(raw.CLOSE))
        assert client.ended().code in (1000, 1005)
