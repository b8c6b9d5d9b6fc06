"""Who may call what: every operation of docs/openapi.yaml, as each kind of caller."""

import pytest

from support import openapi
from support.admin import Api, admin
from support.client import session
from support.token import subject, with_broken_signature

# Not of the API's listener, or not with this issuer.
ELSEWHERE = {"/metrics", "/ws", "/backchannel-logout"}

OPERATIONS = [
    (method, path, openapi.security(operation))
    for method, path, operation in openapi.operations()
    if path not in ELSEWHERE
]
PUBLIC = {
    ("GET", path)
    for path in (
        "/discovery",
        "/channels",
        "/health",
        "/healthz",
        "/readyz",
        "/realms/chat/.well-known/openid-configuration",
        "/realms/chat/protocol/openid-connect/certs",
    )
} | {
    ("POST", "/realms/chat/protocol/openid-connect/token"),
    ("POST", "/realms/chat/protocol/openid-connect/revoke"),
}


def target(path: str) -> str:
    return path.replace("{id}", "1")


def of(*wanted) -> list:
    return [pytest.param(method, target(path), id=f"{method} {path}") for method, path, who in OPERATIONS if who in wanted]


def test_what_needs_no_token_is_what_is_listed_here():
    assert {(method, path) for method, path, who in OPERATIONS if who is None} == PUBLIC


@pytest.mark.parametrize("method, path", of("user", "administrator"))
def test_nothing_else_answers_without_a_good_token(server, method, path):
    good = server.dashboard_token()
    for token in (None, "", "nonsense", with_broken_signature(good)):
        reply = Api(server, token).call(method, path, {})
        assert reply.status == 401, token
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    basic = Api(server, Authorization="Basic YWRtaW46YWRtaW4=")
    assert basic.call(method, path, {}).status == 401


@pytest.mark.parametrize("method, path", of("administrator"))
def test_administration_is_for_the_dashboard_of_an_admin(server, method, path):
    for token in (server.token("alice"), server.token("admin"), server.dashboard_token("alice")):
        assert Api(server, token).call(method, path, {}).status == 403


@pytest.mark.parametrize("method, path", of("user", "administrator"))
def test_whoever_may_is_not_refused(server, method, path):
    token = server.dashboard_token() if (method, path) in [p.values for p in of("administrator")] else server.token("alice")
    status = Api(server, token).call(method, path, {}).status
    assert status < 500 and status not in (401, 403, 405)


async def test_the_banned_are_refused_everywhere(make_server):
    server = make_server()
    server.add_user("second", admin=True)
    async with session(server, "alice"):
        pass
    api = admin(server)
    for name in ("alice", "second"):
        assert api.ban(subject(server.token(name)), reason="because").status == 200
    for method, path, who in OPERATIONS:
        if who is None or path.startswith("/realms/"):
            continue
        token = server.token("alice") if who == "user" else server.dashboard_token("second")
        reply = Api(server, token).call(method, target(path), {})
        assert reply.status == 403, (method, path)
        assert "because" in reply.problem["detail"]


@pytest.mark.parametrize("path", sorted({target(path) for _, path, _ in OPERATIONS}))
def test_other_methods_are_405_and_options_says_which_there_are(server, path):
    there = {method for method, other, _ in OPERATIONS if target(other) == path}
    allowed = {method.strip() for method in Api(server).call("OPTIONS", path).headers["Allow"].split(",")}
    assert allowed == there | {"OPTIONS"} | ({"HEAD"} if "GET" in there else set())
    reply = Api(server, server.dashboard_token()).call("PUT", path, {})
    assert reply.status == 405
    assert {method.strip() for method in reply.headers["Allow"].split(",")} == allowed


@pytest.mark.parametrize("path", ["/discovery", "/channels", "/ratelimits", "/users?username=a", "/activity/channels"])
def test_what_has_not_changed_is_not_sent_again(api, path):
    reply = api.get(path)
    tag = reply.headers["ETag"]
    assert api.get(path, If_None_Match=tag).status == 304
    assert api.get(path, If_None_Match='"another"').status == 200
    head = api.call("HEAD", path)
    assert (head.status, head.headers["ETag"], head.body) == (200, tag, b"")
    assert head.headers["Content-Length"] == str(len(reply.body))


def test_a_changed_answer_has_another_tag(make_server):
    api = admin(make_server())
    tag = api.get("/ratelimits").headers["ETag"]
    assert api.patch("/ratelimits", {"id": 1, "message_limit": 5, "window_seconds": 5}).status == 200
    assert api.get("/ratelimits", If_None_Match=tag).status == 200
