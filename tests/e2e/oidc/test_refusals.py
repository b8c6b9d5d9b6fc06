"""What an issuer must refuse, and how it says so: RFC 6749, RFC 7636, RFC 9700."""

import pytest

from support import token as tokens
from support.browser import Browser
from support.issuer_driver import code_at, signed_in
from support.oidc import CALLBACK, Client, challenge_of

# --- at the authorization endpoint -------------------------------------------------


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/callback",
        "http://evil.example:1337/callback",
        "http://127.0.0.1.evil.example:1337/callback",
        "http://127.0.0.1:1337@evil.example/callback",
        "http://127.0.0.1:1337/callback/../evil",
        "http://127.0.0.1:1337/callback2",
        "http://127.0.0.1:1337/callback#fragment",
        "https://127.0.0.1:1337/callback",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_foreign_redirect_uri_is_shown_and_never_redirected_to(driver, foreign):
    page = Browser().get(Client(driver.issuer).authorization_url(redirect_uri=foreign))
    assert page.status == 400
    assert page.location is None
    assert not any("password" in form.fields for form in page.forms)


def test_one_client_s_redirect_uri_is_foreign_to_the_other(driver):
    page = Browser().get(Client(driver.issuer, "WebClient", CALLBACK).authorization_url())
    assert (page.status, page.location) == (400, None)


@pytest.mark.parametrize("client_id", ["Nobody", "chatclient", "", None])
def test_an_unknown_client_is_told_to_the_person_alone(driver, client_id):
    page = Browser().get(Client(driver.issuer).authorization_url(client_id=client_id))
    assert page.status == 400
    assert page.location is None


@pytest.mark.parametrize(
    "changed, error",
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"response_type": "token"}, ("unauthorized_client", "unsupported_response_type")),
        ({"response_type": "nonsense"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
    ],
)
def test_a_bad_request_of_a_known_client_is_told_to_it(driver, changed, error):
    client = Client(driver.issuer)
    page = Browser().get(client.authorization_url(**changed))
    answer = client.answer(page.location)
    assert answer["error"] in ([error] if isinstance(error, str) else error)
    assert answer["state"] == client.state
    assert "code" not in answer and "access_token" not in answer


# --- at the token endpoint ---------------------------------------------------------


def refused(reply, *errors: str) -> None:
    assert reply.json["error"] in errors, reply.body
    assert reply.status in ((400, 401) if "invalid_client" in errors else (400,)), reply.status
    assert "access_token" not in reply.json


def test_a_code_is_good_once_and_using_it_again_takes_its_tokens_back(driver, account):
    client = Client(driver.issuer)
    code = code_at(driver, client, account)
    first = client.exchange(code)
    assert first.status == 200
    refused(client.exchange(code), "invalid_grant")
    refused(client.refresh(first.json["refresh_token"]), "invalid_grant")


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "a" * 43},
        {"code_verifier": "short"},
        {"code_verifier": None},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:1338/callback"},
        {"redirect_uri": None},
        {"client_id": "WebClient"},
    ],
)
def test_a_code_is_for_who_asked_for_it(driver, account, changed):
    client = Client(driver.issuer)
    refused(client.exchange(code_at(driver, client, account), **changed), "invalid_grant", "invalid_request")


def test_the_challenge_is_no_verifier(driver, account):
    client = Client(driver.issuer)
    code = code_at(driver, client, account)
    refused(client.exchange(code, code_verifier=challenge_of(client.verifier)), "invalid_grant")


def test_a_verifier_of_another_login_does_not_fit(driver, account):
    one, other = Client(driver.issuer), Client(driver.issuer)
    refused(one.exchange(code_at(driver, other, account)), "invalid_grant")


@pytest.mark.parametrize("code", ["nonsense", "a.b.c", "", None])
def test_an_unknown_code_is_refused(driver, code):
    refused(Client(driver.issuer).exchange(code), "invalid_grant", "invalid_request")


@pytest.mark.parametrize("grant", ["password", "client_credentials", "nonsense", "", None])
def test_other_grants_are_refused(driver, account, grant):
    reply = Client(driver.issuer).exchange("x", grant_type=grant, username=account.name, password="x")
    refused(
        reply, "unsupported_grant_type", "unauthorized_client", "invalid_request", "invalid_grant", "invalid_client"
    )


@pytest.mark.parametrize("client_id", ["Nobody", "", None])
def test_an_unknown_client_gets_no_tokens(driver, account, client_id):
    client = Client(driver.issuer)
    code = code_at(driver, client, account)
    refused(client.exchange(code, client_id=client_id), "invalid_client", "invalid_request", "unauthorized_client")


def test_a_refresh_token_is_good_once_and_using_it_again_ends_the_login(driver, account):
    client = Client(driver.issuer)
    first = signed_in(driver, client, account)
    latest = client.refreshed(client.refreshed(first))  # so that no answer to `first` can have been lost
    # Keycloak tells older tokens from newer ones by the second.
    while tokens.claims(latest.access)["iat"] == tokens.claims(first.access)["iat"]:
        latest = client.refreshed(latest)
    refused(client.refresh(first.refresh), "invalid_grant")
    refused(client.refresh(latest.refresh), "invalid_grant")


@pytest.mark.parametrize("kind", ["access", "id"])
def test_only_refresh_tokens_refresh(driver, account, kind):
    client = Client(driver.issuer)
    refused(client.refresh(getattr(signed_in(driver, client, account), kind)), "invalid_grant")


def test_a_refresh_token_is_for_its_client(driver, account):
    got = signed_in(driver, Client(driver.issuer), account)
    refused(Client(driver.issuer, "WebClient").refresh(got.refresh), "invalid_grant")


# --- from pages of other origins ---------------------------------------------------


def test_the_web_client_s_pages_may_read_the_answer(driver, account):
    client = Client(driver.issuer, "WebClient", driver.web_origin + "/")
    reply = client.exchange(code_at(driver, client, account), header_Origin=driver.web_origin)
    assert reply.status == 200
    assert reply.headers["Access-Control-Allow-Origin"] == driver.web_origin


def test_other_pages_may_not(driver, account):
    client = Client(driver.issuer, "WebClient", driver.web_origin + "/")
    reply = client.exchange(code_at(driver, client, account), header_Origin="https://evil.example")
    assert reply.headers["Access-Control-Allow-Origin"] is None
