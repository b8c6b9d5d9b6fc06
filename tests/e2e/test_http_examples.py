"""The examples of docs/http-api.md are run as they stand there, on every store: one success a route."""

import asyncio
import json
import os
import re
import subprocess
from dataclasses import dataclass

import pytest

from support import http, openapi
from support.backends import once_stored
from support.client import session
from support.front_door import Browser, Client
from support.server import PASSWORD, REPOSITORY

# No HTTP, or only with another issuer.
ELSEWHERE = {"/ws", "/backchannel-logout"}


@dataclass
class Example:
    text: str
    method: str
    target: str


def read_examples() -> list[Example]:
    examples = []
    page = (REPOSITORY / "docs" / "http-api.md").read_text()
    for text in re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        (target,) = re.findall(r'"\$(?:CHAT|METRICS)(/[^"]*)"', text)
        method = re.search(r"-X (\w+)", text)
        sends = "--json" in text or re.search(r" -d ", text)
        examples.append(Example(text, method[1] if method else "POST" if sends else "GET", target))
    return examples


EXAMPLES = read_examples()


def test_there_is_one_a_route():
    wanted = {(method, path) for method, path, _ in openapi.operations() if path not in ELSEWHERE}
    shown = [openapi.operation_name(example.method, example.target) for example in EXAMPLES]
    assert sorted(shown) == sorted(wanted)


async def say_something(server) -> None:
    """The message that the examples read, find and delete."""
    async with session(server, "alice") as alice:
        said = await alice.said("hello")
        assert said["cacheID"] == 1
    page = f"/channels/{http.get(server, '/channels').json['channels'][0]['id']}/messages"
    token = server.token("alice")
    await once_stored(server, lambda: len(http.get(server, page, token).json["messages"]) == 1, "it is stored")


@pytest.fixture(scope="module")
def environment(any_server) -> dict[str, str]:
    server = any_server
    asyncio.run(say_something(server))
    client = Client(server)
    signed_in = Browser(server).sign_in("alice", PASSWORD, client.url())
    tokens = json.loads(client.redeem(signed_in.answer["code"]).body)
    host, port = server.metrics_address
    return {
        **os.environ,
        "CHAT": f"http://localhost:{server.port}",
        "METRICS": f"http://{host}:{port}",
        "TOKEN": server.token("alice"),
        "ADMIN": server.dashboard_token(),
        "REFRESH": tokens["refresh_token"],
    }


def test_each_does_what_the_description_says(environment):
    for example in EXAMPLES:
        done = subprocess.run(
            ["bash", "-c", example.text], capture_output=True, text=True, env=environment, timeout=60, check=False
        )
        assert done.returncode == 0, example.text + done.stdout + done.stderr
        openapi.check_success(example.method, example.target, done.stdout)
