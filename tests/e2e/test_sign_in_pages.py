"""Signing in and up in a browser without scripts, with and without a client that asks."""

import json
import re
from urllib.parse import urlencode

import pytest

from support import http
from support.front_door import REALM, Browser, Client, loopback_client
from support.raw import upgrade_reply
from support.server import PASSWORD

OTHER_PASSWORD = "another horse, another battery"


@pytest.fixture(scope="module")
def server(module_servers):
    return module_servers(accounts__registrations_per_address="1000")


def admitted(server, token: str) -> bool:
    return http.get(server, "/messages/private", token).status == 200


# --- every page ---------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", REALM + "/login", REALM + "/register", REALM + "/signed-out", REALM + "/setup?key=x"])
def test_pages_run_nothing_and_are_not_kept_or_framed(server, path):
    page = Browser(server).get(path)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    names = [name for name, _ in page.tags]
    assert "script" not in names and "style" not in names
    assert not any("style" in attributes for _, attributes in page.tags)
    assert ("html", {"lang": "en"}) in page.tags
    assert page.title and page.heading


def test_the_stylesheet_is_kept_for_ever_under_its_hash(server):
    page = Browser(server).get("/")
    (path,) = [tag["href"] for name, tag in page.tags if name == "link" and tag["rel"] == "stylesheet"]
    style = Browser(server).get(path)
    assert style.status == 200
    assert style.headers["Content-Type"].startswith("text/css")
    assert "immutable" in style.headers["Cache-Control"]
    assert Browser(server).get("/assets/style.000000000000.css").status == 404


def test_fields_are_labelled_and_say_what_they_are_for(server):
    page = Browser(server).get(REALM + "/register")
    labels = {tag["for"] for name, tag in page.tags if name == "label"}
    inputs = page.form().inputs
    assert {"username", "password", "password_again"} <= labels
    assert inputs["username"]["autocomplete"] == "username"
    assert inputs["password"]["autocomplete"] == "new-password"
    assert inputs["username"]["aria-describedby"] == "username-hint"
    assert Browser(server).get(REALM + "/login").form().inputs["password"]["autocomplete"] == "current-password"


def test_cookies_are_out_of_reach(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    first = Browser(server)
    first.get(REALM + "/login")
    for line in first.set_cookies:
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(line.split("; ")), line
    assert len(browser.cookies["chat_session"]) == 43  # 256 bits in base64url


def test_under_tls_cookies_are_bound_to_the_host(start_server):
    server = start_server(server__public_url="https://chat.example.org")
    browser = Browser(server)
    page = browser.get(REALM + "/login")
    (line,) = browser.set_cookies
    assert line.startswith("__Host-chat_form=") and "Secure" in line.split("; ")
    page = browser.submit(page.form(), {"Origin": "https://chat.example.org"}, username="alice", password=PASSWORD)
    assert page.heading == "Your account"
    assert "__Host-chat_session" in browser.cookies


# --- signing in ---------------------------------------------------------------


def test_without_a_client_signing_in_leads_to_the_account(server):
    browser = Browser(server)
    page = browser.sign_in("Alice", PASSWORD)
    assert page.status == 200 and page.heading == "Your account"
    assert "alice" in page.text
    assert browser.get(REALM + "/account").heading == "Your account"


def test_the_account_page_asks_strangers_to_sign_in(server):
    assert Browser(server).get(REALM + "/account").heading == "Sign in"


@pytest.mark.parametrize("name, password", [("alice", "wrong password"), ("nobody", PASSWORD), ("not a name!", PASSWORD)])
def test_a_wrong_guess_keeps_the_name_and_tells_nothing(server, name, password):
    page = Browser(server, "127.0.0.9").sign_in(name, password)
    assert page.status == 403
    assert page.problems == ["The user name or the password is not right."]
    assert page.form().fields["username"] == name
    assert page.form().fields["password"] == ""


@pytest.mark.parametrize("name, password", [("", ""), ("alice", ""), ("", PASSWORD)])
def test_an_empty_field_is_asked_for(server, name, password):
    page = Browser(server).sign_in(name, password)
    assert page.status == 422 and page.problems


def test_a_disabled_account_does_not_sign_in(start_server):
    server = start_server()
    browser = Browser(server)
    browser.sign_in("bob", PASSWORD)
    assert server.command("user", "disable", "bob").returncode == 0
    assert browser.get(REALM + "/account").heading == "Sign in"
    assert Browser(server).sign_in("bob", PASSWORD).status == 403


@pytest.mark.parametrize("client_id", ["WebClient", "ChatClient"])
def test_a_client_gets_a_code_and_with_it_tokens(server, client_id):
    client = Client(server, client_id)
    page = Browser(server).sign_in("alice", PASSWORD, client.url())
    assert page.status == 303
    assert page.location.startswith(client.redirect_uri + "?")
    assert page.answer["state"] == client.state
    assert page.answer["iss"] == f"http://localhost:{server.port}{REALM}"
    tokens = json.loads(client.redeem(page.answer["code"]).body)
    assert tokens["id_token"] and tokens["refresh_token"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_desktop_client_signs_in_as_ever(server, host):
    client = loopback_client(server, host)
    page = Browser(server).sign_in("alice", PASSWORD, client.url())
    assert page.location.startswith(f"http://{host}:1337/callback?")
    tokens = json.loads(client.redeem(page.answer["code"]).body)
    assert tokens["id_token"]
    assert upgrade_reply(server, "/ws?token=" + tokens["access_token"]).status == 101


def test_browsers_let_the_form_lead_to_its_client(server):
    policy = Browser(server).get(loopback_client(server).url()).headers["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:1337;" in policy
    six = Browser(server).get(loopback_client(server, "[::1]").url()).headers["Content-Security-Policy"]
    assert "form-action 'self' http:;" in six


def test_with_a_session_a_web_client_is_answered_at_once(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    page = browser.get(Client(server).url())
    assert page.status == 303 and "code" in page.answer


def test_a_program_of_the_machine_gets_no_code_without_a_click(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    client = loopback_client(server)
    page = browser.get(client.url())
    assert page.status == 200 and "alice" in page.text
    page = browser.submit(page.form("continue"))
    assert client.redeem(page.answer["code"]).status == 200


def test_an_origin_of_the_machine_gets_no_code_without_a_click(start_server):
    server = start_server(server__cors_origins="http://localhost:5173")
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    client = Client(server, redirect_uri="http://localhost:5173/callback")
    assert browser.get(client.url(prompt="none")).answer["error"] == "interaction_required"
    page = browser.get(client.url())
    assert page.status == 200 and page.location is None
    page = browser.submit(page.form("continue"))
    assert page.location.startswith(client.redirect_uri + "?")
    assert client.redeem(page.answer["code"]).status == 200
    assert "code" in browser.get(Client(server).url(prompt="none")).answer  # the server's own


def test_who_cancels_is_not_signed_in(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    page = browser.submit(browser.get(loopback_client(server).url()).form("continue"), decision="cancel")
    assert page.answer["error"] == "access_denied"
    assert page.answer["state"] == "a state"


def test_the_click_counts_for_the_account_that_was_shown(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    page = browser.get(loopback_client(server).url())
    browser.sign_in("bob", PASSWORD)
    page = browser.submit(page.form("continue"))
    assert page.status == 403 and "bob" in page.text


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "0"}, {"prompt": "login", "max_age": "0"}])
def test_the_click_is_no_sign_in(server, asked):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    client = loopback_client(server)
    form = browser.get(client.url()).form("continue")
    form.action = f"{REALM}/continue?" + urlencode(client.parameters(**asked))
    page = browser.submit(form)
    assert page.status == 200 and page.location is None and page.heading == "Sign in"
    page = browser.submit(page.form("login"), username="alice", password=PASSWORD)
    assert "code" in page.answer


def test_the_click_is_no_answer_to_who_wants_none(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    client = loopback_client(server)
    form = browser.get(client.url()).form("continue")
    form.action = f"{REALM}/continue?" + urlencode(client.parameters(prompt="none"))
    assert browser.submit(form).answer["error"] == "interaction_required"


def test_another_account_can_be_used(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    page = browser.get(browser.get(loopback_client(server).url()).link("/login"))
    page = browser.submit(page.form("login"), username="bob", password=PASSWORD)
    assert "code" in page.answer


def test_a_request_may_come_as_a_form(server):
    client = Client(server)
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    page = browser.post("/realms/chat/protocol/openid-connect/auth", urlencode(client.parameters()).encode())
    assert page.status == 303 and "code" in page.answer


def test_prompts_are_heeded(server):
    browser = Browser(server)
    assert browser.get(Client(server).url(prompt="none")).answer["error"] == "login_required"
    browser.sign_in("alice", PASSWORD)
    assert "code" in browser.get(Client(server).url(prompt="none")).answer
    assert browser.get(Client(server).url(prompt="login")).heading == "Sign in"
    assert browser.get(Client(server).url(login_hint="bob", prompt="login")).form().fields["username"] == "bob"


# --- signing up ---------------------------------------------------------------


def test_who_signs_up_is_signed_in(server):
    browser = Browser(server)
    page = browser.sign_up("erin", OTHER_PASSWORD)
    assert page.heading == "Your account" and "erin" in page.text
    assert Browser(server).sign_in("erin", OTHER_PASSWORD).heading == "Your account"


def test_signing_up_goes_on_to_the_client(server):
    browser = Browser(server)
    client = loopback_client(server)
    page = browser.get(browser.get(client.url()).link("/register"))
    page = browser.submit(page.form("register"), username="frank", password=OTHER_PASSWORD, password_again=OTHER_PASSWORD)
    tokens = json.loads(client.redeem(page.answer["code"]).body)
    assert admitted(server, tokens["access_token"])


# --- the account --------------------------------------------------------------


def test_a_password_is_changed_and_other_logins_end(server):
    assert Browser(server).sign_up("grace", OTHER_PASSWORD).status == 200
    here, elsewhere = Browser(server), Browser(server)
    client = Client(server, "ChatClient")
    here.sign_in("grace", OTHER_PASSWORD)
    code = elsewhere.sign_in("grace", OTHER_PASSWORD, client.url()).answer["code"]
    tokens = json.loads(client.redeem(code).body)
    assert admitted(server, tokens["access_token"])
    page = here.submit(
        here.get(REALM + "/account").form("password"),
        current_password=OTHER_PASSWORD, password=PASSWORD, password_again=PASSWORD,
    )
    assert page.status == 200 and "has been changed" in page.text
    again = here.get(REALM + "/account")  # it is said once
    assert again.heading == "Your account" and "has been changed" not in again.text
    assert elsewhere.get(REALM + "/account").heading == "Sign in"
    assert not admitted(server, tokens["access_token"])
    assert Browser(server).sign_in("grace", OTHER_PASSWORD).status == 403
    assert Browser(server).sign_in("grace", PASSWORD).status == 200


def test_a_link_cannot_claim_that_the_password_was_changed(server):
    browser = Browser(server)
    browser.sign_in("alice", PASSWORD)
    page = browser.get(REALM + "/account?changed=password")
    assert page.heading == "Your account" and "has been changed" not in page.text


@pytest.mark.parametrize(
    "current, new, again, status",
    [
        ("wrong password", OTHER_PASSWORD, OTHER_PASSWORD, 403),
        (PASSWORD, "short", "short", 422),
        (PASSWORD, "password1", "password1", 422),
        (PASSWORD, OTHER_PASSWORD, "not the same", 422),
    ],
)
def test_a_password_is_not_changed_for_nothing(server, current, new, again, status):
    browser = Browser(server)
    browser.sign_in("dave", PASSWORD)
    page = browser.submit(
        browser.get(REALM + "/account").form("password"), current_password=current, password=new, password_again=again
    )
    assert page.status == status and page.problems
    assert Browser(server).sign_in("dave", PASSWORD).status == 200


# --- the log ------------------------------------------------------------------


def test_neither_passwords_nor_secrets_are_in_the_log(start_server):
    server = start_server(log__level="debug")
    browser = Browser(server)
    client = Client(server)
    page = browser.sign_in("alice", PASSWORD, client.url())
    client.redeem(page.answer["code"])
    Browser(server).sign_in("my-own-secret-password", "wrong password of-my-own")
    browser.sign_up("henry", OTHER_PASSWORD)
    assert server.stop() == 0
    for secret in (PASSWORD, OTHER_PASSWORD, page.answer["code"], "of-my-own", "my-own-secret", *browser.cookies.values()):
        assert secret not in server.log
    assert server.events("signed in") and server.events("sign-in refused") and server.events("account made")
    assert re.search(r'"name":"alice"', server.log.replace(" ", ""))
