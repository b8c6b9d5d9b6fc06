"""Caddy in front, with the configuration of deploy/caddy: names, TLS, sign-in, and what its logs keep to themselves."""

import os
import subprocess

import pytest

from support import http
from support.caddy import Caddy, program
from support.client import refusal, session
from support.deadline import eventually
from support.keycloak import await_keys
from support.oidc import Client
from support.ports import free_port
from support.server import REPOSITORY
from support.sick_node import SickNode

FOLDER = REPOSITORY / "deploy" / "caddy"


@pytest.fixture
def front(start_server):
    """start(...) puts a Caddy in front of servers or addresses; all of them end with the test."""
    started = []

    def start(*nodes, keycloak=None) -> Caddy:
        addresses = [node if isinstance(node, str) else node.address for node in nodes]
        started.append(Caddy(addresses, keycloak))
        return started[-1]

    yield start
    for caddy in started:
        caddy.end()


@pytest.fixture
def sick_node():
    node = SickNode()
    yield node
    node.end()


def through(caddy: Caddy, server, name: str, **options):
    """A session of a user of `server`."""
    return session(caddy, name, token=server.token(name), **caddy.websocket_options, **options)


@pytest.mark.parametrize("via", ["query", "header", "subprotocol"])
async def test_people_talk_through_it(server, front, via):
    caddy = front(server)
    async with through(caddy, server, "alice", via=via) as alice, through(caddy, server, "bob") as bob:
        await alice.said("hello")
        assert (await bob.until("chat_message", message="hello"))["owner_id"] == alice.id


async def test_a_desktop_client_finds_its_way_in_from_the_discovery(start_server, front, keycloak):
    waiting = start_server.prepare(**keycloak.settings())
    # It serves before anybody can sign in.
    caddy = front_before(waiting, front, keycloak)
    discovery = caddy.get("/discovery").json
    assert discovery["chat_url"] == caddy.ws_url()
    # None of these has a scheme: the client puts it in front.
    assert http.request_url("GET", "https://" + discovery["health_url"]).status == 200
    assert "https://" + discovery["auth_url"].split("/protocol")[0] == discovery["issuer"]

    ann = keycloak.add_person("ann")
    client = Client(discovery["issuer"])
    assert client.document["authorization_endpoint"] == "https://" + discovery["auth_url"]
    assert client.document["token_endpoint"] == "https://" + discovery["token_url"]
    got = client.tokens_at(keycloak.sign_in(ann, client.authorization_url()).location)
    async with session(caddy, ann.name, token=got.access, **caddy.websocket_options) as a:
        assert a.id == ann.id
        await a.said("all by discovery")
    assert caddy.get("/health/ready", host="keycloak.localhost").json["status"] == "UP"
    assert caddy.get("/metrics", host="keycloak.localhost").status == 404


def front_before(server, front, keycloak) -> Caddy:
    """A server whose issuer is behind the same Caddy, and so is known only once that runs."""
    address = server.settings["server.listen"]
    caddy = front(address, keycloak=keycloak)
    server.settings.update(
        {
            "server.public_url": caddy.url(),
            "auth.issuer": caddy.url("keycloak.localhost") + "/realms/chat",
            "auth.ca_file": str(caddy.authority),
        }
    )
    await_keys(server.start())
    return caddy


async def test_no_token_is_in_its_logs_even_when_nobody_is_there(start_server, front):
    server = start_server()
    caddy = front(server)
    token = server.token("alice")
    for via in ("query", "header", "subprotocol"):
        async with through(caddy, server, "alice", via=via) as alice:
            await alice.said("a text")
    caddy.get(f"/channels?token={token}", token)
    server.kill()
    for via in ("query", "header", "subprotocol"):
        refused = await refusal(caddy, token, via=via, **caddy.websocket_options)
        assert refused.status_code in (502, 503)
    assert caddy.get(f"/channels?token={token}", token).status in (502, 503)

    eventually(lambda: '"status":50' in caddy.requests and "http.log.error" in caddy.errors, "both logs tell of it")
    for part in token.split("."):
        assert part not in caddy.requests and part not in caddy.errors
    assert "/ws?…" in caddy.requests and "/ws?…" in caddy.errors


async def test_the_address_that_counts_is_the_clients_own(start_server, front):
    server = start_server(limits__connections_per_address="1")
    caddy = front(server)
    forged = {"X-Forwarded-For": "203.0.113.9"}
    async with through(caddy, server, "alice"):
        refused = await refusal(caddy, server.token("bob"), extra_headers=forged, **caddy.websocket_options)
        assert refused.status_code == 429


async def test_a_node_that_is_gone_gets_no_requests(server, front):
    caddy = front(f"127.0.0.1:{free_port()}", server)
    assert [caddy.get("/channels").status for _ in range(20)] == [200] * 20
    async with through(caddy, server, "alice") as alice:
        await alice.said("nobody noticed")


def test_a_node_that_answers_but_is_not_ready_gets_no_requests(server, front, sick_node):
    caddy = front(sick_node, server)
    seen = sick_node.checks
    eventually(lambda: sick_node.checks >= seen + 2, "it has said that it is not ready")
    sick_node.requests.clear()
    assert [caddy.get("/channels").status for _ in range(20)] == [200] * 20
    assert sick_node.requests == []
    sick_node.ready = True
    eventually(lambda: caddy.get("/channels") and sick_node.requests, "it is asked once it says that it is ready")


async def test_a_session_that_a_reload_ends_misses_nothing(server, front):
    caddy = front(server)
    async with session(server, "bob") as bob:
        async with through(caddy, server, "alice") as alice:
            seen = await alice.said("before")
            caddy.reload()
            await alice.closed()
        missed = await bob.said("meanwhile")
        async with through(caddy, server, "alice", since=seen["cacheID"]) as alice:
            assert [one["cacheID"] for one in alice.welcome_messages] == [missed["cacheID"]]


def caddy_says(*arguments: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "CHAT_HOST": "example.org"}
    return subprocess.run([program(), *arguments], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["Caddyfile.dev", "Caddyfile.prod"])
def test_the_configurations_are_valid(name):
    checked = caddy_says("validate", "--adapter", "caddyfile", "--config", str(FOLDER / name))
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.caddy")) + sorted(FOLDER.glob("Caddyfile.*")), ids=lambda p: p.name)
def test_the_configurations_are_formatted(path):
    assert caddy_says("fmt", str(path)).stdout == path.read_text()
