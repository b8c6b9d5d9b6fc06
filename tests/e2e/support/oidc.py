"""A client of an OpenID Connect issuer, as far as the tests need one: code flow with PKCE."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Optional
from urllib.parse import parse_qs, urlencode, urlsplit

from . import http
from .browser import post_form

# Where the desktop client waits for the code. Nobody listens there: the tests read the redirect themselves.
CALLBACK = "http://127.0.0.1:1337/callback"


def discovery_document(issuer: str) -> dict:
    """OpenID Connect Discovery 1.0, section 4."""
    reply = http.request_url("GET", issuer + "/.well-known/openid-configuration")
    assert reply.status == 200, reply
    return reply.json


def parameters(url: str) -> dict[str, str]:
    """Of the query, none of which may come twice."""
    values = parse_qs(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert all(len(value) == 1 for value in values.values()), url
    return {name: value[0] for name, value in values.items()}


def challenge_of(verifier: str) -> str:
    """RFC 7636, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Tokens:
    access: str
    refresh: str
    id: Optional[str] = None

    @staticmethod
    def of(answer: dict) -> "Tokens":
        return Tokens(answer["access_token"], answer["refresh_token"], answer.get("id_token"))


class Client:
    """One attempt to sign in, by one public client."""

    def __init__(self, issuer: str, client_id: str = "ChatClient", redirect_uri: str = CALLBACK):
        self.document = discovery_document(issuer)
        self.client_id = client_id
        self.redirect_uri = redirect_uri
        self.verifier = secrets.token_urlsafe(48)
        self.state = secrets.token_urlsafe(16)
        self.nonce = secrets.token_urlsafe(16)

    def authorization_url(self, **changed: Optional[str]) -> str:
        """Where to sign in; `changed` replaces parameters, None leaves one out."""
        wanted = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            **changed,
        }
        query = urlencode({name: value for name, value in wanted.items() if value is not None})
        return f"{self.document['authorization_endpoint']}?{query}"

    def exchange(self, code: Optional[str], **changed: Optional[str]) -> http.Reply:
        """Asks for the tokens of a code; `changed` as above, and headers as `header_Origin`."""
        return self._ask(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.redirect_uri,
                "client_id": self.client_id,
                "code_verifier": self.verifier,
            },
            changed,
        )

    def refresh(self, token: str, **changed: Optional[str]) -> http.Reply:
        return self._ask({"grant_type": "refresh_token", "refresh_token": token, "client_id": self.client_id}, changed)

    def answer(self, redirect: Optional[str]) -> dict[str, str]:
        """What the issuer's redirect tells us; it must be one, and to us. Errors of other flows are in the fragment."""
        assert redirect is not None, "no redirect"
        query = redirect.replace("#", "?", 1)
        assert query.split("?")[0] == self.redirect_uri, redirect
        return parameters(query)

    def tokens_at(self, redirect: Optional[str]) -> Tokens:
        """The tokens that the issuer's redirect to us leads to."""
        answer = self.answer(redirect)
        assert answer["state"] == self.state, redirect
        reply = self.exchange(answer["code"])
        assert reply.status == 200, reply.body
        return Tokens.of(reply.json)

    def refreshed(self, tokens: Tokens) -> Tokens:
        reply = self.refresh(tokens.refresh)
        assert reply.status == 200, reply.body
        return Tokens.of(reply.json)

    def _ask(self, fields: dict, changed: dict) -> http.Reply:
        headers = {name[len("header_") :]: value for name, value in changed.items() if name.startswith("header_")}
        changed = {name: value for name, value in changed.items() if not name.startswith("header_")}
        wanted = {name: value for name, value in {**fields, **changed}.items() if value is not None}
        return post_form(self.document["token_endpoint"], wanted, **headers)
