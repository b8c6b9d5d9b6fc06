"""A Valkey server of a test run, by tests/support/valkey.sh."""

import socket
import subprocess
from pathlib import Path
from typing import Optional, Union

SCRIPT = Path(__file__).resolve().parents[2] / "support" / "valkey.sh"

Answer = Union[None, int, str, list, "Refused"]


class Refused(str):
    """An error of the server."""


class ValkeyServer:
    """On a Unix socket; `options` are those of valkey-server: maxmemory="1mb"."""

    def __init__(self, kind: str = "valkey", **options: str):
        flags = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", value)]
        self._process = subprocess.Popen(
            [str(SCRIPT), kind, *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.directory = self._process.stdout.readline().strip()
        assert self.directory, "no Valkey server: see above"

    @property
    def url(self) -> str:
        return f"valkey://{self.directory}/socket"

    def command(self, line: str) -> None:
        """start, stop, kill, freeze, thaw, save, restore, empty: done when it returns."""
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "ok\n", line

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait()

    def ask(self, *words: str) -> Answer:
        """One command and its answer, as an operator's valkey-cli."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(f"{self.directory}/socket")
            parts = [word.encode() for word in words]
            connection.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
            return _answer(connection.makefile("rb"))

    def tell(self, *words: str) -> Answer:
        """The same for what must succeed."""
        answer = self.ask(*words)
        assert not isinstance(answer, Refused), answer
        return answer


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
