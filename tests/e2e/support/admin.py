"""The HTTP API as one caller sees it."""

import json
from typing import Any, Optional

from . import http


class Api:
    """Calls with a token, or with none."""

    def __init__(self, server, token: Optional[str] = None, **headers: str):
        self.server = server
        self.headers = headers
        if token is not None:
            self.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, target: str, body: Any = None, **headers: str) -> http.Reply:
        """`body`: bytes as they are, anything else as JSON."""
        sent = {**self.headers, **headers}
        if body is not None:
            sent = {"Content_Type": "application/json", **sent}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        return http.call(self.server, method, target, data, **sent)

    def get(self, target: str, **headers: str) -> http.Reply:
        return self.call("GET", target, **headers)

    def post(self, target: str, body: Any, **headers: str) -> http.Reply:
        return self.call("POST", target, body, **headers)

    def patch(self, target: str, body: Any, **headers: str) -> http.Reply:
        return self.call("PATCH", target, body, **headers)

    def delete(self, target: str, body: Any = None, **headers: str) -> http.Reply:
        return self.call("DELETE", target, body, **headers)

    def done(self, method: str, target: str, body: Any = None) -> Any:
        """Asks for what must succeed; the body of the answer, if it has one."""
        reply = self.call(method, target, body)
        assert reply.status in (200, 201, 204), (reply.status, reply.body)
        return reply.json if reply.body else None

    # --- users, bans, limits, activity ----------------------------------------------

    def users(self, query: str) -> list[dict]:
        return self.get(f"/users?{query}").json["payload"]["users"]

    def bans(self, query: str = "") -> list[dict]:
        return self.get(f"/users/bans?{query}").json["payload"]["records"]

    def ban(self, user_id: str, **fields: Any) -> http.Reply:
        return self.post("/users/ban", {"banished_id": user_id, **fields})

    def rate_limit(self) -> dict:
        return self.get("/ratelimits").json["rate_limiter"]

    def message_counts(self) -> dict[str, int]:
        channels = self.get("/activity/channels").json["payload"]["channels"]
        return {channel["channel"]: channel["message_count"] for channel in channels}

    def session_days(self, query: str = "") -> list[dict]:
        return self.get(f"/activity/sessions?{query}").json["payload"]["session_activity"]

    # --- channels and messages -------------------------------------------------------

    def channels(self) -> list[dict]:
        """In their order, which must be whole."""
        channels = self.get("/channels").json["channels"]
        assert [channel["sort_order"] for channel in channels] == list(range(1, len(channels) + 1))
        return channels

    def channel_names(self) -> list[str]:
        return [channel["name"] for channel in self.channels()]

    def channel_id(self, name: str) -> int:
        return next(channel["id"] for channel in self.channels() if channel["name"] == name)

    def create_channel(self, name: str, **fields: Any) -> int:
        answer = self.done("POST", "/channels", {"name": name, **fields})
        assert answer == {"message": "Channel created", "name": name}
        return self.channel_id(name)

    def edit_channel(self, id: int, **fields: Any) -> None:
        assert self.done("PATCH", "/channels", {"id": id, **fields}) == {"message": "Channel updated"}

    def move_channel(self, id: int, before_id: Optional[int]) -> None:
        answer = self.done("PATCH", "/channels", {"id": id, "before_id": before_id})
        assert answer == {"message": "Channel reordered"}

    def delete_channel(self, id: int, query: str = "") -> None:
        assert self.done("DELETE", f"/channels?id={id}{query}") == {"message": "Channel deleted"}

    def delete_messages(self, ids: list[int]) -> None:
        assert self.done("DELETE", "/messages", {"ids": ids}) is None


def admin(server) -> Api:
    return Api(server, server.dashboard_token())
