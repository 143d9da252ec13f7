"""What a gateway says of a thrown object, and what it does to the case, as pure steps. No clock, no I/O.

One case a window and short time: who throws bottles one after the other is one matter. Another window is another case.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from cloud.cases.domain import Case, Fall, HistoryEntry
from cloud.cases.steps import Change, filed
from cloud.cases.vocabulary import CAMERA, Found, Note, Stage, Verification
from contract.envelope import ClockTrust
from contract.throwing import ObjectThrown, ThrownData

TOGETHER: Final = timedelta(minutes=10)  # between two falls of one matter
FACADE: Final = "facade"  # stands where a parking case has its kind of zone


def near(fall: ThrownData, others: Iterable[Fall]) -> Fall | None:
    """Of other falls at about the same time the nearest that came from the same window.

    Args:
        others: before the same façade, at most `TOGETHER` earlier or later.
    """
    alike = [other for other in others if same_window(other.said, fall)]
    return min(alike, key=lambda other: abs(other.said.began_at - fall.began_at), default=None)


def same_window(one: ThrownData, other: ThrownData) -> bool:
    """Whether two falls may have come from one window: nothing that is known of both tells their windows apart."""
    if one.column is not None and other.column is not None and one.column != other.column:
        return False
    if one.floor is None or other.floor is None:
        return True
    return one.floor.low <= other.floor.high and other.floor.low <= one.floor.high


def collect(event: ObjectThrown, *, case_id: str, number: str, now: datetime, odd_time: bool) -> Change:
    """Open a case for a fall; it is filed and dispatched by itself."""
    data = event.data
    case = Case(
        id=case_id,
        number=number,
        community=event.community,
        gateway=event.gateway,
        epoch=event.epoch,
        camera=data.camera,
        zone=data.facade,
        zone_kind=FACADE,
        zone_name=data.facade_name,
        slot=f"{data.facade}.{data.fall}",
        stay=data.fall,
        stay_seq=event.seq,
        vehicle="",
        stage=Stage.COLLECTED,
        verification=Verification.NONE,
        verification_reason="",
        version=1,
        entered_at=data.began_at,
        opened_at=now,
        updated_at=now,
        closed_at=None,
        closed_by=None,
        dwell_s=0.0,
        limit_s=0.0,
        vehicle_present=False,
        sightings=1,
        rework=0,
        rating=None,
        clock=ClockTrust(event.clock),
        odd_time=odd_time,
        simulated=data.simulated,
        found=(Found.THROWN,),
    )
    return filed(case, by=CAMERA, note=_note(data), event_id=event.id, now=now)


def throw_again(case: Case, event: ObjectThrown, *, now: datetime, odd_time: bool) -> Change:
    """Another fall from the window of an open case: it belongs to the case."""
    simulated = case.simulated or event.data.simulated
    changed = replace(case, sightings=case.sightings + 1, simulated=simulated, updated_at=now)
    if event.seq > case.stay_seq:
        clock = ClockTrust(event.clock)
        changed = replace(changed, stay=event.data.fall, stay_seq=event.seq, clock=clock, odd_time=odd_time)
    return Change(changed, (HistoryEntry(now, Note.SEEN_AGAIN, case.stage, CAMERA, _note(event.data), event.id),))


def film(case: Case, event_id: str, *, now: datetime, told_at: datetime) -> Change:
    """The film of a fall belongs to the case, whatever its stage.

    Args:
        told_at: when it came; before `now` where it had to wait for the case.
    """
    return Change(
        replace(case, updated_at=now), (HistoryEntry(told_at, Note.FILMED, case.stage, CAMERA, "", event_id),)
    )


def _note(data: ThrownData) -> str:
    """What was seen: a line in Chinese, one in English."""
    return "\n".join((" ".join(data.words_zh.split()), " ".join(data.words_en.split())))
