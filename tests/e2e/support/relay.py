"""Something between a client and a server that can be cut, or be late."""

import socket
import threading
from typing import NamedTuple

from .deadline import SECONDS
from .ports import free_port


class Late(NamedTuple):
    """What is still on its way to a server."""

    server: socket.socket
    data: bytes
    answers: threading.Thread  # ends when the server has hung up


class Relay:
    """Passes TCP connections on to `target`, while it is up. Clients call it by `address`."""

    def __init__(self, target: tuple[str, int]):
        self.target = target
        self.address = ("127.0.0.1", free_port())
        self._listener: socket.socket | None = None
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._fallen = threading.Event()  # or never told to
        self._fallen.set()
        self._last_words: bytes | None = None
        self._answers_pass = True
        self._late_words: bytes | None = None
        self._late: Late | None = None
        self.up()

    def up(self) -> "Relay":
        """Listens again, on the address that it had."""
        # What was sent on may have been acted on before it is down.
        assert self._fallen.wait(SECONDS)
        listener = socket.create_server(self.address)
        self._listener = listener
        self._answers_pass = True
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return self

    def down(self) -> "Relay":
        """Connections break off, and new ones are refused."""
        if self._listener is not None:
            # close() alone would leave the thread in accept(), and the port with it.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        with self._lock:
            for one in self._sockets:
                _end(one)
            self._sockets.clear()
        self._fallen.set()
        return self

    def down_after(self, data: bytes) -> None:
        """Once a client has sent `data`, which is passed on: there will be no answer."""
        self._fallen.clear()
        self._last_words = data

    def hold(self, data: bytes) -> None:
        """Once a client sends `data`, that is on its way until released; what is sent on other connections overtakes it."""
        self._late_words = data

    def release(self) -> None:
        """What was held arrives, however long ago its client hung up, and the server has dealt with it."""
        assert self._late is not None, "nothing is held"
        self._late.server.sendall(self._late.data)
        self._late.server.shutdown(socket.SHUT_WR)
        self._late.answers.join(30)
        assert not self._late.answers.is_alive()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self.target)
            except OSError:
                client.close()
                continue
            with self._lock:
                if listener is not self._listener:  # it went down meanwhile
                    _end(client)
                    _end(server)
                    return
                self._sockets |= {client, server}
            answers = threading.Thread(target=self._pass, args=(server, client), daemon=True)
            answers.start()
            threading.Thread(target=self._pass, args=(client, server, answers), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, answers: threading.Thread | None = None) -> None:
        """From a client, who gets `answers`, or from the server."""
        from_client = answers is not None
        try:
            while data := source.recv(65536):
                if from_client and self._late_words is not None and self._late_words in data:
                    self._late_words = None
                    self._late = Late(sink, data, answers)
                    return
                last = from_client and self._last_words is not None and self._last_words in data
                if last:
                    # Before they are passed on: the answer may be faster than the end.
                    self._answers_pass = False
                if from_client or self._answers_pass:
                    sink.sendall(data)
                if last:
                    self._last_words = None
                    self.down()
        except OSError:
            pass
        _end(source)
        _end(sink)


def _end(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is gone already
