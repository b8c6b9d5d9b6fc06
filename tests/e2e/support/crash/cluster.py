"""Three servers that share a Valkey and a PostgreSQL, each of which can be killed and frozen."""

import asyncio
import json
import shutil
import signal
from pathlib import Path
from typing import Optional

from ..deadline import eventually
from ..postgres import Database
from ..server import ChatServer, StartFailure
from ..servers import Servers
from ..valkey import ValkeyServer
from .plan import NODES, Blow
from .verdict import Entry

SETTINGS = {
    "store__backend": "postgres",
    "store__timeout": "2s",
    "cache__backend": "valkey",
    "cache__timeout": "2s",
    # Few, so that who was away is served by the database too and the log is trimmed all the time.
    "cache__messages": "20",
    "resume__messages_max": "100000",
    "presence__grace": "3s",
    # One issuer: who is let in at one server is let in at all of them.
    "server__public_url": "http://chat.localhost",
}


class Cluster:
    def __init__(self, servers: Servers, database: Database, valkey: ValkeyServer, **settings: str):
        self.database = database
        self.valkey = valkey
        shared = {**SETTINGS, "store__url": database.url, "cache__url": valkey.url, **settings}
        self.nodes: list[ChatServer] = [servers(**shared) for _ in NODES]
        self._logs: dict[str, list[str]] = {name: [] for name in NODES}  # of those that have ended

    # --- what befalls it ----------------------------------------------------------

    async def suffer(self, blow: Blow) -> None:
        """Returns when the part is up again."""
        end, begin = ("kill", "start") if blow.kind == "kill" else ("freeze", "thaw")
        await asyncio.to_thread(self._do, blow.part, end)
        await asyncio.sleep(blow.seconds)
        await asyncio.to_thread(self._do, blow.part, begin)

    def _do(self, part: str, what: str) -> None:
        if part == "valkey":
            self.valkey.command(what)
        elif part == "postgres":
            self.database.server.command(what)
        else:
            self._do_to_node(part, what)

    def _do_to_node(self, name: str, what: str) -> None:
        node = self.nodes[NODES.index(name)]
        if what == "kill":
            node.crash()
            self._logs[name] += node.log_lines
        elif what == "start":
            eventually(lambda: self._started(name, node), f"{name} is up again")
        else:
            node.signal(signal.SIGSTOP if what == "freeze" else signal.SIGCONT)

    def _started(self, name: str, node: ChatServer) -> bool:
        """Tried again and again, as a service manager does, while something that it needs is away."""
        try:
            node.restart()
        except StartFailure as failure:
            self._logs[name] += node.log_lines
            assert failure.exit_code == 3, failure.log
            return False
        return True

    # --- what it has ----------------------------------------------------------------

    def stored(self, after: int, up_to: int, party: Optional[str]) -> list[Entry]:
        """Public messages by id, or those private ones that this person sent or was sent."""
        table, whose = "chat_messages", "true"
        if party is not None:
            table, whose = "private_messages", f"'{party}' IN (owner_id, recipient_id)"
        rows = self.database.run(
            f"SELECT json_build_array(cache_id, message) FROM chatserver.{table}"
            f" WHERE cache_id > {after} AND cache_id <= {up_to} AND {whose} ORDER BY cache_id"
        )
        return [tuple(json.loads(row)) for row in rows.splitlines()]

    def keep_logs(self, directory: Path) -> None:
        """What there is to understand a fault from: logs, and Valkey's data."""
        for name, node in zip(NODES, self.nodes):
            lines = [*self._logs[name], *node.log_lines]
            (directory / f"{name.replace(' ', '')}.log").write_text("\n".join(lines) + "\n")
        for name, server in (("valkey", self.valkey), ("postgres", self.database.server)):
            shutil.copy(Path(server.directory) / "log", directory / f"{name}.log")
        shutil.copytree(Path(self.valkey.directory) / "data", directory / "valkey-data")
