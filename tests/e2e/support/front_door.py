"""A browser for the sign-in pages: cookies, forms and links, no scripts."""

import base64
import hashlib
import http.client
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Mapping, Optional
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from .deadline import SECONDS

REALM = "/realms/chat"
AUTHORIZATION = REALM + "/protocol/openid-connect/auth"
TOKEN = REALM + "/protocol/openid-connect/token"
REDIRECTS_MAX = 5


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, dict[str, Optional[str]]] = field(default_factory=dict)


class _Document(HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, Optional[str]]]] = []
        self.texts: dict[str, str] = {"title": "", "h1": ""}
        self.problems: list[str] = []
        self._open: list[str] = []
        self._problem = False
        self.feed(text)

    def handle_starttag(self, tag, attributes) -> None:
        named = dict(attributes)
        self.tags.append((tag, named))
        self._open.append(tag)
        classes = (named.get("class") or "").split()
        if "notice-error" in classes or "field-error" in classes:
            self.problems.append("")
            self._problem = True
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        if tag == "form":
            assert named["method"] == "post"
            self.forms.append(Form(named["action"]))
        if tag == "input":
            self.forms[-1].fields[named["name"]] = named.get("value") or ""
            self.forms[-1].inputs[named["name"]] = named

    def handle_endtag(self, tag) -> None:
        self._problem = self._problem and tag != "p"
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data) -> None:
        if self._problem:
            self.problems[-1] += data
        if self._open and self._open[-1] in self.texts:
            self.texts[self._open[-1]] += data


class Page:
    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes):
        self.status = status
        self.headers = headers
        self.body = body
        self.text = body.decode()
        self.location: Optional[str] = headers["Location"]
        document = _Document(self.text if headers.get_content_type() == "text/html" else "")
        self.forms, self.links, self.tags = document.forms, document.links, document.tags
        self.problems = document.problems
        self.heading = document.texts["h1"].strip()
        self.title = document.texts["title"].strip()

    @property
    def answer(self) -> dict[str, str]:
        """What the client is told in the query of the address that it is called back at."""
        assert self.location, self.text
        return dict(parse_qsl(urlsplit(self.location).query, keep_blank_values=True))

    def form(self, part_of_action: str = "") -> Form:
        (found,) = [form for form in self.forms if part_of_action in urlsplit(form.action).path]
        return found

    def link(self, part: str) -> str:
        (found,) = [link for link in self.links if part in link]
        return found


class Browser:
    """Follows redirects within the server; one that leads elsewhere is the page's `location`."""

    def __init__(self, server, address: str = "127.0.0.1", headers: Optional[Mapping[str, str]] = None):
        self.server = server
        self.address = address
        self.headers = dict(headers or {})
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []

    def get(self, target: str) -> Page:
        return self._ask("GET", target, None, {})

    def post(self, target: str, body: bytes, content_type: str = "application/x-www-form-urlencoded", **headers) -> Page:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask("POST", target, body, {"Content-Type": content_type, **named})

    def submit(self, form: Form, headers: Optional[Mapping[str, str]] = None, **typed: str) -> Page:
        fields = {**form.fields, **typed}
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._ask("POST", form.action, urlencode(fields).encode(), sent)

    def _ask(self, method: str, target: str, body: Optional[bytes], headers: Mapping[str, str]) -> Page:
        for _ in range(REDIRECTS_MAX):
            page = self._ask_once(method, target, body, headers)
            own = f"http://localhost:{self.server.port}"
            if page.status != 303 or not (page.location.startswith("/") or self._is_own_page(page.location, own)):
                return page
            target, method, body, headers = page.location.removeprefix(own), "GET", None, {}
        raise AssertionError(f"redirected for ever, to {target}")

    @staticmethod
    def _is_own_page(location: str, own: str) -> bool:
        return location.startswith(own + REALM)

    def _ask_once(self, method: str, target: str, body: Optional[bytes], headers: Mapping[str, str]) -> Page:
        connection = http.client.HTTPConnection(
            self.server.host, self.server.port, timeout=SECONDS, source_address=(self.address, 0)
        )
        sent = {"Host": f"localhost:{self.server.port}", **self.headers, **headers}
        if self.cookies and "Cookie" not in headers:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, urljoin("/", target), body=body, headers=sent)
            response = connection.getresponse()
            page = Page(response.status, response.headers, response.read())
        finally:
            connection.close()
        self.set_cookies = page.headers.get_all("Set-Cookie") or []
        for line in self.set_cookies:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return page

    # --- what people do -----------------------------------------------------------

    def sign_in(self, name: str, password: str, target: str = REALM + "/login") -> Page:
        return self.submit(self.get(target).form("login"), username=name, password=password)

    def sign_up(self, name: str, password: str, target: str = REALM + "/register") -> Page:
        page = self.get(target)
        return self.submit(page.forms[-1], username=name, password=password, password_again=password)


@dataclass
class Client:
    """An application that sends people to sign in (RFC 7636)."""

    server: object
    id: str = "WebClient"
    redirect_uri: str = ""
    state: str = "a state"
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def __post_init__(self) -> None:
        self.redirect_uri = self.redirect_uri or f"http://localhost:{self.server.port}/callback"

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def parameters(self, **changed: Optional[str]) -> dict[str, str]:
        """Of the authorization request; None leaves one out."""
        parameters = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": self.state,
            "nonce": "a nonce",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            **changed,
        }
        return {name: value for name, value in parameters.items() if value is not None}

    def url(self, **changed: Optional[str]) -> str:
        return AUTHORIZATION + "?" + urlencode(self.parameters(**changed))

    def redeem(self, code: str, **changed: str) -> Page:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.id,
            "code_verifier": self.verifier,
            **changed,
        }
        return Browser(self.server).post(TOKEN, urlencode(fields).encode())


def loopback_client(server, host: str = "127.0.0.1") -> Client:
    """The desktop client, as it signs in."""
    return Client(server, id="ChatClient", redirect_uri=f"http://{host}:1337/callback")
