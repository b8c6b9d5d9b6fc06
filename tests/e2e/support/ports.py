"""Ports for what does not choose one by itself, or must find its own again."""

import socket

_kept: list["KeptPort"] = []


class KeptPort:
    """A free one, which nobody else is given while this lives: a socket keeps it that never listens."""

    def __init__(self):
        self._keeper = socket.socket()
        self._keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as all do who are to listen there
        self._keeper.bind(("127.0.0.1", 0))
        self.number: int = self._keeper.getsockname()[1]


def free_port() -> int:
    """For this process and whoever it starts, as long as it runs."""
    _kept.append(KeptPort())
    return _kept[-1].number
