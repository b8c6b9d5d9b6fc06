"""What the suite in tests/e2e/oidc has to know of an issuer, besides OpenID Connect itself.

To run it over another issuer: a driver, and a line in `DRIVERS` of tests/e2e/oidc/conftest.py.
"""

import secrets
from dataclasses import dataclass
from typing import Optional, Protocol

from . import token as tokens
from .browser import Browser, Page
from .keycloak import Keycloak
from .oidc import Client, Tokens
from .server import PASSWORD, ChatServer


@dataclass
class Account:
    """Somebody who may sign in at the issuer."""

    name: str
    id: str  # `sub`


class IssuerDriver(Protocol):
    """An issuer with the clients ChatClient (loopback redirects to /callback) and WebClient (below `web_origin`)."""

    issuer: str  # its URL, to the letter as in `iss`
    web_origin: str  # whose pages may ask the token endpoint

    def add_account(self) -> Account:
        """Somebody new."""

    def sign_in(self, account: Account, authorization_url: str, browser: Optional[Browser] = None) -> Page:
        """Opens the URL and does what a person does to get in: the answer redirects to the client."""


class KeycloakDriver:
    web_origin = "http://localhost:8080"

    def __init__(self, keycloak: Keycloak):
        self._keycloak = keycloak
        self.issuer = keycloak.issuer()

    def add_account(self) -> Account:
        person = self._keycloak.add_person("ann")
        return Account(person.name, person.id)

    def sign_in(self, account: Account, authorization_url: str, browser: Optional[Browser] = None) -> Page:
        return self._keycloak.sign_in(account, authorization_url, browser)


class EmbeddedDriver:
    """The issuer of a running server, which has the web client's origin among `server.cors_origins`."""

    web_origin = "http://localhost:5173"

    def __init__(self, server: ChatServer):
        self._server = server
        self.issuer = server.events("ready")[0]["issuer"]

    def add_account(self) -> Account:
        name = f"ann-{secrets.token_hex(4)}"
        self._server.add_user(name)
        return Account(name, tokens.subject(self._server.token(name)))

    def sign_in(self, account: Account, authorization_url: str, browser: Optional[Browser] = None) -> Page:
        browser = browser or Browser()
        page = browser.get(authorization_url)
        return browser.submit(page, username=account.name, password=PASSWORD)


def code_at(driver: IssuerDriver, client: Client, account: Account) -> str:
    """A fresh code of the account for the client."""
    return client.answer(driver.sign_in(account, client.authorization_url()).location)["code"]


def signed_in(driver: IssuerDriver, client: Client, account: Account) -> Tokens:
    return client.tokens_at(driver.sign_in(account, client.authorization_url()).location)
