"""An OpenID provider as far as a server needs one: a discovery document and keys, on loopback."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Iterable, Mapping


class OutsideIssuer:
    """Lists `keys` (JWKs) as they are; remembers which paths were asked for."""

    def __init__(self, keys: Iterable[Mapping[str, object]] = ()):
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                body = json.dumps(outer._document(self.path)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_) -> None:
                """pytest's output is not an access log."""

        self.keys = list(keys)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/realms/chat"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def claims(self) -> dict:
        """Of an access token that a server takes."""
        return {
            "iss": self.url,
            "sub": "6f1c2d3e-0000-4000-8000-000000000001",
            "preferred_username": "ada",
            "azp": "ChatClient",
            "typ": "Bearer",
            "exp": int(time.time()) + 300,
        }

    def _document(self, path: str) -> dict:
        if path.endswith("/.well-known/openid-configuration"):
            return {"issuer": self.url, "jwks_uri": self.url + "/protocol/openid-connect/certs"}
        return {"keys": self.keys}

    def __enter__(self) -> "OutsideIssuer":
        return self

    def __exit__(self, *_) -> None:
        self._http.shutdown()
        self._http.server_close()
