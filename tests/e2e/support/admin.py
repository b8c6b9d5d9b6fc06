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

    # --- what administrators do ---------------------------------------------------

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


def admin(server) -> Api:
    return Api(server, server.dashboard_token())
