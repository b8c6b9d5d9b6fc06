"""The log tells of every connection, and nothing that was secret or said."""

import asyncio

from support import http, token as tokens
from support.client import refusal, session
from support.raw import upgrade_reply
from support.server import PASSWORD


async def test_neither_tokens_nor_texts_nor_passwords_are_in_the_log(start_server):
    server = start_server(log__level="debug")
    secret = "the-text-of-a-message-4711"
    good = server.token("alice")
    hostile = [tokens.with_broken_signature(good), tokens.unsigned(good), "token-of-my-own-invention"]

    for via in ("query", "header", "subprotocol"):
        async with session(server, "alice", via=via) as alice:
            await alice.said(secret + via)
            await alice.whisper(alice.id, secret)
            await alice.say(secret * 100)
            await alice.error("bad_message")
            await alice.send("authenticate", token=hostile[0])
        for token in hostile:
            await refusal(server, token, via=via)
    http.get(server, f"/channels?token={good}")
    http.get(server, f"/nothing/{secret}?token={good}")
    http.get(server, "/channels/1/messages", hostile[0])
    upgrade_reply(server, f"/ws?token={good}", {"Sec-WebSocket-Version": "8"})
    server.add_user("erin")
    assert await asyncio.to_thread(server.stop) == 0

    said = server.log + "\n".join(server.printed)
    for token in [good, *hostile]:
        for part in token.split("."):
            assert not part or part not in said, "a part of a token"
    assert "the-text-of-a-message" not in said
    assert PASSWORD not in said


async def test_a_connection_has_one_line_of_log(start_server):
    server = start_server()
    before = len(server.log_lines)
    async with session(server, "alice") as alice:
        for i in range(20):
            await alice.said(f"message {i}")
    assert await asyncio.to_thread(server.stop) == 0
    lines = [line for line in server.log_lines[before:] if alice.id in line or '"alice"' in line]
    assert len(lines) == 1, lines


async def test_a_user_name_cannot_forge_a_line(start_server):
    server = start_server()
    reply = upgrade_reply(server, '/ws?token="}{"event":"ready"')
    assert reply.status in (400, 401)
    http.get(server, "/%0a%7B%22event%22:%22forged%22%7D")
    assert await asyncio.to_thread(server.stop) == 0
    assert not server.events("forged")
    assert all(line.startswith("{") and line.endswith("}") for line in server.log_lines if line)
