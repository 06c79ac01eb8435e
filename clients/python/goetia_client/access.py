"""Where the master is and who asks, found as the command line finds it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from .errors import Denied, Unavailable


@dataclass(frozen=True)
class Access:
    url: str
    token: str = field(repr=False)
    pin: str = ""  # of a master with a key of its own: sha256//...


def of_folder(data: str | Path) -> Access:
    """A master on this machine, by its data folder."""
    try:
        said = json.loads((Path(data) / "master.json").read_text())
        return Access(said["url"], (Path(data) / "local.token").read_text().strip(), said.get("pin", ""))
    except (OSError, ValueError, KeyError) as fault:
        raise Unavailable(f"no master has its data in '{data}' ({fault})") from None


def _folder(variable: str, below: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / below) / "goetia"


def _login() -> Access | None:
    file = _folder("XDG_CONFIG_HOME", ".config") / "login.json"
    if not file.exists():
        return None
    said = json.loads(file.read_text())
    return Access(said["url"], said["token"], said.get("pin", ""))


def find_access() -> Access:
    """GOETIA_MASTER with GOETIA_TOKEN (and GOETIA_PIN), GOETIA_DATA, what 'goetia login' kept, or a master on this machine."""
    url, token, data = (os.environ.get(name, "") for name in ("GOETIA_MASTER", "GOETIA_TOKEN", "GOETIA_DATA"))
    if url and token:
        return Access(url, token, os.environ.get("GOETIA_PIN", ""))
    if url or not data:
        kept = _login()
        if kept and url in ("", kept.url):
            return kept
        if url:
            raise Denied("GOETIA_MASTER is set, GOETIA_TOKEN is not; set it to a token of that master, or sign in with 'goetia login'")
    return of_folder(data or _folder("XDG_DATA_HOME", ".local/share") / "master")
