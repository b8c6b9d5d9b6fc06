"""The embedded issuer's endpoints that need no page, and what commands beside the server do to it."""

import json
import signal
from urllib.parse import urlencode

import pytest

from support import token as tokens
from support.client import session
from support.deadline import eventually, eventually_async
from support.forge import Forge, issuer_key
from support.http import Reply, call, get

OIDC = "/realms/chat/protocol/openid-connect"
FORM = "application/x-www-form-urlencoded"


def post(server, endpoint: str, fields, **headers: str) -> Reply:
    """Fields as pairs or a dict, or a body as it is."""
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    return call(server, "POST", f"{OIDC}/{endpoint}", body, **{"Content_Type": FORM, **headers})


def refused(reply: Reply, error: str) -> None:
    assert (reply.status, reply.json["error"]) == (401 if error == "invalid_client" else 400, error), reply.body
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "no-store"


def test_the_discovery_document_leads_to_endpoints_that_are_there(server):
    document = get(server, "/realms/chat/.well-known/openid-configuration").json
    base = document["issuer"]
    assert base == get(server, "/discovery").json["issuer"]
    for name in ("token_endpoint", "revocation_endpoint", "userinfo_endpoint", "jwks_uri"):
        path = document[name].removeprefix(base.removesuffix("/realms/chat"))
        assert get(server, path).status != 404, name
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["token_endpoint_auth_methods_supported"] == ["none"]


def test_links_come_from_the_settings_and_never_from_the_host(server):
    as_named = get(server, "/realms/chat/.well-known/openid-configuration")
    otherwise = get(server, "/realms/chat/.well-known/openid-configuration", Host="evil.localhost:1")
    assert otherwise.json == as_named.json


@pytest.mark.parametrize(
    "fields, error",
    [
        ({}, "invalid_client"),
        ({"client_id": "Evil", "grant_type": "authorization_code"}, "invalid_client"),
        ({"client_id": "ChatClient", "client_secret": "x", "grant_type": "authorization_code"}, "invalid_client"),
        ({"client_id": "ChatClient"}, "invalid_request"),
        ({"client_id": "ChatClient", "grant_type": "authorization_code"}, "invalid_request"),
        ({"client_id": "ChatClient", "grant_type": "password", "username": "alice"}, "unsupported_grant_type"),
        ({"client_id": "ChatClient", "grant_type": "refresh_token"}, "invalid_request"),
        ({"client_id": "ChatClient", "grant_type": "refresh_token", "refresh_token": "x" * 5000}, "invalid_grant"),
        (
            {
                "client_id": "ChatClient",
                "grant_type": "authorization_code",
                "code": "unknown",
                "redirect_uri": "http://127.0.0.1:1337/callback",
                "code_verifier": "v" * 43,
            },
            "invalid_grant",
        ),
        ([("client_id", "ChatClient"), ("client_id", "ChatClient")], "invalid_request"),
        (b"client_id=%ff", "invalid_request"),
        (b"client_id=%4", "invalid_request"),
    ],
)
def test_token_requests_are_refused_in_the_words_of_the_standard(server, fields, error):
    refused(post(server, "token", fields), error)


@pytest.mark.parametrize("endpoint", ["token", "revoke"])
def test_only_forms_are_taken(server, endpoint):
    for content_type in ("application/json", "multipart/form-data; boundary=x", "text/plain", ""):
        reply = post(server, endpoint, b'{"client_id": "ChatClient"}', Content_Type=content_type)
        assert reply.status == 415, content_type
        assert reply.problem["error"] == "invalid_request"
    assert get(server, f"{OIDC}/{endpoint}").status == 405
    assert post(server, endpoint, b"x=" + b"y" * 70_000).status == 413


def test_public_clients_have_no_credentials(server):
    reply = post(server, "token", {"client_id": "ChatClient"}, Authorization="Basic Q2hhdENsaWVudDo=")
    refused(reply, "invalid_client")
    assert reply.headers["WWW-Authenticate"].startswith("Basic")


def test_unknown_tokens_are_as_good_as_revoked(server):
    reply = post(server, "revoke", {"client_id": "ChatClient", "token": "unheard of"})
    assert (reply.status, reply.body) == (200, b"")
    refused(post(server, "revoke", {"client_id": "ChatClient"}), "invalid_request")
    refused(post(server, "revoke", {"client_id": "Evil", "token": "x"}), "invalid_client")
    access = server.token("alice")
    refused(post(server, "revoke", {"client_id": "ChatClient", "token": access}), "unsupported_token_type")


def test_userinfo_says_whose_token_it_is(server):
    token = server.token("alice")
    for reply in (
        get(server, f"{OIDC}/userinfo", token=token),
        call(server, "POST", f"{OIDC}/userinfo", b"", Authorization=f"Bearer {token}"),
    ):
        assert reply.status == 200
        assert reply.json == {"sub": tokens.subject(token), "preferred_username": "alice"}


def test_userinfo_needs_a_good_token_of_an_openid_sign_in(server):
    good = server.token("alice")
    for token in (None, "", "x", tokens.with_broken_signature(good), tokens.unsigned(good)):
        reply = get(server, f"{OIDC}/userinfo", token=token)
        assert reply.status == 401, token
        assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]
    plain = Forge(good, issuer_key(server.data_dir)).with_claims(scope="profile")
    reply = get(server, f"{OIDC}/userinfo", token=plain)
    assert reply.status == 403
    assert 'error="insufficient_scope"' in reply.headers["WWW-Authenticate"]


def test_browsers_of_configured_origins_may_ask(start_server):
    server = start_server(server__cors_origins="https://app.example")
    for reply in (
        post(server, "token", {}, Origin="https://app.example"),
        get(server, f"{OIDC}/certs", Origin="https://app.example"),
        get(server, f"{OIDC}/userinfo", Origin="https://app.example"),
        get(server, "/realms/chat/.well-known/openid-configuration", Origin="https://app.example"),
        call(server, "OPTIONS", f"{OIDC}/token", Origin="https://app.example"),
    ):
        assert reply.headers["Access-Control-Allow-Origin"] == "https://app.example"
    foreign = post(server, "token", {}, Origin="https://evil.example")
    assert foreign.headers["Access-Control-Allow-Origin"] is None


@pytest.mark.parametrize(
    "change",
    [
        ["user", "passwd", "alice", "--password-stdin"],
        ["user", "role", "alice", "admin"],
        ["user", "disable", "alice"],
    ],
)
async def test_a_command_ends_the_sessions_and_tokens_of_an_account(start_server, change):
    server = start_server()
    token, other = server.token("alice"), server.token("bob")
    async with session(server, "alice", via="header") as alice, session(server, "bob", via="header") as bob:
        assert server.command(*change, standard_input="another good password\n").returncode == 0
        assert (await alice.closed())[0] == 4001
        await bob.said("nobody else is asked")
    assert get(server, "/messages/private", token=token).status == 401
    assert get(server, f"{OIDC}/userinfo", token=token).status == 401
    assert get(server, "/messages/private", token=other).status == 200


async def test_a_new_token_counts_after_a_change(start_server):
    server = start_server()
    old = server.token("alice")
    assert server.command("user", "disable", "alice").returncode == 0
    assert server.command("token", "alice").returncode == 1
    assert server.command("user", "enable", "alice").returncode == 0
    eventually(lambda: get(server, "/messages/private", token=old).status == 401, "the old token is refused")
    new = server.token("alice", ttl="30m")
    assert get(server, "/messages/private", token=new).status == 200


def test_changes_while_the_server_was_down_are_in_force_when_it_starts(start_server):
    server = start_server()
    token = server.token("alice")
    assert get(server, "/messages/private", token=token).status == 200
    assert server.stop() == 0
    server.command("user", "passwd", "alice", "--password-stdin", standard_input="another good password\n")
    server.restart()
    assert get(server, "/messages/private", token=token).status == 401


def key_ids(server) -> list[str]:
    return [key["kid"] for key in get(server, f"{OIDC}/certs").json["keys"]]


@pytest.mark.parametrize("told", ["by SIGHUP", "by nobody"])
async def test_a_rotated_key_signs_and_the_old_one_still_verifies(start_server, told):
    server = start_server()
    [old_key] = key_ids(server)
    old = server.token("alice")
    async with session(server, "alice", via="header") as alice:
        assert server.command("keys", "rotate").returncode == 0
        if told == "by SIGHUP":
            server.signal(signal.SIGHUP)
        keys = eventually(lambda: len(ids := key_ids(server)) == 2 and ids, "both keys are published")
        assert keys[1] == old_key
        new = server.token("alice", ttl="30m")
        assert tokens.header(new)["kid"] == keys[0]
        for token in (old, new):
            assert get(server, "/messages/private", token=token).status == 200
        await alice.said("the session goes on")
    server.restart()
    assert key_ids(server) == keys
    assert get(server, "/messages/private", token=old).status == 200


def test_an_old_key_goes_when_its_last_token_is_over(start_server):
    server = start_server()
    old = server.token("alice")
    server.command("keys", "rotate")
    eventually(lambda: len(key_ids(server)) == 2, "the new key is published")
    history = server.data_dir / "issuer-keys.json"
    known = json.loads(history.read_text())
    known["retired"][0]["until"] = 1  # as if that time had come
    history.write_text(json.dumps(known))
    eventually(lambda: len(key_ids(server)) == 1, "the old key is gone")
    assert get(server, "/messages/private", token=old).status == 401


async def test_a_dropped_key_counts_no_more(start_server):
    server = start_server()
    by_the_first_key = server.token("bob")
    server.command("keys", "rotate")
    await eventually_async(lambda: len(key_ids(server)) == 2, "the second key is published")
    old = server.token("alice")
    async with (
        session(server, "alice", token=old) as alice,
        session(server, "alice", token=old, via="header") as another_way,
        session(server, "bob", token=by_the_first_key) as bob,
    ):
        assert server.command("keys", "rotate", "--drop-old").returncode == 0
        assert await alice.closed() == (4001, "session over")
        assert await another_way.closed() == (4001, "session over")
        assert get(server, "/messages/private", token=old).status == 401
        new = server.token("alice", ttl="30m")
        assert get(server, "/messages/private", token=new).status == 200
        async with session(server, "alice", token=new) as again:
            await again.said("by the new key")
        await bob.said("by a key that was not dropped")


def test_damaged_keys_are_complained_of_and_those_in_force_go_on(start_server):
    server = start_server()
    token = server.token("alice")
    (server.data_dir / "issuer-key.pem").write_text("damaged")
    eventually(lambda: server.events("signing keys cannot be read"), "the log says so")
    assert get(server, "/messages/private", token=token).status == 200
    assert len(key_ids(server)) == 1
