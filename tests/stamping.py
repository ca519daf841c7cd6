"""Time-stamping authorities for tests: openssl's, which takes the machine's clock, and one that stamps at any time.

Openssl cannot be told what time it is, and a ledger's history takes days. So the second writes its tokens itself, as
RFC 3161 and RFC 5652 have them; that openssl accepts them is a test of its own.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evenhand.checkpoint.timestamp import request_for

Stamp = Callable[[str, datetime], bytes]

_CONFIG = """[tsa]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """A root certificate, a certificate for stamping under it, and the stamping key."""

    root: x509.Certificate
    leaf: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    _serials: count[int] = field(default_factory=lambda: count(1))

    @classmethod
    def create(cls, name: str = "Time") -> Authority:
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = _certificate(f"{name} root", f"{name} root", root_key, root_key)
        return cls(root, _certificate(f"{name} stamps", f"{name} root", key, root_key), key)

    @property
    def pem(self) -> str:
        return self.root.public_bytes(Encoding.PEM).decode()

    def stamp(self, text: str, at: datetime) -> bytes:
        """Answer as if ``text`` had been sent at that time."""
        imprint = _sequence(_SHA256, _octets(hashlib.sha256(text.encode()).digest()))
        time = _tlv(0x18, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())
        info = _sequence(_integer(1), _oid("1.2.3.4"), imprint, _integer(next(self._serials)), time)
        signed = _sequence(
            _integer(3),
            _tlv(0x31, _SHA256),
            _sequence(_TST_INFO, _tlv(0xA0, _octets(info))),
            _tlv(0xA0, self._bytes),
            _tlv(0x31, self._signer(info)),
        )
        return _sequence(_sequence(_integer(0)), _sequence(_oid("1.2.840.113549.1.7.2"), _tlv(0xA0, signed)))

    def stamp_by_openssl(self, text: str, folder: Path) -> bytes:
        """Have ``openssl ts`` answer, now."""
        (folder / "serial").write_text("01\n")
        (folder / "config").write_text(_CONFIG.format(folder=folder))
        (folder / "query").write_bytes(request_for(text))
        (folder / "leaf.pem").write_bytes(self.leaf.public_bytes(Encoding.PEM))
        (folder / "key.pem").write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        openssl("ts", "-reply", "-config", "config", "-section", "tsa", "-queryfile", "query", "-signer", "leaf.pem",
                "-inkey", "key.pem", "-out", "answer.tsr", folder=folder)  # fmt: skip
        return (folder / "answer.tsr").read_bytes()

    @property
    def _bytes(self) -> bytes:
        return self.leaf.public_bytes(Encoding.DER)

    def _signer(self, info: bytes) -> bytes:
        certified = _sequence(_sequence(_sequence(_octets(hashlib.sha256(self._bytes).digest()))))
        attributes = b"".join(
            sorted(
                _sequence(_oid(kind), _tlv(0x31, value))
                for kind, value in (
                    ("1.2.840.113549.1.9.3", _TST_INFO),
                    ("1.2.840.113549.1.9.4", _octets(hashlib.sha256(info).digest())),
                    ("1.2.840.113549.1.9.16.2.47", certified),
                )
            )
        )
        signature = self.key.sign(_tlv(0x31, attributes), ec.ECDSA(hashes.SHA256()))
        return _sequence(
            _integer(1),
            _sequence(self.leaf.issuer.public_bytes(), _integer(self.leaf.serial_number)),
            _SHA256,
            _tlv(0xA0, attributes),
            _sequence(_oid("1.2.840.10045.4.3.2")),
            _octets(signature),
        )


def openssl(*arguments: str, folder: Path) -> str:
    """Run openssl in a folder; its standard output."""
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _certificate(
    name: str, issuer: str, key: ec.EllipticCurvePrivateKey, signing: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    is_root = name == issuer
    made = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if not is_root:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(signing, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


# DER


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x80 | (size.bit_length() + 7) // 8]) + _big(size)
    return bytes([tag]) + length + content


def _big(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _sequence(*parts: bytes) -> bytes:
    return _tlv(0x30, b"".join(parts))


def _octets(content: bytes) -> bytes:
    return _tlv(0x04, content)


def _integer(value: int) -> bytes:
    return _tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    return _tlv(0x06, bytes([40 * first + second]) + b"".join(map(_base128, rest)))


def _base128(value: int) -> bytes:
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(0x80 | value & 0x7F)
    return bytes(reversed(found))


_SHA256 = _sequence(_oid("2.16.840.1.101.3.4.2.1"))
_TST_INFO = _oid("1.2.840.113549.1.9.16.1.4")
