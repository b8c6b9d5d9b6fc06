"""A node behind a proxy that answers every request, but says to /readyz whether it wants any."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class SickNode:
    """Not ready, until told otherwise."""

    def __init__(self):
        self.ready = False
        self.checks = 0
        self.requests: list[str] = []  # but for those to /readyz
        node = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/readyz":
                    node.checks += 1
                    self.send_response(200 if node.ready else 503)
                else:
                    node.requests.append(self.path)
                    self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return "%s:%d" % self._server.server_address

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()
