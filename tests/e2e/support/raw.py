"""A WebSocket client on a plain socket: for bytes that no library sends, and for silence."""

import base64
import json
import os
import socket
import struct
from dataclasses import dataclass
from typing import Callable, Mapping, Optional

from .deadline import SECONDS
from .http import Reply, exchange

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


def upgrade_request(
    server, target: str, changed: Optional[Mapping[str, Optional[str]]] = None, method: str = "GET"
) -> bytes:
    """The opening handshake of RFC 6455, section 4.1; `changed` replaces headers, None leaves one out."""
    headers = {
        "Host": server.address,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        **(changed or {}),
    }
    lines = [f"{method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def upgrade_reply(
    server, target: str, changed: Optional[Mapping[str, Optional[str]]] = None, method: str = "GET"
) -> Reply:
    """The answer to a handshake that is not to succeed."""
    return exchange(server, upgrade_request(server, target, changed, method), method)


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, reserved: int = 0, masked: bool = True,
    claimed_length: Optional[int] = None,
) -> bytes:
    """One frame (RFC 6455, section 5.2); `claimed_length` is what its head says, if not the truth."""
    length = len(payload) if claimed_length is None else claimed_length
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    mask_bit = 0x80 if masked else 0
    if length < 126:
        head += bytes([mask_bit | length])
    elif length < 1 << 16:
        head += bytes([mask_bit | 126]) + struct.pack("!H", length)
    else:
        head += bytes([mask_bit | 127]) + struct.pack("!Q", length)
    if not masked:
        return head + payload
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))


def text(value: object) -> bytes:
    """A text frame of JSON."""
    return frame(TEXT, json.dumps(value).encode())


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + reason)


@dataclass
class Ended:
    """How a connection ended: the code of the server's close frame, None if there was none; or by a reset."""

    code: Optional[int]
    reason: str = ""
    reset: bool = False


class RawClient:
    """A session that reads only when told to, and answers nothing by itself."""

    def __init__(self, server, token: str, query: str = "", receive_buffer: Optional[int] = None):
        self.socket = socket.socket()
        if receive_buffer is not None:
            # A small window and small segments keep the server's own send buffer small.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1000)
        self.socket.settimeout(SECONDS)
        self.socket.connect((server.host, server.port))
        self.socket.sendall(upgrade_request(server, f"/ws?token={token}{query}"))
        self.stream = self.socket.makefile("rb")
        status = self.stream.readline()
        assert b" 101 " in status, status
        while self.stream.readline().strip():
            pass

    def __enter__(self) -> "RawClient":
        return self

    def __exit__(self, *_) -> None:
        self.close_socket()

    def close_socket(self) -> None:
        self.stream.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # closed already: what the server said is still to be read

    def receive(self) -> tuple[int, bytes]:
        """Opcode and payload of the next whole frame; EOFError at the end, ConnectionResetError after a reset."""
        first, second = self._exactly(2)
        assert first & 0x70 == 0, "reserved bits"
        assert second & 0x80 == 0, "a server does not mask"
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self._exactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._exactly(8))
        assert first & 0x80, "the server does not fragment"
        return first & 0x0F, self._exactly(length)

    def receive_text(self) -> dict:
        """The next text frame; control frames are passed over."""
        while True:
            opcode, payload = self.receive()
            if opcode == TEXT:
                return json.loads(payload)

    def read_welcome(self) -> None:
        while self.receive_text()["type"] != "connected_users":
            pass

    def receive_until(self, wanted: int) -> bytes:
        """The payload of the next frame with this opcode."""
        while True:
            opcode, payload = self.receive()
            if opcode == wanted:
                return payload

    def ended(self, note: Callable[[bytes], None] = lambda payload: None, answer_close: bool = True) -> Ended:
        """Reads until the server ends the connection; `note` gets each text frame on the way."""
        end = Ended(None)
        try:
            while True:
                opcode, payload = self.receive()
                if opcode == TEXT:
                    note(payload)
                elif opcode == CLOSE:
                    end = Ended(struct.unpack("!H", payload[:2])[0], payload[2:].decode()) if payload else Ended(1005)
                    if answer_close:
                        self.send(frame(CLOSE, payload[:2]))
                        self._send_no_more()
        except (EOFError, ConnectionResetError) as how:
            end.reset = isinstance(how, ConnectionResetError)
            return end

    def _send_no_more(self) -> None:
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server was quicker

    def _exactly(self, count: int) -> bytes:
        data = self.stream.read(count)
        if len(data) < count:
            raise EOFError
        return data
