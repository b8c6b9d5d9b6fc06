"""What a dashboard asks over HTTP, and the checks that every route of its owes."""

import json
from dataclasses import dataclass
from typing import Any, Optional, Union

import pytest

from . import http

Body = Union[dict, list, bytes, None]


class Dashboard:
    """The dashboard of an admin."""

    def __init__(self, server, name: str = "admin"):
        self.server = server
        self.token = server.dashboard_token(name)

    def ask(
        self, method: str, target: str, body: Body = None, token: Optional[str] = "", content_type: str = "application/json"
    ) -> http.Reply:
        """`token`: empty for the dashboard's own, None for none."""
        headers = {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token or self.token}"
        if body is not None:
            headers["Content-Type"] = content_type
        data = body if isinstance(body, bytes) or body is None else json.dumps(body, ensure_ascii=False).encode()
        return http.request((self.server.host, self.server.port), method, target, headers, data)

    def done(self, method: str, target: str, body: Body = None) -> Any:
        """Asks for what must succeed; the body of the answer, if it has one."""
        reply = self.ask(method, target, body)
        assert reply.status in (200, 201, 204), (reply.status, reply.body)
        return reply.json if reply.body else None

    # --- channels -----------------------------------------------------------------

    def channels(self) -> list[dict]:
        """In their order, which must be whole."""
        channels = http.get(self.server, "/channels").json["channels"]
        assert [channel["sort_order"] for channel in channels] == list(range(1, len(channels) + 1))
        return channels

    def names(self) -> list[str]:
        return [channel["name"] for channel in self.channels()]

    def id_of(self, name: str) -> int:
        return next(channel["id"] for channel in self.channels() if channel["name"] == name)

    def create(self, name: str, **fields: Any) -> int:
        answer = self.done("POST", "/channels", {"name": name, **fields})
        assert answer == {"message": "Channel created", "name": name}
        return self.id_of(name)

    def edit(self, id: int, **fields: Any) -> None:
        assert self.done("PATCH", "/channels", {"id": id, **fields}) == {"message": "Channel updated"}

    def move(self, id: int, before_id: Optional[int]) -> None:
        answer = self.done("PATCH", "/channels", {"id": id, "before_id": before_id})
        assert answer == {"message": "Channel reordered"}

    def delete(self, id: int, query: str = "") -> None:
        assert self.done("DELETE", f"/channels?id={id}{query}") == {"message": "Channel deleted"}


@dataclass(frozen=True)
class Refused:
    """A request that must be refused: how, and what the detail must name."""

    method: str
    target: str
    body: Body = None
    status: int = 400
    named: str = ""
    content_type: str = "application/json"

    def check(self, dashboard: Dashboard) -> None:
        reply = dashboard.ask(self.method, self.target, self.body, content_type=self.content_type)
        assert reply.status == self.status, reply.body
        assert self.named in reply.problem["detail"]

    def __str__(self) -> str:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body)
        return f"{self.method} {self.target} {body[:60]}"


def refusals(*cases: Refused):
    """A test's cases, under names that say what they are."""
    return pytest.mark.parametrize("case", cases, ids=[str(case) for case in cases])


def fields(method: str, target: str, good: dict, *wrong: tuple[str, Any]) -> list[Refused]:
    """One refusal for each wrong value of a field of a body that is good otherwise, naming the field."""
    return [Refused(method, target, {**good, name: value}, named=name) for name, value in wrong]


def bodies(method: str, target: str, good: dict) -> list[Refused]:
    """What no route takes for a body."""
    name, value = next(iter(good.items()))
    twice = f'{{"{name}": {json.dumps(value)}, "{name}": {json.dumps(value)}}}'.encode()
    filler = {**good, "filler": "x" * (65 * 1024)}
    return [
        Refused(method, target, b"", named="object"),
        Refused(method, target, b"null", named="object"),
        Refused(method, target, b"[]", named="object"),
        Refused(method, target, b"{", named="object"),
        Refused(method, target, twice, named="twice"),
        Refused(method, target, b'{"n": 1e999}', named="object"),
        Refused(method, target, b'{"n": "\xff"}', named="object"),
        Refused(method, target, good, status=415, named="application/json", content_type="text/plain"),
        Refused(method, target, filler, status=413),
    ]


def check_who_may_call(dashboard: Dashboard, method: str, target: str, body: Body = None) -> None:
    """No token, a user's, an admin's for another application: none of them may."""
    server = dashboard.server
    for token in (None, "not-a-token"):
        reply = dashboard.ask(method, target, body, token=token)
        assert reply.status == 401
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    for token in (server.token("alice"), server.token("admin")):
        assert dashboard.ask(method, target, body, token=token).status == 403
