"""Tokens that no server may accept: each name with how it is made."""

import json
import time
from typing import Callable

from . import token as tokens
from .forge import Forge, encode, jwk, public_pem, sign, signature

HUGE = "A" * 100 * 1024
LEEWAY_SECONDS = 30  # auth.leeway's default


def _swapped(forge: Forge, *order: int) -> str:
    return ".".join(forge.parts[index] for index in order)


def _now() -> int:
    return int(time.time())


SPELLINGS_OF_NONE = ["none", "None", "NONE", "nOnE", "none ", ""]

UNSIGNED = {f"alg '{alg}'": (lambda forge, alg=alg: forge.unsigned(alg)) for alg in SPELLINGS_OF_NONE}

SHAPE: dict[str, Callable[[Forge], str]] = {
    "one part": lambda forge: forge.parts[0],
    "two parts": lambda forge: ".".join(forge.parts[:2]),
    "four parts": lambda forge: f"{forge.good}.{forge.parts[2]}",
    "a JWE": lambda forge: ".".join(
        [encode(b'{"alg":"RSA-OAEP","enc":"A256GCM"}'), "AAAA", "AAAA", forge.parts[1], "AAAA"]
    ),
    "JSON serialization": lambda forge: json.dumps(
        {"protected": forge.parts[0], "payload": forge.parts[1], "signature": forge.parts[2]}
    ),
    "header and payload swapped": lambda forge: _swapped(forge, 1, 0, 2),
    "payload and signature swapped": lambda forge: _swapped(forge, 0, 2, 1),
    "padded": lambda forge: forge.good + "==",
    "two tokens and a comma": lambda forge: f"{forge.good},{forge.good}",
    "two tokens and a space": lambda forge: f"{forge.good} {forge.good}",
    "NUL at the end": lambda forge: forge.good + "\0",
    "NUL in the header": lambda forge: "\0" + forge.good,
    "NUL in the payload": lambda forge: forge.good.replace(".", ".\0", 1),
    "NUL in the signature": lambda forge: "\0".join([forge.good[:-3], forge.good[-3:]]),
    "a control character": lambda forge: forge.good + "\x01",
    "100 KiB": lambda forge: HUGE,
    "100 KiB of header": lambda forge: HUGE + forge.good,
    "100 KiB of signature": lambda forge: forge.good + HUGE,
}

HEADER: dict[str, Callable[[Forge], str]] = {
    "no alg": lambda forge: forge.with_header(alg=None),
    "alg of other case": lambda forge: forge.with_header(alg="rs256"),
    "alg of another size": lambda forge: forge.with_header(alg="RS512"),
    "alg of another padding": lambda forge: forge.with_header(alg="PS256"),
    "alg of another kind of key": lambda forge: forge.with_header(alg="ES256"),
    "alg twice": lambda forge: forge.with_raw_header(
        '{"alg":"none","alg":"RS256","kid":"%s"}' % forge.header["kid"]
    ),
    "alg with NUL": lambda forge: forge.with_header(alg="RS256\0"),
    "crit": lambda forge: forge.with_header(crit=["exp"]),
    "unencoded payload": lambda forge: forge.with_header(b64=False, crit=["b64"]),
    "compressed": lambda forge: forge.with_header(zip="DEF"),
    "brings its key": lambda forge: forge.by_stranger(jwk=jwk(forge.other_key)),
    "brings its key as a chain": lambda forge: forge.by_stranger(x5c=["MIIB"]),
    "kid unknown": lambda forge: forge.with_header(kid="another"),
    "kid empty": lambda forge: forge.with_header(kid=""),
    "kid a number": lambda forge: forge.with_header(kid=1),
    "kid a path": lambda forge: forge.with_header(kid="../../../../../../dev/null"),
    "kid an injection": lambda forge: forge.with_header(kid="' UNION SELECT 'x' --"),
    "kid with NUL": lambda forge: forge.with_header(kid=forge.header["kid"] + "\0"),
    "kid with a newline": lambda forge: forge.with_header(kid=forge.header["kid"] + "\r\nSet-Cookie: a=b"),
    "kid of 100 KiB": lambda forge: forge.with_header(kid=HUGE),
    "typ of a logout token": lambda forge: forge.with_header(typ="logout+jwt"),
    "typ of a proof": lambda forge: forge.with_header(typ="dpop+jwt"),
    "typ a number": lambda forge: forge.with_header(typ=1),
}

SIGNATURE: dict[str, Callable[[Forge], str]] = {
    "no signature": lambda forge: ".".join(forge.parts[:2]) + ".",
    "four bytes of signature": lambda forge: ".".join([*forge.parts[:2], "AAAA"]),
    "broken signature": lambda forge: tokens.with_broken_signature(forge.good),
    "signature of other claims": lambda forge: ".".join(
        [*forge.parts[:2], forge.with_claims(sub="somebody-else").split(".")[2]]
    ),
    "other claims": lambda forge: tokens.with_claims(forge.good, sub="somebody-else"),
    "longer life": lambda forge: tokens.with_claims(forge.good, exp=forge.claims["exp"] + 3600),
    "signed by a stranger": lambda forge: forge.by_stranger(),
    "HS256 with the public key": lambda forge: forge.symmetric(public_pem(forge.key)),
    "HS256 with the key as listed": lambda forge: forge.symmetric(json.dumps(jwk(forge.key)).encode()),
    "HS256 with nothing": lambda forge: forge.symmetric(b""),
    "PS256 under RS256": lambda forge: sign(forge.key, forge.header, forge.claims, "PS256"),
    "signed twice": lambda forge: ".".join(
        [*forge.parts[:2], encode(signature(forge.key, "RS256", forge.good.encode()))]
    ),
}

CLAIMS: dict[str, Callable[[Forge], str]] = {
    **{f"no {name}": (lambda forge, name=name: forge.with_claims(**{name: None}))
       for name in ("sub", "preferred_username", "azp", "exp", "iss", "typ")},
    **{f"{name} empty": (lambda forge, name=name: forge.with_claims(**{name: ""}))
       for name in ("sub", "preferred_username", "azp", "exp", "iss", "typ")},
    **{f"{name} a list": (lambda forge, name=name: forge.with_claims(**{name: [forge.claims[name]]}))
       for name in ("sub", "preferred_username", "azp", "exp", "iss", "typ")},
    **{f"{name} with NUL": (lambda forge, name=name: forge.with_claims(**{name: f"{forge.claims[name]}\0"}))
       for name in ("sub", "preferred_username", "azp", "iss", "typ")},
    **{f"{name} of 100 KiB": (lambda forge, name=name: forge.with_claims(**{name: HUGE}))
       for name in ("sub", "preferred_username", "azp", "iss", "typ", "unknown")},
    "sub a number": lambda forge: forge.with_claims(sub=7),
    "sub with a newline": lambda forge: forge.with_claims(sub="a\nb"),
    "sub twice": lambda forge: forge.with_raw_claim("sub", '"eve", "sub": "ada"'),
    "sub twice, once escaped": lambda forge: forge.with_raw_claim("sub", r'"eve", "\u0073ub": "ada"'),
    "roles a text": lambda forge: forge.with_claims(realm_access={"roles": "admin"}),
    "roles twice": lambda forge: forge.with_raw_claim("realm_access", '{"roles": [], "roles": ["admin"]}'),
    "a role with NUL": lambda forge: forge.with_claims(realm_access={"roles": ["admin\0"]}),
    "another application": lambda forge: forge.with_claims(azp="SomethingElse"),
    "another issuer": lambda forge: forge.with_claims(iss="http://localhost:1/realms/chat"),
    "issuer with a slash": lambda forge: forge.with_claims(iss=forge.claims["iss"] + "/"),
    "exp a text": lambda forge: forge.with_claims(exp=str(forge.claims["exp"])),
    "exp infinite": lambda forge: forge.with_raw_claim("exp", "1e400"),
    "exp twice": lambda forge: forge.with_raw_claim("exp", '1, "exp": 4102444800'),
    "just over": lambda forge: forge.with_claims(exp=_now() - LEEWAY_SECONDS),
    "long over": lambda forge: forge.with_claims(exp=1_000_000_000),
    "not yet": lambda forge: forge.with_claims(nbf=_now() + 3600),
    "an ID token": lambda forge: forge.with_claims(typ="ID", aud="ChatClient", azp="ChatClient", nonce="n"),
    "a refresh token": lambda forge: forge.with_claims(typ="Refresh"),
    "an offline token": lambda forge: forge.with_claims(typ="Offline"),
    "a logout token": lambda forge: forge.with_claims(typ="Logout"),
}

TOKENS = {**UNSIGNED, **SHAPE, **HEADER, **SIGNATURE, **CLAIMS}
