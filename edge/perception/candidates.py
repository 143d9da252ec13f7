"""Candidates: vehicles that were seen but not yet long enough at one place to be said to stand."""

from dataclasses import dataclass, replace
from typing import Final

from contract.parking import VehicleClass
from edge.perception.places import blend, match
from edge.values import Box, Detection, Moment

MAX_CANDIDATES: Final = 64
STANDS: Final = 0.6  # overlap with where it was first: a car at walking pace is a car's length away at the next look
PATIENCE: Final = 20  # misses for each detection, of one that came and stays put
ALIKE_PATIENCE: Final = 4  # … of one whose place was as it is before it was first detected: its date would be lost
STOPPED: Final = 0.9  # overlap with where it was at the look before, of one that does not look as it did there
MOVED: Final = 0.75  # … of one that moved, whatever it looks like: boxes of what stands do not jitter so far
UNARRIVED_HITS: Final = 12  # detections wanted of what stood before anything was detected: it may be no vehicle
UNSEEN_HITS: Final = 2  # … at most, and for each look that showed it undetected
STAND_LOOKS: Final = 2
STAND_S: Final = 3.0
GAP_S: Final = 10.0  # after a longer gap only its looks tell that it is the same vehicle


@dataclass(frozen=True, slots=True)
class Candidate:
    """A vehicle that may be standing.

    Attributes:
        key: `?n`, free again later.
        anchor, box: its first box, and the mean of all.
        first, first_within_s: the first look that showed it, and how much earlier it may have come.
        arrived: whether the looks before show its bare place; False if several show it as it is now, so that
            it stood undetected or is no vehicle; None if nobody can tell.
        alike: whether the latest look shows its place as it was at its last detection.
        unseen: looks before that show it undetected.
    """

    key: str
    anchor: Box
    box: Box
    votes: tuple[tuple[VehicleClass, float], ...]
    score: float
    first: Moment
    first_within_s: float
    last: Moment
    hits: int = 1
    misses: int = 0
    arrived: bool | None = None
    alike: bool = False
    unseen: int = 0

    @property
    def stays_put(self) -> bool:
        """Whether it was seen to come, and its place looks as it did at its last detection."""
        return self.arrived is True and self.alike


def is_ripe(candidate: Candidate, now: Moment) -> bool:
    """Whether it stands: there now, detected at least twice, over some seconds, and oftener than not.

    Where it was seen to come and its place looks the same since, it need not be detected so often.
    """
    if candidate.hits < STAND_LOOKS or now.at_s - candidate.first.at_s < STAND_S:
        return False
    return candidate.stays_put or (candidate.last.at_s == now.at_s and candidate.hits >= candidate.misses)


def advance(
    candidates: tuple[Candidate, ...],
    found: tuple[Detection, ...],
    now: Moment,
    *,
    looked_s: float | None,
    changed: frozenset[str],
    moving: frozenset[str] = frozenset(),
    alike: frozenset[str] = frozenset(),
) -> tuple[Candidate, ...]:
    """Take the detections that belong to no standing vehicle.

    Args:
        looked_s: the look before, None if this is the first.
        changed: keys of candidates whose place does not look as it did.
        moving: … whose place shows that they have yet to stop: they come to stand now at the earliest.
        alike: … whose place looks as it did at their last detection.
    """
    # Another vehicle stood here before the gap: what is there now starts from nothing.
    known = [one for one in candidates if not (one.key in changed and now.at_s - one.last.at_s >= GAP_S)]
    pairs = match([one.anchor for one in known], [one.box for one in found], STANDS)
    within_s = 0.0 if looked_s is None else max(0.0, now.at_s - looked_s)
    for i, j in pairs.items():
        overlap = known[i].box.overlap(found[j].box)
        if overlap < MOVED or (known[i].key in moving and overlap < STOPPED):
            known[i] = replace(known[i], first=now, first_within_s=within_s)
    known = [replace(one, alike=one.key in alike) for one in known]
    looked = [_looked(one, found[pairs[i]] if i in pairs else None, now) for i, one in enumerate(known)]
    alive = [one for one in looked if one.misses <= _patience(one) * one.hits]
    unpaired = [one for j, one in enumerate(found) if j not in set(pairs.values())]
    room = max(0, MAX_CANDIDATES - len(alive))
    keys = _free_keys({one.key for one in alive}, min(room, len(unpaired)))
    return (*alive, *(_new(key, one, now, within_s) for key, one in zip(keys, unpaired, strict=False)))


def outweighing(unseen: int) -> int:
    """Detections that outweigh so many looks that show the place as it is, undetected."""
    return min(UNSEEN_HITS * unseen, UNARRIVED_HITS)


def _patience(candidate: Candidate) -> int:
    if candidate.stays_put:
        return PATIENCE
    waits = candidate.alike and candidate.hits < outweighing(candidate.unseen)
    return ALIKE_PATIENCE if waits else 1


def _free_keys(taken: set[str], count: int) -> list[str]:
    names = (f"?{number}" for number in range(MAX_CANDIDATES))
    return [name for name in names if name not in taken][:count]


def _new(key: str, found: Detection, now: Moment, within_s: float) -> Candidate:
    return Candidate(key, found.box, found.box, vote((), found), found.score, now, within_s, now)


def _looked(candidate: Candidate, found: Detection | None, now: Moment) -> Candidate:
    if found is None:
        return replace(candidate, misses=candidate.misses + 1)
    hits = candidate.hits + 1
    return replace(
        candidate,
        box=blend(candidate.box, found.box, 1.0 / hits),
        votes=vote(candidate.votes, found),
        score=max(candidate.score, found.score),
        last=now,
        hits=hits,
    )


def vote(votes: tuple[tuple[VehicleClass, float], ...], found: Detection) -> tuple[tuple[VehicleClass, float], ...]:
    """Add a detection's score to its class's sum."""
    tally = dict(votes)
    if found.vehicle is not None:
        tally[found.vehicle] = tally.get(found.vehicle, 0.0) + found.score
    return tuple(sorted(tally.items()))
