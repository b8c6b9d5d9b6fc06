"""A chat client over python3-websockets, which we did not write."""

import asyncio
import json
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Iterable, Optional

import websockets
from websockets.exceptions import ConnectionClosed, InvalidStatusCode

from . import frames, token as tokens
from .deadline import SECONDS

# What comes by itself, whatever a test is about.
BACKGROUND = {"user_status"} | frames.ANALYTICS_TYPES

Refused = InvalidStatusCode


class ChatClient:
    """One session. Frames whose type is in `ignored` are recorded, but not returned."""

    def __init__(self, socket, name: str, user_id: str, ignored: Iterable[str]):
        self.socket = socket
        self.name = name
        self.id = user_id
        self.ignored = set(ignored)
        self.welcome: list[dict] = []
        self.frames: list[dict] = []  # all that ever came

    async def receive(self) -> dict:
        """The next frame of any type."""
        frame = frames.parse(await asyncio.wait_for(self.socket.recv(), SECONDS))
        self.frames.append(frame)
        return frame

    async def next(self) -> dict:
        """The next frame that is not ignored."""
        while True:
            frame = await self.receive()
            if frame["type"] not in self.ignored:
                return frame

    async def expect(self, kind: str) -> dict:
        """The payload of the next frame, which must be a `kind`."""
        frame = await self.next()
        assert frame["type"] == kind, f"{self.name} expected {kind}, got {frame}"
        return frame["payload"]

    async def until(self, kind: str, **wanted: Any) -> dict:
        """The payload of the next `kind` with these values; what comes before it is passed over."""
        while True:
            frame = await self.receive()
            payload = frame["payload"]
            if frame["type"] == kind and all(payload.get(key) == value for key, value in wanted.items()):
                return payload

    async def read_welcome(self) -> None:
        while not self.welcome or self.welcome[-1]["type"] != "connected_users":
            self.welcome.append(await self.receive())

    def welcomed_with(self, kind: str) -> Optional[dict]:
        """The payload of that frame of the welcome, if there was one."""
        return next((frame["payload"] for frame in self.welcome if frame["type"] == kind), None)

    @property
    def welcome_messages(self) -> list[dict]:
        bulk = self.welcomed_with("bulk_chat_messages")
        return bulk["messages"] if bulk else []

    async def shown_up_to(self, message: str) -> list[str]:
        """What it was welcomed with and is sent after that, up to this one: a node may show it either way
        that has yet to hear of it."""
        texts = [one["message"] for one in self.welcome_messages]
        while texts[-1:] != [message]:
            texts.append((await self.until("chat_message"))["message"])
        return texts

    @property
    def welcome_private_messages(self) -> list[dict]:
        bulk = self.welcomed_with("bulk_private_messages")
        return bulk["messages"] if bulk else []

    async def send_text(self, text: str) -> None:
        await self.socket.send(text)

    async def send(self, kind: str, **fields: Any) -> None:
        await self.send_text(json.dumps({"type": kind, **fields}, ensure_ascii=False))

    async def say(self, message: str, channel: str = "General", **fields: Any) -> None:
        await self.send("chat_message", channel=channel, message=message, **fields)

    async def whisper(self, recipient_id: str, message: str, **fields: Any) -> None:
        await self.send("private_chat_message", recipient_id=recipient_id, message=message, **fields)

    async def said(self, message: str, channel: str = "General", **fields: Any) -> dict:
        """Says it and waits for one's own copy, which is the acknowledgement."""
        await self.say(message, channel, **fields)
        return await self.until("chat_message", message=message, owner_id=self.id)

    async def gets_through(self, message: str) -> dict:
        """Says it again as long as it is refused as unavailable. The next frame must be the answer."""
        for _ in range(100):
            await self.say(message)
            answer = await self.next()
            if answer["type"] == "chat_message":
                return answer["payload"]
            assert answer["payload"]["code"] == "unavailable"
            await asyncio.sleep(answer["payload"]["retry_after_ms"] / 1000)
        raise AssertionError(f"{message} does not get through")

    async def error(self, code: str) -> dict:
        """The next frame must be this error."""
        payload = await self.expect("error")
        assert payload["code"] == code, payload
        assert isinstance(payload["message"], str) and payload["message"]
        return payload

    async def closed(self) -> tuple[int, str]:
        """Close code and reason, once the server has closed."""
        try:
            while True:
                await self.receive()
        except ConnectionClosed:
            return self.socket.close_code, self.socket.close_reason

    async def leave(self) -> None:
        await self.socket.close()


async def open_socket(
    server,
    token: Optional[str],
    via: str = "query",
    since: Optional[object] = None,
    private_since: Optional[object] = None,
    **options: Any,
):
    """A WebSocket whose token travels in the `query`, a `header` or as a `subprotocol`. Raises Refused."""
    query = []
    if via == "query" and token is not None:
        query.append(f"token={token}")
    if via == "header":
        options["extra_headers"] = {"Authorization": f"Bearer {token}"}
    if via == "subprotocol":
        options["subprotocols"] = ["bearer", token]
    if since is not None:
        query.append(f"since={since}")
    if private_since is not None:
        query.append(f"private_since={private_since}")
    return await websockets.connect(
        server.ws_url("&".join(query)),
        **{
            "compression": None,
            "ping_interval": None,
            "max_size": None,
            "max_queue": None,
            "open_timeout": SECONDS,
            "close_timeout": SECONDS,
            **options,
        },
    )


async def open_client(
    server,
    name: str,
    *,
    dashboard: bool = False,
    token: Optional[str] = None,
    ignored: Iterable[str] = BACKGROUND,
    **options: Any,
) -> ChatClient:
    """A session that has had its welcome."""
    token = token or (server.dashboard_token(name) if dashboard else server.token(name))
    socket = await open_socket(server, token, **options)
    client = ChatClient(socket, name, tokens.subject(token), ignored)
    await client.read_welcome()
    return client


@asynccontextmanager
async def session(server, name: str, **options: Any) -> AsyncIterator[ChatClient]:
    """`open_client` for a `with` block."""
    client = await open_client(server, name, **options)
    try:
        yield client
    finally:
        await client.leave()


async def refusal(server, token: Optional[str], **options: Any) -> Refused:
    """How a connection that must not come about is refused."""
    try:
        socket = await open_socket(server, token, **options)
    except InvalidStatusCode as refused:
        return refused
    await socket.close()
    raise AssertionError("the connection was let in")
