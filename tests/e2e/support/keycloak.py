"""A real Keycloak: the one that serves a run of the tests, people to sign in, and its admin's REST API."""

import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Optional
from urllib.parse import urlsplit

from . import http
from .browser import Browser, Page, post_form
from .deadline import eventually
from .oidc import Client, Tokens
from .server import PASSWORD, REPOSITORY, ChatServer

# The first time it has to be fetched, built and set up, on a machine that does other things too.
START_SECONDS = 900.0

CLIENTS = ("ChatClient", "WebClient")


@dataclass
class Person:
    """An account in Keycloak."""

    name: str
    id: str


@contextmanager
def running() -> Iterator["Keycloak"]:
    """The one that `./dev test` has begun, else one for this process."""
    begun = os.environ.get("CHATSERVER_KEYCLOAK")
    if begun:
        yield _ready(Path(begun))
        return
    folder = Path(tempfile.mkdtemp(prefix="chatserver-keycloak-"))
    process = subprocess.Popen([REPOSITORY / "scripts" / "keycloak-for-tests.sh", folder])
    try:
        yield _ready(folder)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _ready(folder: Path) -> "Keycloak":
    ready, failed = folder / "ready", folder / "failed"
    eventually(lambda: ready.exists() or failed.exists(), "Keycloak starts or fails to", START_SECONDS)
    if failed.exists():
        raise RuntimeError(f"there is no Keycloak to test with:\n{failed.read_text()}")
    listening, management = map(urlsplit, ready.read_text().split())
    return Keycloak(
        (listening.hostname, listening.port),
        (management.hostname, management.port),
        (folder / "keycloak" / "admin-password").read_text().strip(),
    )


def await_keys(server: ChatServer) -> ChatServer:
    """Until a server that was just started has fetched the keys."""
    eventually(lambda: http.get(server, "/readyz").status == 200, "the keys are fetched")
    return server


class Keycloak:
    """One instance, whose realm is that of deploy/keycloak. `iss` is the address that it is called by."""

    def __init__(self, address: tuple[str, int], management: tuple[str, int], admin_password: str):
        self.address = address
        self.management = management
        self._admin_password = admin_password
        self._admin_token: tuple[float, str] = (0.0, "")

    def issuer(self, address: Optional[tuple[str, int]] = None) -> str:
        host, port = address or self.address
        return f"http://{host}:{port}/realms/chat"

    def settings(self, address: Optional[tuple[str, int]] = None) -> dict[str, str]:
        """What a server needs, as keywords of `start_server`."""
        return {"auth__mode": "oidc", "auth__issuer": self.issuer(address), "auth__audience": "chatserver"}

    # --- signing in -------------------------------------------------------------

    def sign_in(self, person: Person, authorization_url: str, browser: Optional[Browser] = None) -> Page:
        """Fills in the form; the answer redirects to the client, or says what is wrong."""
        browser = browser or Browser()
        return browser.submit(browser.get(authorization_url), username=person.name, password=PASSWORD)

    def tokens(
        self,
        person: Person,
        client_id: str = "ChatClient",
        redirect_uri: Optional[str] = None,
        address: Optional[tuple[str, int]] = None,
    ) -> Tokens:
        client = Client(self.issuer(address), client_id, **({"redirect_uri": redirect_uri} if redirect_uri else {}))
        return client.tokens_at(self.sign_in(person, client.authorization_url()).location)

    def refreshed(self, tokens: Tokens, client_id: str = "ChatClient") -> Tokens:
        return Client(self.issuer(), client_id).refreshed(tokens)

    # --- administration ---------------------------------------------------------

    def add_person(self, name: str = "ann", admin: bool = False) -> Person:
        """Somebody new: `name` gets an ending that nobody else has."""
        name = f"{name}-{secrets.token_hex(4)}"
        reply = self._admin(
            "POST",
            "/users",
            {
                "username": name,
                "enabled": True,
                "email": f"{name}@example.org",
                "emailVerified": True,
                "firstName": "A",
                "lastName": "Person",
                "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}],
            },
        )
        person = Person(name, reply.headers["Location"].rsplit("/", 1)[1])
        if admin:
            self._admin("POST", f"/users/{person.id}/role-mappings/realm", [self._admin_role()])
        return person

    def take_role(self, person: Person) -> None:
        self._admin("DELETE", f"/users/{person.id}/role-mappings/realm", [self._admin_role()])

    def disable(self, person: Person) -> None:
        self._admin("PUT", f"/users/{person.id}", {"enabled": False})

    def log_out_everywhere(self, person: Person) -> None:
        self._admin("POST", f"/users/{person.id}/logout")

    def end_login(self, session_id: str) -> None:
        self._admin("DELETE", f"/sessions/{session_id}")

    def tell_logouts_to(self, base_url: str, with_sid: bool = True) -> None:
        """Where both clients' back-channel logout goes, and whether it names the login."""
        for name in CLIENTS:
            client = self._admin("GET", f"/clients?clientId={name}").json[0]
            client["attributes"]["backchannel.logout.url"] = f"{base_url}/backchannel-logout"
            client["attributes"]["backchannel.logout.session.required"] = str(with_sid).lower()
            self._admin("PUT", f"/clients/{client['id']}", client)

    def add_client(self, access_tokens_live: int) -> str:
        """Like the desktop client, but for how many seconds its tokens live: that one is other tests' too. Its name."""
        made = self._admin("GET", f"/clients?clientId={CLIENTS[0]}").json[0]
        for one in (made, *made["protocolMappers"]):
            del one["id"]
        made["clientId"] = f"{CLIENTS[0]}-{secrets.token_hex(4)}"
        made["attributes"]["access.token.lifespan"] = str(access_tokens_live)
        self._admin("POST", "/clients", made)
        return made["clientId"]

    def make_new_key(self) -> None:
        """A key that signs from now on; the old ones still verify."""
        realm = self._admin("GET", "").json
        self._admin(
            "POST",
            "/components",
            {
                "name": f"rsa-{secrets.token_hex(4)}",
                "providerId": "rsa-generated",
                "providerType": "org.keycloak.keys.KeyProvider",
                "parentId": realm["id"],
                "config": {"priority": [str(time.time_ns() // 1_000_000_000)], "algorithm": ["RS256"]},
            },
        )

    def _admin_role(self) -> dict:
        return self._admin("GET", "/roles/admin").json

    def _admin(self, method: str, path: str, body: Any = None) -> http.Reply:
        """A call that must succeed, below the realm."""
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        reply = http.request(self.address, method, "/admin/realms/chat" + path, headers, data)
        assert reply.status < 300, (method, path, reply.status, reply.body)
        return reply

    def _token(self) -> str:
        """The admin's, which lives for a minute."""
        made, token = self._admin_token
        if time.monotonic() - made > 20:
            reply = post_form(
                f"http://{self.address[0]}:{self.address[1]}/realms/master/protocol/openid-connect/token",
                {
                    "grant_type": "password",
                    "client_id": "admin-cli",
                    "username": "admin",
                    "password": self._admin_password,
                },
            )
            assert reply.status == 200, reply.body
            token = reply.json["access_token"]
            self._admin_token = (time.monotonic(), token)
        return token
