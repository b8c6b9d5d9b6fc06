"""An authority of a test's own, and the certificates that it issues."""

import datetime
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    """Of a server, with its key: two PEM files."""

    certificate: Path
    key: Path


class Authority:
    """Its certificate, to be trusted, is `file`. Everything it writes belongs to whom its directory belongs to."""

    def __init__(self, directory: Path, name: str = "authority"):
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = _of(self._name, self._name, self._key).add_extension(x509.BasicConstraints(True, None), True)
        self.file = _write(directory / f"{name}.pem", _signed(certificate, self._key))

    def issue(self, name: str) -> Certificate:
        """For a host name or an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        certificate = _of(subject, self._name, key).add_extension(x509.SubjectAlternativeName([_names(name)]), False)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return Certificate(
            _write(self._directory / f"{name}.pem", _signed(certificate, self._key)),
            _write(self._directory / f"{name}.key", private),
        )


def _names(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _of(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.utcnow()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )


def _signed(certificate: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> bytes:
    return certificate.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _write(path: Path, data: bytes) -> Path:
    owner = path.parent.stat()
    path.write_bytes(data)
    path.chmod(0o600)  # servers insist on it
    os.chown(path, owner.st_uid, owner.st_gid)
    return path
