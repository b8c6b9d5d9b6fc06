"""Searching messages over HTTP, on both stores: what was said a moment ago is found, whatever is asked for."""

import asyncio
from typing import Iterator
from urllib.parse import quote, urlencode

import pytest

from support import http
from support.admin import admin
from support.client import session
from support.deadline import eventually
from support.postgres import PostgresServer
from support.server import ChatServer


@pytest.fixture
def chat(backend) -> ChatServer:
    """A running server, on each store."""
    return backend.start()


@pytest.fixture(scope="module")
def module_chat(any_server) -> ChatServer:
    """One message, which nobody adds to."""

    async def speak() -> None:
        async with session(any_server, "alice") as alice:
            await alice.said("plain words 我们去北京")

    asyncio.run(speak())
    return any_server


def search(server: ChatServer, query=(), token=None) -> http.Reply:
    """`query`: a string, or pairs to be encoded."""
    text = query if isinstance(query, str) else urlencode(query)
    return http.get(server, f"/messages?{text}", token=token or server.dashboard_token())


def found(server: ChatServer, query=()) -> list[str]:
    reply = search(server, query)
    assert reply.status == 200, reply.body
    return [message["message"] for message in reply.json["payload"]["messages"]]


async def test_a_message_is_found_from_the_moment_it_is_shown(chat):
    async with session(chat, "alice") as alice:
        said = await alice.said("The connections are wörking")
        reply = search(chat, [("keyword", "connection WORKED")])
        assert reply.headers["Content-Type"].startswith("application/json")
        assert reply.json == {
            "type": "message_search_result",
            "sender": "server",
            "payload": {
                "messages": [
                    {
                        "id": said["cacheID"],
                        "owner_id": alice.id,
                        "username": "alice",
                        "channel": "General",
                        "message": "The connections are wörking",
                        "authored_at": said["authored_at"],
                    }
                ],
                "has_more": False,
            },
        }


async def test_what_is_indexed_meanwhile_stays_found_after_a_restart(backend):
    chat = backend.start()
    async with session(chat, "alice") as alice:
        last = [await alice.said(f"word number {i}") for i in range(60)][-1]["cacheID"]
    wanted = [f"word number {i}" for i in reversed(range(60))]
    assert found(chat, "keyword=words&limit=500") == wanted
    eventually(lambda: backend.number(chat, "indexed_up_to", "search_progress") == last, "all indexed")
    assert found(chat, "keyword=words&limit=500") == wanted
    chat.restart()
    assert found(chat, "keyword=words&limit=500") == wanted
    async with session(chat, "alice") as alice:
        await alice.said("one more word")
    assert found(chat, "keyword=word&limit=2") == ["one more word", "word number 59"]


async def test_pages_follow_each_other(chat):
    async with session(chat, "alice") as alice, session(chat, "bob") as bob:
        for i in range(7):
            await alice.said(f"alice says {i}")
            await alice.until("chat_message", cacheID=(await bob.said(f"bob says {i}"))["cacheID"])
        first = search(chat, f"keyword=says&user_id={bob.id}&limit=3").json["payload"]
        assert [message["message"] for message in first["messages"]] == ["bob says 6", "bob says 5", "bob says 4"]
        assert first["has_more"] is True
        await bob.said("bob says one more")
        before = first["messages"][-1]["id"]
        then = search(chat, f"keyword=says&user_id={bob.id}&limit=3&before={before}").json["payload"]
        assert [message["message"] for message in then["messages"]] == ["bob says 3", "bob says 2", "bob says 1"]
        last = search(chat, f"keyword=says&user_id={bob.id}&limit=3&offset=7").json["payload"]
        assert [message["message"] for message in last["messages"]] == ["bob says 0"]
        assert last["has_more"] is False


async def test_filters_are_met_together_and_empty_ones_do_not_count(chat):
    async with session(chat, "alice") as alice, session(chat, "bob") as bob:
        await alice.said("hello from alice")
        await bob.said("hello from bob")
        both = ["hello from bob", "hello from alice"]
        assert found(chat) == both
        assert found(chat, "keyword=&user_id=&channel=") == both
        assert found(chat, "channel=General&channel=nowhere&keyword=hello") == both
        assert found(chat, f"user_id={alice.id}&channel=General") == ["hello from alice"]
        assert found(chat, "channel=nowhere") == []
        assert found(chat, "channel=general") == []
        assert found(chat, "user_id=nobody") == []
        await bob.whisper(alice.id, "a secret hello")
        await alice.until("private_chat_message", message="a secret hello")
        assert found(chat, "keyword=secret") == []


async def test_what_is_deleted_or_purged_is_found_no_more(backend):
    chat = backend.start()
    api = admin(chat)
    news = api.create_channel("news")
    async with session(chat, "alice") as alice:
        said = [await alice.said(f"word {i}", channel=("General", "news")[i % 2]) for i in range(6)]
        last = said[-1]["cacheID"]
        for is_indexed in (False, True):
            if is_indexed:
                eventually(lambda: backend.number(chat, "indexed_up_to", "search_progress") == last, "all indexed")
            api.delete_messages([said[2 if is_indexed else 0]["cacheID"]])
            assert found(chat, "keyword=words") == [f"word {i}" for i in ([5, 4, 3, 1] if is_indexed else [5, 4, 3, 2, 1])]
        api.delete_channel(news, "&purge=1")
        assert found(chat, "keyword=words") == found(chat) == ["word 4"]
        eventually(lambda: backend.count(chat, "chat_messages") == 1, "all removed")
        assert found(chat, "keyword=words") == found(chat) == ["word 4"]
        assert found(chat, "channel=news") == []


async def test_a_deleted_channel_is_searched_under_its_last_name(chat):
    api = admin(chat)
    news = api.create_channel("news")
    async with session(chat, "alice") as alice:
        await alice.said("an old word", channel="news")
        api.edit_channel(news, name="old news")
        api.delete_channel(news)
        assert found(chat, "channel=old+news&keyword=words") == ["an old word"]
        assert found(chat, "channel=news") == []
        api.create_channel("old news")
        await alice.said("a word of another", channel="old news")
    reply = search(chat, "keyword=words").json["payload"]["messages"]
    assert [(message["message"], message["channel"]) for message in reply] == [
        ("a word of another", "old news"),
        ("an old word", "old news"),
    ]


@pytest.mark.parametrize(
    "keyword, is_found",
    [
        ('"plain"', True),
        ("plain*", True),
        ("plain OR", False),
        ("plain NOT words", False),
        ("NEAR(plain words)", False),
        ("terms:plain", False),
        ("plain:*", True),
        ("plain & !words", True),
        ("' OR 1=1 --", False),
        ("plain\0words", True),
        ("pl%", False),
        ("%", False),
        ("_", False),
        ("?!", False),
        (" ", False),
        ("{plain}", True),
        ("\\", False),
        ("北京", True),
        ("京", True),
        ("京北", False),
        ("x" * 256, False),
        (" ".join("abcdefghijklmnopqrstuvwxyz"), False),
        ("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 256, False),
    ],
)
async def test_a_keyword_is_words_and_never_syntax(module_chat, keyword, is_found):
    assert found(module_chat, [("keyword", keyword)]) == (["plain words 我们去北京"] if is_found else [])


@pytest.mark.parametrize(
    "query, named",
    [
        ("limit=", "limit"),
        ("limit=x", "limit"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=-1", "limit"),
        ("limit=1e2", "limit"),
        ("limit=%2010", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=1&limit=2", "limit"),
        ("offset=", "offset"),
        ("offset=-1", "offset"),
        ("offset=1000001", "offset"),
        ("offset=NaN", "offset"),
        ("before=0", "before"),
        ("before=x", "before"),
        ("keyword=a&keyword=b", "keyword"),
        ("keyword=" + "x" * 257, "keyword"),
        ("user_id=a&user_id=b", "user_id"),
        ("user_id=" + "x" * 256, "user_id"),
        ("&".join(["channel=a"] * 101), "channel"),
        ("keyword=%ff", "query"),
        ("keyword=%4", "query"),
    ],
)
def test_a_parameter_that_is_not_as_described_is_named(module_chat, query, named):
    reply = search(module_chat, query)
    assert reply.status == 400, query
    assert named in reply.problem["detail"]


def test_the_bounds_themselves_are_allowed(module_chat):
    assert found(module_chat, "limit=500&offset=0&before=9223372036854775807") == ["plain words 我们去北京"]
    assert found(module_chat, "limit=1&offset=1000000") == []
    assert found(module_chat, "before=1") == []
    assert found(module_chat, "&".join([f"channel={i}" for i in range(99)] + ["channel=General"])) != []
    assert found(module_chat, "user_id=" + quote("'; DROP TABLE chat_messages; --\0")) == []
    assert found(module_chat, "unknown=parameter") == ["plain words 我们去北京"]


def test_only_the_dashboard_of_an_admin_may_search(module_chat):
    assert http.get(module_chat, "/messages").status == 401
    assert search(module_chat, token="not-a-token").status == 401
    for token in (module_chat.token("alice"), module_chat.token("admin")):
        assert search(module_chat, token=token).status == 403
    refused = http.call(module_chat, "PUT", "/messages")
    assert refused.status == 405 and "GET" in refused.headers["Allow"]


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    """One that a test may stop."""
    server = PostgresServer()
    yield server
    server.end()


async def test_a_search_without_database_says_when_to_come_again(start_server, postgres):
    database = postgres.new_database()
    server = start_server(store__backend="postgres", store__url=database.url, store__timeout="2s")
    server.add_user("admin", admin=True)
    token = server.dashboard_token()
    assert search(server, token=token).status == 200
    postgres.command("stop")
    try:
        reply = search(server, "keyword=word", token)
        assert reply.status == 503
        assert int(reply.headers["Retry-After"]) > 0
    finally:
        postgres.command("start")
    eventually(lambda: search(server, "keyword=word", token).status == 200, "searching again")


async def test_keywords_are_in_no_log(chat):
    async with session(chat, "alice") as alice:
        await alice.said("xylophone")
    assert found(chat, "keyword=xylophone") == ["xylophone"]
    assert "xylophone" not in chat.log
