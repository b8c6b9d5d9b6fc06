"""Looks into access tokens, and spoils them without any key. `forge.py` signs."""

import base64
import json


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def header(token: str) -> dict:
    return json.loads(_decode(token.split(".")[0]))


def claims(token: str) -> dict:
    return json.loads(_decode(token.split(".")[1]))


def lasts_five_minutes(of: dict) -> bool:
    """Whether a token with these claims is good for five minutes. Keycloak takes `exp` from a later look at
    the clock than `iat`: a second may have begun between the two, or more if it stood still."""
    return 300 <= of["exp"] - of["iat"] < 360


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
