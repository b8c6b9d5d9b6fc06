"""The log tells of every connection, and nothing that was secret or said."""

import asyncio
from urllib.parse import quote, urlencode

import pytest

from support import http, token as tokens
from support.client import refusal, session
from support.forge import Forge, issuer_key
from support.hostile import TOKENS
from support.issuer_driver import EmbeddedDriver, code_at
from support.oidc import Client, Tokens
from support.outside_issuer import OutsideIssuer
from support.raw import upgrade_reply
from support.server import PASSWORD

OIDC = "/realms/chat/protocol/openid-connect"
FORM = "application/x-www-form-urlencoded"


async def test_neither_tokens_nor_texts_nor_passwords_are_in_the_log(start_server):
    server = start_server(log__level="debug")
    secret = "the-text-of-a-message-4711"
    good = server.token("alice")
    hostile = [tokens.with_broken_signature(good), tokens.unsigned(good), "token-of-my-own-invention"]

    for via in ("query", "header", "subprotocol"):
        async with session(server, "alice", via=via) as alice:
            await alice.said(secret + via)
            await alice.whisper(alice.id, secret)
            await alice.expect("private_chat_message")
            await alice.say(secret * 100)
            await alice.error("bad_message")
            await alice.send("authenticate", token=hostile[0])
        for token in hostile:
            await refusal(server, token, via=via)
    http.get(server, f"/channels?token={good}")
    http.get(server, f"/nothing/{secret}?token={good}")
    http.get(server, "/channels/1/messages", hostile[0])
    upgrade_reply(server, f"/ws?token={good}", {"Sec-WebSocket-Version": "8"})
    server.add_user("erin")
    assert await asyncio.to_thread(server.stop) == 0

    said = server.log + "\n".join(server.printed)
    for token in [good, *hostile]:
        for part in token.split("."):
            assert not part or part not in said, "a part of a token"
    assert "the-text-of-a-message" not in said
    assert PASSWORD not in said


def in_all_places(server, token: str) -> None:
    """Sends it wherever the issuer takes one, by GET and by POST."""
    forms = {
        f"{OIDC}/token": [
            {"grant_type": "refresh_token", "refresh_token": token, "client_id": "ChatClient"},
            {"grant_type": "authorization_code", "code": token, "code_verifier": token, "client_id": "ChatClient"},
            {"grant_type": token, "client_id": token},
        ],
        f"{OIDC}/revoke": [{"token": token, "client_id": "ChatClient"}, {"token": token, "client_id": token}],
        f"{OIDC}/logout": [{"id_token_hint": token}],
        f"{OIDC}/userinfo": [{"access_token": token}],
        "/realms/chat/register": [{"invite": token, "csrf": token, "username": "x", "password": token}],
        "/realms/chat/setup": [{"key": token, "csrf": token, "username": "x", "password": token}],
        "/backchannel-logout": [{"logout_token": token}],
    }
    for path, bodies in forms.items():
        for fields in bodies:
            http.call(server, "POST", path, urlencode(fields).encode(), Content_Type=FORM)
            http.get(server, f"{path}?{urlencode(fields)}")
    if token.isascii() and token.isprintable():
        http.get(server, f"{OIDC}/userinfo", token)


def assert_absent(server, secrets: list[str]) -> None:
    """No part of any is in what the server has written."""
    said = server.log + "\n".join(server.printed)
    assert server.events("ready"), "the log was read"
    for secret in secrets:
        for part in [secret, *secret.split("."), *(quote(part) for part in secret.split("."))]:
            assert len(part) <= 8 or part not in said, "a part of a secret in the log"


def test_nothing_that_the_issuer_gives_is_in_the_log(start_server):
    server = start_server(log__level="debug", accounts__registration="invite")
    driver = EmbeddedDriver(server)
    client = Client(driver.issuer)
    code = code_at(driver, client, driver.add_account())
    first = Tokens.of(client.exchange(code).json)
    second = client.refreshed(first)
    secrets = [code, client.verifier, first.access, first.refresh, first.id, second.access, second.refresh, second.id]
    secrets.append(server.command("invite").stdout.strip().rsplit("=", 1)[1])
    for secret in secrets:
        in_all_places(server, secret)
    assert server.stop() == 0
    assert_absent(server, secrets)


@pytest.mark.parametrize("mode", ["embedded", "oidc"])
def test_no_hostile_token_that_the_issuers_endpoints_get_is_in_the_log(start_server, mode):
    with OutsideIssuer() as issuer:
        outside = {"auth__mode": "oidc", "auth__issuer": issuer.url} if mode == "oidc" else {}
        server = start_server(log__level="debug", **outside)
        forge = Forge(start_server().token("alice"), issuer_key(server.data_dir))
        hostile = [make(forge) for make in TOKENS.values()]
        for token in hostile:
            in_all_places(server, token)
        assert server.stop() == 0
        assert_absent(server, hostile)


async def test_a_connection_has_one_line_of_log(start_server):
    server = start_server()
    before = len(server.log_lines)
    async with session(server, "alice") as alice:
        for i in range(20):
            await alice.said(f"message {i}")
    assert await asyncio.to_thread(server.stop) == 0
    lines = [line for line in server.log_lines[before:] if alice.id in line or '"alice"' in line]
    assert len(lines) == 1, lines


async def test_a_user_name_cannot_forge_a_line(start_server):
    server = start_server()
    reply = upgrade_reply(server, '/ws?token="}{"event":"ready"')
    assert reply.status in (400, 401)
    http.get(server, "/%0a%7B%22event%22:%22forged%22%7D")
    assert await asyncio.to_thread(server.stop) == 0
    assert not server.events("forged")
    assert all(line.startswith("{") and line.endswith("}") for line in server.log_lines if line)
