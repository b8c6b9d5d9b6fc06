"""What ends at the issuer ends on every server, whichever was told of it."""

import asyncio
import time
from typing import Callable, Iterator, Optional

import pytest

from support import http
from support.backends import shared
from support.client import refusal, session
from support.deadline import eventually
from support.forge import jwk, new_rsa_key, sign
from support.keycloak import await_keys
from support.outside_issuer import OutsideIssuer
from support.server import ChatServer
from support.valkey import ValkeyServer

FORM = "application/x-www-form-urlencoded"
SESSION_OVER = (4001, "session over")


class Issuer(OutsideIssuer):
    """Signs what a provider would sign."""

    def __init__(self):
        self._key = new_rsa_key()
        self._logouts = 0
        super().__init__([jwk(self._key, kid="key", use="sig")])

    def _sign(self, kind: str, who: Optional[str], sid: Optional[str], **claims: object) -> str:
        now = int(time.time())
        named = {name: value for name, value in (("sub", who), ("sid", sid)) if value}
        all_claims = {"iss": self.url, "typ": kind, "iat": now, "exp": now + 300, **named, **claims}
        return sign(self._key, {"alg": "RS256", "kid": "key"}, all_claims)

    def token(self, who: str, sid: str) -> str:
        return self._sign("Bearer", who, sid, preferred_username=who, azp="ChatClient")

    def logout_token(self, who: Optional[str] = None, sid: Optional[str] = None) -> str:
        self._logouts += 1
        event = {"http://schemas.openid.net/event/backchannel-logout": {}}
        return self._sign("Logout", who, sid, aud="ChatClient", jti=f"logout {self._logouts}", events=event)

    def say_logout(self, server: ChatServer, **of: str) -> None:
        form = f"logout_token={self.logout_token(**of)}".encode()
        assert http.call(server, "POST", "/backchannel-logout", form, Content_Type=FORM).status == 200


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as one:
        yield one


@pytest.fixture
def backing(database) -> Iterator[dict[str, str]]:
    server = ValkeyServer()
    yield {**shared(database, server), "store__timeout": "2s"}
    server.end()


@pytest.fixture
def node(start_server, issuer, backing) -> Callable[[], ChatServer]:
    return lambda: await_keys(start_server(auth__mode="oidc", auth__issuer=issuer.url, **backing))


def good(server: ChatServer, token: str) -> bool:
    return http.get(server, "/messages/private", token).status == 200


@pytest.mark.parametrize("named", [True, False])
async def test_the_end_of_a_login_reaches_sessions_on_other_servers(node, issuer, named):
    told, other = node(), node()
    here, there = issuer.token("ann", "login 1"), issuer.token("ann", "login 2")
    async with (
        session(told, "ann", token=here) as at_told,
        session(other, "ann", token=here) as at_other,
        session(other, "ann", token=there) as another_login,
    ):
        issuer.say_logout(told, sid="login 1", **({"who": "ann"} if named else {}))
        assert await at_told.closed() == SESSION_OVER
        assert await at_other.closed() == SESSION_OVER
        await another_login.said("still here")
    for server in (told, other, node()):
        assert (await refusal(server, here)).status_code == 401
        assert good(server, there)


async def test_the_end_of_all_logins_reaches_sessions_on_other_servers(node, issuer):
    told, other = node(), node()
    token = issuer.token("ann", "login 1")
    bobs = issuer.token("bob", "login 2")
    async with session(other, "ann", token=token) as ann, session(other, "bob", token=bobs) as bob:
        issuer.say_logout(told, who="ann")
        assert await ann.closed() == SESSION_OVER
        await bob.said("still here")
    assert not good(other, token)


async def test_the_end_of_a_login_closes_sessions_within_a_second(node, issuer):
    """A promise in seconds, so it is timed; in the best of three, since the machine may be busy."""
    told, other = node(), node()
    took = []
    for attempt in range(3):
        login = f"login {attempt}"
        token = issuer.token("ann", login)
        async with session(told, "ann", token=token) as here, session(other, "ann", token=token) as there:
            await asyncio.sleep(0.17 * attempt)  # else all three meet the server's looks at the same moment
            logout = asyncio.get_running_loop().time()
            issuer.say_logout(told, who="ann", sid=login)
            assert [await here.closed(), await there.closed()] == [SESSION_OVER, SESSION_OVER]
            took.append(asyncio.get_running_loop().time() - logout)
    assert min(took) < 1.0, took


async def test_what_was_told_while_the_database_was_away_ends_here_at_once_and_elsewhere_later(
    node, issuer, postgres
):
    told, other = node(), node()
    token = issuer.token("ann", "login 1")
    async with session(told, "ann", token=token) as here, session(other, "ann", token=token) as there:
        await asyncio.to_thread(postgres.command, "freeze")
        try:
            issuer.say_logout(told, who="ann", sid="login 1")
            assert await here.closed() == SESSION_OVER
        finally:
            await asyncio.to_thread(postgres.command, "thaw")
        assert await there.closed() == SESSION_OVER


async def test_a_login_that_has_ended_stays_so_over_a_restart(start_server, issuer):
    server = await_keys(start_server(auth__mode="oidc", auth__issuer=issuer.url))
    ended, other = issuer.token("ann", "login 1"), issuer.token("ann", "login 2")
    issuer.say_logout(server, who="ann", sid="login 1")
    assert not good(server, ended)
    await_keys(server.restart())
    eventually(lambda: good(server, other), "it answers")
    assert not good(server, ended)


async def test_a_change_of_a_local_account_reaches_every_server(start_server, backing):
    # Whose tokens they are, behind one proxy.
    settings = {**backing, "server__public_url": "http://localhost:1"}
    first, second = [start_server.prepare_empty(**settings).start() for _ in range(2)]
    first.add_user("ann")
    async with session(first, "ann") as here, session(second, "ann", token=first.token("ann")) as there:
        assert first.command("user", "disable", "ann").returncode == 0
        assert await here.closed() == SESSION_OVER
        assert await there.closed() == SESSION_OVER
