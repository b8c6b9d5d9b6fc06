"""The embedded issuer on several servers: one of them goes on where another began, though each has a data
directory of its own."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Iterator
from urllib.parse import urlencode

import pytest

from support import http, token as tokens
from support.backends import shared
from support.client import session
from support.deadline import eventually
from support.front_door import REALM, TOKEN, Browser, loopback_client
from support.nodes import away
from support.server import PASSWORD, ChatServer
from support.valkey import ValkeyServer

SESSION_OVER = (4001, "session over")


@pytest.fixture
def backing(database) -> Iterator[dict[str, str]]:
    server = ValkeyServer()
    yield {
        **shared(database, server),
        "store__timeout": "2s",
        "server__public_url": "http://localhost:1",  # of the proxy before them
        "log__level": "debug",
    }
    server.end()


@pytest.fixture
def empty_node(start_server, backing) -> Callable[[], ChatServer]:
    """Makes nodes that have nothing yet, and does not start them."""
    return lambda: start_server.prepare_empty(**backing)


@pytest.fixture
def node(empty_node) -> Callable[[], ChatServer]:
    return lambda: empty_node().start()


def key_ids(server: ChatServer) -> list[str]:
    return [key["kid"] for key in http.get(server, REALM + "/protocol/openid-connect/certs").json["keys"]]


def good(server: ChatServer, token: str) -> bool:
    return http.get(server, "/messages/private", token).status == 200


def secret(database, name: str) -> str:
    return database.run(f"SELECT content FROM chatserver.secrets WHERE name = '{name}'")


def assert_no_secret_is_said(servers: list[ChatServer], database) -> None:
    key = json.loads(secret(database, "issuer-keys"))["signing_key"].splitlines()[1]
    for server in servers:
        said = server.log + "\n".join(server.printed)
        assert key not in said and secret(database, "device-secret") not in said


async def test_a_sign_in_may_go_from_server_to_server(node, database):
    first, second = node(), node()
    first.add_user("alice")
    browser, client = Browser(first), loopback_client(first)
    form = browser.get(client.url()).form("login")
    browser.server = second
    page = browser.submit(form, username="alice", password=PASSWORD)
    assert page.location and page.location.startswith(client.redirect_uri), page.text
    answer = json.loads(client.redeem(page.answer["code"]).body)
    refreshing = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"], "client_id": client.id}
    refreshed = json.loads(Browser(second).post(TOKEN, urlencode(refreshing).encode()).body)
    for token in (answer["access_token"], refreshed["access_token"]):
        for server in (first, second):
            async with session(server, "alice", token=token) as alice:
                await alice.said("here too")
    # A browser that is known at one is known at the other, and its form is good there.
    browser.server = first
    page = browser.submit(browser.get(client.url()).form("continue"))
    assert page.answer["code"]
    assert_no_secret_is_said([first, second], database)


def test_a_form_outlives_a_restart(start_server):
    server = start_server()
    browser = Browser(server)
    form = browser.get(REALM + "/login").form("login")
    server.restart()
    page = browser.submit(form, username="alice", password=PASSWORD)
    assert page.status == 200 and "alice" in page.text


async def test_a_rotation_is_taken_over_by_every_server(node):
    first, second = node(), node()
    first.add_user("alice")
    old = first.token("alice")
    [old_key] = key_ids(first)
    async with session(first, "alice", token=old) as here, session(second, "alice", token=old) as there:
        assert first.command("keys", "rotate").returncode == 0
        for server in (first, second):
            keys = eventually(lambda: len(ids := key_ids(server)) == 2 and ids, "both keys are published")
            assert keys[1] == old_key
        new = second.token("alice", ttl="30m")
        assert tokens.header(new)["kid"] == keys[0] != old_key
        for token in (old, new):
            assert good(first, token) and good(second, token)
        await here.said("the sessions go on")
        await there.said("on both")
    assert key_ids(node()) == keys


async def test_a_dropped_key_ends_its_sessions_on_every_server(node):
    first, second = node(), node()
    first.add_user("alice")
    kept = first.token("alice", ttl="30m")
    first.command("keys", "rotate")
    for server in (first, second):
        eventually(lambda: len(key_ids(server)) == 2, "the second key is published")
    old = first.token("alice", ttl="30m")
    async with (
        session(first, "alice", token=old) as here,
        session(second, "alice", token=old) as there,
        session(second, "alice", token=kept) as by_another_key,
    ):
        assert second.command("keys", "rotate", "--drop-old").returncode == 0
        assert await here.closed() == SESSION_OVER
        assert await there.closed() == SESSION_OVER
        await by_another_key.said("still here")
    new = first.token("alice", ttl="30m")
    for server in (first, second):
        eventually(lambda: good(server, new), "the new key is taken over")
        assert good(server, kept) and not good(server, old)


def test_servers_that_start_at_once_on_an_empty_database_agree(start_server, backing, database):
    # As long as this the others wait until the first one has made the tables.
    nodes = [start_server.prepare_empty(**{**backing, "store__timeout": "30s"}) for _ in range(3)]
    with ThreadPoolExecutor() as at_once:
        list(at_once.map(ChatServer.start, nodes))
    assert len({tuple(key_ids(server)) for server in nodes}) == 1
    assert database.run("SELECT name FROM chatserver.secrets ORDER BY name") == "device-secret\nissuer-keys"
    nodes[0].add_user("alice")
    assert all(good(server, nodes[0].token("alice")) for server in nodes)
    for server in nodes:
        assert not (server.data_dir / "issuer-key.pem").exists()
        assert not (server.data_dir / "device-secret").exists()
    assert_no_secret_is_said(nodes, database)


def test_the_first_server_brings_along_what_its_files_have(start_server, backing, database):
    alone = [start_server.prepare_empty() for _ in range(2)]
    for server in alone:
        server.start()
    [first_key], [second_key] = [key_ids(server) for server in alone]
    device_secret = (alone[0].data_dir / "device-secret").read_text()
    assert alone[0].command("keys", "rotate").returncode == 0
    keys = eventually(lambda: len(ids := key_ids(alone[0])) == 2 and ids, "the second key is published")
    assert keys[1] == first_key != second_key

    for server in alone:
        assert server.stop() == 0
        server.settings.update({key.replace("__", "."): value for key, value in backing.items()})
        server.start()
        assert key_ids(server) == keys
        unused = {event["file"] for event in server.events("no longer used")}
        assert unused == {str(server.data_dir / name) for name in ("issuer-key.pem", "device-secret")}
        assert len(server.events("no longer used")) == 2
    assert [len(server.events("taken into the database")) for server in alone] == [1, 0]
    assert secret(database, "device-secret") == device_secret.strip()
    assert_no_secret_is_said(alone, database)

    file = alone[0].data_dir / "issuer-key.pem"
    before = file.read_bytes()
    assert alone[1].command("keys", "rotate").returncode == 0
    for server in alone:
        rotated = eventually(lambda: len(ids := key_ids(server)) == 3 and ids, "the third key is published")
        assert set(keys) < set(rotated)
    assert file.read_bytes() == before
    file.write_text("damaged, and nobody asks")
    alone[0].restart()
    assert key_ids(alone[0]) == rotated


async def test_while_the_database_is_away_the_keys_in_force_go_on(node, postgres):
    server = node()
    server.add_user("alice")
    token = server.token("alice")
    complaints = lambda: server.events("cannot be read")
    async with session(server, "alice", token=token) as alice:
        async with away(postgres, "freeze", "thaw"):
            await asyncio.to_thread(eventually, complaints, "it is noticed")
            async with session(server, "alice", token=token) as another:
                await another.said("still good")
        assert server.command("keys", "rotate").returncode == 0
        await asyncio.to_thread(eventually, lambda: len(key_ids(server)) == 2, "the new key is taken over")
        await alice.until("chat_message", message="still good")
        await alice.said("and the session goes on")
    # Of accounts, and of keys too if it was away between the two.
    said = [complaint["event"] for complaint in complaints()]
    assert len(said) == len(set(said))
