"""What a server holds in memory while Valkey does not answer."""

import asyncio
import json
import re
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from support.client import ChatClient, session
from support.nodes import away
from support.server import ChatServer

MIB = 1 << 20
# As long as a frame may be.
TEXT = "\N{GRINNING FACE}" * 4000
FRAME = json.dumps({"type": "chat_message", "channel": "General", "message": TEXT}, ensure_ascii=False)
SENT = 200 * MIB  # by one session


def own_memory(server: ChatServer) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"^RssAnon:\s+(\d+) kB$", status, re.M)[1]) * 1024


async def said_at_last(client: ChatClient, text: str) -> None:
    """Says it until it is taken: what came before may still be in its way."""
    while True:
        await client.say(text, nonce=text)
        while True:
            frame = await client.next()
            if frame["type"] == "error":
                assert frame["payload"]["code"] == "unavailable", frame
                await asyncio.sleep(frame["payload"]["retry_after_ms"] / 1000)  # or it counts as flooding
                break
            if frame["payload"]["message"] == text:
                return


async def test_what_waits_for_valkey_is_bounded_in_bytes(node, valkey):
    # Nothing is given up meanwhile.
    server = node(cache__timeout="60s", limits__messages="10", limits__message_chars="4000")
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await bob.said("before")
        before = own_memory(server)
        async with away(valkey, "freeze", "thaw"):
            try:
                for _ in range(SENT // len(FRAME.encode())):
                    await alice.send_text(FRAME)
                await (await alice.socket.ping())  # all of it was read
            except ConnectionClosed:
                pass
            grown = own_memory(server) - before
        assert grown < SENT * 2 / 3
        assert (await alice.closed())[0] == 4029
        await said_at_last(bob, "after")
