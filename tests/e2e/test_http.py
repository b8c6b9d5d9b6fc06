"""The HTTP API as far as it needs no dashboard."""

import re
from urllib.parse import urlsplit

import pytest

from support import http, token as tokens
from support.client import session
from support.http import call, exchange, get

# --- routes -------------------------------------------------------------------


def test_discovery_says_where_to_sign_in(server):
    reply = get(server, "/discovery")
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/json"
    said = reply.json
    assert said["chat_client"] == "ChatClient"
    for key in ("auth_url", "token_url", "health_url", "chat_url", "server_id", "server_name", "issuer"):
        assert isinstance(said[key], str) and said[key], key
    for key in ("auth_url", "token_url", "health_url"):
        assert "://" not in said[key]  # the desktop client prepends https://
    assert re.fullmatch(r"[^/]+/realms/[^/]+/protocol/openid-connect/auth", said["auth_url"])
    assert said["token_url"].endswith("/protocol/openid-connect/token")
    assert said["health_url"].endswith(f":{server.port}/health")
    assert re.fullmatch(rf"ws://[^/]+:{server.port}/ws", said["chat_url"])
    assert len(said["server_name"]) <= 36


def test_discovery_follows_the_public_url(start_server):
    server = start_server(server__public_url="https://chat.example.org", server__name="Example")
    said = get(server, "/discovery").json
    assert said["chat_url"] == "wss://chat.example.org/ws"
    assert said["health_url"] == "chat.example.org/health"
    assert said["server_name"] == "Example"


def test_the_server_keeps_its_identity_over_a_restart(start_server):
    server = start_server()
    before = get(server, "/discovery").json["server_id"]
    server.restart()
    assert get(server, "/discovery").json["server_id"] == before


def test_a_new_server_has_the_channel_general(server):
    reply = get(server, "/channels")
    assert reply.status == 200
    (general,) = reply.json["channels"]
    assert general["name"] == "General"
    assert type(general["id"]) is int and type(general["sort_order"]) is int
    assert set(general) <= {"id", "name", "description", "sort_order"}


@pytest.mark.parametrize("path", ["/health", "/healthz", "/readyz"])
def test_health_is_public(server, path):
    assert get(server, path).status == 200


def test_the_issuer_publishes_its_documents(server):
    issuer = get(server, "/discovery").json["issuer"]
    document = get(server, urlsplit(issuer).path + "/.well-known/openid-configuration").json
    assert document["issuer"] == issuer
    assert document["jwks_uri"].startswith(issuer)
    keys = get(server, urlsplit(document["jwks_uri"]).path).json["keys"]
    token = server.token("alice")
    key = next(key for key in keys if key["kid"] == tokens.header(token)["kid"])
    assert key["alg"] == tokens.header(token)["alg"]
    assert "d" not in key, "the private key"
    assert tokens.claims(token)["iss"] == issuer


def test_metrics_are_on_a_listener_of_their_own(server):
    assert get(server, "/metrics").status == 404
    page = http.request(server.metrics_address, "GET", "/metrics")
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/plain")
    lines = page.body.decode().splitlines()
    samples = [line for line in lines if line and not line.startswith("#")]
    assert samples
    for sample in samples:
        assert re.fullmatch(r'[a-zA-Z_:][\w:]*(\{[^{}]*\})? (-?[\d.]+(e[+-]?\d+)?|[+-]Inf|NaN)', sample), sample


# --- history ------------------------------------------------------------------


async def test_history_is_paged_from_the_newest(start_server):
    server = start_server(cache__messages="5")
    async with session(server, "alice") as alice:
        sent = [await alice.said(f"message {i}") for i in range(23)]
    channel = get(server, "/channels").json["channels"][0]["id"]
    token = server.token("bob")

    pages, before = [], ""
    while True:
        page = get(server, f"/channels/{channel}/messages?limit=10{before}", token).json
        pages.append(page["messages"])
        if not page["has_more"]:
            break
        before = f"&before={page['messages'][-1]['cacheID']}"
    assert [len(page) for page in pages] == [10, 10, 3]
    ids = [message["cacheID"] for page in pages for message in page]
    assert ids == [message["cacheID"] for message in reversed(sent)]

    newest = get(server, f"/channels/{channel}/messages?limit=1", token).json["messages"][0]
    assert {**newest, "nonce": None} == {**sent[-1], "nonce": None}
    assert len(get(server, f"/channels/{channel}/messages", token).json["messages"]) == 23


def test_history_needs_a_valid_token(server):
    channel = get(server, "/channels").json["channels"][0]["id"]
    path = f"/channels/{channel}/messages"
    for bad in (None, "nonsense", tokens.with_broken_signature(server.token("alice"))):
        reply = get(server, path, bad)
        assert reply.status == 401
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")
        reply.problem
    assert get(server, path, server.token("alice")).status == 200


@pytest.mark.parametrize(
    "query, field",
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("limit=-1", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("before=x", "before"),
        ("before=-1", "before"),
        ("before=1.5", "before"),
    ],
)
def test_history_refuses_what_is_not_a_page(server, query, field):
    channel = get(server, "/channels").json["channels"][0]["id"]
    reply = get(server, f"/channels/{channel}/messages?{query}", server.token("alice"))
    assert reply.status == 400
    assert field in reply.problem["detail"]


def test_history_of_an_unknown_channel_is_404(server):
    assert get(server, "/channels/4711/messages", server.token("alice")).problem["status"] == 404
    assert get(server, "/channels/General/messages", server.token("alice")).status in (400, 404)


# --- methods, paths, CORS -------------------------------------------------------


@pytest.mark.parametrize("path", ["/nothing", "/channels/1", "/channelss", "/%00", "/../etc/passwd", "//discovery"])
def test_unknown_paths_are_404(server, path):
    reply = get(server, path)
    assert reply.status in (400, 404)
    reply.problem


@pytest.mark.parametrize("path", ["/discovery", "/health", "/healthz", "/readyz"])
def test_other_methods_are_405_and_told_which(server, path):
    reply = call(server, "POST", path, b"{}", Content_Type="application/json")
    assert reply.status == 405
    assert "GET" in reply.headers["Allow"]
    reply.problem


@pytest.mark.parametrize("path", ["/discovery", "/channels", "/healthz"])
def test_head_is_get_without_a_body(server, path):
    head, full = call(server, "HEAD", path), get(server, path)
    assert head.status == full.status == 200
    assert head.body == b""
    assert head.headers["Content-Length"] == full.headers["Content-Length"]


def test_cors_is_for_configured_origins_only(start_server):
    server = start_server(server__cors_origins="https://app.example.org", limits__handshake_timeout="2s")
    ours = call(
        server, "OPTIONS", "/channels", Origin="https://app.example.org", Access_Control_Request_Method="PATCH"
    )
    assert ours.status in (200, 204)
    assert ours.headers["Access-Control-Allow-Origin"] == "https://app.example.org"
    allowed = {method.strip() for method in ours.headers["Access-Control-Allow-Methods"].split(",")}
    assert {"GET", "POST", "PATCH", "DELETE", "OPTIONS"} <= allowed
    names = ours.headers["Access-Control-Allow-Headers"].lower()
    assert "content-type" in names and "authorization" in names

    error = get(server, "/nothing", Origin="https://app.example.org")
    assert error.headers["Access-Control-Allow-Origin"] == "https://app.example.org"

    foreign = get(server, "/channels", Origin="https://evil.example")
    assert foreign.headers["Access-Control-Allow-Origin"] is None

    # What is wrong with a request that could not be read is told too, if the Origin has been read.
    for start, status in [
        ("GET /%ff HTTP/1.1", 400),
        ("GET /channels HTTP/1.1\r\nContent-Length: 10", 408),
        ("POST /channels HTTP/1.1\r\nContent-Length: 999999999", 413),
        (f"GET /channels HTTP/1.1\r\nBig: {'a' * 40_000}", 431),
        ("GET /channels HTTP/1.1\r\nTransfer-Encoding: gzip", 501),
    ]:
        for origin, allowed in [("https://app.example.org",) * 2, ("https://evil.example", None)]:
            line, _, headers = start.partition("\r\n")
            head = f"{line}\r\noRIGIN: {origin}\r\nHost: {server.address}\r\n{headers}"
            reply = exchange(server, f"{head.rstrip()}\r\n\r\n".encode())
            assert reply.status == status
            assert reply.headers["Access-Control-Allow-Origin"] == allowed
            assert reply.headers["Vary"] == "Origin"


def test_a_foreign_host_is_refused_on_loopback(server):
    """DNS rebinding: a page of evil.example whose name now leads to 127.0.0.1."""
    for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1.evil.example", "localhost.evil.example"):
        reply = get(server, "/discovery", Host=host)
        assert 400 <= reply.status < 500, host
    for host in (f"localhost:{server.port}", f"127.0.0.1:{server.port}", "localhost", f"[::1]:{server.port}"):
        assert get(server, "/discovery", Host=host).status == 200, host
