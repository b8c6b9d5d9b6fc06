"""GET /users: who has which name."""

import pytest

from support.admin import admin
from support.client import session
from support.deadline import eventually
from support.forge import Forge, issuer_key


async def seen(server, *names: str) -> list[str]:
    """Connects each once; their ids, once the server has written them down."""
    ids = []
    for name in names:
        async with session(server, name) as client:
            ids.append(client.id)
    api = admin(server)
    for name in names:
        eventually(lambda name=name: api.users(f"username={name}"), f"{name} is known")
    return ids


async def test_a_user_is_found_by_name_and_says_whether_banned(make_server):
    server = make_server()
    alice, bob = await seen(server, "alice", "bob")
    api = admin(server)
    reply = api.get("/users?username=alice")
    assert reply.status == 200
    assert reply.json == {
        "type": "user_search_result",
        "sender": "server",
        "payload": {"users": [{"id": alice, "username": "alice", "is_banned": False}]},
    }
    assert api.ban(bob).status == 200
    assert api.users("username=bob") == [{"id": bob, "username": "bob", "is_banned": True}]
    assert api.delete("/users/ban?ban_id=1").status == 200
    assert api.users("username=bob")[0]["is_banned"] is False


async def test_names_are_compared_exactly_unless_a_prefix_is_asked_for(server, api):
    alice, bob, carol = await seen(server, "alice", "bob", "carol")
    for query in ("username=", "username=al", "username=Alice", "username=alice%20", "username=%25", "username=alic_"):
        assert api.users(query) == [], query
    assert [user["id"] for user in api.users("username=al&match=prefix")] == [alice]
    everybody = [user["username"] for user in api.users("username=&match=prefix")]
    assert everybody == sorted(everybody) and {"alice", "bob", "carol"} <= set(everybody)
    assert api.users("username=&match=prefix&limit=2") == api.users("username=&match=prefix")[:2]
    assert api.users("username=a%00b") == []


async def test_who_has_a_name_now_comes_before_who_had_it(make_server):
    server = make_server()
    (alice,) = await seen(server, "alice")
    # Another user comes by the same name, as after a renaming at the issuer.
    newer = Forge(server.token("alice"), issuer_key(server.data_dir)).with_claims(sub="somebody-else")
    async with session(server, "alice", token=newer):
        pass
    api = admin(server)
    first = eventually(lambda: (found := api.users("username=alice"))[1:] and found, "both are known")
    assert [user["id"] for user in first] == ["somebody-else", alice]
    async with session(server, "alice"):
        pass
    eventually(lambda: api.users("username=alice&limit=1")[0]["id"] == alice, "the name has changed hands again")


@pytest.mark.parametrize(
    "query, named",
    [
        ("", "username"),
        ("username=a&username=b", "username"),
        ("username=a&match=suffix", "match"),
        ("username=a&match=prefix&match=exact", "match"),
        ("username=a&limit=0", "limit"),
        ("username=a&limit=201", "limit"),
        ("username=a&limit=-1", "limit"),
        ("username=a&limit=x", "limit"),
        ("username=a&limit=1.5", "limit"),
        ("username=a&limit=99999999999999999999", "limit"),
        ("username=a&limit=1&limit=2", "limit"),
        ("username=%ff", "query"),
    ],
)
def test_a_query_that_is_not_as_described_is_named(api, query, named):
    reply = api.get(f"/users?{query}")
    assert reply.status == 400
    assert named in reply.problem["detail"]


def test_unknown_parameters_are_ignored(api):
    assert api.get("/users?username=nobody&page=7").status == 200
