"""What gateways say of a vehicle's stay, and what it does to the case, as pure steps. No clock, no I/O.

One case a place: a vehicle that is found twice, for standing too long and later as a zombie vehicle, stays one case
that gains the second finding. What a stay's events say is ordered by how long the vehicle had stood, for lanes overtake
each other; and of two stays in one place the one found last is the one that the case is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cloud.cases.domain import Case, HistoryEntry
from cloud.cases.steps import Change, filed
from cloud.cases.vocabulary import CAMERA, Found, Note, Stage, Verification
from contract.envelope import ClockTrust
from contract.parking import OpenedData, ParkingCleared, ParkingMilestone, ParkingOpened, Rule
from contract.plates import Plate, PlateState
from contract.vehicle import SignHeld, ZombieCleared, ZombieConfirmed, ZombieData, ZombieMilestone, ZombieSuspected

_SUSPECTED: Final = ZombieSuspected.model_fields["type"].default
_ZOMBIE_MILESTONE: Final = ZombieMilestone.model_fields["type"].default
_ZOMBIE_CLEARED: Final = ZombieCleared.model_fields["type"].default

Finding = ParkingOpened | ZombieConfirmed
Following = ParkingMilestone | ParkingCleared | ZombieSuspected | ZombieMilestone | ZombieCleared


@dataclass(frozen=True, slots=True)
class Later:
    """What happened to a stay after its finding, or seemingly before it: lanes overtake each other.

    `dwell_s` of a zombie vehicle's events is how long it has not moved. `moved`, of what ends something: whether the
    vehicle left, between `last_seen_at` and `missed_at`.
    """

    event_id: str
    type: str
    stay: str
    dwell_s: float
    moved: bool | None = None
    last_seen_at: datetime | None = None
    missed_at: datetime | None = None
    signs: tuple[SignHeld, ...] = ()

    @property
    def is_of_zombie(self) -> bool:
        """Whether it is said of a vehicle that nobody seems to use."""
        return self.type in {_SUSPECTED, _ZOMBIE_MILESTONE, _ZOMBIE_CLEARED}


def later_of(event: Following) -> Later:
    """What an event says that cases keep of it until they are there."""
    data = event.data
    stood_s = data.standing_s if isinstance(data, ZombieData) else data.dwell_s
    later = Later(event.id, event.type, data.stay, stood_s)
    if isinstance(data, ZombieData):
        later = replace(later, signs=data.signs)
    if isinstance(event, ParkingCleared | ZombieCleared):
        moved = event.data.moved if isinstance(event, ZombieCleared) else True
        later = replace(later, moved=moved, last_seen_at=event.data.last_seen_at, missed_at=event.data.missed_at)
    return later


def found_of(event: Finding) -> Later:
    """A finding as cases keep it beside what follows it."""
    data = event.data
    return Later(event.id, event.type, data.stay, data.standing_s if isinstance(data, ZombieData) else data.dwell_s)


def collect(event: Finding, *, case_id: str, number: str, now: datetime, odd_time: bool) -> Change:
    """Open a case for a finding; it is filed and dispatched by itself."""
    data = event.data
    case = Case(
        id=case_id,
        number=number,
        community=event.community,
        gateway=event.gateway,
        epoch=event.epoch,
        camera=data.camera,
        zone=data.zone,
        zone_kind=data.zone_kind,
        zone_name=data.zone_name,
        slot=data.slot,
        stay=data.stay,
        stay_seq=event.seq,
        vehicle=data.vehicle,
        stage=Stage.COLLECTED,
        verification=Verification.NONE,
        verification_reason="",
        version=1,
        entered_at=data.entered_at,
        opened_at=now,
        updated_at=now,
        closed_at=None,
        closed_by=None,
        dwell_s=found_of(event).dwell_s,
        limit_s=data.limit_s,
        vehicle_present=True,
        sightings=1,
        rework=0,
        rating=None,
        clock=ClockTrust(event.clock),
        odd_time=odd_time,
        simulated=data.simulated,
        found=(),
    )
    case = _told_of_stay(case, event)
    return filed(case, by=CAMERA, note=_finding_note(event), event_id=event.id, now=now)


def see_again(case: Case, event: Finding, *, now: datetime, odd_time: bool) -> Change:
    """A finding at the place of an open case: it belongs to the case. The newest stay is the one looked for.

    A second finding of the same stay adds to what was found of it; the case stays one.
    """
    simulated = case.simulated or event.data.simulated
    changed = replace(case, sightings=case.sightings + 1, simulated=simulated, updated_at=now)
    if event.data.stay == case.stay:
        changed = _told_of_stay(changed, event)
    elif event.seq > case.stay_seq:
        changed = _told_of_stay(_another(changed, event.data), event)
    if event.seq > case.stay_seq:
        changed = replace(changed, stay_seq=event.seq, clock=ClockTrust(event.clock), odd_time=odd_time)
    what = Note.CONFIRMED if isinstance(event, ZombieConfirmed) else Note.SEEN_AGAIN
    return Change(changed, (HistoryEntry(now, what, case.stage, CAMERA, _finding_note(event), event.id),))


def _another(case: Case, data: OpenedData | ZombieData) -> Case:
    """Another vehicle stands at the place: what was said of the one before is not said of this one."""
    return replace(
        case,
        stay=data.stay,
        vehicle_present=True,
        found=(),
        last_seen_at=None,
        missed_at=None,
        plate=None,
        permit=None,
        behind=None,
        returns=None,
        standing_s=None,
        standing_limit_s=None,
        signs=(),
        signs_gone=False,
    )


def _told_of_stay(case: Case, event: Finding) -> Case:
    """What a finding says of the stay that the case is about; an older one adds, and takes nothing back."""
    data = event.data
    if event.seq >= case.stay_seq:
        case = replace(
            case,
            zone=data.zone,
            zone_kind=data.zone_kind,
            zone_name=data.zone_name,
            vehicle=data.vehicle,
            entered_at=data.entered_at,
            entered_within_s=data.entered_within_s,
            plate=_better(data.plate, case.plate),
            permit=data.permit or case.permit,
        )
    case = replace(case, returns=data.returns or case.returns)
    return _zombie(case, data) if isinstance(data, ZombieData) else _parked(case, data, event.seq)


def _better(now: Plate | None, before: Plate | None) -> Plate | None:
    """What is known of the plate; votes that begin anew take nothing back."""
    if now is None or (before is not None and now.state is PlateState.UNKNOWN):
        return before
    return now


def _parked(case: Case, data: OpenedData, seq: int) -> Case:
    rule = Found(data.rule.value)
    if seq >= case.stay_seq or not set(case.found) - {Found.ZOMBIE}:
        case = replace(case, dwell_s=data.dwell_s, limit_s=data.limit_s)
    return replace(case, found=_with(case.found, rule), behind=data.behind or case.behind)


def _zombie(case: Case, data: ZombieData) -> Case:
    if case.standing_s is None or data.standing_s >= case.standing_s:
        case = replace(case, standing_s=data.standing_s, signs=data.signs, signs_gone=False)
    elif not case.signs:  # what came first was its end, which says how long it had stood
        case = replace(case, signs=data.signs)
    case = replace(case, found=_with(case.found, Found.ZOMBIE), standing_limit_s=data.limit_s)
    if case.is_zombie_alone:
        case = replace(case, dwell_s=max(case.standing_s or 0.0, data.standing_s), limit_s=data.limit_s)
    return case


def _with(found: tuple[Found, ...], another: Found) -> tuple[Found, ...]:
    return found if another in found else (*found, another)


def _finding_note(event: Finding) -> str:
    """Why a zombie vehicle is one; of a parked one the rule, where it is not the usual one."""
    if isinstance(event, ZombieConfirmed):
        return signs_note(event.data.standing_s, event.data.signs)
    return "" if event.data.rule is Rule.DWELL else event.data.rule.value


def signs_note(standing_s: float, signs: Sequence[SignHeld]) -> str:
    """How long a vehicle has not moved and which signs held: a line of seconds, then Chinese and English by turns."""
    lines = [f"{standing_s:.0f} s"]
    for sign in signs:
        lines += [" ".join(sign.words_zh.split()), " ".join(sign.words_en.split())]
    return "\n".join(lines)


def follow(case: Case, later: Later, *, now: datetime, told_at: datetime | None = None) -> Change:
    """Tell the case what has happened to a stay of it.

    Args:
        told_at: when that came, where it had to wait for the case; its line in the history says so.
    """
    change = _followed(case, later, now)
    if told_at is None:
        return change
    return replace(change, entries=tuple(replace(entry, at=told_at) for entry in change.entries))


def _followed(case: Case, later: Later, now: datetime) -> Change:
    if later.type == _SUSPECTED:
        return _suspect(case, later, now)
    if later.type == _ZOMBIE_CLEARED and not later.moved:
        return _lose_signs(case, later, now)
    return _leave(case, later, now) if later.moved else _stand(case, later, now)


def _stand(case: Case, later: Later, now: datetime) -> Change:
    """The vehicle still stands after a further time of note. Whether it has left since is not for this to say."""
    changed = replace(_stood(case, later), updated_at=now)
    note = signs_note(later.dwell_s, later.signs)
    return Change(changed, (HistoryEntry(now, Note.STILL_STANDING, case.stage, CAMERA, note, later.event_id),))


def _leave(case: Case, later: Later, now: datetime) -> Change:
    """The vehicle of a stay has left; the place may hold another by now. A stay of two kinds may say so twice."""
    mine = later.stay == case.stay
    changed = replace(_stood(case, later), vehicle_present=case.vehicle_present and not mine, updated_at=now)
    if mine:
        changed = replace(changed, last_seen_at=later.last_seen_at, missed_at=later.missed_at)
        if case.missed_at is not None:
            return Change(changed, ())
    note = f"{later.dwell_s:.0f} s"
    return Change(changed, (HistoryEntry(now, Note.LEFT, case.stage, CAMERA, note, later.event_id),))


def _suspect(case: Case, later: Later, now: datetime) -> Change:
    changed = replace(_stood(case, later), updated_at=now)
    note = signs_note(later.dwell_s, later.signs)
    return Change(changed, (HistoryEntry(now, Note.SUSPECTED, case.stage, CAMERA, note, later.event_id),))


def _lose_signs(case: Case, later: Later, now: datetime) -> Change:
    """It stands, and nothing says any more that nobody uses it. Where that was the case's matter a person is asked."""
    is_newest = later.stay == case.stay and later.dwell_s >= (case.standing_s or 0.0)
    changed = replace(_stood(case, later), updated_at=now)
    if is_newest:
        changed = replace(changed, signs_gone=True)
    note = f"{later.dwell_s:.0f} s"
    return Change(changed, (HistoryEntry(now, Note.SIGNS_GONE, case.stage, CAMERA, note, later.event_id),))


def _stood(case: Case, later: Later) -> Case:
    """The case with the longest time told of the stay it is about, and the signs told last."""
    if later.stay != case.stay:
        return case
    if later.is_of_zombie:
        ends = later.type == _ZOMBIE_CLEARED
        if later.dwell_s >= (case.standing_s or 0.0) and not ends and later.signs:
            case = replace(case, signs=later.signs, signs_gone=False)
        case = replace(case, standing_s=max(case.standing_s or 0.0, later.dwell_s))
    if later.is_of_zombie and not case.is_zombie_alone:
        return case
    return replace(case, dwell_s=max(case.dwell_s, later.dwell_s))
