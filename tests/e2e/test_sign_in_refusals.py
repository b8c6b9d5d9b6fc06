"""What the sign-in pages do with hostile and hopeless requests."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import quote, urlencode

import pytest

from support import database, http
from support.front_door import AUTHORIZATION, REALM, Browser, Client, loopback_client
from support.deadline import eventually
from support.server import PASSWORD

GOOD = "another horse, another battery"
SCRIPT = "\"'><script>alert(1)</script>{}"


@pytest.fixture(scope="module")
def server(module_servers):
    return module_servers(accounts__registrations_per_address="1000")


# --- authorization requests ---------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "Nobody"},
        {"client_id": None},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "http://127.0.0.1:1337/callback"},  # not the web client's
        {"redirect_uri": None},
        {"client_id": SCRIPT},
        {"redirect_uri": SCRIPT},
    ],
)
def test_who_cannot_be_trusted_is_never_redirected_to(server, changed):
    page = Browser(server).get(Client(server).url(**changed))
    assert page.status == 400
    assert page.location is None
    assert page.heading == "This sign-in cannot go on"
    assert "evil.example" not in page.text and "<script" not in page.text


@pytest.mark.parametrize("path", ["login", "register"])
def test_the_pages_on_the_way_check_again(server, path):
    query = urlencode(Client(server).parameters(redirect_uri="https://evil.example/"))
    assert Browser(server).get(f"{REALM}/{path}?{query}").status == 400
    assert Browser(server).post(f"{REALM}/{path}?{query}", b"").status == 400


@pytest.mark.parametrize(
    "changed, error",
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
    ],
)
def test_other_faults_are_told_to_the_client(server, changed, error):
    client = Client(server)
    page = Browser(server).get(client.url(**changed))
    assert page.status == 303
    assert page.location.startswith(client.redirect_uri + "?")
    assert page.answer["error"] == error
    assert page.answer["state"] == client.state and "iss" in page.answer


def test_state_cannot_add_a_header(server):
    client = Client(server, state="x\r\nSet-Cookie: planted=1\r\n\r\n<script>")
    page = Browser(server).sign_in("alice", PASSWORD, client.url())
    assert page.status == 303
    assert page.answer["state"] == client.state
    assert all("planted" not in line for line in page.headers.get_all("Set-Cookie"))


def test_what_is_echoed_is_text(server):
    for target in (
        Client(server).url(state=SCRIPT, nonce=SCRIPT, login_hint=SCRIPT, scope="openid " + SCRIPT),
        f"{REALM}/setup?key={quote(SCRIPT)}",
        f"{REALM}/invite?code={quote(SCRIPT)}",
        f"{REALM}/protocol/openid-connect/logout?state={quote(SCRIPT)}&client_id={quote(SCRIPT)}",
    ):
        assert "<script" not in Browser(server).get(target).text, target
    browser = Browser(server)
    for path in ("login", "register"):
        page = browser.submit(browser.get(f"{REALM}/{path}").form(), username=SCRIPT, password=GOOD, password_again=GOOD)
        assert page.status in (403, 422) and "<script" not in page.text
        assert page.form().fields["username"] == SCRIPT  # as text it is kept


# --- codes --------------------------------------------------------------------


def code_for(client: Client) -> str:
    return Browser(client.server).sign_in("alice", PASSWORD, client.url()).answer["code"]


def test_a_code_used_twice_takes_the_first_tokens_back(server):
    client = Client(server, "ChatClient")
    code = code_for(client)
    tokens = json.loads(client.redeem(code).body)
    assert http.get(server, "/messages/private", tokens["access_token"]).status == 200
    again = client.redeem(code)
    assert again.status == 400 and json.loads(again.body)["error"] == "invalid_grant"
    assert http.get(server, "/messages/private", tokens["access_token"]).status == 401


@pytest.mark.parametrize(
    "changed", [{"client_id": "ChatClient"}, {"redirect_uri": "http://localhost/"}, {"code_verifier": "x" * 43}]
)
def test_a_code_is_good_for_its_own_request_only(server, changed):
    client = Client(server)
    assert client.redeem(code_for(client), **changed).status == 400


# --- forms --------------------------------------------------------------------

@pytest.mark.parametrize("path", ["login", "register", "setup", "account/password", "account/sign-out"])
def test_only_forms_are_taken(server, path):
    browser = Browser(server)
    for content_type in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        page = browser.post(f"{REALM}/{path}", b"username=alice", content_type)
        assert page.status == 415 and page.heading == "This form cannot be read"
    assert browser.post(f"{REALM}/{path}", b"username=a&username=b").status == 400
    assert browser.post(f"{REALM}/{path}", b"username=%ff").status == 400
    assert browser.post(f"{REALM}/{path}", b"username=" + b"x" * 20_000).status == 413
    assert browser.post(f"{REALM}/{path}", b"username=" + b"x" * 70_000).status == 413


def test_a_form_that_is_not_ours_does_nothing_and_can_be_sent_again(server):
    browser = Browser(server)
    form = browser.get(REALM + "/login").form()
    for typed, headers in [
        ({"form_token": ""}, {}),
        ({"form_token": "1.forged"}, {}),
        ({}, {"Origin": "https://evil.example"}),
        ({}, {"Origin": "null"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"Cookie": ""}),
    ]:
        fields = {"username": "alice", "password": PASSWORD, **typed}
        page = browser.submit(form, headers, **fields)
        assert page.status == 403, (typed, headers)
        assert "Nothing was changed" in page.problems[0]
        assert page.form().fields["username"] == "alice" and page.form().fields["password"] == ""
        assert "chat_session" not in browser.cookies
    page = browser.submit(browser.get(REALM + "/login").form(), username="alice", password=PASSWORD)
    assert page.heading == "Your account"


def test_a_token_of_another_browser_is_none(server):
    form = Browser(server).get(REALM + "/login").form()
    other = Browser(server)
    other.get(REALM + "/login")
    assert other.submit(form, username="alice", password=PASSWORD).status == 403


def test_other_forms_are_guarded_too(server):
    browser = Browser(server)
    browser.sign_in("bob", PASSWORD)
    account = browser.get(REALM + "/account")
    evil = {"Sec-Fetch-Site": "cross-site"}
    assert browser.submit(account.form("sign-out"), evil).status == 403
    changed = {"current_password": PASSWORD, "password": GOOD, "password_again": GOOD}
    assert browser.submit(account.form("password"), evil, **changed).status == 403
    assert browser.submit(browser.get(loopback_client(server).url()).form("continue"), evil).status == 403
    assert browser.get(REALM + "/account").heading == "Your account"
    stranger = Browser(server)
    page = stranger.submit(
        stranger.get(REALM + "/register").form(), evil, username="ivan", password=GOOD, password_again=GOOD
    )
    assert page.status == 403 and page.form().fields["username"] == "ivan"
    assert Browser(server).sign_in("ivan", GOOD).status == 403


# --- new accounts ---------------------------------------------------------------


@pytest.mark.parametrize(
    "name, password, again, problem",
    [
        ("alice", GOOD, GOOD, "taken"),
        ("ALICE", GOOD, GOOD, "taken"),
        ("a", GOOD, GOOD, "2 to 32"),
        ("аlice", GOOD, GOOD, "letters a to z"),  # Cyrillic а
        ("server", GOOD, GOOD, "reserved"),
        ("judy", "short", "short", "at least 8"),
        ("judy", "x" * 257, "x" * 257, "at most 256"),
        ("judy", "Password123", "Password123", "guesser"),
        ("margarita77", "Margarita77", "Margarita77", "name of the user"),
        ("judy", "localhost!", "localhost!", "name of the user or of the server"),
        ("judy", GOOD, GOOD + "x", "not the same"),
    ],
)
def test_an_account_that_cannot_be_is_explained(server, name, password, again, problem):
    browser = Browser(server, "127.0.0.77")
    page = browser.submit(
        browser.get(REALM + "/register").form(), username=name, password=password, password_again=again
    )
    assert page.status == (409 if problem == "taken" else 422)
    assert problem in page.problems[0]
    assert page.form().fields["username"] == name
    assert page.form().fields["password"] == "" and page.form().fields["password_again"] == ""
    wrong = [named for named in page.form().inputs.values() if named.get("aria-invalid") == "true"]
    assert len(wrong) == 1 and "autofocus" in wrong[0]
    assert wrong[0]["name"] + "-error" in wrong[0]["aria-describedby"].split()


def test_oauth_needs_a_session_to_click(server):
    page = Browser(server).post(f"{REALM}/continue?" + urlencode(loopback_client(server).parameters()), b"")
    assert page.heading == "Sign in"
    assert Browser(server).get(AUTHORIZATION).status == 400


# --- guessing -----------------------------------------------------------------


def test_guessing_is_slowed_without_locking_anybody_out(start_server):
    server = start_server()
    owner = Browser(server, "127.0.0.5")
    assert owner.sign_in("carol", PASSWORD).heading == "Your account"

    guesser = Browser(server, "127.0.0.5")
    form = guesser.get(REALM + "/login").form()
    guess = lambda number: guesser.submit(form, username="carol", password=f"a guess {number}")
    assert [guess(number).status for number in range(6)] == [403] * 6
    # The first pause may be over already on a busy machine; each is twice as long as the one before.
    refused = eventually(lambda: (page := guess(6)).status == 429 and page, "guessing is slowed")
    assert int(refused.headers["Retry-After"]) >= 1
    assert "Too many attempts" in refused.problems[0]
    assert refused.form().fields["username"] == "carol"

    # From elsewhere, and from the browser that carol has used before, she gets in.
    assert Browser(server, "127.0.0.6").sign_in("carol", PASSWORD).heading == "Your account"
    assert owner.sign_in("carol", PASSWORD).heading == "Your account"


def test_an_address_is_slowed_whatever_the_account(start_server):
    server = start_server()
    guesser = Browser(server, "127.0.0.5")
    form = guesser.get(REALM + "/login").form()
    statuses = [guesser.submit(form, username=f"user{i}", password="a guess").status for i in range(40)]
    assert statuses[:30] == [403] * 30
    assert 429 in statuses[30:]


def test_more_passwords_than_can_be_checked_are_told_to_come_again(start_server):
    server = start_server()
    crowd = [Browser(server, f"127.0.{1 + i // 200}.{1 + i % 200}") for i in range(400)]

    def guess(browser: Browser):
        mine = browser.get(REALM + "/login").form()
        return browser.submit(mine, username="alice", password="a guess")

    def refused():
        with ThreadPoolExecutor(len(crowd)) as threads:
            return next((page for page in threads.map(guess, crowd) if page.status == 503), None)

    page = eventually(refused, "the queue is full")
    assert page.heading == "Busy just now"
    assert int(page.headers["Retry-After"]) >= 1
    assert Browser(server).sign_in("alice", PASSWORD).heading == "Your account"


# --- who may sign up ------------------------------------------------------------


def test_closed_is_closed(start_server):
    server = start_server(accounts__registration="closed")
    browser = Browser(server)
    assert "/register" not in browser.get(REALM + "/login").text
    page = browser.get(REALM + "/register")
    assert page.status == 403 and page.heading == "Sign-up is closed"
    form = browser.get(REALM + "/login").form()
    form.action = REALM + "/register"
    assert browser.submit(form, username="kate", password=GOOD, password_again=GOOD).status == 403
    assert browser.get(REALM + "/invite?code=x").status == 403
    result = server.command("invite", "--accounts.registration=closed")
    assert result.returncode == 2 and "accounts.registration" in result.stderr


def test_nobody_signs_up_through_a_proxy_unless_it_was_said(start_server):
    through = {"X-Forwarded-For": "203.0.113.7"}
    automatic = start_server()
    assert Browser(automatic).get(REALM + "/register").status == 200
    proxied = Browser(automatic, headers=through)
    assert proxied.get(REALM + "/register").status == 403
    form = Browser(automatic).get(REALM + "/register").form()
    assert proxied.submit(form, username="liam", password=GOOD, password_again=GOOD).status == 403
    assert Browser(start_server(accounts__registration="open"), headers=through).sign_up("liam", GOOD).status == 200


def test_a_server_for_others_is_closed_by_default(start_server):
    server = start_server(server__public_url="http://chat.example.org")
    assert Browser(server).get(REALM + "/register").status == 403


def test_an_address_makes_so_many_accounts_a_day(start_server):
    server = start_server(accounts__registrations_per_address="2")
    for name in ("mia", "noah"):
        assert Browser(server).sign_up(name, GOOD).heading == "Your account"
    page = Browser(server).sign_up("olivia", GOOD)
    assert page.status == 429 and int(page.headers["Retry-After"]) > 80_000
    assert Browser(server, "127.0.0.8").sign_up("olivia", GOOD).heading == "Your account"


def test_what_the_database_could_not_take_is_held_against_nobody(start_server):
    """Neither as accounts made today, of which there may be 2, nor as guesses."""
    server = start_server(store__timeout="500ms", accounts__registrations_per_address="2", accounts__registration="open")
    with closing(sqlite3.connect(database.path(server), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for attempt in range(6):
            assert Browser(server).sign_up(f"paula{attempt}", GOOD).status == 503
            assert Browser(server).sign_in("alice", PASSWORD).status == 503
        other.execute("ROLLBACK")
    assert Browser(server).sign_up("paula", GOOD).heading == "Your account"
    assert Browser(server).sign_in("alice", PASSWORD).heading == "Your account"
