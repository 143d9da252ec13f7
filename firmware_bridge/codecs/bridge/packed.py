"""Payloads of a fixed form: the fields of a dataclass in the order of the bytes."""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from struct import Struct, error
from typing import ClassVar, Self

from firmware_bridge.codecs.bridge.kinds import Status


@dataclass(frozen=True, slots=True)
class Packed:
    """A payload whose dataclass fields lie one after the other as `LAYOUT` says, little-endian.

    Raises:
        ValueError: a field does not fit into its bytes, or bytes are not as long as the layout.
    """

    KIND: ClassVar[int]
    LAYOUT: ClassVar[Struct] = Struct("<")

    def __post_init__(self) -> None:
        self.to_bytes()

    def to_bytes(self) -> bytes:
        try:
            return self.LAYOUT.pack(*astuple(self))
        except error as fault:
            raise ValueError(f"{self}: {fault}") from None

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        if len(raw) != cls.LAYOUT.size:
            raise ValueError(f"{len(raw)} 字节，应为 bytes instead of {cls.LAYOUT.size}")
        make: Callable[..., Self] = cls
        return make(*cls.LAYOUT.unpack(raw))


@dataclass(frozen=True, slots=True)
class Answered(Packed):
    """A reply that says how a request ended, and no more."""

    LAYOUT: ClassVar[Struct] = Struct("<B")

    status: Status

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", Status(self.status))
