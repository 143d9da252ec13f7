"""Which ports on loopback a box uses: drawn once, kept while they are free."""

import json
import secrets
import socket
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from typing import Final

from deploy.onebox.errors import Misconfigured
from deploy.onebox.folder import Folder, write_private

HOST: Final = "127.0.0.1"
DEFAULT_CONSOLE: Final = 8080
_OURS: Final = range(20_000, 32_000)  # Linux lends 32768 and above: ip(7), ip_local_port_range
_TRIES: Final = 200


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
        raise Misconfigured(
            f"--port {console}: 端口已被别的程序占用，请去掉 --port 或换一个  "
            "another program listens there; leave it out or name a free one"
        )
    kept = {"console": DEFAULT_CONSOLE} | _kept(folder)
    drawn = {} if console is None else {"console": console}
    for name in Ports.__dataclass_fields__:
        if name not in drawn:
            drawn[name] = _kept_or_other(kept.get(name), frozenset(drawn.values()))
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


def free_port(but_not: AbstractSet[int] = frozenset()) -> int:
    """A port that is free now, below those that the system lends to outgoing connections.

    One of the latter could be lent to any program while its part is being started again, and a probe of it could even
    reach itself.

    Raises:
        Misconfigured: there is none.
    """
    tried = secrets.SystemRandom().sample(_OURS, _TRIES)
    port = next((port for port in tried if port not in but_not and is_free(port)), None)
    if port is None:
        span = f"{_OURS.start}–{_OURS.stop - 1}"
        raise Misconfigured(f"{HOST} {span} 没有空闲端口，请停掉别的程序  no free port there; stop other programs")
    return port


def _kept_or_other(kept: int | None, drawn: AbstractSet[int]) -> int:
    return kept if kept is not None and kept not in drawn and is_free(kept) else free_port(drawn)


def _kept(folder: Folder) -> dict[str, int]:
    try:
        document = json.loads((folder.root / "ports.json").read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(document, dict):
        return {}
    return {name: port for name, port in document.items() if isinstance(port, int) and 1024 <= port <= 65_535}
