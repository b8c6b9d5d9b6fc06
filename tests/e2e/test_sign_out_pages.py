"""Signing out, by oneself and by a client; and what else ends a browser's login."""

import json
from urllib.parse import urlencode, urlsplit

import pytest

from support import http
from support.front_door import REALM, Browser, Client
from support.server import PASSWORD


@pytest.fixture(scope="module")
def server(module_servers):
    return module_servers()


def admitted(server, token: str) -> bool:
    return http.get(server, REALM + "/protocol/openid-connect/userinfo", token).status == 200


# --- by oneself -----------------------------------------------------------------


def test_signing_out_ends_the_session(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    old = dict(browser.cookies)
    page = browser.submit(browser.get(REALM + "/account").form("sign-out"))
    assert page.heading == "Signed out"
    assert "chat_session" not in browser.cookies
    browser.cookies = old
    assert browser.get(REALM + "/account").heading == "Sign in"


# --- by a client ----------------------------------------------------------------


def test_a_client_with_the_id_token_signs_out_at_once(server):
    client = Client(server)
    browser = Browser(server)
    tokens = json.loads(client.redeem(browser.sign_in("alice", PASSWORD, client.url()).answer["code"]).body)
    query = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": client.redirect_uri, "state": "bye"}
    page = browser.get(REALM + "/protocol/openid-connect/logout?" + urlencode(query))
    assert page.status == 303 and urlsplit(page.location).path == "/callback"
    assert page.answer == {"state": "bye"}
    assert browser.get(REALM + "/account").heading == "Sign in"
    assert not admitted(server, tokens["access_token"])


def test_anybody_else_must_be_confirmed(server):
    client = Client(server)
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    query = {"client_id": client.id, "post_logout_redirect_uri": client.redirect_uri, "state": "bye"}
    page = browser.get(REALM + "/protocol/openid-connect/logout?" + urlencode(query))
    assert page.status == 200 and page.heading == "Sign out?"
    assert browser.get(REALM + "/account").heading == "Your account"
    page = browser.submit(page.form("sign-out"))
    assert page.answer == {"state": "bye"}
    assert browser.get(REALM + "/account").heading == "Sign in"


def test_a_forged_id_token_signs_nobody_out(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    assert browser.get(REALM + "/protocol/openid-connect/logout?id_token_hint=x.y.z").heading == "Sign out?"
    assert browser.get(REALM + "/account").heading == "Your account"


def test_signing_out_leads_nowhere_foreign(server):
    for query in (
        "client_id=WebClient&post_logout_redirect_uri=https://evil.example/",
        "id_token_hint=x.y.z&post_logout_redirect_uri=https://evil.example/",
        "post_logout_redirect_uri=https://evil.example/",
        "client_id=Nobody",
    ):
        page = Browser(server).get(REALM + "/protocol/openid-connect/logout?" + query)
        assert page.status == 400 and page.location is None, query
