"""Starting: commands, settings, and everything outside that can be missing or wrong."""

import asyncio
import re
import sqlite3
import stat
from contextlib import closing

import pytest

from support import database, http
from support.client import session
from support.deadline import SECONDS
from support.server import ChatServer, StartFailure, run_command


def refused_start(server: ChatServer) -> StartFailure:
    with pytest.raises(StartFailure) as failure:
        server.start()
    return failure.value


# --- commands ---------------------------------------------------------------


def test_help_and_version_go_to_standard_output():
    help_ = run_command(["--help"])
    assert help_.returncode == 0
    for command in ("run", "check-config", "user", "token", "migrate"):
        assert command in help_.stdout
    version = run_command(["--version"])
    assert version.returncode == 0
    assert re.search(r"\d+\.\d+", version.stdout)


def test_check_config_prints_each_setting_and_where_it_came_from(tmp_path):
    config = tmp_path / "chatserver.toml"
    config.write_text('[limits]\nmessages = 17\n[presence]\ngrace = "1s"\n')
    result = run_command(
        ["check-config", f"--config={config}", "--presence.grace=2s"],
        env={"CHATSERVER_CACHE_MESSAGES": "99"},
        directory=tmp_path,
    )
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()

    def line_of(key: str) -> str:
        return next(line for line in lines if line.split()[0] == key)

    assert "17" in line_of("limits.messages") and "chatserver.toml:2" in line_of("limits.messages")
    assert "2s" in line_of("presence.grace") and "flag" in line_of("presence.grace")
    assert "99" in line_of("cache.messages") and "CHATSERVER_CACHE_MESSAGES" in line_of("cache.messages")
    assert "default" in line_of("resume.messages_max")


def test_accounts_are_listed_and_changed_while_the_server_runs(start_server):
    server = start_server()
    server.add_user("erin")
    assert "erin" in server.command("user", "list").stdout
    again = server.command("user", "add", "erin", "--password-stdin", standard_input="another password\n")
    assert again.returncode == 1 and "erin" in again.stderr
    assert server.command("user", "disable", "erin").returncode == 0
    assert server.command("token", "erin").returncode == 1
    assert server.command("token", "nobody").returncode == 1


@pytest.mark.parametrize("arguments", [["fly"], ["run", "extra"], ["user", "add"], ["token", "alice", "--ttl", "soon"]])
def test_a_wrong_command_line_is_exit_code_2(arguments, tmp_path):
    result = run_command([*arguments, f"--server.data_dir={tmp_path}"])
    assert result.returncode == 2
    assert result.stderr.strip() and not result.stdout


# --- settings ---------------------------------------------------------------


@pytest.mark.parametrize(
    "text, key, line",
    [
        ('[limits]\nmessages = "many"\n', "limits.messages", 2),
        ("[io]\n\nthreads = -1\n", "io.threads", 3),
        ('[keepalive]\nping = "30"\n', "keepalive.ping", 2),
        ('[limits]\nframe_bytes = "16 buckets"\n', "limits.frame_bytes", 2),
        ('[server]\nlisten = "no port here"\n', "server.listen", 2),
        ("[server]\nlisten_on = 8080\n", "server.listen_on", 2),
        ('[auth]\nmode = "trusting"\n', "auth.mode", 2),
        ('[log]\nlevel = 3\n', "log.level", 2),
    ],
)
def test_a_wrong_setting_is_exit_code_2_and_named_with_its_line(text, key, line, tmp_path):
    config = tmp_path / "wrong.toml"
    config.write_text(text)
    result = run_command(["run", f"--config={config}", f"--server.data_dir={tmp_path}/data"])
    assert result.returncode == 2, result.stderr
    assert key in result.stderr and f"wrong.toml:{line}" in result.stderr
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_not_toml_is_named_with_its_line(tmp_path):
    config = tmp_path / "wrong.toml"
    config.write_text("[server]\nlisten = = 1\n")
    result = run_command(["check-config", f"--config={config}"])
    assert result.returncode == 2
    assert "wrong.toml:2" in result.stderr


def test_a_wrong_flag_or_environment_variable_is_named():
    flag = run_command(["check-config", "--limits.messages=many"])
    assert flag.returncode == 2 and "limits.messages" in flag.stderr
    unknown = run_command(["check-config", "--limits.massages=1"])
    assert unknown.returncode == 2 and "limits.massages" in unknown.stderr
    variable = run_command(["check-config"], env={"CHATSERVER_LIMITS_MESSAGES": "many"})
    assert variable.returncode == 2 and "CHATSERVER_LIMITS_MESSAGES" in variable.stderr


def test_a_config_file_that_is_not_there_is_exit_code_2(tmp_path):
    result = run_command(["run", f"--config={tmp_path}/none.toml"])
    assert result.returncode == 2
    assert "none.toml" in result.stderr


# --- the world outside --------------------------------------------------------


def test_ready_names_the_bound_address(start_server):
    server = start_server()
    assert server.port != 0
    assert http.get(server, "/healthz").status == 200
    assert server.stop() == 0


def test_the_data_directory_and_its_secrets_are_private(start_server, tmp_path):
    server = start_server.prepare(server__data_dir=str(tmp_path / "new" / "data"))
    server.start()
    directory = tmp_path / "new" / "data"
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for file in directory.iterdir():
        if file.is_file() and "key" in file.name:
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_second_server_on_the_data_directory_is_refused(start_server):
    first = start_server()
    second = ChatServer(first.data_dir)
    failure = refused_start(second)
    assert failure.exit_code == 3
    assert str(first.data_dir) in failure.log
    assert http.get(first, "/readyz").status == 200


def test_a_port_in_use_is_refused(start_server):
    first = start_server()
    failure = refused_start(start_server.prepare(server__listen=first.address))
    assert failure.exit_code == 3
    assert str(first.port) in failure.log
    assert http.get(first, "/readyz").status == 200


def test_a_data_directory_that_cannot_be_made_is_refused(start_server, tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a directory")
    failure = refused_start(start_server.prepare(server__data_dir=str(in_the_way / "data")))
    assert failure.exit_code == 3
    assert str(in_the_way) in failure.log
    assert in_the_way.read_text() == "not a directory"


def test_a_read_only_data_directory_is_refused(start_server, small_disk):
    disk = small_disk("64k")
    disk.remount_read_only()
    failure = refused_start(start_server.prepare(server__data_dir=str(disk.path)))
    assert failure.exit_code == 3
    assert str(disk.path) in failure.log


def _newer(path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        db.execute(f"PRAGMA user_version = {version + 1000}")


def _foreign(path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE recipes (id INTEGER PRIMARY KEY, cake TEXT)")


def _garbage(path) -> None:
    path.write_bytes(b"this is a poem, not a database\n" * 400)


@pytest.mark.parametrize("spoil", [_newer, _foreign, _garbage])
def test_a_database_that_is_not_ours_is_refused_and_left_alone(spoil, start_server):
    server = start_server()
    assert server.stop() == 0
    path = database.path(server)
    spoil(path)
    before = path.read_bytes()
    failure = refused_start(server)
    assert failure.exit_code == 3
    assert str(path) in failure.log
    assert path.read_bytes() == before


def test_migrate_says_that_nothing_is_to_do(start_server):
    server = start_server()
    assert server.stop() == 0
    before = database.path(server).read_bytes()
    assert server.command("migrate", "--check").returncode == 0
    assert database.path(server).read_bytes() == before
    assert server.command("migrate").returncode == 0


# --- a full disk --------------------------------------------------------------


async def test_a_full_disk_refuses_messages_loses_none_and_recovers(start_server, small_disk):
    disk = small_disk("12m")
    server = start_server.prepare(server__data_dir=str(disk.path / "data"))
    server.data_dir = disk.path / "data"
    server.start()
    server.add_user("alice")
    server.add_user("bob")

    async with session(server, "alice") as alice, session(server, "bob") as bob:
        await alice.said("while there was room")
        disk.fill()

        refused, accepted = None, []
        for i in range(2000):  # what is left in half-used pages takes a few more
            await alice.say(f"squeezed in {i} " + "x" * 900, nonce=f"n{i}")
            frame = await alice.next()
            if frame["type"] == "error":
                refused = frame["payload"]
                break
            accepted.append(frame["payload"]["message"])
        assert refused is not None and refused["code"] == "unavailable", refused
        assert refused["nonce"] == f"n{i}" and refused["retry_after_ms"] > 0
        assert http.get(server, "/healthz").status == 200

        disk.free()
        async with asyncio.timeout(SECONDS):
            while frame["type"] != "chat_message":  # the same nonce may be sent again
                assert frame["payload"]["code"] == "unavailable"
                await alice.say(f"squeezed in {i} " + "x" * 900, nonce=f"n{i}")
                frame = await alice.next()
        accepted.append(frame["payload"]["message"])

        seen = [(await bob.expect("chat_message"))["message"] for _ in range(len(accepted) + 1)]
        assert seen == ["while there was room", *accepted]

    assert server.stop() == 0
    server.start()
    async with session(server, "bob", since=0) as bob:
        assert [message["message"] for message in bob.welcome_messages] == seen


@pytest.fixture
def small_disk():
    """Makes small tmpfs mounts; needs root."""
    from support.disk import SmallDisk, mount_reason

    if reason := mount_reason():
        pytest.skip(reason)
    disks: list[SmallDisk] = []

    def make(size: str) -> SmallDisk:
        disks.append(SmallDisk(size))
        return disks[-1]

    yield make
    for disk in disks:
        disk.remove()
