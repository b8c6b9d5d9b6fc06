"""A small file system of its own, to fill it."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Optional


def mount_reason() -> Optional[str]:
    """Why this process cannot mount; None if it can."""
    if os.geteuid() != 0:
        return "needs root, to mount a small tmpfs"
    try:
        SmallDisk("64k").remove()
    except subprocess.CalledProcessError as error:
        return f"cannot mount a tmpfs: {error.stderr.decode().strip()}"
    return None


class SmallDisk:
    def __init__(self, size: str):
        self.path = Path(tempfile.mkdtemp(prefix="chatserver-disk-"))
        self._run("mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(self.path))

    @staticmethod
    def _run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True)

    def fill(self) -> None:
        """Takes every byte that is left."""
        with open(self.path / "ballast", "wb", buffering=0) as file:
            for block in (1 << 16, 1):
                try:
                    while file.write(b"\0" * block):
                        pass
                except OSError:
                    pass

    def free(self) -> None:
        (self.path / "ballast").unlink()

    def remount_read_only(self) -> None:
        self._run("mount", "-o", "remount,ro", str(self.path))

    def remove(self) -> None:
        # Lazily: whoever still has a file open there is ended by another fixture.
        subprocess.run(["umount", "-l", str(self.path)], capture_output=True)
        self.path.rmdir()
