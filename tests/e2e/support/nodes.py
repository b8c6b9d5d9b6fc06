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
        "store__timeout": "2s",
        "cache__backend": "valkey",
        "cache__url": valkey.url,
        "cache__timeout": "2s",
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
    page = http.request(server.metrics_address, "GET", "/metrics").body.decode()
    return next(float(line.split()[1]) for line in page.splitlines() if line.startswith(name + " "))


def stored(database: Database) -> list[str]:
    return database.run("SELECT message FROM chatserver.chat_messages ORDER BY cache_id").splitlines()


async def said_and_stored(client: ChatClient, database: Database, message: str) -> dict:
    """Says it, and waits until it is the newest in the database."""
    said = await client.said(message)
    await eventually_async(lambda: stored(database)[-1:] == [message], f"{message} is in the database")
    return said
