"""The code flow with PKCE, as it goes well: OpenID Connect Core 1.0, RFC 7636, RFC 8252, RFC 9207."""

import pytest

from support import token as tokens
from support.browser import Browser
from support.issuer_driver import signed_in
from support.oidc import Client


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("port", [1337, 49152])
def test_the_desktop_client_may_wait_on_any_port(driver, account, host, port):
    client = Client(driver.issuer, redirect_uri=f"http://{host}:{port}/callback")
    redirect = driver.sign_in(account, client.authorization_url()).location
    assert redirect.startswith(client.redirect_uri + "?")
    assert tokens.subject(client.tokens_at(redirect).access) == account.id


def test_the_web_client_is_redirected_to_its_own_origin(driver, account):
    client = Client(driver.issuer, "WebClient", driver.web_origin + "/")
    assert tokens.claims(signed_in(driver, client, account).access)["azp"] == "WebClient"


def test_the_answer_has_the_state_and_names_the_issuer(driver, account):
    client = Client(driver.issuer)
    answer = client.answer(driver.sign_in(account, client.authorization_url()).location)
    assert answer["state"] == client.state
    assert answer["iss"] == driver.issuer


def test_access_tokens_say_who_and_for_whom(driver, account):
    client = Client(driver.issuer)
    claims = tokens.claims(signed_in(driver, client, account).access)
    assert claims["iss"] == driver.issuer
    assert claims["sub"] == account.id
    assert claims["preferred_username"] == account.name
    assert (claims["azp"], claims["typ"]) == ("ChatClient", "Bearer")
    assert claims["sid"] and claims["jti"]
    assert tokens.lasts_five_minutes(claims)


def test_id_tokens_are_for_the_client_and_carry_its_nonce(driver, account):
    client = Client(driver.issuer)
    got = signed_in(driver, client, account)
    claims = tokens.claims(got.id)
    assert claims["iss"] == driver.issuer
    assert claims["sub"] == account.id
    assert claims["aud"] in ("ChatClient", ["ChatClient"])
    assert claims["nonce"] == client.nonce
    assert claims["typ"] == "ID"
    assert claims["sid"] == tokens.claims(got.access)["sid"]


def test_the_answer_of_the_token_endpoint_is_not_kept(driver, account):
    client = Client(driver.issuer)
    answer = client.answer(driver.sign_in(account, client.authorization_url()).location)
    reply = client.exchange(answer["code"])
    assert reply.headers["Content-Type"].startswith("application/json")
    assert "no-store" in reply.headers["Cache-Control"]
    assert reply.json["token_type"] == "Bearer"
    assert 0 < reply.json["expires_in"] <= 300  # Keycloak says what is left of the five minutes


def test_a_refresh_gives_new_tokens_of_the_same_login(driver, account):
    client = Client(driver.issuer)
    first = signed_in(driver, client, account)
    second = client.refreshed(first)
    assert second.refresh != first.refresh
    assert second.access != first.access
    assert tokens.claims(second.access)["sid"] == tokens.claims(first.access)["sid"]
    assert tokens.subject(second.access) == account.id


def test_two_logins_are_told_apart(driver, account):
    one, other = (signed_in(driver, Client(driver.issuer), account) for _ in range(2))
    assert tokens.claims(one.access)["sid"] != tokens.claims(other.access)["sid"]


def test_prompt_none_without_a_session_is_told_to_the_client(driver):
    client = Client(driver.issuer, "WebClient", driver.web_origin + "/")
    page = Browser().get(client.authorization_url(prompt="none"))
    assert client.answer(page.location)["error"] == "login_required"
