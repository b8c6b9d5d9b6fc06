"""A user of Valkey with no more rights than the documentation gives it."""

import re

import pytest

from support.admin import Api
from support.client import session
from support.deadline import eventually_async
from support.nodes import gets_over_a_loss, metric, on, stored
from support.server import REPOSITORY, ChatServer
from support.valkey import ValkeyServer


def documented() -> str:
    """The rules of the user `chat`, as docs/operations.md has them."""
    lines = re.findall(r"^ +ACL SETUSER chat (.*)$", (REPOSITORY / "docs" / "operations.md").read_text(), re.M)
    assert len(lines) == 1
    return lines[0]


@pytest.fixture(params=["valkey", "redis"])
def valkey(request, only_valkey, tmp_path) -> ValkeyServer:
    """With that user, of whom it knows even when it has lost its data."""
    users = tmp_path / "users.acl"
    rules = documented().replace("PASSWORD", "p@ss/word")
    users.write_text(f"user default on nopass ~* &* +@all\nuser chat {rules}\n")
    return only_valkey(kind=request.param, aclfile=str(users))


@pytest.fixture
def limited(start_server, database, valkey):
    """Starts servers as that user."""

    def start() -> ChatServer:
        url = f"valkey://chat:p%40ss%2Fword@{valkey.directory}/socket"
        return start_server(**on(database, valkey, cache__url=url))

    return start


def set_aside(server: ChatServer) -> float:
    return metric(server, "chatserver_messages_set_aside_total")


async def test_it_may_do_all_that_the_servers_do(limited, valkey, database):
    first, second = limited(), limited()
    for name in ("alice", "bob"):
        first.add_user(name)
    first.add_user("admin", admin=True)
    api = Api(first, first.dashboard_token())
    async with session(first, "alice") as alice, session(second, "bob") as bob:
        said = await alice.said("hello", nonce="n1")
        await alice.say("hello", nonce="n1")
        await bob.until("chat_message", message="hello")
        await bob.whisper(alice.id, "psst")
        await alice.until("private_chat_message", message="psst")
        assert api.ban("somebody").status == 200
        api.done("DELETE", f"/users/ban?ban_id={api.bans()[0]['id']}")
        api.create_channel("news")
        api.done("PATCH", "/ratelimits", {"id": 1, "message_limit": 1000, "window_seconds": 1})
        api.delete_messages([said["cacheID"]])
        await bob.until("message_deleted")
        database.run("ALTER TABLE chatserver.chat_messages ADD CHECK (message <> 'poison')")
        await alice.said("poison")
        await eventually_async(lambda: set_aside(first) + set_aside(second) == 1, "it is set aside")
        # What was taken on by one that is gone, and what is lost and put back.
        second.kill()
        valkey.command("empty")
        await gets_over_a_loss(first)
        await alice.said("after")
    await eventually_async(lambda: stored(database)[-1:] == ["after"], "it is stored")
    for server in (first, second):
        assert "NOPERM" not in server.log


def test_it_may_not_do_more(valkey):
    for forbidden in (["GET", "other:key"], ["FLUSHALL"], ["CONFIG", "SET", "appendfsync", "no"], ["KEYS", "*"]):
        answer = valkey.ask(*forbidden, login=("chat", "p@ss/word"))
        assert answer.startswith("NOPERM"), (forbidden, answer)
