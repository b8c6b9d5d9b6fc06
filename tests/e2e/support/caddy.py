"""Caddy with the configuration that we ship for development, in front of servers under test."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Optional, Sequence

from . import http
from .deadline import eventually
from .ports import free_port
from .server import REPOSITORY

CONFIGURATION = REPOSITORY / "deploy" / "caddy" / "Caddyfile.dev"
HOSTS = ("chat.localhost", "localhost", "keycloak.localhost")

# Where nothing is stored yet, Caddy 2.6 may clean up a certificate that it is just about to store; it makes
# it again after a minute.
STARTS_WITHIN_S = 150.0


def program() -> str:
    """Where it is, after it was fetched."""
    fetched = subprocess.run(
        ["bash", "-c", "set -e; source scripts/caddy.sh; fetch_caddy"],
        cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return fetched.stdout.strip()


class Caddy:
    """In front of `nodes`, and of a Keycloak if there is one. Its names are HOSTS."""

    def __init__(self, nodes: Sequence[str], keycloak=None):
        self.directory = Path(tempfile.mkdtemp(prefix="chatserver-caddy-"))
        self.port = free_port()
        self._environment = {
            **os.environ,
            "XDG_DATA_HOME": str(self.directory),
            "XDG_CONFIG_HOME": str(self.directory),
            "CHAT_HTTPS_PORT": str(self.port),
            "CHAT_CADDY_ADMIN": f"unix/{self.directory}/admin.sock",
            "CHAT_REQUEST_LOG": f"file {self.directory}/requests.log",
            "CHAT_NODES": " ".join(nodes),
        }
        if keycloak:
            self._environment["CHAT_KEYCLOAK"] = "%s:%d" % keycloak.address
            self._environment["CHAT_KEYCLOAK_HEALTH"] = "%s:%d" % keycloak.management
        self._program = program()
        self._errors = (self.directory / "errors.log").open("wb")
        self._process = subprocess.Popen(
            [self._program, "run", "--adapter", "caddyfile", "--config", CONFIGURATION],
            env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._errors,
        )  # fmt: skip
        self.authority = self.directory / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        try:
            eventually(self._serves, "Caddy serves", STARTS_WITHIN_S)
        except AssertionError:
            self.end()
            raise

    def _serves(self) -> bool:
        assert self._process.poll() is None, self.errors
        if not self.authority.exists():
            return False
        try:
            http.trust(self.authority)
            for host in HOSTS:
                self.get("/healthz", host=host)  # whatever the answer: there may be no node yet
            return True
        except OSError:  # or of ssl: the authority is not written to its end yet
            return False

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._errors.close()
        shutil.rmtree(self.directory)

    def reload(self) -> None:
        """Reads its configuration again, all of it, though nothing has changed."""
        subprocess.run(
            [self._program, "reload", "--force", "--adapter", "caddyfile", "--config", CONFIGURATION,
             "--address", self._environment["CHAT_CADDY_ADMIN"]],
            env=self._environment, check=True, capture_output=True,
        )  # fmt: skip

    # --- what it says -----------------------------------------------------------

    @property
    def errors(self) -> str:
        return (self.directory / "errors.log").read_text()

    @property
    def requests(self) -> str:
        return (self.directory / "requests.log").read_text()

    # --- as the server of a client ----------------------------------------------

    def url(self, host: str = "chat.localhost") -> str:
        return f"https://{host}:{self.port}"

    def get(self, path: str, token: Optional[str] = None, host: str = "chat.localhost") -> http.Reply:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return http.request_url("GET", self.url(host) + path, headers)

    def ws_url(self, query: str = "") -> str:
        return f"wss://chat.localhost:{self.port}/ws" + (f"?{query}" if query else "")

    @property
    def websocket_options(self) -> dict:
        """For python3-websockets: the name is in the certificate, the address is this machine's."""
        return {"ssl": http.trusted, "host": "127.0.0.1", "port": self.port, "server_hostname": "chat.localhost"}
