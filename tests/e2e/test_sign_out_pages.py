"""Signing out, by oneself and by a client; and what else ends a browser's login."""

import json
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from support import http
from support.front_door import REALM, TOKEN, Browser, Client
from support.server import PASSWORD


@pytest.fixture(scope="module")
def server(module_servers):
    return module_servers()


def admitted(server, token: str) -> bool:
    return http.get(server, REALM + "/protocol/openid-connect/userinfo", token).status == 200


def tokens_of(client: Client, page) -> dict:
    return json.loads(client.redeem(page.answer["code"]).body)


def refreshed(client: Client, tokens: dict) -> str:
    """The error, or "none"."""
    form = {"grant_type": "refresh_token", "client_id": client.id, "refresh_token": tokens["refresh_token"]}
    return json.loads(Browser(client.server).post(TOKEN, urlencode(form).encode()).body).get("error", "none")


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


def test_signing_out_ends_all_logins_of_the_browser(server):
    client = Client(server)
    browser = Browser(server)
    first = tokens_of(client, browser.sign_in("alice", PASSWORD, client.url()))
    second = tokens_of(client, browser.sign_in("alice", PASSWORD, client.url(prompt="login")))
    assert admitted(server, first["access_token"])  # to sign in again ends nothing of one's own
    browser.submit(browser.get(REALM + "/account").form("sign-out"))
    for tokens in (first, second):
        assert refreshed(client, tokens) == "invalid_grant"
        assert not admitted(server, tokens["access_token"])


def test_signing_in_anew_makes_the_former_cookie_worthless(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    former = Browser(server)
    former.cookies = dict(browser.cookies)
    assert former.get(REALM + "/account").heading == "Your account"
    browser.sign_in("alice", PASSWORD)
    assert former.get(REALM + "/account").heading == "Sign in"
    assert browser.get(REALM + "/account").heading == "Your account"


def test_somebody_elses_sign_in_ends_the_login_that_was_there(server):
    client = Client(server)
    browser = Browser(server)
    alices = tokens_of(client, browser.sign_in("alice", PASSWORD, client.url()))
    bobs = tokens_of(client, browser.sign_in("bob", PASSWORD, client.url(prompt="login")))
    assert refreshed(client, alices) == "invalid_grant"
    assert not admitted(server, alices["access_token"]) and admitted(server, bobs["access_token"])


def test_a_sign_in_that_fails_ends_nothing(server):
    client = Client(server)
    browser = Browser(server)
    tokens = tokens_of(client, browser.sign_in("alice", PASSWORD, client.url()))
    assert browser.sign_in("bob", "wrong password").status == 403
    assert browser.get(REALM + "/account").heading == "Your account"
    assert refreshed(client, tokens) == "none"


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


def test_a_hint_of_an_earlier_login_signs_the_browser_out(server):
    client = Client(server)
    browser = Browser(server)
    first = tokens_of(client, browser.sign_in("alice", PASSWORD, client.url()))
    del browser.cookies["chat_session"]
    second = tokens_of(client, browser.sign_in("alice", PASSWORD, client.url()))
    page = browser.get(REALM + "/protocol/openid-connect/logout?" + urlencode({"id_token_hint": first["id_token"]}))
    assert page.heading == "Signed out"
    assert browser.get(REALM + "/account").heading == "Sign in"
    for tokens in (first, second):
        assert refreshed(client, tokens) == "invalid_grant"


def test_what_confirms_carries_along_what_counts(server):
    client = Client(server)
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    asked = {
        "#x": "1", "client_id": client.id, "post_logout_redirect_uri": client.redirect_uri,
        "state": "#bye", "id_token_hint": "not.ours.really",
    }  # fmt: skip
    logout = REALM + "/protocol/openid-connect/logout"
    for page in (browser.get(logout + "?" + urlencode(asked)), browser.post(logout, urlencode(asked).encode())):
        form = page.form("sign-out")
        assert "#" not in form.action
        query = dict(parse_qsl(urlsplit(form.action).query))
        assert query == {name: asked[name] for name in ("client_id", "post_logout_redirect_uri", "state")}
    page = browser.submit(form)
    assert page.location.startswith(client.redirect_uri + "?") and page.answer == {"state": "#bye"}


def test_a_hint_of_somebody_else_leaves_the_browser_signed_in(server):
    client = Client(server)
    theirs = tokens_of(client, Browser(server).sign_in("bob", PASSWORD, client.url()))
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    page = browser.get(REALM + "/protocol/openid-connect/logout?" + urlencode({"id_token_hint": theirs["id_token"]}))
    assert page.heading == "Your account" and "alice" in page.text
    assert refreshed(client, theirs) == "invalid_grant"


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
