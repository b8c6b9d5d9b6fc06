"""Many senders and receivers at once, and the proof that nobody missed or doubled anything."""

import asyncio
import json
import random
from typing import Optional, Sequence

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from .client import open_socket
from .deadline import SECONDS, eventually_async
from .raw import text as text_frame, upgrade_request
from .server import ChatServer

IN_FLIGHT = 4  # of each sender
MOVES_AFTER = 40  # messages, a sender that has where to go

# How a connection ends or does not come about while the server is away.
LOST = (ConnectionClosed, InvalidHandshake, ConnectionError, asyncio.IncompleteReadError)


class Traffic:
    """`senders` say `total` messages; receivers come and go and take note of every one.

    Where there are several servers, each connection is to any of them. Texts are unique and are
    their own nonces, so a message may be sent again when its fate is unknown.
    """

    def __init__(
        self, servers: Sequence[ChatServer], users: list[str], total: int, senders: int, receivers: int, seed: int
    ):
        self.servers = servers
        self.users = users
        self.total = total
        self.receivers = receivers
        self.seed = seed
        self.up = asyncio.Event()
        self.up.set()
        self.texts: dict[int, str] = {}  # by id, of everything that anybody saw
        self.seen: set[str] = set()
        each = total // senders
        assert each * senders == total
        self.to_say = [[f"sender {i} message {k}" for k in range(each)] for i in range(senders)]

    async def run(self) -> None:
        """Until every receiver has every message; raises what went wrong first."""
        tasks = [asyncio.create_task(self._receive(i)) for i in range(self.receivers)]
        tasks += [asyncio.create_task(self._send(i)) for i in range(len(self.to_say))]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def crash_and_restart(self) -> None:
        """SIGKILL in the middle; the only server comes back on its data directory and port."""
        (server,) = self.servers
        self.up.clear()
        await asyncio.to_thread(server.crash)
        await asyncio.to_thread(server.restart)
        self.up.set()

    # --- senders ------------------------------------------------------------------

    async def _send(self, index: int) -> None:
        """Says its messages, a few in flight, and again what nobody has seen when the connection was lost."""
        chance = random.Random(f"{self.seed} sender {index}")
        while unseen := [text for text in self.to_say[index] if text not in self.seen]:
            await self.up.wait()
            try:
                server = chance.choice(self.servers)
                await self._send_all(index, server, unseen if len(self.servers) == 1 else unseen[:MOVES_AFTER])
            except LOST:
                assert not self.up.is_set() or all(server.running for server in self.servers)
                await asyncio.sleep(0.05)

    async def _send_all(self, index: int, server: ChatServer, texts: list[str]) -> None:
        token = await self._token(index)
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(upgrade_request(server, f"/ws?token={token}"))
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0] or not self.up.is_set(), head
        # What comes back is the receivers' business.
        discarding = asyncio.create_task(self._discard(reader))
        try:
            for start in range(0, len(texts), IN_FLIGHT):
                batch = texts[start : start + IN_FLIGHT]
                for text in batch:
                    writer.write(
                        text_frame({"type": "chat_message", "channel": "General", "message": text, "nonce": text})
                    )
                await writer.drain()
                await eventually_async(
                    lambda: discarding.done() or self.seen.issuperset(batch), f"sender {index} is heard"
                )
                if discarding.done():
                    return
        finally:
            discarding.cancel()
            writer.close()

    @staticmethod
    async def _discard(reader: asyncio.StreamReader) -> None:
        try:
            while await reader.read(1 << 16):
                pass
        except OSError:
            pass

    # --- receivers ----------------------------------------------------------------

    async def _receive(self, index: int) -> None:
        """Takes every message once; all but the first receiver leave and resume at random."""
        chance = random.Random(self.seed * 1000 + index)
        got: list[int] = [0]  # ascending ids, from before the first
        while len(got) <= self.total:
            await self.up.wait()
            stay = None if index == 0 else chance.randint(1, max(1, self.total // 5))
            try:
                server = chance.choice(self.servers)
                socket = await open_socket(server, await self._token(index), since=got[-1])
            except LOST:
                assert not self.up.is_set() or all(server.running for server in self.servers)
                await asyncio.sleep(0.05)
                continue
            until = self.total if stay is None else min(self.total, len(got) - 1 + stay)
            try:
                while len(got) <= until:
                    self._take(index, got, await asyncio.wait_for(socket.recv(), SECONDS))
                if chance.random() < 0.5:
                    await socket.close()  # else as a cable that is pulled
            except LOST:
                continue
            except TimeoutError:
                missed = sorted(self.texts.keys() - set(got))
                raise AssertionError(f"receiver {index} is at {got[-1]} and misses {missed[:20]}") from None
            finally:
                socket.transport.abort()
            behind = len(self.texts) + chance.randint(0, max(1, self.total // 20))
            await eventually_async(
                lambda: len(self.texts) >= min(behind, self.total) or not self.up.is_set(), "traffic goes on"
            )

    def _take(self, index: int, got: list[int], text: str) -> None:
        for message in self._messages(json.loads(text)):
            cache_id = message["cacheID"]
            assert cache_id > got[-1], f"receiver {index}: {cache_id} after {got[-1]}"
            got.append(cache_id)
            self._note(cache_id, message["message"])

    @staticmethod
    def _messages(frame: dict) -> list[dict]:
        if frame["type"] == "chat_message":
            return [frame["payload"]]
        if frame["type"] == "bulk_chat_messages":
            assert "truncated" not in frame["payload"] and "reset" not in frame["payload"], frame["payload"].keys()
            return frame["payload"]["messages"]
        return []

    def _note(self, cache_id: int, text: str) -> None:
        known: Optional[str] = self.texts.setdefault(cache_id, text)
        assert known == text, f"{cache_id} is {known!r} to one and {text!r} to another"
        self.seen.add(text)

    async def _token(self, index: int) -> str:
        return await asyncio.to_thread(self.servers[0].token, self.users[index % len(self.users)])

    def check_everything_was_seen_once(self) -> None:
        wanted = sorted(text for texts in self.to_say for text in texts)
        assert sorted(self.texts.values()) == wanted
