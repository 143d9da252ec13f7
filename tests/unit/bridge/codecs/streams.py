"""Feeding a decoder as a line does, and looking at what came out."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Protocol, TypeVar

from firmware_bridge.codecs.garbage import Framed, Garbage, Reason

F = TypeVar("F", bound=Framed)


class Decoder(Protocol[F]):
    def feed(self, data: bytes) -> list[F | Garbage]: ...
    def flush(self) -> list[F | Garbage]: ...


def decoded(make: Callable[[], Decoder[F]], slices: Iterable[bytes]) -> list[F | Garbage]:
    """Feed a new decoder slice by slice, then flush it; garbage that a slice has cut is joined again."""
    decoder = make()
    out: list[F | Garbage] = []
    for part in slices:
        out += decoder.feed(part)
    out += decoder.flush()
    return joined(out)


def joined(items: Iterable[F | Garbage]) -> list[F | Garbage]:
    out: list[F | Garbage] = []
    for reason, group in groupby(items, key=lambda item: item.reason if isinstance(item, Garbage) else None):
        if reason is None:
            out += group
        else:
            out.append(Garbage(b"".join(item.raw for item in group), reason))
    return out


def frames(items: Iterable[F | Garbage]) -> list[F]:
    return [item for item in items if not isinstance(item, Garbage)]


def reasons(items: Iterable[F | Garbage]) -> list[Reason]:
    return [item.reason for item in items if isinstance(item, Garbage)]


def every(data: bytes, size: int) -> list[bytes]:
    """Slices of `size` bytes."""
    return [data[at : at + size] for at in range(0, len(data), size)]


def raw(items: Iterable[F | Garbage]) -> bytes:
    return b"".join(item.raw for item in items)
