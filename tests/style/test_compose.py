"""deploy/compose.yaml is what container engines accept. None is needed to read it."""

import os
import subprocess
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"

SETTINGS = {"CHAT_HOST": "example.org", "POSTGRES_PASSWORD": "secret", "KEYCLOAK_ADMIN_PASSWORD": "secret"}


def read(**settings: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["docker-compose", "--file", str(DEPLOY / "compose.yaml"), "config"],
        env={"PATH": os.environ["PATH"], **settings}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_keeps_the_schema():
    done = read(**SETTINGS)
    assert done.returncode == 0, done.stderr
    assert "https://keycloak.example.org/realms/chat" in done.stdout


def test_what_is_missing_is_named():
    for name in SETTINGS:
        done = read(**{key: value for key, value in SETTINGS.items() if key != name})
        assert done.returncode != 0 and name in done.stderr
