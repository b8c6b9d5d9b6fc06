"""Looks into access tokens, and makes ones that no server may accept."""

import base64
import hashlib
import hmac
import json
import subprocess
from pathlib import Path


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def header(token: str) -> dict:
    return json.loads(_decode(token.split(".")[0]))


def claims(token: str) -> dict:
    return json.loads(_decode(token.split(".")[1]))


def subject(token: str) -> str:
    """The user's id."""
    return claims(token)["sub"]


def with_claims(token: str, **changed: object) -> str:
    """Other claims under the old signature."""
    head, _, signature = token.split(".")
    return ".".join([head, _encode(json.dumps({**claims(token), **changed}).encode()), signature])


def with_broken_signature(token: str) -> str:
    head, body, signature = token.split(".")
    spoilt = bytearray(_decode(signature))
    spoilt[len(spoilt) // 2] ^= 1
    return ".".join([head, body, _encode(bytes(spoilt))])


def unsigned(token: str, algorithm: str = "none") -> str:
    """No signature, and a header that says so."""
    head = _encode(json.dumps({**header(token), "alg": algorithm}).encode())
    return ".".join([head, token.split(".")[1], ""])


def signed_symmetrically(token: str, key: bytes) -> str:
    """HS256 with bytes that everybody can know, such as the public key."""
    head = _encode(json.dumps({**header(token), "alg": "HS256"}).encode())
    signed = f"{head}.{token.split('.')[1]}"
    return f"{signed}.{_encode(hmac.new(key, signed.encode(), hashlib.sha256).digest())}"


def signed_by_issuer(data_dir: Path, token: str, changed_header: dict | None = None, **changed: object) -> str:
    """As the embedded issuer would sign `token` with other claims; None leaves a claim out. Needs openssl."""
    merged = {**claims(token), **changed}
    body = {name: value for name, value in merged.items() if value is not None}
    head = {**header(token), **(changed_header or {})}
    signed = f"{_encode(json.dumps(head).encode())}.{_encode(json.dumps(body).encode())}"
    signature = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", str(data_dir / "issuer-key.pem")],
        input=signed.encode(),
        capture_output=True,
        check=True,
    ).stdout
    return f"{signed}.{_encode(signature)}"
