"""Servers that share a PostgreSQL and a Valkey, and what they say of both."""

import asyncio
from contextlib import asynccontextmanager
from typing import AsyncIterator, Union

from . import http
from .client import ChatClient
from .deadline import eventually_async
from .postgres import Database, PostgresServer
from .server import ChatServer
from .valkey import ValkeyServer


def on(database: Database, valkey: ValkeyServer, **settings: str) -> dict[str, str]:
    return {
        "store__backend": "postgres",
        "store__url": database.url,
        "store__timeout": "3s",
        "cache__backend": "valkey",
        "cache__url": valkey.url,
        "cache__timeout": "3s",
        **settings,
    }


@asynccontextmanager
async def away(server: Union[PostgresServer, ValkeyServer], end: str, begin: str) -> AsyncIterator[None]:
    """Ends it, and begins it again whatever happens meanwhile: other tests need it too."""
    await asyncio.to_thread(server.command, end)
    try:
        yield
    finally:
        await asyncio.to_thread(server.command, begin)


def ready(server: ChatServer) -> dict:
    answer = http.get(server, "/readyz")
    assert answer.status == 200
    return answer.json


def metric(server: ChatServer, name: str) -> float:
    return next(float(line.split()[1]) for line in metrics(server) if line.startswith(name + " "))


def metrics(server: ChatServer) -> list[str]:
    return http.request(server.metrics_address, "GET", "/metrics").body.decode().splitlines()


def state_of(server: ChatServer, part: str) -> str:
    """Of `store` or `cache`: as /readyz and the metrics name it, or "ok"."""
    told = ready(server)
    state = told.get(part, "ok")
    assert (part in told["degraded"]) == (state != "ok")
    assert [line for line in metrics(server) if line.startswith(f"chatserver_{part}_state")] == [
        f'chatserver_{part}_state{{state="{state}"}} 1'
    ]
    assert metric(server, f"chatserver_{part}_available") == (state == "ok")
    return state


async def gets_over_a_loss(server: ChatServer) -> None:
    """Sees that Valkey has lost its data, for the first time since it started, and makes the log whole again."""
    # Other conversations may have noticed before the one that says so to /readyz.
    seen = lambda: any(event["for"] == "read" for event in server.events("valkey in trouble"))
    await eventually_async(seen, "the loss is seen")
    await eventually_async(lambda: ready(server)["degraded"] == [], "the log is whole again")


def stored(database: Database) -> list[str]:
    return database.run("SELECT message FROM chatserver.chat_messages ORDER BY cache_id").splitlines()


async def said_and_stored(client: ChatClient, database: Database, message: str) -> dict:
    """Says it, and waits until it is the newest in the database."""
    said = await client.said(message)
    await eventually_async(lambda: stored(database)[-1:] == [message], f"{message} is in the database")
    return said
