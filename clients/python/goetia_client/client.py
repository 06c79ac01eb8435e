"""One connection to a master, and everything of its API."""

from __future__ import annotations

from typing import Any, Iterator, Sequence

from .access import Access, find_access
from .resources import Resources
from .stream import follow
from .transport import Transport


class Client(Resources):
    """Without arguments it asks where the command line would. One thread at a time."""

    def __init__(self, url: str = "", token: str = "", pin: str = "", timeout: float = 30, language: str = "en"):
        self.transport = Transport(Access(url, token, pin) if url else find_access(), timeout, language)
        super().__init__(self.transport)

    def follow(self, topics: Sequence[str] = ("tasks", "nodes"), after: int | None = None, silence: float | None = None) -> Iterator[dict[str, Any]]:
        return follow(self.transport, topics, after, silence)

    def close(self) -> None:
        self.transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
