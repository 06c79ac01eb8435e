"""Writes journals by the description of their format alone, to check Goetia's own writer and reader independently."""

import json
import struct

TYPES = {"attempt": 1, "state": 2, "point": 3, "epoch": 4, "checkpoint": 5, "picture": 6, "note": 7, "name": 8, "evaluation": 9}


def _table():
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def crc32c(data: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in data:
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


class JournalWriter:
    def __init__(self, path, **attempt):
        self.path = path
        self.data = b"goetiaJ1"
        self.sequence = 0
        self.names = {}
        self.json("attempt", attempt)

    def record(self, kind, payload):
        after = struct.pack("<QB", self.sequence, TYPES[kind]) + payload
        length = struct.pack("<I", len(payload))
        self.data += length + struct.pack("<I", crc32c(length + after)) + after
        self.sequence += 1

    def json(self, kind, body):
        self.record(kind, json.dumps(body).encode())

    def point(self, name, step, epoch, time, value):
        if name not in self.names:
            self.names[name] = len(self.names)
            self.json("name", {"id": self.names[name], "name": name})
        self.record("point", struct.pack("<Iqqdd", self.names[name], step, epoch, time, value))

    def close(self, tail=b""):
        self.path.write_bytes(self.data + tail)
