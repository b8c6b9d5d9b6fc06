"""The program with other functions for Valkey, as another version of it has them."""

from pathlib import Path

from .server import BINARY

# Of library.lua, which is compiled in. Functions are called after a hash of all of it.
COMMENT = b"-- What has to happen at once for all nodes"


def other_version(directory: Path) -> Path:
    """A copy of it in which a comment of the library is another one."""
    program = BINARY.read_bytes()
    assert program.count(COMMENT) == 1
    copy = directory / "chatserver"
    copy.write_bytes(program.replace(COMMENT, COMMENT.replace(b"has to", b"had to")))
    copy.chmod(0o700)
    return copy
