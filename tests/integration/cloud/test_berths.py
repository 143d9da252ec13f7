"""Berths as gateways tell of them: the newest holds, whatever comes late, twice or by a wrong clock."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from cloud.telemetry import repository
from cloud.telemetry.domain import FORGOTTEN, STALE, BerthKey
from cloud.telemetry.service import CHANNEL, TOLD, BerthService
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import START, Sender, Sent

FREE, TAKEN, UNKNOWN = "free", "taken", "unknown"


def berth(zone: str, state: str, **more: Any) -> dict[str, Any]:
    vehicle = {"vehicle": "car"} if state == TAKEN else {}
    return {"zone": zone, "state": state, "since": "2026-11-21T01:00:00Z", "came": 3, "left": 2, **vehicle, **more}


async def states(ground: Ground) -> dict[str, str]:
    now = ground.clock()
    return {
        each.key.zone: each.state(now).value for each in await BerthService(ground.engine, clock=ground.clock).list()
    }


async def test_what_was_told_last_holds(ground: Ground, sender: Sender) -> None:
    first = sender.occupancy(berth("b-1", FREE), berth("b-2", TAKEN, name="2 号位"))
    second = sender.occupancy(berth("b-1", TAKEN), berth("b-2", UNKNOWN))
    await ground.tell(second, first, second)
    assert await states(ground) == {"b-1": TAKEN, "b-2": UNKNOWN}
    (one, _) = await BerthService(ground.engine, clock=ground.clock).list()
    assert (one.vehicle, one.came, one.left, one.clock, one.key.camera) == ("car", 3, 2, "synced", "cam1")


async def test_a_berth_that_is_told_of_no_more_is_gone(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.occupancy(berth("b-1", FREE), berth("b-2", FREE)), sender.occupancy(berth("b-2", FREE)))
    assert await states(ground) == {"b-2": FREE}


async def test_berths_of_a_camera_that_was_taken_down_are_forgotten(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.occupancy(berth("b-1", FREE)))
    ground.clock.move(1)
    await ground.tell(sender.occupancy(berth("b-9", FREE), camera="cam9"))
    ground.clock.move(FORGOTTEN.total_seconds() - 1)
    assert await states(ground) == {"b-1": UNKNOWN, "b-9": UNKNOWN}
    ground.clock.move(1)
    assert await states(ground) == {"b-9": UNKNOWN}
    await ground.tell(sender.occupancy(berth("b-1", TAKEN)))
    assert set(await states(ground)) == {"b-1", "b-9"}


LIVES = [
    # name,                              told: (life, minute) …,           of which holds
    ("a new life, clock two years back", [("a", 5), ("b", -1_000_000)], 1),
    ("and the old life's last comes late", [("a", 5), ("b", 6), ("a", 4)], 1),
    ("the old life's last comes first", [("b", 6), ("a", 4), ("b", 7)], 2),
    ("back in the life before", [("a", 5), ("b", 6), ("a", 9)], 2),
]


@pytest.mark.parametrize(("told", "holds"), [row[1:] for row in LIVES], ids=[row[0] for row in LIVES])
async def test_of_two_lives_of_a_gateway(ground: Ground, told: list[tuple[str, int]], holds: int) -> None:
    lives = {name: Sender(epoch=name * 16) for name in "ab"}
    lives["b"].key = lives["a"].key
    await ground.devices.register("demo", "gw-1", lives["a"].public)
    for at, (life, minute) in enumerate(told):
        time = f"{START + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}"
        await ground.tell(lives[life].occupancy(berth("b-1", FREE, came=at), time=time))
    (one,) = await BerthService(ground.engine, clock=ground.clock).list()
    assert one.came == holds


async def test_nothing_new_for_long_is_unknown(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.occupancy(berth("b-1", FREE)))
    ground.clock.move(STALE.total_seconds())
    assert await states(ground) == {"b-1": FREE}
    ground.clock.move(1)
    assert await states(ground) == {"b-1": UNKNOWN}


@pytest.mark.parametrize(("clock", "state"), [("synced", UNKNOWN), ("holdover", UNKNOWN), ("unsynced", FREE)])
async def test_what_was_told_late_is_as_old_as_it_says_where_it_can_be_believed(
    ground: Ground, sender: Sender, clock: str, state: str
) -> None:
    ground.clock.move(3600)
    await ground.tell(sender.occupancy(berth("b-1", FREE), clock=clock))
    assert await states(ground) == {"b-1": state}


async def test_changes_of_state_are_kept_and_only_those(ground: Ground, sender: Sender) -> None:
    for state in (FREE, FREE, TAKEN, TAKEN, FREE):
        await ground.tell(sender.occupancy(berth("b-1", state)))
    changes = await BerthService(ground.engine, clock=ground.clock).changes(BerthKey("demo", "gw-1", "cam1", "b-1"))
    assert [change.state.value for change in changes] == [FREE, TAKEN, FREE]


async def test_of_very_many_changes_the_newest_are_kept(ground: Ground, sender: Sender) -> None:
    for n in range(repository.CHANGES + 3):
        await ground.tell(sender.occupancy(berth("b-1", (FREE, TAKEN)[n % 2])))
    assert await ground.one("select count(*) from berth_changes") == repository.CHANGES
    assert await ground.one("select min(id) from berth_changes") == 4


async def test_a_gateway_has_so_many_cameras_and_no_more(ground: Ground, sender: Sender) -> None:
    for n in range(repository.MAX_CAMERAS + 1):
        await ground.tell(sender.occupancy(berth("b-1", FREE), camera=f"cam{n}"))
    assert await ground.one("select count(*) from berth_cameras") == repository.MAX_CAMERAS
    await ground.tell(sender.occupancy(berth("b-1", TAKEN), camera="cam0"))
    assert await ground.one("select state from berths where camera = 'cam0'") == TAKEN


async def test_two_workers_at_once_leave_the_newest(ground: Ground, sender: Sender) -> None:
    told: list[Sent] = [sender.occupancy(berth("b-1", FREE, came=n)) for n in range(12)]
    await asyncio.gather(*(ground.tell(sent) for sent in reversed(told)))
    (one,) = await BerthService(ground.engine, clock=ground.clock).list()
    assert one.came == 11


async def test_the_same_zone_twice_is_one_berth(ground: Ground, sender: Sender) -> None:
    await ground.tell(sender.occupancy(berth("b-1", FREE), berth("b-1", TAKEN)))
    assert await states(ground) == {"b-1": TAKEN}


async def test_a_long_list_is_read_page_by_page(ground: Ground, sender: Sender) -> None:
    await ground.tell(*(sender.occupancy(berth("b-1", FREE), berth("b-2", FREE), camera=f"cam{n}") for n in range(2)))
    service = BerthService(ground.engine, clock=ground.clock)
    first = await service.list(limit=3)
    rest = await service.list(limit=3, after=first[-1].key)
    assert [(each.key.camera, each.key.zone) for each in (*first, *rest)] == [
        ("cam0", "b-1"),
        ("cam0", "b-2"),
        ("cam1", "b-1"),
        ("cam1", "b-2"),
    ]
    assert await service.list(community="other") == []
    assert (CHANNEL, TOLD) == ("linli_berths", "berths")
