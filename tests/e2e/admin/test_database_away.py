"""What administrators are told while the database is away, and that nothing is half done then."""

import asyncio
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Iterator

import pytest

from support import database, http
from support.admin import Api, admin
from support.client import session
from support.deadline import eventually
from support.server import ChatServer

READS = ["/users?username=a", "/users/bans", "/activity/sessions", "/activity/channels", "/messages/private"]
CHANGES = [
    ("POST", "/users/ban", {"banished_id": "somebody"}),
    ("DELETE", "/users/ban?ban_id=1", None),
    ("PATCH", "/ratelimits", {"id": 1, "message_limit": 7, "window_seconds": 7}),
]


@pytest.fixture
def make_server(start_server, postgres):
    def make(**settings: str) -> ChatServer:
        server = start_server(store__backend="postgres", store__url=postgres.new_database().url, **settings)
        server.add_user("admin", admin=True)
        server.dashboard_token()
        return server

    return make


def expect_unavailable(reply: http.Reply) -> None:
    assert reply.status == 503
    assert int(reply.headers["Retry-After"]) > 0
    assert reply.problem["detail"]


@contextmanager
def write_lock(server: ChatServer) -> Iterator[sqlite3.Connection]:
    """Held by another process, as a backup does that has stopped halfway."""
    with closing(sqlite3.connect(database.path(server), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield other
        finally:
            if other.in_transaction:
                other.execute("ROLLBACK")


class ManyChanges:
    """So many changes at once, each over a connection of its own."""

    def __init__(self, api: Api, count: int = 12):
        self.answers: list[tuple[float, http.Reply]] = []  # seconds, as they came
        self.began = time.monotonic()
        self.pool = ThreadPoolExecutor(count)
        self.sent = [self.pool.submit(self._send, api, number) for number in range(count)]

    def _send(self, api: Api, number: int) -> None:
        method, path, body = [*CHANGES, ("POST", "/channels", {"name": f"channel-{number}"})][number % 4]
        reply = api.call(method, path, body)
        self.answers.append((time.monotonic() - self.began, reply))

    def expect_all_refused(self, within: float) -> None:
        for one in self.sent:
            one.result()
        for seconds, reply in self.answers:
            expect_unavailable(reply)
            assert seconds < within, [seconds for seconds, _ in self.answers]


def test_every_route_says_when_to_come_again_and_nothing_is_half_done(make_server, postgres):
    server = make_server()
    api = admin(server)
    assert api.ban("kept").status == 200
    before = api.rate_limit(), api.bans()
    postgres.command("stop")
    try:
        for path in READS:
            expect_unavailable(api.get(path))
        for method, path, body in CHANGES:
            expect_unavailable(api.call(method, path, body))
        # What needs no database is answered.
        assert api.rate_limit() == before[0]
        assert api.get("/channels").status == 200
    finally:
        postgres.command("start")
    eventually(lambda: api.get("/users/bans").status == 200, "the database is back")
    eventually(lambda: api.get("/readyz").json["degraded"] == [], "it can be written")
    assert (api.rate_limit(), api.bans()) == before
    for method, path, body in CHANGES:
        assert api.call(method, path, body).status == 200


def test_a_read_that_takes_too_long_is_given_up(make_server, postgres):
    # The store itself would wait for minutes.
    server = make_server(store__timeout="2m")
    api = admin(server)
    assert api.get("/users/bans").status == 200
    postgres.command("freeze")
    try:
        began = time.monotonic()
        reply = api.get("/users/bans")
        expect_unavailable(reply)
        assert "slow" in reply.problem["detail"]
        assert time.monotonic() - began < 60
        # No thread of a shard waits for it.
        assert api.get("/healthz").status == 200
    finally:
        postgres.command("thaw")
    eventually(lambda: api.get("/users/bans").status == 200, "it is read again")


def test_a_change_that_sqlite_cannot_take_is_not_made(start_server):
    server = start_server(store__timeout="3s")
    api = admin(server)
    before = api.rate_limit(), api.bans()
    with write_lock(server):
        for method, path, body in CHANGES:
            expect_unavailable(api.call(method, path, body))
        assert api.bans() == before[1]
    assert (api.rate_limit(), api.bans()) == before
    assert api.ban("somebody").status == 200


async def test_changes_that_wait_for_sqlite_keep_nobody_else_waiting(start_server):
    timeout = 5.0
    server = start_server(store__timeout="5s")
    api = admin(server)
    server.token("alice")
    before = api.rate_limit(), api.bans(), api.channel_names()
    with write_lock(server):
        changes = ManyChanges(api)
        for _ in range(3):
            assert (await asyncio.to_thread(api.bans)) == before[1]
            async with session(server, "alice"):
                pass
        assert changes.answers == [], "reads and logins are answered at once"
        await asyncio.to_thread(changes.expect_all_refused, 3 * timeout)
    assert (api.rate_limit(), api.bans(), api.channel_names()) == before
    assert api.ban("somebody").status == 200


def test_a_change_whose_turn_does_not_come_is_not_made(start_server):
    # The store itself would wait for minutes.
    server = start_server(store__timeout="2m")
    api = admin(server)
    with write_lock(server) as other, ThreadPoolExecutor(3) as pool:
        bans = [pool.submit(api.ban, f"user-{number}") for number in range(3)]
        eventually(lambda: sum(ban.done() for ban in bans) == 2, "those that wait are given up")
        for ban in bans:
            if ban.done():
                expect_unavailable(ban.result())
        other.execute("ROLLBACK")
        # Once begun it is not cut off.
        assert sorted(ban.result().status for ban in bans) == [200, 503, 503]
    (made,) = api.bans()
    assert bans[int(made["banished_id"].removeprefix("user-"))].result().status == 200


def test_nobody_waits_in_turn_for_a_postgresql_that_is_frozen(make_server, postgres):
    timeout = 3.0
    server = make_server(store__timeout="3s")
    api = admin(server)
    before = api.rate_limit(), api.bans(), api.channel_names()
    postgres.command("freeze")
    try:
        changes = ManyChanges(api)
        expect_unavailable(api.get("/users/bans"))
        assert time.monotonic() - changes.began < 3 * timeout
        changes.expect_all_refused(3 * timeout)
    finally:
        postgres.command("thaw")
    eventually(lambda: api.get("/readyz").json["degraded"] == [], "it can be written")
    assert (api.rate_limit(), api.bans(), api.channel_names()) == before


def test_the_database_going_away_in_mid_request_makes_one_outcome(make_server, postgres):
    server = make_server()
    api = admin(server)
    statuses: list[int] = []
    stop = threading.Event()

    def keep_banning() -> None:
        while not stop.is_set():
            statuses.append(api.ban(f"user-{len(statuses)}").status)

    thread = threading.Thread(target=keep_banning)
    thread.start()
    try:
        eventually(lambda: statuses.count(200) >= 3, "bans are made")
        postgres.command("kill")
        eventually(lambda: 503 in statuses, "one was refused")
    finally:
        postgres.command("start")
        eventually(lambda: statuses and statuses[-1] == 200, "bans are made again")
        stop.set()
        thread.join()
    made = {record["banished_id"] for record in api.bans("limit=500")}
    said = {f"user-{number}" for number, status in enumerate(statuses) if status == 200}
    assert said <= made
    assert set(statuses) == {200, 503}
    # What was refused may have been committed after all, when its answer was lost: never more than one.
    assert len(made - said) <= 1
