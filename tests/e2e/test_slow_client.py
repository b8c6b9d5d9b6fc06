"""One client that stops reading: nobody else notices, and it loses nothing."""

import asyncio
import json

from support import token as tokens
from support.client import ChatClient, open_client, session
from support.deadline import eventually_async
from support.raw import Ended, RawClient

OTHERS = 199
ROUNDS, PER_ROUND = 75, 8
TEXT_OF_4_KB = "😀" * 990


async def open_others(server) -> list[ChatClient]:
    users = ["alice", "bob", "carol"]
    clients = []
    for start in range(0, OTHERS, 20):
        clients += await asyncio.gather(
            *(open_client(server, users[i % 3]) for i in range(start, min(start + 20, OTHERS)))
        )
    return clients


async def take(client: ChatClient, count: int) -> list[int]:
    return [(await client.expect("chat_message"))["cacheID"] for _ in range(count)]


def read_all(slow: RawClient) -> tuple[list[int], Ended]:
    """The ids of all whole frames that it was sent, and how the connection ended."""
    ids = []

    def note(payload: bytes) -> None:
        frame = json.loads(payload)
        if frame["type"] == "chat_message":
            ids.append(frame["payload"]["cacheID"])

    return ids, slow.ended(note)


async def closed_as_too_slow(server) -> None:
    """Exactly one session ended for that reason."""

    def codes() -> list[int]:
        return [event["close_code"] for event in server.events("session ended")]

    await eventually_async(lambda: 4008 in codes(), "the session ends with 4008")
    assert codes().count(4008) == 1


async def test_a_client_that_stops_reading_is_closed_and_resumes_without_loss(start_server):
    server = start_server(limits__feed_bytes="256KiB")
    others = await open_others(server)
    slow = RawClient(server, server.token("dave"), receive_buffer=4096)
    try:
        slow.read_welcome()
        sent: list[int] = []
        for i in range(ROUNDS):
            for j in range(PER_ROUND):
                await others[(i + j) % OTHERS].say(f"{i}.{j} {TEXT_OF_4_KB}")
            # Everybody else has this round before the next begins.
            got = await asyncio.gather(*(take(client, PER_ROUND) for client in others))
            assert all(ids == got[0] for ids in got)
            sent += got[0]

        received, ended = await asyncio.to_thread(read_all, slow)
        # 4008, or nothing if this took so long that the connection was reset.
        assert ended.code in (4008, None)
        await closed_as_too_slow(server)
        assert received == sent[: len(received)]
        assert len(received) < len(sent), "it was too slow to get all"
    finally:
        slow.close_socket()

    last = received[-1] if received else 0
    async with session(server, "dave", since=last) as resumed:
        assert [message["cacheID"] for message in resumed.welcome_messages] == sent[len(received) :]
    await asyncio.gather(*(client.leave() for client in others))


async def test_a_slow_client_costs_only_itself_its_private_messages(start_server):
    """What is for one session alone has a bound of its own; what overflowed comes with the next welcome."""
    server = start_server(limits__outbox_bytes="64KiB")
    async with session(server, "alice") as alice, session(server, "bob") as bob:
        with RawClient(server, server.token("dave"), receive_buffer=4096) as slow:
            slow.read_welcome()
            dave_id = tokens.subject(server.token("dave"))
            for i in range(600):
                await alice.whisper(dave_id, f"{i} {TEXT_OF_4_KB}")
                await alice.expect("private_chat_message")
            await bob.said("undisturbed")
            ended = await asyncio.to_thread(slow.ended)
            assert ended.code in (4008, None)
            await closed_as_too_slow(server)
    async with session(server, "dave", private_since=0) as dave:
        assert len(dave.welcome_private_messages) == 600
