"""Where messages travel: `linli/v1/{community}/{gateway}/{channel}`."""

from dataclasses import dataclass
from typing import Final, Literal

from contract.envelope import Lane
from contract.errors import Malformed
from contract.identifiers import is_slug

ROOT: Final = "linli/v1"

Channel = Literal["alarm", "event", "telemetry", "state", "cmd", "receipt"]
UP: Final[tuple[Channel, ...]] = ("alarm", "event", "telemetry", "state")
DOWN: Final[tuple[Channel, ...]] = ("cmd", "receipt")


@dataclass(frozen=True, slots=True)
class Topic:
    """One gateway's channel."""

    community: str
    gateway: str
    channel: Channel

    def __str__(self) -> str:
        return f"{ROOT}/{self.community}/{self.gateway}/{self.channel}"

    @property
    def subject(self) -> str:
        """The same place as NATS names it."""
        return str(self).replace("/", ".")


def lane_topic(community: str, gateway: str, lane: Lane) -> Topic:
    """Where events of a lane go up."""
    return Topic(community, gateway, lane.value)


def parse_topic(text: str) -> Topic:
    """Read an MQTT topic or a NATS subject.

    Raises:
        Malformed: not a topic of the contract.
    """
    parts = text.replace(".", "/").split("/")
    if len(parts) != 5 or "/".join(parts[:2]) != ROOT or not (is_slug(parts[2]) and is_slug(parts[3])):
        raise Malformed(f"topic {text[:120]!r} is not {ROOT}/{{community}}/{{gateway}}/{{channel}}")
    for channel in (*UP, *DOWN):
        if parts[4] == channel:
            return Topic(parts[2], parts[3], channel)
    raise Malformed(f"topic {text[:120]!r}: the channel is one of {', '.join((*UP, *DOWN))}")
