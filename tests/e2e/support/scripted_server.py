"""A server of a test run that a script of tests/support starts, and that obeys it line by line."""

import subprocess
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "support"


class ScriptedServer:
    """`directory` is where its data and its sockets are; they go with it."""

    def __init__(self, script: str, *arguments: str):
        self._process = subprocess.Popen(
            [str(SCRIPTS / script), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.directory = self._process.stdout.readline().strip()
        assert self.directory, f"no server by {script}: see above"

    def command(self, line: str) -> None:
        """start, stop, kill, freeze, thaw and what else the script knows: done when it returns."""
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "ok\n", line

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait()
