"""The server under test: one process with its own data directory."""

import json
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path
from typing import Mapping, Optional, Sequence

from .deadline import SECONDS, eventually
from .ports import KeptPort

REPOSITORY = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("CHATSERVER_BINARY", REPOSITORY / "build" / "release" / "chatserver"))

PASSWORD = "correct horse battery staple"

# What a test gets unless it says otherwise: nothing is refused for being quick.
DEFAULTS = {
    "server.listen": "127.0.0.1:0",
    "metrics.listen": "127.0.0.1:0",
    "server.web_root": "",
    "log.format": "json",
    "io.threads": "2",
    "limits.messages": "1000000",
    "limits.connections_per_user": "0",
    "limits.connections_per_address": "0",
    "presence.grace": "0ms",
}


def flags(settings: Mapping[str, str]) -> list[str]:
    return [f"--{key}={value}" for key, value in settings.items()]


def environment() -> dict[str, str]:
    """This process's, without settings that would reach the server."""
    return {key: value for key, value in os.environ.items() if not key.startswith("CHATSERVER_")}


def run_command(
    arguments: Sequence[str], standard_input: str = "", env: Optional[dict] = None, directory: Optional[Path] = None
) -> subprocess.CompletedProcess:
    """`chatserver` as a command that ends by itself."""
    return subprocess.run(
        [str(BINARY), *arguments],
        input=standard_input,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**environment(), **(env or {})},
        cwd=directory or "/",
    )


class StartFailure(Exception):
    """The server ended before it was ready."""

    def __init__(self, exit_code: int, log: str):
        super().__init__(f"exit code {exit_code}\n{log}")
        self.exit_code = exit_code
        self.log = log


class ChatServer:
    def __init__(self, data_dir: Path, settings: Optional[Mapping[str, str]] = None):
        self.data_dir = Path(data_dir)
        self.settings = {**DEFAULTS, "server.data_dir": str(data_dir), **(settings or {})}
        if self.settings["server.listen"] == DEFAULTS["server.listen"]:
            self._port = KeptPort()  # or another test may have it when this one starts again
            self.settings["server.listen"] = f"127.0.0.1:{self._port.number}"
        self.program = BINARY
        self.process: Optional[subprocess.Popen] = None
        self.log_lines: list[str] = []
        self.host, self.port = "127.0.0.1", 0
        self._reader: Optional[threading.Thread] = None
        self._tokens: dict[tuple, str] = {}

    # --- its life -------------------------------------------------------------

    def start(self) -> "ChatServer":
        """Returns when the server accepts connections; raises StartFailure if it ends before."""
        self.log_lines = []
        self._tokens = {}
        self.process = subprocess.Popen(
            [str(self.program), "run", *flags(self.settings)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd="/",
        )
        # Whatever it prints must be read, or it would block.
        self._reader = threading.Thread(target=self._collect, args=(self.process.stderr, self.log_lines), daemon=True)
        self._reader.start()
        self.printed: list[str] = []
        threading.Thread(target=self._collect, args=(self.process.stdout, self.printed), daemon=True).start()

        ready = eventually(lambda: self._ready_line() or self.process.poll() is not None, "the server is ready")
        if ready is True:
            self._reader.join(SECONDS)
            raise StartFailure(self.process.returncode, self.log)
        self.host, self.port = self._address(ready)
        return self

    @staticmethod
    def _collect(stream, lines: list[str]) -> None:
        for line in stream:
            lines.append(line.decode(errors="replace").rstrip("\n"))

    def _ready_line(self) -> Optional[dict]:
        for line in list(self.log_lines):
            event = parse_log_line(line)
            if "ready" in str(event.get("event", "")).split():
                return event
        return None

    @staticmethod
    def _address(event: dict) -> tuple[str, int]:
        host, port = event["address"].split(",")[0].rsplit(":", 1)
        return host.strip("[]"), int(port)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self) -> int:
        """The exit code, once it has ended and all its log is read."""
        code = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        return code

    def stop(self) -> int:
        """Ends it as an operator would."""
        if self.running:
            self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        if self.running:
            self.process.kill()
        self.wait()

    def crash(self) -> "ChatServer":
        """SIGKILL: nothing is written or said any more."""
        self.kill()
        return self

    def restart(self, **settings: str) -> "ChatServer":
        """Ends it if it still runs, and starts it on the same data directory and port."""
        if self.running:
            assert self.stop() == 0, self.log
        self.settings.update({key.replace("__", "."): value for key, value in settings.items()})
        return self.start()

    # --- what it says -----------------------------------------------------------

    @property
    def log(self) -> str:
        return "\n".join(self.log_lines)

    def events(self, phrase: str) -> list[dict]:
        """Log lines whose event has `phrase` in it."""
        return [
            event for event in map(parse_log_line, list(self.log_lines)) if phrase in str(event.get("event", ""))
        ]

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def metrics_address(self) -> tuple[str, int]:
        """Of the metrics listener, which is logged before `ready`."""
        return self._address(self.events("metrics")[0])

    def ws_url(self, query: str = "") -> str:
        return f"ws://{self.address}/ws" + (f"?{query}" if query else "")

    # --- accounts ---------------------------------------------------------------

    def command(self, *arguments: str, standard_input: str = "") -> subprocess.CompletedProcess:
        """A command of the program, on this server's data directory and database."""
        where = {key: value for key, value in self.settings.items() if key.startswith(("server.data_dir", "store."))}
        return run_command([*arguments, *flags(where)], standard_input)

    def add_user(self, name: str, admin: bool = False) -> None:
        result = self.command(
            "user", "add", name, "--password-stdin", *(["--admin"] if admin else []), standard_input=PASSWORD + "\n"
        )
        assert result.returncode == 0, result.stderr

    def token(self, name: str, client: str = "ChatClient", ttl: str = "1h") -> str:
        """An access token; the same one again, unless it lives only for a short while."""
        key = (name, client, ttl)
        if ttl != "1h" or key not in self._tokens:
            result = self.command("token", name, "--client", client, "--ttl", ttl)
            assert result.returncode == 0, result.stderr
            self._tokens[key] = result.stdout.strip()
        return self._tokens[key]

    def dashboard_token(self, name: str = "admin") -> str:
        return self.token(name, client="WebClient")


def parse_log_line(line: str) -> dict:
    """A JSON log line; {} for anything else."""
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def copy_data_dir(template: Path, target: Path) -> Path:
    shutil.copytree(template, target, dirs_exist_ok=True)
    target.chmod(0o700)
    return target
