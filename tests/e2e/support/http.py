"""HTTP requests to the server under test: well-formed ones, and raw bytes."""

import http.client
import json
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Mapping, Optional
from urllib.parse import urlsplit

from . import openapi
from .deadline import SECONDS


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes = field(repr=False, default=b"")

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self) -> dict:
        """The body of an error: RFC 9457."""
        assert self.headers["Content-Type"].startswith("application/problem+json"), self.headers
        problem = self.json
        assert problem["status"] == self.status
        assert {"type", "title", "detail"} <= problem.keys(), problem
        return problem


def request(
    address: tuple[str, int],
    method: str,
    target: str,
    headers: Optional[Mapping[str, str]] = None,
    body: Optional[bytes] = None,
) -> Reply:
    return _exchange(http.client.HTTPConnection(*address, timeout=SECONDS), method, target, headers, body)


def request_url(
    method: str, url: str, headers: Optional[Mapping[str, str]] = None, body: Optional[bytes] = None
) -> Reply:
    """As `request`; every https host lies on this machine, and must have a certificate of an authority of `trust`."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme == "https":
        connection = _LoopbackHTTPS(parts.hostname, parts.port, timeout=SECONDS, context=trusted)
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=SECONDS)
    return _exchange(connection, method, target, headers, body)


# The authorities that this process trusts, as a machine has its list.
trusted = ssl.create_default_context()


def trust(authority: Path) -> None:
    trusted.load_verify_locations(authority)


class _LoopbackHTTPS(http.client.HTTPSConnection):
    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = trusted.wrap_socket(plain, server_hostname=self.host)


def _exchange(connection, method: str, target: str, headers, body) -> Reply:
    try:
        connection.request(method, target, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


def get(server, target: str, token: Optional[str] = None, **headers: str) -> Reply:
    """GET from the server; `headers` with `_` for `-`."""
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return call(server, "GET", target, **headers)


def call(server, method: str, target: str, body: Optional[bytes] = None, **headers: str) -> Reply:
    """As `get`; whatever the answer is, docs/openapi.yaml must have said so."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    reply = request((server.host, server.port), method, target, named, body)
    openapi.check(method, target, reply)
    return reply


class _Readable:
    """What HTTPResponse reads from: a stream that several replies share."""

    def __init__(self, stream):
        self._stream = stream

    def makefile(self, _mode: str):
        return _Unclosed(self._stream)


class _Unclosed:
    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name: str):
        return getattr(self._stream, name)

    def close(self) -> None:
        """A reply is over, the connection is not."""


class RawConnection:
    """A TCP connection on which a test writes what it likes and reads replies."""

    def __init__(self, server, address: Optional[tuple[str, int]] = None):
        self.socket = socket.create_connection(address or (server.host, server.port), timeout=SECONDS)
        self.stream = self.socket.makefile("rb")

    def __enter__(self) -> "RawConnection":
        return self

    def __exit__(self, *_) -> None:
        self.stream.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered and closed already: what it said is still to be read

    def reply(self, method: str = "GET") -> Optional[Reply]:
        """The next reply; None when the server closed without one."""
        response = http.client.HTTPResponse(_Readable(self.stream), method=method)
        try:
            response.begin()
            return Reply(response.status, response.headers, response.read())
        except (http.client.BadStatusLine, ConnectionResetError):
            return None

    def closed_by_server(self) -> bool:
        """Reads to the end: true once the server has closed."""
        try:
            while self.stream.read(65536):
                pass
        except ConnectionResetError:
            pass
        return True


def exchange(server, data: bytes, method: str = "GET") -> Optional[Reply]:
    with RawConnection(server) as connection:
        connection.send(data)
        return connection.reply(method)
