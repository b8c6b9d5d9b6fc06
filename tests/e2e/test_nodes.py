"""Two servers on one PostgreSQL and one Valkey behind one Caddy: what people notice when a server dies."""

from typing import Iterator

import pytest

from support import http
from support.caddy import Caddy
from support.client import session
from support.deadline import eventually, eventually_async
from support.keycloak import Keycloak, Person, await_keys
from support.oidc import Client
from support.ports import free_port
from support.server import ChatServer


@pytest.fixture
def backing(database, valkey_server) -> dict[str, str]:
    """Settings of servers that share a database and a Valkey."""
    return {
        "store__backend": "postgres",
        "store__url": database.url,
        "cache__backend": "valkey",
        "cache__url": valkey_server.url,
        "cache__prefix": "nodes",
    }


@pytest.fixture
def stack(start_server, keycloak, backing) -> Iterator[tuple[Caddy, list[ChatServer]]]:
    """As ./dev stack has it: all behind Caddy, sign-in at Keycloak included."""
    ports = [free_port(), free_port()]
    caddy = Caddy([f"127.0.0.1:{port}" for port in ports], keycloak)
    settings = {
        **keycloak.settings(),
        **backing,
        "auth__issuer": caddy.url("keycloak.localhost") + "/realms/chat",
        "auth__ca_file": str(caddy.authority),
        "server__public_url": caddy.url(),
    }
    nodes = [
        start_server(**settings, server__listen=f"127.0.0.1:{port}", server__name=f"node at {port}") for port in ports
    ]
    for node in nodes:
        await_keys(node)
    eventually(lambda: caddy.get("/readyz").status == 200, "Caddy has seen that one is ready")
    both = {f"node at {port}" for port in ports}
    answering = lambda: {caddy.get("/discovery").json["server_name"] for _ in range(8)}
    eventually(lambda: answering() == both, "and the other one as well")
    yield caddy, nodes
    caddy.end()


def sessions_of(node: ChatServer) -> float:
    page = http.request(node.metrics_address, "GET", "/metrics").body.decode()
    return next(float(line.split()[1]) for line in page.splitlines() if line.startswith("chatserver_sessions "))


def signed_in(caddy: Caddy, keycloak: Keycloak, person: Person) -> str:
    client = Client(caddy.url("keycloak.localhost") + "/realms/chat")
    return client.tokens_at(keycloak.sign_in(person, client.authorization_url()).location).access


async def test_who_was_on_a_server_that_dies_goes_on_at_the_other_and_misses_nothing(stack, keycloak):
    caddy, nodes = stack
    ann, bob = keycloak.add_person("ann"), keycloak.add_person("bob")

    def through(person: Person, **options):
        token = signed_in(caddy, keycloak, person)
        return session(caddy, person.name, token=token, **caddy.websocket_options, **options)

    async with through(ann) as a:
        await eventually_async(lambda: any(map(sessions_of, nodes)), "one server has the session")
        hers = next(node for node in nodes if sessions_of(node))
        async with through(bob) as b:
            await eventually_async(lambda: all(sessions_of(node) == 1 for node in nodes), "the other one has his")
            seen = await a.said("from one server to the other")
            assert (await b.until("chat_message", message=seen["message"]))["cacheID"] == seen["cacheID"]

            hers.crash()
            await a.closed()
            missed = [await b.said(f"while she is away {i}") for i in range(3)]
            async with through(ann, since=seen["cacheID"]) as again:
                assert [m["cacheID"] for m in again.welcome_messages] == [m["cacheID"] for m in missed]
                answer = await again.said("back already")
                assert (await b.until("chat_message", message="back already"))["cacheID"] == answer["cacheID"]
