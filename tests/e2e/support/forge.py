"""Signs tokens: as the issuer would, and as somebody who knows only what everybody can know."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Mapping, Optional, Union

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from . import token as tokens

Key = Union[rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey]
Json = Union[bytes, Mapping[str, object]]  # bytes: what no serializer would write


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def issuer_key(data_dir: Path) -> rsa.RSAPrivateKey:
    """The key that the embedded issuer signs with."""
    return serialization.load_pem_private_key((data_dir / "issuer-key.pem").read_bytes(), None)


def new_rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def new_ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_pem(key: Key) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _number(value: int, size: Optional[int] = None) -> str:
    return encode(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def jwk(key: Key, **more: object) -> dict:
    """The public half, as an issuer lists it (RFC 7517)."""
    numbers = key.public_key().public_numbers()
    if isinstance(key, rsa.RSAPrivateKey):
        return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e), **more}
    return {"kty": "EC", "crv": "P-256", "x": _number(numbers.x, 32), "y": _number(numbers.y, 32), **more}


def signature(key: Key, algorithm: str, signed: bytes) -> bytes:
    """RS256, PS256 or, with an EC key, ES256; with 384 or 512 likewise."""
    digest = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}[algorithm[-3:]]()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(digest)))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    if algorithm.startswith("PS"):
        return key.sign(signed, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    return key.sign(signed, padding.PKCS1v15(), digest)


def _bytes(value: Json) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def _unsigned(header: Json, claims: Json) -> str:
    return f"{encode(_bytes(header))}.{encode(_bytes(claims))}"


def sign(key: Key, header: Json, claims: Json, algorithm: str = "RS256") -> str:
    """Signed by `algorithm`, whatever the header says."""
    signed = _unsigned(header, claims)
    return f"{signed}.{encode(signature(key, algorithm, signed.encode()))}"


def sign_symmetrically(secret: bytes, header: Json, claims: Json) -> str:
    """HS256."""
    signed = _unsigned(header, claims)
    return f"{signed}.{encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


@dataclass
class Forge:
    """Variations on one good token, with the key that signed it and one that is nobody's."""

    good: str
    key: Key
    other_key: Key = field(default_factory=new_rsa_key)

    @property
    def header(self) -> dict:
        return tokens.header(self.good)

    @property
    def claims(self) -> dict:
        return tokens.claims(self.good)

    @property
    def parts(self) -> list[str]:
        return self.good.split(".")

    def with_claims(self, **changed: object) -> str:
        """As the issuer would sign other claims; None leaves one out."""
        merged = {**self.claims, **changed}
        return sign(self.key, self.header, {name: value for name, value in merged.items() if value is not None})

    def with_raw_claim(self, name: str, text: str) -> str:
        """As the issuer would sign that claim spelt out: for what no serializer would write."""
        rest = {claim: value for claim, value in self.claims.items() if claim != name}
        payload = f'{json.dumps(rest)[:-1]}, "{name}": {text}}}'
        return sign(self.key, self.header, payload.encode())

    def with_header(self, **changed: object) -> str:
        """As the issuer would sign under another header; None leaves a member out."""
        merged = {**self.header, **changed}
        return sign(self.key, {name: value for name, value in merged.items() if value is not None}, self.claims)

    def with_raw_header(self, text: str) -> str:
        return sign(self.key, text.encode(), self.claims)

    def by_stranger(self, **header: object) -> str:
        """Signed with the other key."""
        return sign(self.other_key, {**self.header, **header}, self.claims)

    def unsigned(self, algorithm: str) -> str:
        return _unsigned({**self.header, "alg": algorithm}, self.claims) + "."

    def symmetric(self, secret: bytes, **header: object) -> str:
        return sign_symmetrically(secret, {**self.header, "alg": "HS256", **header}, self.claims)
