"""Who may change channels and messages, and what is refused: nothing of it changes anything."""

import pytest

from support.admin import Dashboard, Refused, bodies, check_who_may_call, fields, refusals
from support.client import session
from support.deadline import eventually_async
from support import http
from support.postgres import PostgresServer

HUGE = 10**30


@pytest.fixture(scope="module")
def dashboard(any_server) -> Dashboard:
    return Dashboard(any_server)


@pytest.fixture(autouse=True)
def nothing_changes(dashboard):
    before = dashboard.channels()
    yield
    assert dashboard.channels() == before


@pytest.mark.parametrize(
    "method, target, body",
    [
        ("POST", "/channels", {"name": "mine"}),
        ("PATCH", "/channels", {"id": 1, "name": "mine"}),
        ("DELETE", "/channels?id=1", None),
        ("DELETE", "/messages", {"ids": [1]}),
    ],
)
def test_only_the_dashboard_of_an_admin_may(dashboard, method, target, body):
    check_who_may_call(dashboard, method, target, body)


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
    *bodies("POST", "/channels", {"name": "fine"}),
)
def test_what_cannot_be_created(dashboard, case):
    case.check(dashboard)


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
    *bodies("PATCH", "/channels", {"id": 1, "name": "fine"}),
)
def test_what_cannot_be_edited(dashboard, case):
    case.check(dashboard)


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
def test_what_cannot_be_deleted(dashboard, case):
    case.check(dashboard)


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
    *bodies("DELETE", "/messages", {"ids": [1]}),
)
def test_messages_that_cannot_be_deleted(dashboard, case):
    case.check(dashboard)


@pytest.mark.parametrize(
    "path, methods", [("/channels", {"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"}), ("/messages", {"DELETE", "OPTIONS"})]
)
def test_a_path_says_which_methods_it_has(dashboard, path, methods):
    def allowed(reply):
        return {method.strip() for method in reply.headers["Allow"].split(",")}

    refused = dashboard.ask("PUT", path, {})
    assert (refused.status, allowed(refused) >= methods) == (405, True)
    options = http.call(dashboard.server, "OPTIONS", path)
    assert (options.status, allowed(options) >= methods) == (204, True)
    origin = f"http://localhost:{dashboard.server.port}"
    reply = http.call(dashboard.server, "DELETE", path, Origin=origin)
    assert reply.status == 401
    assert reply.headers["Access-Control-Allow-Origin"] == origin


def test_there_is_a_most_of_channels(backend):
    admin = Dashboard(backend.start())
    for i in range(499):
        admin.done("POST", "/channels", {"name": f"c{i}"})
    reply = admin.ask("POST", "/channels", {"name": "one too many"})
    assert (reply.status, "500" in reply.problem["detail"]) == (409, True)
    assert len(admin.names()) == 500


async def test_while_the_database_is_away_nothing_changes(start_server):
    postgres = PostgresServer()
    try:
        server = start_server(
            store__backend="postgres", store__url=postgres.new_database().url, store__timeout="1s"
        )
        server.add_user("alice")
        server.add_user("admin", admin=True)
        admin = Dashboard(server)
        async with session(server, "alice") as alice:
            said = await alice.said("hello")
            news = admin.create("news")
            await alice.expect("active_channels")
            before = admin.channels()
            postgres.command("kill")
            for method, target, body in (
                ("POST", "/channels", {"name": "more"}),
                ("PATCH", "/channels", {"id": news, "name": "old"}),
                ("PATCH", "/channels", {"id": news, "before_id": 1}),
                ("DELETE", f"/channels?id={news}&purge=1", None),
                ("DELETE", "/messages", {"ids": [said["cacheID"]]}),
            ):
                reply = admin.ask(method, target, body)
                assert (reply.status, int(reply.headers["Retry-After"]) > 0) == (503, True)
                assert admin.channels() == before
            postgres.command("start")
            await eventually_async(lambda: http.get(server, "/readyz").json["degraded"] == [], "the database is back")
            assert admin.channels() == before
            assert (await alice.said("goes on"))["cacheID"] == said["cacheID"] + 1
            admin.delete(news)
            assert [c["name"] for c in (await alice.expect("active_channels"))["channels"]] == ["General"]
        async with session(server, "alice") as alice:
            assert [message["message"] for message in alice.welcome_messages] == ["hello", "goes on"]
    finally:
        postgres.end()
