"""A case to tell of."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cloud.cases.domain import Case
from cloud.cases.vocabulary import Found, Stage, Verification

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai


def a_case(**changes: Any) -> Case:
    case = Case(
        id="01946f9a-0000-7000-8000-000000000001",
        number="LL-20261123-0001",
        community="lantian",
        gateway="gw-1",
        camera="cam1",
        zone="north",
        zone_kind="fire_lane",
        zone_name="3 号楼北侧",
        slot="s1",
        stay="s1.1",
        vehicle="car",
        stage=Stage.DISPATCHED,
        verification=Verification.NONE,
        verification_reason="",
        version=1,
        entered_at=NOW,
        opened_at=NOW,
        updated_at=NOW,
        closed_at=None,
        closed_by=None,
        dwell_s=300.0,
        limit_s=300.0,
        vehicle_present=True,
        sightings=1,
        rework=0,
        rating=None,
        clock="synced",
        odd_time=False,
        simulated=False,
        found=(Found.DWELL,),
    )
    return replace(case, **changes)
