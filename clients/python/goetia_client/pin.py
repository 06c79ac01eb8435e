"""The pin of a server's key: the SHA-256 of its public key, as curl's --pinnedpubkey has it."""

from __future__ import annotations

import base64
import hashlib


def _element(der: bytes, at: int) -> tuple[int, int, int]:
    """Where the content of the DER element at `at` begins and ends, and its tag."""
    tag, length, at = der[at], der[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, at = int.from_bytes(der[at:at + count], "big"), at + count
    if at + length > len(der):
        raise ValueError("the certificate is cut off")
    return at, at + length, tag


def public_key_of(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of an X.509 certificate."""
    at, _, _ = _element(certificate, 0)  # Certificate
    at, end, _ = _element(certificate, at)  # TBSCertificate
    fields = []
    while at < end:
        _, after, tag = _element(certificate, at)
        fields.append((tag, certificate[at:after]))
        at = after
    # [0] version, serial, signature, issuer, validity, subject, subjectPublicKeyInfo; the version may be absent.
    return fields[6 if fields[0][0] == 0xA0 else 5][1]


def pin_of(certificate: bytes) -> str:
    return "sha256//" + base64.b64encode(hashlib.sha256(public_key_of(certificate)).digest()).decode()
