"""Which of two messages was said later, where a gateway's clock says nothing sure and its store may be a new one."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from contract.envelope import ClockTrust, Envelope

PAST_EPOCHS: Final = 8  # that are remembered
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)  # what a clock shows that was never set; nothing is before


@dataclass(frozen=True, slots=True)
class Life:
    """Where in a gateway's lives something was said.

    Args:
        past_epochs: those before this one, the newest last.
        believed: whether `observed_at` can be.
    """

    epoch: str
    past_epochs: tuple[str, ...]
    seq: int
    observed_at: datetime
    believed: bool


def is_believed(clock: ClockTrust | str, *, odd_time: bool) -> bool:
    """Whether a gateway's time says anything: its clock is good, and does not lie oddly far from the cloud's."""
    return clock != ClockTrust.UNSYNCED and not odd_time


def begin(event: Envelope, *, odd_time: bool) -> Life:
    """Where the first event stands that is heard of a thing."""
    believed = is_believed(event.clock, odd_time=odd_time)
    return Life(event.epoch, (), event.seq, max(event.observed_at, EARLIEST), believed)


def follow(kept: Life, event: Envelope, *, odd_time: bool) -> Life | None:
    """Where `event` stands, if it was said after what is kept; None: before.

    Within one life of the gateway's store the sequence says which is newer. Between two lives good clocks do. Where one
    is not, the newcomer is believed, and a life that was there before comes back only with a newer time.
    """
    life = begin(event, odd_time=odd_time)
    if kept.epoch == life.epoch:
        return replace(life, past_epochs=kept.past_epochs) if life.seq > kept.seq else None
    is_sure = kept.believed and life.believed
    if (is_sure or life.epoch in kept.past_epochs) and life.observed_at <= kept.observed_at:
        return None
    past = (*(epoch for epoch in kept.past_epochs if epoch != life.epoch), kept.epoch)
    return replace(life, past_epochs=past[-PAST_EPOCHS:])
