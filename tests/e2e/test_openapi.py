"""docs/openapi.yaml is true: the server is fuzzed by it, with a program that we did not write."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from support import openapi
from support.server import REPOSITORY

SCHEMATHESIS = REPOSITORY / "build" / "python" / "bin" / "schemathesis"
SECONDS = int(os.environ.get("CHATSERVER_FUZZ_API_SECONDS", "20"))

# On other listeners, no HTTP, or only with another issuer.
ELSEWHERE = {"/metrics", "/ws", "/backchannel-logout"}


def test_the_description_is_well_formed():
    ids = [operation["operationId"] for _, _, operation in openapi.operations()]
    assert len(ids) == len(set(ids))
    for method, path, operation in openapi.operations():
        assert operation["summary"], (method, path)
        assert "default" in operation["responses"], (method, path)
        needs_token = openapi.security(operation) is not None
        assert needs_token == ("401" in operation["responses"]) or path.startswith("/realms/"), (method, path)


@pytest.mark.skipif(SECONDS == 0, reason="CHATSERVER_FUZZ_API_SECONDS is 0")
def test_nothing_that_it_describes_surprises_the_server(start_server, tmp_path: Path):
    assert SCHEMATHESIS.exists(), f"{SCHEMATHESIS} is missing: ./dev test installs it from PyPI"
    server = start_server()
    description = tmp_path / "openapi.json"
    description.write_text(json.dumps(openapi.document_of_served()))
    done = subprocess.run(
        [
            str(SCHEMATHESIS), "run", str(description),
            "--url", f"http://{server.address}",
            "--header", f"Authorization: Bearer {server.dashboard_token()}",
            "--checks", "all",
            "--phases", "coverage,fuzzing",
            "--max-time", str(SECONDS),
            "--generation-database", "none",
            "--warnings", "off",
            "--no-color",
            *(argument for path in sorted(ELSEWHERE) for argument in ("--exclude-path", path)),
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS + 120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    # The admin is still let in: nothing has banned him.
    assert server.running
    assert not server.events("request not answered")
