"""What routes that take a body refuse, alike for all of them."""

import json

import pytest

from support.admin import admin
from support.http import RawConnection

# A body that each would take.
BODIES = {
    ("POST", "/users/ban"): {"banished_id": "somebody", "reason": "r", "duration": 1},
    ("PATCH", "/ratelimits"): {"id": 1, "message_limit": 7, "window_seconds": 7},
    ("POST", "/channels"): {"name": "news", "description": "d"},
    ("PATCH", "/channels"): {"id": 1, "name": "news", "description": "d"},
    ("DELETE", "/messages"): {"ids": [1]},
}
# What it answers then, if not 200: there is no message.
TAKEN = {("POST", "/channels"): 201, ("DELETE", "/messages"): 404}

routes = pytest.mark.parametrize("method, path", BODIES)


@pytest.fixture
def nothing_changes(api):
    before = api.rate_limit(), api.bans(), api.channels()
    yield
    assert (api.rate_limit(), api.bans(), api.channels()) == before


@routes
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"{",
        b"{}{}",
        b"{'a':1}",
        b'{"a":1,}',
        b"{\"a\":NaN}",
        b'{"a":1e400}',
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b'{"a":1,"a":2}',
        b"\xef\xbb\xbf{}",
        b"[" * 5000,
        b'{"a":' * 5000,
    ],
)
def test_what_is_not_one_json_object_is_400(api, nothing_changes, method, path, body):
    reply = api.call(method, path, body)
    assert reply.status == 400
    assert reply.problem["detail"]


@routes
def test_a_field_twice_is_400_whatever_it_says(api, nothing_changes, method, path):
    text = json.dumps(BODIES[method, path])
    for field, value in BODIES[method, path].items():
        twice = text[:-1] + f", {json.dumps(field)}: {json.dumps(value)}" + "}"
        assert api.call(method, path, twice.encode()).status == 400


@routes
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json", "application/jsonx", ""])
def test_a_body_of_another_type_is_415(api, nothing_changes, method, path, kind):
    assert api.call(method, path, BODIES[method, path], Content_Type=kind).status == 415


@routes
def test_a_body_that_is_too_large_is_413(api, nothing_changes, method, path):
    padded = {**BODIES[method, path], "padding": "x" * 65536}
    assert api.call(method, path, padded).status == 413


@routes
def test_a_body_that_does_not_come_is_408_or_nothing(make_server, method, path):
    server = make_server(limits__handshake_timeout="1s")
    # Before the connection, whose time runs from its beginning.
    head = f"{method} {path} HTTP/1.1\r\nHost: {server.address}\r\nAuthorization: Bearer {server.dashboard_token()}\r\n"
    with RawConnection(server) as connection:
        connection.send(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
        reply = connection.reply(method)
        assert reply.status == 408
        assert connection.closed_by_server()


@routes
def test_unknown_fields_are_ignored_and_parameters_of_the_type_allowed(make_server, method, path):
    api = admin(make_server())
    body = {**BODIES[method, path], "unknown": {"nested": [1, None]}, "": 1}
    assert api.call(method, path, body, Content_Type="Application/JSON; charset=utf-8").status == TAKEN.get((method, path), 200)
