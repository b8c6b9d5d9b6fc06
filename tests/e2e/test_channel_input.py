"""What is refused of those who may change channels and messages: nothing of it changes anything."""

import pytest

from support import http
from support.admin import Api, admin
from support.client import session
from support.deadline import eventually_async
from support.postgres import PostgresServer
from support.refused import Refused, fields, refusals

HUGE = 10**30


@pytest.fixture(scope="module")
def api(any_server) -> Api:
    return admin(any_server)


@pytest.fixture(autouse=True)
def nothing_changes(api):
    before = api.channels()
    yield
    assert api.channels() == before


BAD_NAMES = [
    ("name", ""),
    ("name", " \u3000\u00a0"),
    ("name", "x" * 25),
    ("name", "ü" * 25),
    ("name", "x" * 5000),
    ("name", "two\nlines"),
    ("name", "nul\u0000"),
    ("name", "next\u0085line"),
    ("name", "turned\u202e"),
    ("name", 7),
    ("name", True),
    ("name", ["a"]),
    ("name", {}),
]
BAD_DESCRIPTIONS = [("description", 7), ("description", "x" * 1001), ("description", "bell\u0007"), ("description", [])]


@refusals(
    Refused("POST", "/channels", {}, named="name"),
    Refused("POST", "/channels", {"description": "d"}, named="name"),
    Refused("POST", "/channels", {"name": None}, named="name"),
    Refused("POST", "/channels", {"name": "General"}, status=409, named="name"),
    Refused("POST", "/channels", {"name": " General "}, status=409, named="name"),
    *fields("POST", "/channels", {"name": "fine"}, *BAD_NAMES, *BAD_DESCRIPTIONS),
)
def test_what_cannot_be_created(api, case):
    case.check(api)


BAD_IDS = [("id", None), ("id", 0), ("id", -1), ("id", 1.5), ("id", "1"), ("id", HUGE), ("id", True), ("id", [1])]
BAD_PLACES = [("before_id", value) for value in (0, -1, 1.5, "1", HUGE, False, [])]


@refusals(
    Refused("PATCH", "/channels", {}, named="id"),
    Refused("PATCH", "/channels", {"name": "x"}, named="id"),
    Refused("PATCH", "/channels", {"id": 1}, named="name"),
    Refused("PATCH", "/channels", {"id": 1, "name": None, "description": None}, named="name"),
    Refused("PATCH", "/channels", {"id": 1, "sort_order": 3}, named="name"),
    Refused("PATCH", "/channels", {"id": 1, "name": "x", "before_id": 1}, named="before_id"),
    Refused("PATCH", "/channels", {"id": 4711, "name": "x"}, status=404, named="channel"),
    Refused("PATCH", "/channels", {"id": 4711, "before_id": None}, status=404, named="channel"),
    Refused("PATCH", "/channels", {"id": 4711, "before_id": 4711}, status=404, named="channel"),
    Refused("PATCH", "/channels", {"id": 1, "before_id": 4711}, status=404, named="channel"),
    *fields("PATCH", "/channels", {"id": 1, "name": "fine"}, *BAD_IDS, *BAD_NAMES, *BAD_DESCRIPTIONS),
    *fields("PATCH", "/channels", {"id": 1}, *BAD_PLACES),
)
def test_what_cannot_be_edited(api, case):
    case.check(api)


@refusals(
    *(
        Refused("DELETE", f"/channels{query}", named="id")
        for query in ("", "?id=", "?id=x", "?id=0", "?id=-1", "?id=1.0", "?id=%201", "?id=1&id=1", f"?id={HUGE}")
    ),
    *(
        Refused("DELETE", f"/channels?id=1&purge={value}", named="purge")
        for value in ("", "2", "yes", "TRUE", "-1", "1&purge=1")
    ),
    Refused("DELETE", "/channels?id=4711", status=404, named="channel"),
    Refused("DELETE", "/channels?id=1", status=409, named="last"),
    Refused("DELETE", "/channels?id=1&purge=1", status=409, named="last"),
)
def test_what_cannot_be_deleted(api, case):
    case.check(api)


@refusals(
    Refused("DELETE", "/messages", {}, named="ids"),
    Refused("DELETE", "/messages", {"ids": [4711]}, status=404),
    Refused("DELETE", "/messages", {"ids": [4711], "unknown": {}}, status=404),
    *fields(
        "DELETE",
        "/messages",
        {},
        *(("ids", value) for value in (None, [], 1, "1", {}, [0], [-1], [1.5], ["1"], [None], [[1]], [HUGE], [1] * 1001)),
    ),
)
def test_messages_that_cannot_be_deleted(api, case):
    case.check(api)


def test_there_is_a_most_of_channels(backend):
    api = admin(backend.start())
    for i in range(499):
        api.done("POST", "/channels", {"name": f"c{i}"})
    reply = api.call("POST", "/channels", {"name": "one too many"})
    assert (reply.status, "500" in reply.problem["detail"]) == (409, True)
    assert len(api.channel_names()) == 500


async def test_while_the_database_is_away_nothing_changes(start_server):
    postgres = PostgresServer()
    try:
        server = start_server(store__backend="postgres", store__url=postgres.new_database().url)
        server.add_user("alice")
        server.add_user("admin", admin=True)
        api = admin(server)
        async with session(server, "alice") as alice:
            said = await alice.said("hello")
            news = api.create_channel("news")
            await alice.expect("active_channels")
            before = api.channels()
            postgres.command("kill")
            for method, target, body in (
                ("POST", "/channels", {"name": "more"}),
                ("PATCH", "/channels", {"id": news, "name": "old"}),
                ("PATCH", "/channels", {"id": news, "before_id": 1}),
                ("DELETE", f"/channels?id={news}&purge=1", None),
                ("DELETE", "/messages", {"ids": [said["cacheID"]]}),
            ):
                reply = api.call(method, target, body)
                assert (reply.status, int(reply.headers["Retry-After"]) > 0) == (503, True)
                assert api.channels() == before
            postgres.command("start")
            await eventually_async(lambda: http.get(server, "/readyz").json["degraded"] == [], "the database is back")
            assert api.channels() == before
            assert (await alice.said("goes on"))["cacheID"] == said["cacheID"] + 1
            api.delete_channel(news)
            assert [c["name"] for c in (await alice.expect("active_channels"))["channels"]] == ["General"]
        async with session(server, "alice") as alice:
            assert [message["message"] for message in alice.welcome_messages] == ["hello", "goes on"]
    finally:
        postgres.end()
