"""Which ports on loopback a box uses: drawn once, kept while they are free."""

import json
import socket
from dataclasses import asdict, dataclass
from typing import Final

from deploy.onebox.errors import Misconfigured
from deploy.onebox.folder import Folder, write_private

HOST: Final = "127.0.0.1"
DEFAULT_CONSOLE: Final = 8080


@dataclass(frozen=True, slots=True)
class Ports:
    """A port a listener."""

    nats: int
    mqtt: int
    postgres: int
    console: int
    camera: int


def choose(folder: Folder, console: int | None = None) -> Ports:
    """Give the ports of last time where they are free, others where not.

    Args:
        console: the port of the page that a person asked for; none means 8080, or another where that is taken.
    Raises:
        Misconfigured: the port asked for is taken.
    """
    if console is not None and not is_free(console):
        raise Misconfigured(f"--port {console}: another program listens there; leave it out or name a free one")
    kept = _kept(folder)
    drawn = {
        name: kept[name] if name in kept and is_free(kept[name]) else free_port() for name in Ports.__dataclass_fields__
    }
    if console is not None:
        drawn["console"] = console
    elif "console" not in kept and is_free(DEFAULT_CONSOLE):
        drawn["console"] = DEFAULT_CONSOLE
    ports = Ports(**drawn)
    write_private(folder.root / "ports.json", json.dumps(asdict(ports)))
    return ports


def is_free(port: int) -> bool:
    """Whether a program could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that the system says is free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _kept(folder: Folder) -> dict[str, int]:
    try:
        document = json.loads((folder.root / "ports.json").read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(document, dict):
        return {}
    return {name: port for name, port in document.items() if isinstance(port, int) and 1024 <= port <= 65_535}
