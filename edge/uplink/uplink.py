"""The uplink: keeps one MQTT session and sends what the outbox holds until the cloud has said that it has it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from contract.downlink import Look
from edge.config import Uplink as Settings
from edge.uplink.ports import Certificates, Outbox
from edge.values import Moment

OnCommand = Callable[[Look], Awaitable[None]]


@dataclass(slots=True)
class Counters:
    """What the uplink has done since it started."""

    connections: int = 0
    sent: int = 0
    receipts: int = 0
    commands: int = 0
    refused: int = 0


class Uplink:
    """One gateway's MQTT session.

    Args:
        settings: the broker, its files and the cloud's key.
        clock: now, on both clocks.
        on_command: acts on a `look.v1` and returns when it is done; several may run at once. A command counts as done
            when it has returned; `Transient` from it means not done.

    Raises:
        Misconfigured: a file or the cloud's key cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        community: str,
        gateway: str,
        outbox: Outbox,
        certificates: Certificates,
        clock: Callable[[], Moment],
        on_command: OnCommand,
    ) -> None:
        self.counters = Counters()

    @property
    def connected(self) -> bool:
        """Whether a session is up now."""
        raise NotImplementedError

    def wake(self) -> None:
        """Something new waits in the outbox. Any thread may call it, also before `run` and after it."""
        raise NotImplementedError

    async def run(self) -> None:
        """Send for ever. On cancellation it says `stopped` to the broker and leaves; it raises only for a bug."""
        raise NotImplementedError
