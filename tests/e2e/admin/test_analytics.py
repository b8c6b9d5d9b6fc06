"""The figures that dashboards are shown over their WebSocket."""

import re
import time

from support import http
from support.admin import admin
from support.backends import once_stored
from support.client import session
from support.deadline import eventually_async

KINDS = ["message_count_by_channel", "session_activity"]


async def next_pair(dashboard) -> tuple[dict, dict]:
    """The next figures, whatever else comes before them."""
    first = await dashboard.until(KINDS[0])
    frame = await dashboard.receive()
    assert frame["type"] == KINDS[1]
    return first, frame["payload"]


def cpu_time(server) -> float:
    """Of all that was done for the figures: it grows with every look at them."""
    page = http.request(server.metrics_address, "GET", "/metrics").body.decode()
    return float(re.search(r"^chatserver_analytics_cpu_seconds_total (\S+)$", page, re.MULTILINE)[1])


def counts(pair: tuple[dict, dict]) -> dict[str, int]:
    return {channel["channel"]: channel["message_count"] for channel in pair[0]["channels"]}


async def test_the_first_pair_follows_the_welcome_and_says_what_the_routes_say(make_server):
    server = make_server()
    async with session(server, "alice") as alice:
        await alice.said("before")
        await once_stored(server, lambda: admin(server).message_counts() == {"General": 1}, "it is counted")
    async with session(server, "admin", dashboard=True) as dashboard:
        pair = await next_pair(dashboard)
        assert pair[0] == admin(server).get("/activity/channels").json["payload"]
        assert dashboard.welcome[-1]["type"] == "connected_users"
        async with session(server, "admin", dashboard=True) as second:
            assert counts(await next_pair(second)) == {"General": 1}


async def test_changes_come_at_most_once_an_interval_and_only_the_newest(make_server):
    server = make_server(analytics__interval="700ms")
    began = time.monotonic()
    async with session(server, "admin", dashboard=True) as dashboard, session(server, "alice") as alice:
        pairs = [await next_pair(dashboard)]
        for number in range(200):
            await alice.said(f"message {number}")
        while counts(pairs[-1]) != {"General": 200}:
            pairs.append(await next_pair(dashboard))
        assert len(pairs) <= 1 + (time.monotonic() - began) / 0.7
        assert len(pairs) < 200


async def test_nothing_comes_while_nothing_changes(make_server):
    server = make_server(analytics__interval="50ms")
    async with session(server, "admin", dashboard=True) as dashboard, session(server, "alice") as alice:
        pair = await next_pair(dashboard)
        while pair[1]["session_activity"][:1] == [] or pair[1]["session_activity"][0]["session_count"] != 1:
            pair = await next_pair(dashboard)
        had = len(dashboard.frames)
        # The server has had its turns: what comes next is what was caused next.
        for _ in range(5):
            before = cpu_time(server)
            await eventually_async(lambda: cpu_time(server) > before, "the figures were looked at again")
        await alice.said("now")
        assert counts(await next_pair(dashboard)) == {"General": 1}
        new = [frame["type"] for frame in dashboard.frames[had:] if frame["type"] in KINDS]
        assert new == KINDS


async def test_chat_users_are_never_told(make_server):
    server = make_server(analytics__interval="50ms")
    async with session(server, "admin", dashboard=True) as dashboard, session(server, "alice") as alice:
        await alice.said("one")
        while counts(await next_pair(dashboard)) != {"General": 1}:
            pass
        await alice.said("two")
        assert not [frame for frame in alice.frames if frame["type"] in KINDS]


async def test_figures_are_not_kept_for_who_comes_later(make_server):
    server = make_server(analytics__interval="1h")
    async with session(server, "admin", dashboard=True) as dashboard:
        assert counts(await next_pair(dashboard)) == {"General": 0}
    async with session(server, "alice") as alice:
        await alice.said("meanwhile")
        await once_stored(server, lambda: admin(server).message_counts() == {"General": 1}, "it is counted")
    async with session(server, "admin", dashboard=True) as dashboard:
        assert counts(await next_pair(dashboard)) == {"General": 1}
