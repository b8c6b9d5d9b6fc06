"""Ports for what does not choose one by itself, or must find its own again."""

import socket

_keepers: list[socket.socket] = []


def free_port() -> int:
    """For this process and whoever it starts: kept by a socket that never listens, so nobody else is given it."""
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as all do who are to listen there
    keeper.bind(("127.0.0.1", 0))
    _keepers.append(keeper)
    return keeper.getsockname()[1]
