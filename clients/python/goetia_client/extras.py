"""What is more than one request: the generated class of the same name has these methods too."""

from __future__ import annotations

import codecs
import time
from pathlib import Path
from typing import Any, Callable, Iterator

from .errors import NotFound, Unavailable
from .transport import Transport, in_path, target_of

ENDED = ("completed", "failed", "stopped")


class Resource:
    def __init__(self, transport: Transport):
        self._transport = transport


class Tasks(Resource):
    get: Callable[..., Any]

    def wait(self, id: str, timeout: float | None = None, every: float = 0.5) -> Any:
        """The task once it has ended, however it ended. With a timeout, a master that is away meanwhile is waited for."""
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            try:
                task = self.get(id)
                if task["state"] in ENDED:
                    return task
            except Unavailable:
                if until is None:
                    raise
            if until is not None and time.monotonic() > until:
                raise TimeoutError(f"task '{id}' has not ended within {timeout} s")
            time.sleep(every)

    def follow_log(self, id: str, stream: str = "logs/train.log", every: float = 0.5) -> Iterator[str]:
        """The log piece by piece, until the task has ended and all of it was given."""
        offset, letters = 0, codecs.getincrementaldecoder("utf-8")("replace")
        while True:
            has_ended = self.get(id)["state"] in ENDED
            while piece := self._bytes_of(id, stream, offset):
                offset += len(piece)
                yield letters.decode(piece)
            if has_ended:
                return
            time.sleep(every)

    def _bytes_of(self, id: str, stream: str, offset: int) -> bytes:
        target = target_of(f"/api/tasks/{in_path(id)}/logs", {"stream": stream, "offset": offset})
        try:
            return self._transport.open("GET", target).read()
        except NotFound:  # it has not begun
            return b""


class Experiments(Resource):
    checkpoints: Callable[..., Any]
    artifact: Callable[..., Any]

    def fetch_best(self, id: str, to: str | Path) -> Path:
        """The best checkpoint as a file, resumed where a fetch before it was cut off, and checked by its hash."""
        best = [one for one in self.checkpoints(id)["items"] if one["is_best"] and one["artifact"]]
        if not best:
            raise NotFound(f"experiment '{id}' has no best checkpoint here yet")
        return self.artifact(id, best[0]["artifact"], to=to)
