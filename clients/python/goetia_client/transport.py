"""Requests over one kept connection: sent again where that does no harm, problems as exceptions, files resumed and checked."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import secrets
import socket
import ssl
import time
from pathlib import Path
from typing import Any, Mapping
from urllib.parse import quote, urlencode, urlsplit

from .access import Access
from .errors import Denied, Failed, Unavailable, error_of
from .pin import pin_of

PIECE = 1 << 20
TRIES = 4


class Transport:
    def __init__(self, access: Access, timeout: float = 30, language: str = "en"):
        address = urlsplit(access.url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError(f"'{access.url}' is not the address of a master, such as https://host:8470")
        self.access, self.timeout, self.language = access, timeout, language
        self.host, self.is_tls = address.hostname, address.scheme == "https"
        self.port = address.port or (443 if self.is_tls else 80)
        self._kept: http.client.HTTPConnection | None = None

    def close(self) -> None:
        if self._kept:
            self._kept.close()
            self._kept = None

    def connect(self) -> socket.socket:
        """A connection whose other end was checked: nothing is sent to another key than the pinned one."""
        plain = socket.create_connection((self.host, self.port), self.timeout)
        if not self.is_tls:
            return plain
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if self.access.pin:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        secure = context.wrap_socket(plain, server_hostname=self.host)
        if self.access.pin:
            found = pin_of(secure.getpeercert(binary_form=True) or b"")
            if not hmac.compare_digest(found, self.access.pin):
                secure.close()
                raise Denied(f"the master at {self.access.url} has another key than the pinned one: {found}")
        return secure

    def _connection(self) -> http.client.HTTPConnection:
        if self._kept is None:
            self._kept = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
            self._kept.sock = self.connect()
        return self._kept

    def _once(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> http.client.HTTPResponse:
        connection = self._connection()
        connection.request(method, target, body, dict(headers))
        return connection.getresponse()

    def open(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> http.client.HTTPResponse:
        """The answer, whose body is to be read; a problem is raised. Repeated after a lost connection, 429 and 503 where once is as good as twice."""
        headers = {"Authorization": f"Bearer {self.access.token}", "Accept-Language": self.language, **(headers or {})}
        repeatable = method in ("GET", "HEAD", "PUT", "DELETE") or "Idempotency-Key" in headers
        for attempt in range(TRIES):
            is_last = not repeatable or attempt == TRIES - 1
            try:
                answer = self._once(method, target, headers, body)
            except (OSError, http.client.HTTPException) as fault:
                self.close()
                if isinstance(fault, ssl.SSLCertVerificationError):
                    raise Denied(f"no authority vouches for the master at {self.access.url} ({fault.verify_message}); give its pin") from None
                if is_last:
                    raise Unavailable(f"the master at {self.access.url} does not answer ({fault})") from None
                time.sleep(0.1 * 2**attempt)
                continue
            if answer.status < 400:
                return answer
            problem = error_of(answer.status, answer.read())
            if answer.status not in (429, 503) or is_last:
                raise problem
            wait = answer.headers.get("Retry-After", "")
            time.sleep(min(float(wait) if wait.isdigit() else 0.2 * 2**attempt, 30))
        raise AssertionError("unreachable")

    def ask(self, method: str, target: str, query: Mapping[str, Any] | None = None, body: Any = None, key: str | None = None,
            etag: str | None = None) -> Any:
        """The answered document, or text or bytes where it is none."""
        headers = {}
        if key is not None:
            headers["Idempotency-Key"] = key or secrets.token_hex(16)
        if etag:
            headers["If-Match"] = f'"{etag}"'
        data = None
        if isinstance(body, (bytes, bytearray)):
            data, headers["Content-Type"] = bytes(body), "application/octet-stream"
        elif body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        answer = self.open(method, target_of(target, query), headers, data)
        content, kind = answer.read(), answer.headers.get_content_type()
        if kind == "application/json":
            return json.loads(content) if content else None
        return content.decode(errors="replace") if kind.startswith("text/") else content

    def download(self, target: str, query: Mapping[str, Any] | None, file: str | Path) -> Path:
        """Into FILE.part first, where a later call goes on; it becomes FILE once its hash is what the master says."""
        file, target = Path(file), target_of(target, query)
        part, tag = Path(f"{file}.part"), Path(f"{file}.part.etag")
        if not (part.exists() and tag.exists()):
            part.unlink(missing_ok=True)
        last: Exception | None = None
        for _ in range(TRIES):
            try:
                expected = self._receive(target, part, tag)
                break
            except (OSError, http.client.HTTPException) as fault:  # cut off: what came stays
                self.close()
                last = fault
        else:
            raise Unavailable(f"'{target}' could not be fetched whole ({last}); what came is in '{part}'") from None
        if expected and (found := _sha256_of(part)) != expected:
            part.unlink()
            tag.unlink(missing_ok=True)
            raise Failed(f"'{target}' came with another content than the master has: SHA-256 {found}, not {expected}")
        os.replace(part, file)
        tag.unlink(missing_ok=True)
        return file

    def _receive(self, target: str, part: Path, tag: Path) -> str:
        have = part.stat().st_size if part.exists() else 0
        headers = {"Range": f"bytes={have}-", "If-Range": tag.read_text()} if have else {}
        try:
            answer = self.open("GET", target, headers)
        except Exception as fault:
            if have and getattr(fault, "status", 0) == 416:  # all of it is there already
                return tag.read_text().strip('"')
            raise
        etag = answer.headers.get("ETag", "")
        with part.open("ab" if answer.status == 206 else "wb") as out:
            tag.write_text(etag)
            while piece := answer.read(PIECE):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        missing = answer.length
        if missing:
            raise http.client.IncompleteRead(b"", missing)
        name = etag.strip('"')
        return name if len(name) == 64 and all(letter in "0123456789abcdef" for letter in name) else ""


def _sha256_of(file: Path) -> str:
    found = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def _query_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, (list, tuple, set, frozenset)) else str(value)


def target_of(path: str, query: Mapping[str, Any] | None) -> str:
    given = {name: _query_text(value) for name, value in (query or {}).items() if value is not None}
    return f"{path}?{urlencode(given, quote_via=quote)}" if given else path


def in_path(value: Any) -> str:
    return quote(str(value), safe="")
