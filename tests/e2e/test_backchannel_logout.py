"""Signing out at the issuer reaches the server: OpenID Connect Back-Channel Logout 1.0, with a real Keycloak."""

import http.server
import threading
from urllib.parse import parse_qs

import pytest

from support import http as client, token as tokens
from support.client import refusal, session
from support.deadline import eventually
from support.keycloak import await_keys

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def told(keycloak_server, keycloak):
    """The server, told of logouts."""
    keycloak.tell_logouts_to(f"http://{keycloak_server.address}")
    return keycloak_server


@pytest.fixture
def caught(keycloak):
    """Logout tokens that are told to nobody but the test."""
    received: list[str] = []

    class Catcher(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            received.append(parse_qs(body)["logout_token"][0])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Catcher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    keycloak.tell_logouts_to("http://127.0.0.1:%d" % server.server_port)
    yield received
    server.shutdown()
    server.server_close()


def post(server, body: str, content_type: str = FORM) -> client.Reply:
    return client.call(server, "POST", "/backchannel-logout", body.encode(), Content_Type=content_type)


async def test_the_end_of_a_login_closes_its_sessions_and_no_others(told, keycloak):
    ann, bob = keycloak.add_person("ann"), keycloak.add_person("bob")
    here, there = keycloak.tokens(ann), keycloak.tokens(ann)
    async with (
        session(told, ann.name, token=here.access) as first,
        session(told, ann.name, token=here.access, via="header") as second,
        session(told, ann.name, token=there.access) as elsewhere,
        session(told, bob.name, token=keycloak.tokens(bob).access) as other,
    ):
        keycloak.end_login(tokens.claims(here.access)["sid"])
        for ended in (first, second):
            assert await ended.closed() == (4001, "session over")
        await elsewhere.said("another login")
        await other.said("another person")
    refused = await refusal(told, here.access)
    assert refused.status_code == 401
    assert client.get(told, "/messages/private", here.access).problem["detail"] == "the session is over"
    assert client.get(told, "/messages/private", there.access).status == 200


async def test_a_logout_without_sid_closes_all_that_the_person_has(told, keycloak):
    keycloak.tell_logouts_to(f"http://{told.address}", with_sid=False)
    ann, bob = keycloak.add_person("ann"), keycloak.add_person("bob")
    here, there = keycloak.tokens(ann), keycloak.tokens(ann)
    async with (
        session(told, ann.name, token=here.access) as first,
        session(told, ann.name, token=there.access) as second,
        session(told, bob.name, token=keycloak.tokens(bob).access) as other,
    ):
        keycloak.log_out_everywhere(ann)
        for ended in (first, second):
            assert await ended.closed() == (4001, "session over")
        await other.said("another person")
    for old in (here, there):
        assert (await refusal(told, old.access)).status_code == 401

    # Tokens say to the second when they were issued, so one of the same second is refused too.
    def signs_in_anew() -> bool:
        return client.get(told, "/messages/private", keycloak.tokens(ann).access).status == 200

    eventually(signs_in_anew, "a later token is good again")


async def test_a_session_belongs_to_the_login_that_renewed_it(told, keycloak):
    ann = keycloak.add_person("ann")
    first, second = keycloak.tokens(ann), keycloak.tokens(ann)
    async with session(told, ann.name, token=first.access, via="header") as a:
        await a.send("authenticate", token=second.access)
        await a.said("renewed")
        keycloak.end_login(tokens.claims(first.access)["sid"])
        # That it has been told: the first login's token is refused from then on.
        eventually(lambda: client.get(told, "/messages/private", first.access).status == 401, "the logout is here")
        await a.send("authenticate", token=first.access)
        await a.error("bad_token")
        await a.said("still here")
        keycloak.end_login(tokens.claims(second.access)["sid"])
        assert (await a.closed())[0] == 4001


async def test_a_logout_token_is_good_once_and_for_one_issuer(keycloak_server, keycloak, caught, start_server):
    ann = keycloak.add_person("ann")
    got = keycloak.tokens(ann)
    async with session(keycloak_server, ann.name, token=got.access) as a:
        keycloak.log_out_everywhere(ann)
        # Logins of other tests end there meanwhile.
        hers = eventually(lambda: [one for one in caught if tokens.subject(one) == ann.id], "Keycloak says so")
        form = f"logout_token={hers[0]}"

        elsewhere = await_keys(start_server(**{**keycloak.settings(), "auth__chat_client": "Another"}))
        assert post(elsewhere, form).json["error_description"] == "wrong audience"

        await a.said("nobody has told the server yet")
        accepted = post(keycloak_server, form)
        assert (accepted.status, accepted.headers["Cache-Control"], accepted.body) == (200, "no-store", b"")
        assert (await a.closed())[0] == 4001
    again = post(keycloak_server, form)
    assert (again.status, again.json["error_description"]) == (400, "the token was used before")


async def test_what_is_no_logout_token_ends_nothing(keycloak_server, keycloak):
    ann = keycloak.add_person("ann")
    got = keycloak.tokens(ann)
    bodies = {
        "nothing": "",
        "no token": "other=x",
        "empty": "logout_token=",
        "two tokens": f"logout_token={got.access}&logout_token={got.access}",
        "not a token": "logout_token=hello",
        "access token": f"logout_token={got.access}",
        "ID token": f"logout_token={got.id}",
        "refresh token": f"logout_token={got.refresh}",
        "unsigned": f"logout_token={tokens.unsigned(got.access)}",
        "not percent-encoded": "logout_token=%zz",
    }
    async with session(keycloak_server, ann.name, token=got.access) as a:
        for what, body in bodies.items():
            reply = post(keycloak_server, body)
            assert (reply.status, reply.json["error"]) == (400, "invalid_request"), what
            assert reply.headers["Cache-Control"] == "no-store", what
        assert post(keycloak_server, f"logout_token={got.access}", "application/json").status == 400
        assert client.get(keycloak_server, f"/backchannel-logout?logout_token={got.access}").status == 405
        await a.said("still here")


def test_without_keys_the_issuer_is_asked_to_come_again(start_server):
    server = start_server(auth__mode="oidc", auth__issuer="http://127.0.0.1:1/realms/chat")
    reply = post(server, "logout_token=e30.e30.e30")
    assert reply.status == 503
    assert int(reply.headers["Retry-After"]) > 0
    assert reply.headers["Cache-Control"] == "no-store"


def test_the_embedded_issuer_needs_no_such_path(start_server):
    assert post(start_server(), "logout_token=x").status == 404
