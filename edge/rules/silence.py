"""Silence: something that should be heard of is not, and what it takes for it to count as back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from edge.rules.alarms import Phase


@dataclass(frozen=True, slots=True)
class Silence:
    """What is known of one speaker.

    Attributes:
        heard: when it was heard last, or when listening began.
        lost: since when it has been silent, once that was said.
        back: when it was heard again after that, without another silence since.
    """

    heard: datetime | None = None
    lost: datetime | None = None
    back: datetime | None = None


def waited(silence: Silence, to: datetime, after_s: float) -> tuple[Silence, Phase | None]:
    """Listen up to `to`; silent once nothing was heard for `after_s`, the limit itself included."""
    if silence.heard is None:
        return replace(silence, heard=to), None
    if to - silence.heard < timedelta(seconds=after_s):
        return silence, None
    if silence.lost is not None:
        return replace(silence, back=None), None
    return Silence(silence.heard, lost=silence.heard), Phase.OPENED


def heard(silence: Silence, at: datetime, back_s: float) -> tuple[Silence, Phase | None]:
    """Hear it once, after `waited` up to the same moment. It is back once it was heard for `back_s`."""
    if silence.lost is None:
        return replace(silence, heard=at), None
    back = silence.back or at
    if at - back < timedelta(seconds=back_s):
        return Silence(at, silence.lost, back), None
    return Silence(at), Phase.CLEARED


def since_back(silence: Silence, at: datetime) -> Silence:
    """What holds of it by a clock that was set back to `at`: whether it is lost."""
    return Silence(lost=None if silence.lost is None else min(silence.lost, at))
