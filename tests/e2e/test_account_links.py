"""Links that make accounts: the set-up link of a new server, and invites."""

import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support.front_door import REALM, Browser
from support.deadline import eventually
from support.server import ChatServer

GOOD = "another horse, another battery"
LINK = re.compile(r"http://localhost:\d+/realms/chat/setup\?key=[\w-]{43}\b")


@pytest.fixture
def new_server():
    """One that nobody has set up."""
    directory = Path(tempfile.mkdtemp(prefix="chatserver-new-"))
    directory.chmod(0o700)
    server = ChatServer(directory).start()
    yield server
    if server.running:
        server.kill()
    shutil.rmtree(directory)


def target(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


def printed_link(server) -> str:
    def found():
        links = [match.group() for line in list(server.log_lines) if (match := LINK.search(line))]
        return links[-1] if links else None

    return eventually(found, "the set-up link is printed")


def is_admin(server, name: str) -> bool:
    lines = server.command("user", "list").stdout.splitlines()
    return [line.split("\t")[2] for line in lines if line.startswith(name + "\t")] == ["admin"]


def test_a_new_server_prints_a_link_that_makes_its_admin_once(new_server):
    link = printed_link(new_server)
    browser = Browser(new_server)
    page = browser.sign_up("root.admin", GOOD, target(link))
    assert page.heading == "Your account" and "Administrator" in page.text
    assert is_admin(new_server, "root.admin")
    again = Browser(new_server).get(target(link))
    assert again.status == 410 and not again.forms
    new_server.restart()
    assert not any(LINK.search(line) for line in new_server.log_lines)


def test_the_link_is_in_no_line_of_the_log(new_server):
    printed_link(new_server)
    assert new_server.stop() == 0
    secret = LINK.search(new_server.log).group().split("=")[1]
    assert not any(secret in line for line in new_server.log_lines if line.startswith("{"))


def test_a_refused_form_does_not_use_the_link_up(new_server):
    link = target(printed_link(new_server))
    page = Browser(new_server).sign_up("admin", "password1", link)
    assert page.status == 422 and page.form().fields["username"] == "admin"
    browser = Browser(new_server)
    page = browser.submit(
        browser.get(link).form(), {"Sec-Fetch-Site": "cross-site"}, username="admin", password=GOOD, password_again=GOOD
    )
    assert page.status == 403
    assert Browser(new_server).sign_up("admin", GOOD, link).heading == "Your account"


def test_of_two_who_opened_it_one_makes_the_admin(new_server):
    link = target(printed_link(new_server))
    slow, quick = Browser(new_server), Browser(new_server)
    form = slow.get(link).form()
    assert quick.sign_up("quick", GOOD, link).heading == "Your account"
    assert slow.submit(form, username="slow", password=GOOD, password_again=GOOD).status == 410
    assert "slow" not in new_server.command("user", "list").stdout


def test_a_wrong_key_opens_nothing(new_server):
    printed_link(new_server)
    for key in ("", "x", "A" * 43):
        assert Browser(new_server).get(f"{REALM}/setup?key={key}").status == 410


def test_a_restart_and_the_command_void_the_link_before(new_server):
    first = printed_link(new_server)
    new_server.restart()
    second = printed_link(new_server)
    assert second != first
    assert Browser(new_server).get(target(first)).status == 410
    result = new_server.command("setup-link")
    assert result.returncode == 0 and LINK.fullmatch(result.stdout.strip())
    assert Browser(new_server).get(target(second)).status == 410
    assert Browser(new_server).sign_up("admin", GOOD, target(result.stdout.strip())).heading == "Your account"


def test_an_admin_made_otherwise_voids_the_link(new_server):
    link = target(printed_link(new_server))
    browser = Browser(new_server)
    form = browser.get(link).form()
    new_server.add_user("admin", admin=True)
    assert browser.submit(form, username="late", password=GOOD, password_again=GOOD).status == 410
    result = new_server.command("setup-link")
    assert result.returncode == 1 and "administrator" in result.stderr


def test_an_invite_lets_in_as_many_as_it_says(start_server):
    server = start_server(accounts__registration="invite")
    login = Browser(server).get(REALM + "/login")
    assert "invitation" in login.text and "/register" not in login.text
    assert Browser(server).get(REALM + "/register").status == 403

    result = server.command("invite", "--uses", "2", "--ttl", "1h")
    assert result.returncode == 0, result.stderr
    link = target(result.stdout.strip())
    late = Browser(server)
    form = late.get(link).form()
    for name in ("pat", "quinn"):
        assert Browser(server).sign_up(name, GOOD, link).heading == "Your account"
    assert Browser(server).get(link).status == 410
    assert late.submit(form, username="rose", password=GOOD, password_again=GOOD).status == 410


def test_an_unusable_form_costs_no_use_of_an_invite(start_server):
    server = start_server(accounts__registration="invite")
    link = target(server.command("invite").stdout.strip())
    assert Browser(server).sign_up("alice", GOOD, link).status == 409
    assert Browser(server).sign_up("sam", "short", link).status == 422
    assert Browser(server).sign_up("sam", GOOD, link).heading == "Your account"


def test_an_invite_expires(start_server):
    server = start_server(accounts__registration="invite")
    link = target(server.command("invite", "--ttl", "1s").stdout.strip())
    eventually(lambda: Browser(server).get(link).status == 410, "the invite is over")


NETWORK = "--server.public_url=https://chat.example.org"


@pytest.mark.parametrize("settings", [["--accounts.registration=closed"], [NETWORK]])
def test_no_invite_is_made_that_would_let_nobody_in(server, settings):
    result = server.command("invite", *settings)
    assert result.returncode == 2 and "accounts.registration" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("host", ["localhost", "chat.localhost", "127.0.0.1", "[::1]"])
def test_an_invite_is_made_for_this_machine_by_all_its_names(server, host):
    result = server.command("invite", f"--server.public_url=http://{host}:8080")
    assert result.returncode == 0 and result.stdout.startswith(f"http://{host}:8080/realms/chat/"), result.stderr


def test_an_invite_is_made_for_a_network_where_the_settings_say_so(server):
    result = server.command("invite", NETWORK, "--accounts.registration=invite")
    assert result.stdout.startswith("https://chat.example.org/realms/chat/"), result.stderr


@pytest.mark.parametrize("arguments", [["--uses", "0"], ["--uses", "x"], ["--ttl", "0s"], ["--ttl", "7"], ["more"]])
def test_invites_without_sense_are_refused(server, arguments):
    assert server.command("invite", *arguments).returncode == 2
