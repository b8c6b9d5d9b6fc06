"""Whatever process is killed or frozen at any instant: no shown message is lost, doubled or out of order."""

import os
import random
import time
from pathlib import Path
from typing import Iterator

import pytest

from support import token as tokens
from support.client import session
from support.crash.cluster import Cluster
from support.crash.member import Person
from support.crash.rounds import Rounds
from support.deadline import eventually_async
from support.server import REPOSITORY
from support.valkey import ValkeyServer

SEED = int(os.environ.get("CHATSERVER_CRASH_SEED", "0")) or random.randrange(1, 1 << 30)
MINUTES = float(os.environ.get("CHATSERVER_CRASH_MINUTES", "0"))
APPENDFSYNC = os.environ.get("CHATSERVER_CRASH_APPENDFSYNC", "always")
ROUNDS_MIN = 2
LOGS = Path(REPOSITORY) / "build" / "crash"


@pytest.fixture
def cluster(start_server, database) -> Iterator[Cluster]:
    valkey = ValkeyServer(appendfsync=APPENDFSYNC)
    durable = "true" if APPENDFSYNC == "always" else "false"
    try:
        yield Cluster(start_server, database, valkey, cache__durable=durable)
    finally:
        valkey.end()


@pytest.fixture
def people(cluster) -> list[Person]:
    node = cluster.nodes[0]
    made = []
    for name in (f"person{i}" for i in range(12)):
        node.add_user(name)
        token = node.token(name, ttl="24h")
        made.append(Person(name, tokens.subject(token), token))
    return made


async def let_everybody_be_seen(cluster: Cluster, people: list[Person]) -> None:
    """Nobody can whisper to those who were never here."""
    for node in cluster.nodes:
        for person in people:
            async with session(node, person.name, token=person.token):
                pass
    ids = ", ".join(f"'{person.id}'" for person in people)
    known = f"SELECT count(*) FROM chatserver.users WHERE sub IN ({ids})"
    await eventually_async(lambda: cluster.database.run(known) == str(len(people)), "the database knows them")


async def test_no_message_is_lost_doubled_or_out_of_order(cluster, people):
    await let_everybody_be_seen(cluster, people)
    rounds = Rounds(cluster, people, SEED, LOGS)
    end = time.monotonic() + 60 * MINUTES
    async with rounds.going_on():
        while rounds.played < ROUNDS_MIN or time.monotonic() < end:
            await rounds.play()
    print(rounds.summary(), flush=True)
