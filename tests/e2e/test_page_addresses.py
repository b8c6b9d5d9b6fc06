"""Addresses below the pages' that somebody types, reloads or gets wrong."""

from urllib.parse import urlencode

import pytest

from support.front_door import REALM, TOKEN, Browser, loopback_client
from support.server import PASSWORD

BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NOT_THERE = [REALM, REALM + "/", REALM + "/login/", REALM + "/account/passwort", REALM + "/{...}"]


@pytest.fixture(scope="module")
def server(module_servers):
    return module_servers()


@pytest.mark.parametrize("path", ["account/password", "account/sign-out", "continue"])
def test_the_address_of_a_refused_form_leads_back_to_the_account(server, path):
    browser = Browser(server)
    assert browser.get(f"{REALM}/{path}").heading == "Sign in"
    browser.sign_in("alice", PASSWORD)
    page = browser.get(f"{REALM}/{path}")
    assert page.status == 200 and page.heading == "Your account"


def test_the_address_of_a_refused_click_asks_again(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    client = loopback_client(server)
    refused = browser.get(client.url()).form("continue")
    assert browser.submit(refused, form_token="").status == 403
    page = browser.get(refused.action)
    assert page.status == 200 and page.location is None
    assert client.redeem(browser.submit(page.form("continue")).answer["code"]).status == 200
    foreign = urlencode(client.parameters(redirect_uri="https://evil.example/"))
    assert browser.get(f"{REALM}/continue?{foreign}").status == 400


@pytest.mark.parametrize("path", NOT_THERE)
def test_people_are_told_in_words_that_nothing_is_there(server, path):
    browser = Browser(server, headers={"Accept": BROWSERS})
    for page in (browser.get(path), browser.post(path, b"")):
        assert page.status == 404 and page.heading == "Page not found"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "Accept" in page.headers.get_all("Vary")
    assert browser.get(page.link("account")).heading == "Sign in"


@pytest.mark.parametrize("path", NOT_THERE)
@pytest.mark.parametrize("accept", [{}, {"Accept": "*/*"}, {"Accept": "application/json"}])
def test_programs_are_told_in_json(server, path, accept):
    for page in (Browser(server, headers=accept).get(path), Browser(server, headers=accept).post(path, b"")):
        assert page.status == 404 and page.headers["Content-Type"] == "application/problem+json"
        assert "Accept" in page.headers.get_all("Vary")


def test_what_programs_call_stays_theirs(server):
    browser = Browser(server, headers={"Accept": BROWSERS})
    page = browser.get(TOKEN)
    assert page.status == 405 and page.headers["Allow"] == "POST, OPTIONS"
    assert browser.get("/realms/chatter").headers["Content-Type"] == "application/problem+json"
