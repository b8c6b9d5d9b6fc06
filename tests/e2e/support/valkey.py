"""A Valkey server of a test run, by tests/support/valkey.sh."""

import socket
from typing import Optional, Union

from .scripted_server import ScriptedServer

Answer = Union[None, int, str, list, "Refused"]


class Refused(str):
    """An error of the server."""


class ValkeyServer(ScriptedServer):
    """On a Unix socket; `options` are those of valkey-server: maxmemory="1mb"."""

    def __init__(self, kind: str = "valkey", **options: str):
        flags = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", value)]
        super().__init__("valkey.sh", kind, *flags)

    @property
    def url(self) -> str:
        return f"valkey://{self.directory}/socket"

    def ask(self, *words: str, login: Optional[tuple[str, str]] = None) -> Answer:
        """One command and its answer, as an operator's valkey-cli; as everybody or as a user."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(f"{self.directory}/socket")
            answers = connection.makefile("rb")
            if login is not None:
                connection.sendall(_command("AUTH", *login))
                assert _answer(answers) == "OK"
            connection.sendall(_command(*words))
            return _answer(answers)

    def tell(self, *words: str) -> Answer:
        """The same for what must succeed."""
        answer = self.ask(*words)
        assert not isinstance(answer, Refused), answer
        return answer


def _command(*words: str) -> bytes:
    parts = [word.encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def _answer(stream) -> Answer:
    kind, rest = stream.read(1), stream.readline()[:-2]
    if kind == b"+":
        return rest.decode()
    if kind == b"-":
        return Refused(rest.decode())
    if kind == b":":
        return int(rest)
    length: Optional[int] = int(rest)
    if length < 0:
        return None
    if kind == b"*":
        return [_answer(stream) for _ in range(length)]
    data = stream.read(length + 2)[:-2]
    return data.decode(errors="replace")
