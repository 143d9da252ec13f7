"""Puts in order what comes late, twice or out of order, within a bound."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Protocol, TypeVar

MAX_WAITING: Final = 256  # of one meter or gate: a day and more of quarter hours


class Timed(Protocol):
    """Something that was seen at a moment; equal ones are the same one sent twice."""

    @property
    def at(self) -> datetime:
        """When it was seen, with its offset from UTC."""
        ...

    def __hash__(self) -> int: ...


T = TypeVar("T", bound=Timed)


def queued(
    waiting: tuple[T, ...], new: Iterable[T], *, after: datetime | None, before: datetime
) -> tuple[tuple[T, ...], int]:
    """Add to a queue what lies between two moments, in one order whatever the order of arrival.

    Args:
        after: up to here everything was handed on: what comes now for then is too late.
        before: later than this is a clock that is wrong.
    Returns:
        the queue, at most 256 long, oldest first; and how many were left out for their time or for want of room.
    """
    fresh = list(new)
    if not fresh:
        return waiting, 0
    taken = [one for one in fresh if (after is None or one.at > after) and one.at <= before]
    ordered = sorted({*waiting, *taken}, key=lambda one: (one.at, repr(one)))
    return tuple(ordered[:MAX_WAITING]), len(fresh) - len(taken) + max(0, len(ordered) - MAX_WAITING)


def due(waiting: tuple[T, ...], to: datetime) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """Split a queue into what was seen up to and at `to`, and the rest."""
    count = sum(one.at <= to for one in waiting)
    return waiting[:count], waiting[count:]
