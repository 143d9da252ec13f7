"""Where messages may go: out into the world; to hosts within only where the operator has named them.

A lead types in addresses. Were any host good enough, the server would knock for them at doors that they cannot reach
themselves: its own services, others of its network, a cloud's metadata (SSRF, CWE-918).
"""

import socket
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

_UNICAST: Final = IPv6Network("2000::/3")  # all that is given out to the world (IANA)
_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
_TRY: Final = threading.local()


class OutOfReach(PermissionError):
    """A connection to a host within, which nobody has allowed; the text never says which."""


def is_outer(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is out in the world: none of this machine, of a private network, of a link or of a group."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    inside = _within(address)
    if inside is not None:
        return is_outer(inside) and (address.ipv4_mapped is not None or address in _NAT64 or address.is_global)
    return address in _UNICAST and address.is_global


def _within(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that one of IPv6 leads to."""
    teredo = address.teredo
    nat64 = IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
    return address.ipv4_mapped or address.sixtofour or nat64 or (None if teredo is None else teredo[1])


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be connected to.

    Args:
        names: hosts within that may be sent to, in lower case.
        networks: the same as addresses; a single one is a network of one.
    """

    names: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, hosts: Iterable[str]) -> "Reach":
        """From names, addresses and networks as they are written: `ntfy.local`, `10.0.0.5`, `10.0.0.0/24`."""
        networks = {each: _network(each) for each in hosts}
        names = frozenset(each.lower() for each, network in networks.items() if network is None)
        return cls(names, tuple(network for network in networks.values() if network is not None))

    def allows(self, address: str) -> bool:
        """Whether an IP address may be connected to; what is none may not."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return is_outer(found) or any(found in network for network in self.networks)

    def refuses(self, host: str) -> bool:
        """Whether a host is within and nobody has allowed it; asks the name server, and waits for it.

        One that has no address now is not refused: nothing can be sent to it either.
        """
        return not self.is_named(host) and not all(self.allows(each) for each in addresses_of(host))

    def is_named(self, host: str) -> bool:
        """Whether the operator has allowed a host by its name."""
        return host.strip("[]").rstrip(".").lower() in self.names


def addresses_of(host: str) -> frozenset[str]:
    """IP addresses of a host, as whoever connects to it would find them; empty: it has none now."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return frozenset()
    return frozenset(str(each[4][0]) for each in found)


@dataclass(slots=True)
class Bounds:
    """What one thread may connect to while it sends; `refused`: it wanted to go elsewhere."""

    reach: Reach
    named: frozenset[str] = field(default=frozenset())
    refused: bool = False


@contextmanager
def bounded(reach: Reach, host: str | None) -> Iterator[Bounds]:
    """Keep this thread from connecting to anything out of reach, whatever leads it there.

    It is looked at where the connection is made: neither a name that means another host the second time it is asked
    for nor a redirect gets around it.

    Args:
        host: that is sent to; None: the channel's own, in the world.
    """
    _install()
    named = addresses_of(host) if host is not None and reach.is_named(host) else frozenset()
    bounds = Bounds(reach, named)
    _TRY.bounds = bounds
    try:
        if host is not None and reach.refuses(host):
            bounds.refused = True
            raise OutOfReach
        yield bounds
    finally:
        del _TRY.bounds


@cache
def _install() -> None:
    """Look at each connection of this process before it is made; those of threads without bounds are let through."""
    sys.addaudithook(_look)


def _look(event: str, args: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    bounds: Bounds | None = getattr(_TRY, "bounds", None)
    if bounds is None:
        return
    address = str(args[1][0]) if isinstance(args[1], tuple) else ""  # else a socket of this machine's file system
    if not bounds.reach.allows(address) and address not in bounds.named:
        bounds.refused = True
        raise OutOfReach


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None
