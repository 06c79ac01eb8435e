"""What the master answers where it cannot do what was asked, as exceptions."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One fault of a request. `code` is a key of contract/messages/, empty where the message has none."""

    path: str = ""
    message: str = ""
    code: str = ""
    found: str = ""
    allowed: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        words = f"{self.path}: {self.message}" if self.path else self.message
        more = [f"{name} {value}" for name, value in (("found", self.found), ("allowed:", self.allowed), ("nearest:", self.nearest)) if value]
        return f"{words} ({', '.join(more)})" if more else words


class GoetiaError(Exception):
    code = "failed"

    def __init__(self, detail: str, status: int = 0, reason: str = "", title: str = "", request: str = "", faults: tuple[Fault, ...] = ()):
        super().__init__("\n  ".join([detail or title, *map(str, faults)]))
        self.detail, self.status, self.reason, self.title, self.request, self.faults = detail, status, reason, title, request, faults


class Failed(GoetiaError):
    pass


class Invalid(GoetiaError):
    code = "invalid"


class NotFound(GoetiaError):
    code = "not_found"


class Denied(GoetiaError):
    code = "denied"


class Unavailable(GoetiaError):
    """The master does not answer, or has too much to do: the same request may succeed later."""

    code = "unavailable"


class WrongState(GoetiaError):
    code = "wrong_state"


class Unsupported(GoetiaError):
    code = "unsupported"


class Cancelled(GoetiaError):
    code = "cancelled"


_KINDS = {kind.code: kind for kind in (Failed, Invalid, NotFound, Denied, Unavailable, WrongState, Unsupported, Cancelled)}


def error_of(status: int, body: bytes) -> GoetiaError:
    try:
        problem = json.loads(body)
        kind = _KINDS[problem["code"]]
    except (ValueError, KeyError, TypeError):
        kind = NotFound if status == 404 else Unavailable if status >= 500 else Invalid
        return kind(f"the server answers {status}", status)
    known = Fault.__dataclass_fields__
    faults = tuple(Fault(**{name: value for name, value in one.items() if name in known}) for one in problem.get("faults", []))
    return kind(problem.get("detail", ""), status, problem.get("reason", ""), problem.get("title", ""), problem.get("request", ""), faults)
