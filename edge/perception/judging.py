"""What one look says of one standing vehicle. The table of it stands at the top of `slots`."""

import math
from dataclasses import replace
from typing import Final

from edge.config import Camera
from edge.perception.candidates import vote
from edge.perception.places import blend
from edge.perception.stays import ALIKE, MANY, PROVEN_HITS, STILL, UNLIKE, Look, PlaceLook, Slot, Stay
from edge.perception.steadiness import CALM, RESTS, drifts, gap_s
from edge.values import Detection, Moment, Presence

CLEAR: Final = 0.6  # least part of a place in view that can tell; boxes of passers-by leave shadows and edges
UNCOVERED: Final = 0.9  # … to be remembered as the vehicle's looks
TIGHT: Final = 0.7  # overlap of a detection that shows the vehicle as the place is framed
FOLLOWS: Final = 0.8  # likeness at which slow changes are followed without a detection
SMOOTHING: Final = 0.3  # weight of a new box: steadies by half, and follows a camera that is turned slowly
SWAP_S: Final = 10.0  # one vehicle drives off and another comes to stand: not in less
UNSURE_LOOKS: Final = 20
UNSURE_S: Final = 1200.0  # undetected for so long, and not quite alike: then it is missed. Vans stop for 15 minutes
UNDETECTED_S: Final = 300.0  # … and not at all alike in the same light: what is before it is detected sometimes
STALE_S: Final = 600.0  # a picture so old is taken anew though the place is not quite calm, as in rain
EXACT: Final = 0.8  # overlap of a detection that is just where the vehicle stands

# What a look without a detection says of its having gone is a logarithm of odds: how much likelier the look is with the
# vehicle gone than with it there. A detector that misses it in three looks of ten says 1.2 a look by that alone.
GONE: Final = 7.0  # odds of 1,100 : 1, from which it has left
AS_GROUND: Final = 2.5  # added where its place looks like bare ground
UNLIKE_IT: Final = 1.0  # … where it looks otherwise, and nobody knows the ground
NOT_FOUND: Final = 0.98  # a place that is empty has no detection in so many looks
MISS_RATES: Final = (0.15, 0.85)  # of a detector on one vehicle: no better nor worse is believed
SUPPORT_SHARE: Final = 0.05
LEAST_SUPPORT: Final = 0.2  # detected in one look of five: below, likeness alone does not say SEEN …
GHOST_TRIES: Final = 20  # … and after so many looks one that was never proven is more likely a false box
SURELY: Final = 0.75  # likeness from which a proven vehicle stands, whatever the detector says
BARER: Final = 0.15  # more like bare ground than like the vehicle by so much: it is gone …
ALL_GROUND: Final = 0.9  # likeness to bare ground of what never was a vehicle: beside others one may have 0.65
BARE_AT_LEAST: Final = 0.3  # … also by so little of it in view,
MUCH_BARER: Final = 0.3  # if it is so much more like the ground
NETWORK_BARER: Final = 0.25  # … or more akin to the ground by so much, to a network
LEANS: Final = 0.1  # … or somewhat more, where nothing else tells
USUAL_SHARE: Final = 0.1
HALF: Final = 0.85  # likeness of a half that is this vehicle's, though the whole is not like it
BETTER_HALF: Final = 0.4  # … and so much more than the whole is
VEHICLE: Final = 0.4  # bareness, turned round, of a place that shows some vehicle
NO_KIN: Final = 0.45  # kinship to its picture below which a place shows neither it nor another before it
SHAKEN_DROP: Final = 0.15  # less like its picture than is usual by so much from one look to the next: it moves
SWAP_DROP: Final = 0.08  # less like its picture than is usual by so much, seen again after a while: another like it,
KIN_DROP: Final = 0.02  # … if the network agrees
BRIEF_S: Final = 60.0  # of a while in which no light changes unseen:
BRIEF_DROP: Final = 0.15  # so much is enough then where the network tells nothing

UNREMEMBERED: Final = PlaceLook()  # of a place that is not compared


def judge(slot: Slot, hit: Detection | None, look: Look, relit_s: float | None, camera: Camera) -> Slot:
    """Give the vehicle of a slot its word; a slot without one stays as it is.

    Args:
        hit: the detection at the place, if any.
        relit_s: when the light of the whole picture changed last.
    """
    stay = slot.stay
    if stay is None:
        return slot
    place = look.places.get(slot.name, UNREMEMBERED)
    relit = relit_s is not None and stay.pictured_s < relit_s
    if hit is not None:
        stay = replace(stay, covered=False)
        rests = place.still is None or place.still >= RESTS or drifts(look, slot.name)
        return _found(slot, stay, hit, place, look.now, relit=relit, rests=rests, camera=camera)
    exchanged = gap_s(slot, stay, look.now) >= SWAP_S
    stay = _unfound(stay, place, look.now, relit=relit, exchanged=exchanged, camera=camera)
    return replace(slot, stay=replace(stay, covered=stay.presence is Presence.HIDDEN and place.clear < CLEAR))


def _found(
    slot: Slot, stay: Stay, hit: Detection, place: PlaceLook, now: Moment, *, relit: bool, rests: bool, camera: Camera
) -> Slot:
    """A vehicle was detected at the place: this one, unless it looks otherwise and there was time for an exchange."""
    unseen_s = min(_unseen_s(stay, now), gap_s(slot, stay, now))
    held = hit.box.overlap(slot.box) >= EXACT and gap_s(slot, stay, now) < SWAP_S
    if held:  # whatever it looks like, it has not gone
        stay = replace(stay, held_s=now.at_s, gone=0.0, missed=0, first_missed=None)
    by_light = relit and not (stay.unsure or stay.missed)  # one that was away meanwhile is not known by its place
    if hit.box.overlap(slot.box) < TIGHT and place.likeness is not None and place.likeness < UNLIKE:
        return replace(slot, stay=replace(_unsure(stay, now), presence=Presence.HIDDEN, doubted=stay.doubted or now))
    half = _is_half_covered(place)
    other = _is_other(stay, place, now) and not half
    if (other or (_is_shaken(stay, place) and not half)) and not by_light:
        stay = replace(stay, doubted=stay.doubted or now)
        stay = replace(stay, odd=stay.odd + 1, odd_since_s=stay.odd_since_s if stay.odd else now.at_s)
        if other and not held and unseen_s >= SWAP_S:
            return replace(slot, stay=_miss(stay, now, camera))
        if stay.odd < camera.leave_looks or now.at_s - stay.odd_since_s < camera.leave_time:
            return replace(slot, stay=replace(stay, presence=Presence.HIDDEN))
    if not relit and (half or _is_unknown(stay, place, now)):
        counted = _unsure(stay, now)
        if counted.unsure < UNSURE_LOOKS:
            return replace(slot, stay=replace(counted, presence=Presence.HIDDEN))
    return _confirmed(slot, stay, hit, place, now, rests=rests)


def _unsure(stay: Stay, now: Moment) -> Stay:
    """Count a look that could not tell."""
    return replace(stay, unsure=stay.unsure + 1, unsure_since_s=stay.unsure_since_s if stay.unsure else now.at_s)


def _is_unknown(stay: Stay, place: PlaceLook, now: Moment) -> bool:
    """Whether a vehicle seen again after a while is too much covered yet to be known again."""
    if place is UNREMEMBERED or now.at_s - stay.last_seen.at_s < SWAP_S:
        return False
    if place.likeness is None or place.clear < CLEAR:
        return True
    return place.clear < UNCOVERED and place.likeness < stay.usual - SWAP_DROP


def _unseen_s(stay: Stay, now: Moment) -> float:
    """How long nobody saw the vehicle before something here looked otherwise; till now if its place was seen empty."""
    return (stay.odd_since_s if stay.odd and not stay.missed else now.at_s) - stay.last_seen.at_s


def _is_half_covered(place: PlaceLook) -> bool:
    """Whether half of the place looks just as it did and the rest does not: something undetected is before that."""
    if place.likeness is None or place.half is None:
        return False
    return place.half >= max(HALF, place.likeness + BETTER_HALF)


def _is_other(stay: Stay, place: PlaceLook, now: Moment) -> bool:
    """Whether the vehicle at the place looks like another one; after a while unseen, like another of its kind."""
    if place.likeness is None or place.likeness < UNLIKE:
        return place.likeness is not None
    if _unseen_s(stay, now) < SWAP_S or place.clear < UNCOVERED:
        return False
    if place.kin is None:
        brief = stay.doubted and stay.tries >= PROVEN_HITS and _unseen_s(stay, now) < BRIEF_S
        return place.likeness < (stay.usual - BRIEF_DROP if brief else min(ALIKE, stay.usual - SWAP_DROP))
    return place.likeness < stay.usual - SWAP_DROP and place.kin < stay.kin - KIN_DROP


def _is_shaken(stay: Stay, place: PlaceLook) -> bool:
    """Whether a vehicle that is in full view looks as if it began to move."""
    likeness = place.likeness
    return likeness is not None and place.unpassed >= UNCOVERED and likeness < min(STILL, stay.usual - SHAKEN_DROP)


def _confirmed(slot: Slot, stay: Stay, hit: Detection, place: PlaceLook, now: Moment, *, rests: bool) -> Slot:
    """The detection is this vehicle. One that looked odd for long enough is framed and remembered anew.

    A place that does not rest is neither: one that creeps off would be followed.
    """
    anew = stay.odd >= 1
    framed = anew or hit.box.overlap(slot.box) >= TIGHT
    calm = _is_calm(stay, place, now) or (rests and _is_stale(stay, now))
    seen = _see(_tried(stay, 1.0), now, pictured=calm and framed and place.unpassed >= UNCOVERED)
    voted = replace(
        seen,
        votes=vote(stay.votes, hit),
        score=max(stay.score, hit.score),
        hits=min(stay.hits + 1, PROVEN_HITS),
        usual=_usual(stay.usual, place.likeness),
        kin=_usual(stay.kin, place.kin),
    )
    box = blend(slot.box, hit.box, 0.5 if anew else SMOOTHING) if rests else slot.box
    return replace(slot, box=box, stay=voted)


def _is_calm(stay: Stay, place: PlaceLook, now: Moment) -> bool:
    """Whether the place is as it was at the look before: what begins to cover it would be pictured with it."""
    return place.still is None or place.still >= (RESTS if _is_stale(stay, now) else CALM)


def _is_stale(stay: Stay, now: Moment) -> bool:
    return now.at_s - stay.pictured_s >= STALE_S


def _usual(mean: float, value: float | None) -> float:
    return mean if value is None else mean + USUAL_SHARE * (value - mean)


def _tried(stay: Stay, detected: float) -> Stay:
    """Count a clear look; the share of those that detect it fades, but is a plain mean at first."""
    tries = min(stay.tries + 1, MANY)
    share = max(SUPPORT_SHARE, 1.0 / tries)
    return replace(stay, tries=tries, support=stay.support + share * (detected - stay.support))


def _unfound(stay: Stay, place: PlaceLook, now: Moment, *, relit: bool, exchanged: bool, camera: Camera) -> Stay:
    """Nothing was detected at the place: how it looks must tell.

    Args:
        exchanged: whether there was time for another vehicle to take the place.
    """
    through = place.through and (place.likeness is None or place.likeness < SURELY)
    bare = through or _is_bare(stay, place)
    if place.clear < CLEAR and not through and not (bare and _is_much_barer(place)):
        return replace(stay, presence=Presence.HIDDEN, odd=0)
    support, stay = stay.support, _tried(stay, 0.0)
    stay = stay if now.at_s - stay.there_s < SWAP_S else replace(stay, odd=0)
    likeness = place.likeness
    if likeness is not None and likeness >= ALIKE and not bare and not _is_nothing_like(place):
        if exchanged and not relit and _is_other(stay, place, now):
            return replace(stay, presence=Presence.HIDDEN, doubted=stay.doubted or now)
        return _alike(stay, place, likeness, now, camera)
    # Neither it nor the ground, or half of it: something undetected is before it.
    unlike = likeness is not None and likeness < UNLIKE
    elsewhere = _is_vehicle(place) or _is_neither(place) or _is_half_covered(place)
    if bare or (unlike and not relit and not elsewhere):
        return _absent(stay, support, now, camera, bare=bare)
    otherwise = unlike or _is_nothing_like(place)
    return _undecided(stay, now, camera, long=relit or not otherwise or _is_half_covered(place))


def _undecided(stay: Stay, now: Moment, camera: Camera, *, long: bool = True) -> Stay:
    """A look that cannot tell, of a vehicle that is missed in the end if that goes on.

    Args:
        long: whether it may be there unknown, in another light or in part; else it is gone or behind what nobody knows.
    """
    stay = _unsure(replace(stay, doubted=stay.doubted or now), now)
    if stay.unsure >= UNSURE_LOOKS and now.at_s - stay.unsure_since_s >= (UNSURE_S if long else UNDETECTED_S):
        return _miss(stay, now, camera)
    return replace(stay, presence=Presence.HIDDEN)


def _absent(stay: Stay, support: float, now: Moment, camera: Camera, *, bare: bool) -> Stay:
    """Nothing is detected and the place looks otherwise: it has left once the odds are high enough.

    Args:
        support: the share of looks that detected it, before this one.
    """
    undetected = math.log(NOT_FOUND / min(max(1.0 - support, MISS_RATES[0]), MISS_RATES[1]))
    gone = stay.gone + undetected + (AS_GROUND if bare else UNLIKE_IT)
    stay = _miss(replace(stay, gone=gone), now, camera)
    return stay if gone >= GONE else replace(stay, presence=Presence.MISSED)


def _is_bare(stay: Stay, place: PlaceLook) -> bool:
    """Whether a place shows its ground, more than its vehicle; what is like both may never have been a vehicle."""
    if place.bareness is not None and place.bareness >= NETWORK_BARER:
        return True
    if place.likeness is None or place.ground is None or place.ground < ALIKE or _is_vehicle(place):
        return False
    if place.ground >= ALL_GROUND and stay.hits < PROVEN_HITS:
        return True  # its picture is one of bare ground
    return place.ground >= place.likeness + BARER or not stay.proven


def _is_vehicle(place: PlaceLook) -> bool:
    """Whether a network takes what is at the place for some vehicle, and not for ground."""
    return place.bareness is not None and place.bareness <= -VEHICLE


def _is_neither(place: PlaceLook) -> bool:
    """Whether a place does not look like its ground either, and a network does not lean to that."""
    leans = place.bareness is not None and place.bareness >= LEANS
    return place.ground is not None and place.ground < UNLIKE and not leans


def _is_nothing_like(place: PlaceLook) -> bool:
    """Whether a network sees nothing of a vehicle whose place still looks a little like it in structure."""
    return place.kin is not None and place.kin < NO_KIN and place.likeness is not None and place.likeness < SURELY


def _is_much_barer(place: PlaceLook) -> bool:
    """Whether the little that is in view is so like the ground that it tells."""
    if place.likeness is None or place.ground is None or place.clear < BARE_AT_LEAST:
        return False
    return place.ground >= max(ALIKE, place.likeness + MUCH_BARER)


def _alike(stay: Stay, place: PlaceLook, likeness: float, now: Moment, camera: Camera) -> Stay:
    """The place looks as with the vehicle: it stands, if it ever did."""
    if not stay.proven and stay.support < LEAST_SUPPORT and stay.tries >= GHOST_TRIES:
        return _miss(stay, now, camera)
    if likeness < SURELY and stay.missed:
        return _undecided(stay, now, camera)
    if likeness < SURELY and stay.support < LEAST_SUPPORT:
        return replace(stay, presence=Presence.HIDDEN, unsure=0)
    return _see(stay, now, pictured=_is_calm(stay, place, now) and likeness >= FOLLOWS and place.clear >= UNCOVERED)


def _see(stay: Stay, now: Moment, *, pictured: bool) -> Stay:
    return replace(
        stay,
        presence=Presence.SEEN,
        last_seen=now,
        first_missed=None,
        doubted=None,
        missed=0,
        gone=0.0,
        unsure=0,
        odd=0,
        pictured_s=now.at_s if pictured else stay.pictured_s,
    )


def _miss(stay: Stay, now: Moment, camera: Camera) -> Stay:
    first = stay.first_missed or stay.doubted or now
    missed = stay.missed + 1
    since_s = stay.missed_since_s if stay.missed else now.at_s
    gone = missed >= camera.leave_looks and now.at_s - since_s >= camera.leave_time
    presence = Presence.LEFT if gone else Presence.MISSED
    return replace(stay, presence=presence, first_missed=first, missed=missed, missed_since_s=since_s)
