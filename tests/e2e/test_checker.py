"""The proof that no message is lost, doubled or out of order, whatever connections or processes do."""

import asyncio
import os
import random

import pytest

from support.client import session
from support.deadline import eventually_async
from support.server import ChatServer
from support.traffic import Traffic

MESSAGES = int(os.environ.get("CHATSERVER_E2E_MESSAGES", "10000"))
SEED = int(os.environ.get("CHATSERVER_E2E_SEED", "0")) or random.randrange(1, 1 << 30)
SENDERS, RECEIVERS = 50, 50


@pytest.fixture
def traffic_of(start_server):
    """Makes the traffic of a test, on a server that resumes however much was missed."""

    def make(total: int) -> Traffic:
        print(f"CHATSERVER_E2E_SEED={SEED} CHATSERVER_E2E_MESSAGES={MESSAGES}")  # shown when it fails
        return traffic_on([start_server(resume__messages_max=str(2 * total))], total)

    return make


def traffic_on(servers: list[ChatServer], total: int) -> Traffic:
    users = [f"user{i}" for i in range(10)]  # so that every shard has some
    for name in users:
        servers[0].add_user(name)
        servers[0].token(name)
    return Traffic(servers, users, total, SENDERS, RECEIVERS, SEED)


async def history(server) -> dict[int, str]:
    """All that the server has, by id."""
    async with session(server, "user0", since=0) as someone:
        return {message["cacheID"]: message["message"] for message in someone.welcome_messages}


async def test_every_receiver_sees_every_message_once_and_in_order(traffic_of):
    traffic = traffic_of(MESSAGES // SENDERS * SENDERS)
    await traffic.run()
    traffic.check_everything_was_seen_once()
    assert await history(traffic.servers[0]) == traffic.texts


async def test_so_does_everybody_who_moves_between_three_servers(start_server, postgres_server, valkey_server):
    total = MESSAGES // SENDERS * SENDERS
    database = postgres_server.new_database()
    shared = {
        "store__backend": "postgres",
        "store__url": database.url,
        "cache__backend": "valkey",
        "cache__url": valkey_server.url,
        "cache__prefix": database.name,
        "resume__messages_max": str(2 * total),
        "server__public_url": "http://chat.localhost",  # of one issuer: its tokens let in everywhere
    }
    traffic = traffic_on([start_server(**shared) for _ in range(3)], total)
    await traffic.run()
    traffic.check_everything_was_seen_once()
    for server in traffic.servers:
        assert await history(server) == traffic.texts
    stored = "SELECT count(*), count(DISTINCT cache_id), count(DISTINCT message) FROM chatserver.chat_messages"
    await eventually_async(lambda: database.run(stored) == f"{total}|{total}|{total}", "all of it is stored, once")


async def test_nothing_that_anyone_saw_is_lost_by_kill_9(traffic_of):
    traffic = traffic_of(MESSAGES // 4 // SENDERS * SENDERS)
    going = asyncio.create_task(traffic.run())
    for share in (0.3, 0.6):
        await eventually_async(lambda: going.done() or len(traffic.texts) > traffic.total * share, "traffic")
        assert not going.done(), going.exception()
        seen = dict(traffic.texts)
        await traffic.crash_and_restart()
        seen.update(traffic.texts)  # what was still on its way when it died
        kept = await history(traffic.servers[0])
        assert seen.items() <= kept.items()
    await going
    traffic.check_everything_was_seen_once()
    assert await history(traffic.servers[0]) == traffic.texts
