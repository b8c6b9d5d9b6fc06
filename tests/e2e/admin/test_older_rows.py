"""What an older server let into the database can be sent back: dashboards send every field with each edit."""

import pytest

from support.admin import Api, admin
from support.client import session

LINES = "first line\nsecond line"
LONGER = "long " * 300
BELL = "bell\x07"
SPACED = " spaced "
LIMIT = {"message_limit": 2_000_000, "window_seconds": 30 * 86400}

ROWS = [
    f"INSERT INTO {{schema}}channels (name, description, sort_order) VALUES"
    f" ('lines', '{LINES}', 2), ('longer', '{LONGER}', 3), ('bell', '{BELL}', 4), ('{SPACED}', NULL, 5)",
    "UPDATE {schema}rate_limiter SET "
    + ", ".join(f"{column} = {value}" for column, value in LIMIT.items()),
]


@pytest.fixture
def older(backend) -> Api:
    """The admin of a server that starts on such a database."""
    server = backend.start()
    server.stop()
    for sql in ROWS:
        backend.execute(server, sql)
    # What Valkey knew of it is under another prefix.
    anew = {"cache__prefix": server.settings["cache.prefix"] + "anew"} if backend.name == "valkey" else {}
    server.restart(**anew)
    return admin(server)


@pytest.mark.parametrize(
    "name, description",
    [("lines", LINES), ("longer", LONGER), ("bell", BELL), (SPACED, None)],
    ids=["lines", "longer", "bell", "spaced"],
)
async def test_a_channel_is_sent_back_as_it_is_and_edited(older, name, description):
    before = older.channels()
    (channel,) = [one for one in before if one["name"] == name]
    assert channel.get("description") == description
    whole = {"name": name, "description": description, "sort_order": channel["sort_order"]}
    older.edit_channel(channel["id"], **whole)
    assert older.channels() == before
    async with session(older.server, "alice") as alice:
        older.edit_channel(channel["id"], **{**whole, "name": "renamed"})
        expected = [{**one, "name": "renamed"} if one == channel else one for one in before]
        assert (await alice.expect("active_channels"))["channels"] == older.channels() == expected
        assert (await alice.said("hello", channel="renamed"))["channel"] == "renamed"
    older.edit_channel(channel["id"], name="renamed", description="new\r\n\tlines")
    assert [one.get("description") for one in older.channels() if one["name"] == "renamed"] == ["new\r\n\tlines"]


async def test_the_rate_limit_is_sent_back_as_it_is_and_edited(older):
    before = older.rate_limit()
    assert before == {**before, **LIMIT}
    assert older.patch("/ratelimits", before).status == 200
    assert older.rate_limit() == before
    async with session(older.server, "alice") as alice:
        await alice.said("hello")
        assert older.patch("/ratelimits", {**before, "message_limit": 1}).status == 200
        await alice.say("one too many")
        assert (await alice.error("rate_limited"))["retry_after_ms"] > 86_400_000
    # Less is in force now: what is more than anybody may ask for is refused again.
    assert older.patch("/ratelimits", before).status == 400
    assert older.rate_limit() == {**before, "message_limit": 1}
