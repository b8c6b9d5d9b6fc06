"""What a browser does while somebody signs in: cookies, redirects and forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Mapping, Optional
from urllib.parse import urlencode, urljoin, urlsplit

from . import http


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "form":
            self.forms.append(Form(named.get("action") or ""))
        elif tag == "input" and self.forms and named.get("name"):
            self.forms[-1].fields[named["name"]] = named.get("value") or ""


@dataclass
class Page:
    """One answer, and where it came from."""

    url: str
    reply: http.Reply

    @property
    def status(self) -> int:
        return self.reply.status

    @property
    def text(self) -> str:
        return self.reply.body.decode()

    @property
    def location(self) -> Optional[str]:
        target = self.reply.headers["Location"]
        return urljoin(self.url, target) if target else None

    @property
    def forms(self) -> list[Form]:
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms


class Browser:
    """Cookies of one person. Redirects are followed only on the host that they come from."""

    def __init__(self):
        # By host and name; all that is kept of the rules. Secure cookies travel to loopback, as in browsers.
        self._cookies: dict[str, dict[str, str]] = {}

    def get(self, url: str) -> Page:
        return self._follow(self._request("GET", url))

    def submit(self, page: Page, **values: str) -> Page:
        """Sends the page's first form with these fields filled in."""
        form = page.forms[0]
        body = urlencode({**form.fields, **values}).encode()
        return self._follow(self._request("POST", urljoin(page.url, form.action), body))

    def _follow(self, page: Page) -> Page:
        while page.location and urlsplit(page.location).netloc == urlsplit(page.url).netloc:
            page = self._request("GET", page.location)
        return page

    def _request(self, method: str, url: str, body: Optional[bytes] = None) -> Page:
        parts = urlsplit(url)
        jar = self._cookies.setdefault(parts.netloc, {})
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        reply = http.request_url(method, url, headers, body)
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            self._take(jar, cookie)
        return Page(url, reply)

    @staticmethod
    def _take(jar: dict[str, str], cookie: str) -> None:
        pair, *attributes = cookie.split(";")
        name, _, value = pair.strip().partition("=")
        if any(attribute.strip().lower() == "max-age=0" for attribute in attributes):
            jar.pop(name, None)
        else:
            jar[name] = value


def post_form(url: str, fields: Mapping[str, str], **headers: str) -> http.Reply:
    """A form that no browser sends: from a client to a token endpoint, say."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.request_url(
        "POST",
        url,
        {"Content-Type": "application/x-www-form-urlencoded", **named},
        urlencode(fields).encode(),
    )
