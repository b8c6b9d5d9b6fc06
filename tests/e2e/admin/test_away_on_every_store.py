"""While the database is away, on every store: what each read and each change answers, and that nothing of it is half done."""

import sqlite3
from contextlib import closing, contextmanager
from typing import Iterator

import pytest

from support import backends, database as sqlite, http
from support.admin import Api, admin
from support.backends import Backend, once_stored
from support.client import session
from support.deadline import eventually, eventually_async

FROM_MEMORY = ["/channels", "/ratelimits", "/discovery", "/healthz"]
READS = [
    "/users?username=alice",
    "/users/bans",
    "/messages?keyword=kept",
    "/activity/sessions",
    "/activity/channels",
    "/channels/{news}/messages",
    "/messages/private",
]
# In an order in which all of them work, once there is a database again.
CHANGES = [
    ("POST", "/channels", {"name": "more"}, 201),
    ("PATCH", "/channels", {"id": "{news}", "name": "old"}, 200),
    ("PATCH", "/channels", {"id": "{news}", "description": "what was new"}, 200),
    ("PATCH", "/channels", {"id": "{news}", "before_id": 1}, 200),
    ("DELETE", "/messages", {"ids": [1]}, 204),
    ("DELETE", "/channels?id={news}&purge=1", None, 200),
    ("DELETE", "/channels?id={plain}", None, 200),
    ("POST", "/users/ban", {"banished_id": "somebody"}, 200),
    ("DELETE", "/users/ban?ban_id=1", None, 200),
    ("PATCH", "/ratelimits", {"id": 1, "message_limit": 7, "window_seconds": 7}, 200),
]


@pytest.fixture(params=backends.NAMES)
def backend(request, start_server) -> Backend:
    """Its PostgreSQL is one that may be stopped."""
    return Backend(
        request.param,
        start_server,
        lambda: request.getfixturevalue("postgres").new_database(),
        lambda: request.getfixturevalue("valkey_server"),
    )


@pytest.fixture
def away(backend, request):
    """A `with` block during which the database of a server cannot be written, and but for SQLite not read."""

    @contextmanager
    def locked(server) -> Iterator[None]:
        with closing(sqlite3.connect(sqlite.path(server), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    @contextmanager
    def stopped(_server) -> Iterator[None]:
        postgres = request.getfixturevalue("postgres")
        postgres.command("stop")
        try:
            yield
        finally:
            postgres.command("start")

    return locked if backend.name == "sqlite" else stopped


class Made:
    """What there is before: two channels with messages, one that is banned; and the table above about them."""

    def __init__(self, server):
        self.api = admin(server)
        self.ids = {name: self.api.create_channel(name) for name in ("news", "plain")}
        assert self.api.ban("kept", reason="because").status == 200

    async def say(self, client) -> None:
        for name in ("General", "news", "plain"):
            await client.said(f"kept in {name}", channel=name)

    def path(self, text: str) -> str:
        for name, id in self.ids.items():
            text = text.replace("{%s}" % name, str(id))
        return text

    def change(self, method: str, target: str, body) -> http.Reply:
        body = body and {key: self.ids["news"] if value == "{news}" else value for key, value in body.items()}
        return self.api.call(method, self.path(target), body)

    def all(self) -> list:
        """What every read says."""
        return [self.api.done("GET", self.path(target)) for target in (*READS, "/channels", "/ratelimits")]


def expect_unavailable(reply: http.Reply, what: object) -> None:
    assert reply.status == 503, what
    assert int(reply.headers["Retry-After"]) > 0
    assert reply.problem["detail"]


async def test_nothing_is_half_done(backend, away):
    # Its database may be called like one of another PostgreSQL that shares the Valkey.
    # SQLite's changes are refused after that long; a PostgreSQL that is stopped refuses at once.
    quickly = {"store__timeout": "2s"} if backend.name == "sqlite" else {}
    server = backend.start(cache__prefix="away", **quickly)
    made = Made(server)
    api: Api = made.api
    async with session(server, "alice") as alice:
        await made.say(alice)
        counts = {"General": 1, "news": 1, "plain": 1}
        await once_stored(server, lambda: api.message_counts() == counts, "they are in the database")
        recorded = lambda: api.users("username=alice") and api.session_days()
        await eventually_async(recorded, "so is that she is here")
        before = made.all()
        heard = len(alice.frames)
        with away(server):
            for target in READS:
                reply = api.get(made.path(target))
                if backend.name == "sqlite":
                    assert reply.status == 200, target
                else:
                    expect_unavailable(reply, target)
            for method, target, body, _ in CHANGES:
                expect_unavailable(made.change(method, target, body), (method, target))
            for target in FROM_MEMORY:
                assert api.get(target).status == 200, target
            if backend.name == "sqlite":
                assert made.all() == before
        if backend.name != "sqlite":
            eventually(lambda: api.get("/users/bans").status == 200, "the database is back")
        await eventually_async(lambda: api.get("/readyz").json["degraded"] == [], "it can be written")
        assert made.all() == before

        # Nobody was shown anything, and a change that is made now is whole.
        assert (await alice.said("after"))["cacheID"] > 3
        assert [frame["type"] for frame in alice.frames[heard:] if frame["type"] != "user_status"] == ["chat_message"]
        for method, target, body, status in CHANGES:
            assert made.change(method, target, body).status == status, (method, target)
        assert api.channel_names() == ["General", "more"]
        assert [ban["banished_id"] for ban in api.bans()] == ["somebody", "kept"]
    async with session(server, "bob") as bob:
        assert [message["message"] for message in bob.welcome_messages] == ["kept in plain", "after"]
