"""How requests are read: hostile heads, limits, several on a connection."""

import json

import pytest

from support.http import RawConnection, call, exchange, get

GET_CHANNELS = "GET /channels HTTP/1.1\r\nHost: {host}\r\n"


def still_serves(server) -> bool:
    return get(server, "/healthz").status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n",  # TLS
        b"\xff\xfe\xfd\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET  /channels  HTTP/1.1\r\nHost: {host}\r\n\r\n",
        b"GET /channels HTTP/9.9\r\nHost: {host}\r\n\r\n",
        b"GET /channels HTTP/1.1\nHost: {host}\n\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nBad Name: x\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nName : x\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nName: a\x00b\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nName: folded\r\n over lines\r\n\r\n",
        b"GET /chan\x01nels HTTP/1.1\r\nHost: {host}\r\n\r\n",
        b"GET /channels HTTP/1.1\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1, 1\r\n\r\na",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0x10\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    ],
)
def test_a_broken_head_is_refused_and_the_connection_closed(server, data):
    with RawConnection(server) as connection:
        # What follows must never be taken for a second request.
        connection.send(data.replace(b"{host}", server.address.encode()))
        reply = connection.reply()
        if reply is not None:
            assert reply.status in (400, 408, 411, 413, 431, 501, 505), reply
        connection.send(GET_CHANNELS.format(host=server.address).encode() + b"\r\n")
        assert connection.closed_by_server()
    assert still_serves(server)


def test_http_0_9_is_refused(server):
    with RawConnection(server) as connection:
        connection.send(b"GET /channels\r\n\r\n")
        reply = connection.reply()
        assert reply is None or reply.status in (400, 505)
        assert connection.closed_by_server()
    assert still_serves(server)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: {host}\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nBig: " + b"a" * 40_000 + b"\r\n\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\n" + b"".join(b"N%d: x\r\n" % i for i in range(5000)) + b"\r\n",
    ],
)
def test_a_giant_head_is_431(server, head):
    reply = exchange(server, head.replace(b"{host}", server.address.encode()))
    assert reply is None or reply.status in (414, 431), reply
    assert still_serves(server)


def test_a_head_that_never_ends_is_431_not_memory(server):
    with RawConnection(server) as connection:
        connection.send(GET_CHANNELS.format(host=server.address).encode() + b"Endless: " + b"a" * (1 << 20))
        reply = connection.reply()
        assert reply is None or reply.status == 431
    assert still_serves(server)


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /chan",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\n",
        b"GET /channels HTTP/1.1\r\nHost: {host}\r\nContent-Length: 10\r\n\r\nabc",
    ],
)
def test_a_request_that_does_not_arrive_is_ended(start_server, begun):
    server = start_server(limits__handshake_timeout="2s")
    with RawConnection(server) as connection:
        connection.send(begun.replace(b"{host}", server.address.encode()))
        assert connection.closed_by_server()
    assert still_serves(server)


def test_a_large_body_is_413(server):
    reply = call(server, "POST", "/channels", b"x" * (64 * 1024 + 1), Content_Type="application/json")
    assert reply.status in (401, 404, 405, 413)
    assert still_serves(server)
    with RawConnection(server) as connection:
        connection.send(
            f"POST /channels HTTP/1.1\r\nHost: {server.address}\r\nContent-Length: 999999999\r\n\r\n".encode()
        )
        assert connection.reply().status in (401, 404, 405, 413)


def test_a_body_that_no_route_reads_is_small_or_refused_by_its_head(server):
    for method, path, status in [("GET", "/channels", 200), ("POST", "/healthz", 405), ("POST", "/nothing", 404)]:
        assert call(server, method, path, b"x" * 1024).status == status
        head = f"{method} {path} HTTP/1.1\r\nHost: {server.address}\r\nContent-Length: 1025\r\n\r\n".encode()
        assert exchange(server, head).status == 413


def test_requests_in_one_packet_are_answered_in_order(server):
    with RawConnection(server) as connection:
        targets = ["/channels", "/nothing", "/discovery"]
        connection.send(
            b"".join(f"GET {target} HTTP/1.1\r\nHost: {server.address}\r\n\r\n".encode() for target in targets)
        )
        replies = [connection.reply() for _ in targets]
    assert [reply.status for reply in replies] == [200, 404, 200]
    assert "channels" in json.loads(replies[0].body) and "chat_url" in json.loads(replies[2].body)


def test_a_connection_is_kept_until_the_client_asks_to_close(server):
    with RawConnection(server) as connection:
        for _ in range(3):
            connection.send(GET_CHANNELS.format(host=server.address).encode() + b"\r\n")
            assert connection.reply().status == 200
        connection.send(GET_CHANNELS.format(host=server.address).encode() + b"Connection: close\r\n\r\n")
        assert connection.reply().status == 200
        assert connection.closed_by_server()
