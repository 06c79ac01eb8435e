"""Changes as they happen, over the master's WebSocket."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import struct
from typing import Any, Iterator, Sequence

from .errors import Unavailable, error_of
from .transport import Transport

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class _Socket:
    """The client's end of a WebSocket (RFC 6455), for whole text messages."""

    def __init__(self, transport: Transport, path: str):
        self.wire = transport.connect()
        self.held = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.wire.sendall((f"GET {path} HTTP/1.1\r\nHost: {transport.host}:{transport.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {transport.access.token}\r\n\r\n").encode())
        head = self._until(b"\r\n\r\n").decode()
        status = int(head.split(" ", 2)[1])
        if status != 101:
            length = next((int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)
            raise error_of(status, self._exactly(length))
        wanted = base64.b64encode(hashlib.sha1((key + _MAGIC).encode()).digest()).decode()
        if wanted not in head:
            raise Unavailable("what answers is no WebSocket")

    def _fill(self) -> None:
        piece = self.wire.recv(1 << 16)
        if not piece:
            raise Unavailable("the master ended the stream")
        self.held += piece

    def _until(self, end: bytes) -> bytes:
        while end not in self.held:
            self._fill()
        head, _, self.held = self.held.partition(end)
        return head

    def _exactly(self, count: int) -> bytes:
        while len(self.held) < count:
            self._fill()
        taken, self.held = self.held[:count], self.held[count:]
        return taken

    def send(self, content: bytes, kind: int = _TEXT) -> None:
        size = len(content)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size) if size < 1 << 16 else b"\xff" + struct.pack(">Q", size)
        mask = os.urandom(4)
        self.wire.sendall(bytes([0x80 | kind]) + length + mask + bytes(letter ^ mask[i % 4] for i, letter in enumerate(content)))

    def receive(self) -> bytes | None:
        """The next message; None when the master said goodbye."""
        message = b""
        while True:
            first, second = self._exactly(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack(">H", self._exactly(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self._exactly(8))[0]
            content = self._exactly(size)
            kind = first & 0x0F
            if kind == _CLOSE:
                return None
            if kind == _PING:
                self.send(content, _PONG)
            if kind >= 8:
                continue
            message += content
            if first & 0x80:
                return message


def follow(transport: Transport, topics: Sequence[str], after: int | None = None, silence: float | None = None) -> Iterator[dict[str, Any]]:
    """Each change of the topics ("tasks", "nodes"): {"seq", "topic", "kind", "id", "value"}; a `kind` of "gap" says that some
    were left out, and that the lists are to be asked again. Ends when the master does, or after `silence` seconds without
    a word, raising TimeoutError."""
    link = _Socket(transport, "/ws/monitor")
    try:
        link.wire.settimeout(silence)
        link.send(json.dumps({"topics": list(topics), **({} if after is None else {"after": after})}).encode())
        while (message := link.receive()) is not None:
            yield json.loads(message)
    except socket.timeout:
        raise TimeoutError(f"no change within {silence} s") from None
    finally:
        link.wire.close()
