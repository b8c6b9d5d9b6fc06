"""The server with a real Keycloak as its issuer."""

import json

import pytest

from support import http, token as tokens
from support.client import open_client, refusal, session
from support.deadline import eventually
from support.keycloak import await_keys
from support.oidc import Client
from support.relay import Relay

WEB = "http://localhost:8080/"


@pytest.fixture
def relay(keycloak):
    relay = Relay(keycloak.address)
    yield relay
    relay.down()


async def test_people_sign_in_and_talk(keycloak_server, keycloak):
    ann, bob = keycloak.add_person("ann"), keycloak.add_person("bob")
    async with (
        session(keycloak_server, ann.name, token=keycloak.tokens(ann).access) as a,
        session(keycloak_server, bob.name, token=keycloak.tokens(bob).access) as b,
    ):
        assert (a.id, b.id) == (ann.id, bob.id)
        await a.say("hello")
        said = await b.until("chat_message", message="hello")
        assert (said["username"], said["owner_id"]) == (ann.name, ann.id)
        await b.whisper(ann.id, "psst")
        assert (await a.until("private_chat_message", message="psst"))["username"] == bob.name


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_desktop_client_signs_in(keycloak, host):
    ann = keycloak.add_person("ann")
    got = keycloak.tokens(ann, redirect_uri=f"http://{host}:1337/callback")
    claims = tokens.claims(got.access)
    assert claims["azp"] == "ChatClient"
    assert claims["aud"] == "chatserver"
    assert tokens.lasts_five_minutes(claims)
    assert tokens.claims(got.id)["aud"] == "ChatClient"


async def test_a_session_is_renewed_with_a_refreshed_token(keycloak_server, keycloak):
    ann = keycloak.add_person("ann")
    first = keycloak.tokens(ann)
    async with session(keycloak_server, ann.name, token=first.access, via="header") as a:
        second = keycloak.refreshed(first)
        assert second.refresh != first.refresh
        await a.send("authenticate", token=second.access)
        await a.said("renewed")


async def test_tokens_for_something_else_are_401(keycloak_server, keycloak, start_server):
    ann = keycloak.add_person("ann")
    got = keycloak.tokens(ann)
    elsewhere = await_keys(start_server(**{**keycloak.settings(), "auth__audience": "another"}))
    assert (await refusal(elsewhere, got.access)).status_code == 401
    for wrong in (got.id, got.refresh, tokens.with_broken_signature(got.access)):
        assert (await refusal(keycloak_server, wrong)).status_code == 401


# --- keys and outages --------------------------------------------------------------


async def test_a_new_key_counts_at_once_and_the_old_one_still_does(keycloak_server, keycloak):
    ann = keycloak.add_person("ann")
    old = keycloak.tokens(ann).access
    async with session(keycloak_server, ann.name, token=old) as a:
        keycloak.make_new_key()
        new = keycloak.tokens(ann).access
        assert tokens.header(new)["kid"] != tokens.header(old)["kid"]
        for one in (new, old):
            async with session(keycloak_server, ann.name, token=one) as another:
                await another.said("a key that is listed")
        await a.said("still here")


async def test_a_server_that_starts_before_keycloak_waits_for_it(start_server, keycloak, relay):
    ann = keycloak.add_person("ann")
    token = keycloak.tokens(ann, address=relay.address).access
    relay.down()
    server = start_server(**keycloak.settings(relay.address))
    ready = http.get(server, "/readyz")
    assert (ready.status, ready.problem["detail"]) == (503, "issuer")
    assert http.get(server, "/health").status == 503
    refused = await refusal(server, token)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0

    relay.up()
    await_keys(server)
    async with session(server, ann.name, token=token) as a:
        await a.said("there it is")


async def test_known_keys_go_on_while_keycloak_is_away(start_server, keycloak, relay):
    ann = keycloak.add_person("ann")
    token = keycloak.tokens(ann, address=relay.address).access
    server = start_server(**keycloak.settings(relay.address))
    await_keys(server)
    async with session(server, ann.name, token=token) as a:
        relay.down()
        async with session(server, ann.name, token=token) as another:
            await another.said("new sessions too")
        await a.said("still here")
        assert http.get(server, "/readyz").status == 200
        assert http.get(server, "/messages/private", token).status == 200


# --- what becomes of people --------------------------------------------------------


async def test_who_has_lost_the_role_is_refused_at_the_dashboard(keycloak_server, keycloak):
    boss = keycloak.add_person("boss", admin=True)
    first = keycloak.tokens(boss, "WebClient", WEB)
    dashboard = await open_client(keycloak_server, boss.name, token=first.access)
    await dashboard.leave()

    keycloak.take_role(boss)
    second = keycloak.refreshed(first, "WebClient")
    assert (await refusal(keycloak_server, second.access)).status_code == 403


async def test_chat_tokens_never_carry_the_role(keycloak):
    boss = keycloak.add_person("boss", admin=True)
    assert "admin" in tokens.claims(keycloak.tokens(boss, "WebClient", WEB).access)["realm_access"]["roles"]
    assert "admin" not in json.dumps(tokens.claims(keycloak.tokens(boss).access))


async def test_who_is_disabled_is_out_once_the_token_ends(start_server, keycloak):
    client_id = keycloak.add_client(access_tokens_live=5)
    server = await_keys(start_server(**keycloak.settings(), auth__chat_client=client_id, auth__leeway="0s"))
    ann = keycloak.add_person("ann")
    client = Client(keycloak.issuer(), client_id)
    got = client.tokens_at(keycloak.sign_in(ann, client.authorization_url()).location)
    async with session(server, ann.name, token=got.access, via="header") as a:
        keycloak.disable(ann)
        refused = client.refresh(got.refresh)
        assert (refused.status, refused.json["error"]) == (400, "invalid_grant")
        assert (await a.closed())[0] == 4001
    assert (await refusal(server, got.access)).status_code == 401

    again = Client(keycloak.issuer())
    page = keycloak.sign_in(ann, again.authorization_url())
    assert page.location is None and page.forms, page.text


def test_an_issuer_that_is_not_named_to_the_letter_opens_for_nobody(start_server, keycloak):
    server = start_server(**{**keycloak.settings(), "auth__issuer": keycloak.issuer() + "/"})
    eventually(lambda: server.events("keys not refreshed"), "the failure is logged")
    assert http.get(server, "/readyz").status == 503
