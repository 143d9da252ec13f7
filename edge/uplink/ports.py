"""What the uplink needs of others, as small as it needs it."""

from collections.abc import Sequence
from typing import Literal, Protocol

from contract.downlink import Receipt
from contract.envelope import Lane
from edge.values import Moment


class Sendable(Protocol):
    """One signed event that waits."""

    @property
    def seq(self) -> int:
        """Its number in its lane."""

    @property
    def body(self) -> bytes:
        """What travels."""


class Range(Protocol):
    """Numbers `first` to `last`, both included."""

    @property
    def first(self) -> int: ...

    @property
    def last(self) -> int: ...


class Received(Protocol):
    """What a receipt did in the outbox."""

    @property
    def refused(self) -> str:
        """Why it did nothing; empty when it did."""

    @property
    def resend(self) -> Sequence[Range]:
        """What the cloud lacks and the outbox has."""


class Outbox(Protocol):
    """Where events wait. Calls block for about one `fsync`; the uplink makes them on another thread."""

    def pending(self, lane: Lane, after_seq: int, limit: int) -> Sequence[Sendable]:
        """At most `limit` records above `after_seq`, in order."""

    def receive(self, receipt: Receipt, at: Moment) -> Received:
        """Forget what the cloud has committed; raise `Transient` when the disk refuses."""

    def seen_command(self, command: str) -> bool:
        """Whether this command is done."""

    def mark_command(self, command: str) -> None:
        """Remember that it is done; raise `Transient` when the disk refuses."""


class Certificates(Protocol):
    """Signed events of lane `state`, made anew for each connection."""

    def birth(self) -> bytes:
        """A `device.birth.v1`."""

    def death(self, reason: Literal["lost", "stopped"]) -> bytes:
        """A `device.death.v1`."""


class Kept(Protocol):
    """One evidence file that waits."""

    @property
    def sha256(self) -> str: ...

    @property
    def media_type(self) -> str: ...

    @property
    def size(self) -> int: ...


class EvidenceStore(Protocol):
    """Where evidence waits. Calls block; the uploader makes them on another thread."""

    def pending(self, limit: int = ...) -> Sequence[Kept]:
        """Files that the cloud may not have, oldest first."""

    def read(self, sha256: str) -> bytes | None:
        """A file's bytes; None where it is gone or no longer holds what its name says."""

    def uploaded(self, sha256: str) -> None:
        """The cloud has it."""

    def forget(self, sha256: str) -> None:
        """It cannot be read: give it up."""
