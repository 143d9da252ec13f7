"""Where messages come from and answers go: one interface, whatever the broker."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from contract.topics import Topic


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, which the broker keeps until `ack`."""

    topic: str
    body: bytes
    ack: Callable[[], Awaitable[None]]


class Link(Protocol):
    """A connection to a broker that works until a method raises."""

    async def take(self, limit: int) -> Sequence[Delivery]:
        """Wait for messages: 1 to `limit`, in the order of the broker.

        Raises:
            BrokerLost
        """

    async def publish(self, messages: Sequence[tuple[Topic, bytes]]) -> None:
        """Return once the broker has them all.

        Raises:
            BrokerLost
        """


class Source(Protocol):
    """A broker by its address."""

    @property
    def name(self) -> str:
        """What the source is called in the database and in logs: the address without secrets."""

    def connect(self) -> AbstractAsyncContextManager[Link]:
        """Connect, make sure that nothing published from now on is missed, and disconnect at the end.

        Raises:
            BrokerLost: entering the block.
            Misconfigured: a file of secrets or certificates cannot be used.
        """
