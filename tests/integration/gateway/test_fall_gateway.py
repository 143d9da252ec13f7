"""A gateway that watches a façade: its events lie in the outbox, with what proves them. The footage is simulated."""

import asyncio
import threading
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest

from contract.envelope import Envelope, Lane
from contract.events import parse_event
from contract.parking import Outcome, ParkingVerification
from contract.throwing import ObjectThrown, ObjectThrownClip
from edge.app.fall_watch import FallWatch
from edge.app.gateway import Gateway
from edge.app.parts import OUTBOX
from edge.config import parse
from edge.outbox import Identity, Outbox
from tests.integration.sources.drops import BOTTOM, COLUMNS, FLOORS, LEFT, RIGHT, TOP, Drop, Drops
from tests.unit.app.street import KEY
from tests.unit.app.test_watch import look

Event = TypeVar("Event", bound=Envelope)
CLIP = Drops(name="facade.mp4", seconds=9.0, size=(960, 540), pixels_per_metre=30.0, drops=(Drop(2.0, 500.0, 60.0),))
FACADE = {
    "id": "front",
    "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]],
    "grid": {
        "corners": [[LEFT, TOP], [RIGHT, TOP], [RIGHT, BOTTOM], [LEFT, BOTTOM]],
        "floors": [1, FLOORS],
        "columns": COLUMNS,
    },
}


async def test_a_fall_before_a_camera_is_told_and_filmed(tmp_path: Path) -> None:
    document: dict[str, object] = {
        "gateway": {"community": "demo", "id": "gw-1", "data": "data"},
        "throws": {"clip_before": 5, "clip_after": 2},
        "cameras": [{"id": "east", "url": str(CLIP.write(tmp_path)), "facades": [FACADE]}],
    }
    gateway = Gateway(parse(document, "test", folder=tmp_path), KEY)
    task = asyncio.create_task(gateway.run())
    try:
        async with asyncio.timeout(60):
            while not of(ObjectThrownClip, gateway):
                assert not task.done()
                await asyncio.sleep(0.2)
        fall, film = of(ObjectThrown, gateway)[0], of(ObjectThrownClip, gateway)[0]
        assert fall.data.fall == film.data.fall
        assert abs((fall.data.floor or pytest.fail("no floor")).likely - FLOORS) <= 1
        kinds = [one.media_type for event in (fall, film) for one in event.data.evidence]
        assert kinds == ["image/jpeg", "video/mp4"]
        await gateway._look(look(camera="east"))
        (answer,) = of(ParkingVerification, gateway)
        assert answer.data.outcome is Outcome.CANNOT_SEE
        (health,) = gateway._camera_health()
        assert health.looks > 100
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_fall_whose_picture_is_not_made_when_the_gateway_is_stopped_is_told(tmp_path: Path) -> None:
    document: dict[str, object] = {
        "gateway": {"community": "demo", "id": "gw-1", "data": "data"},
        "cameras": [{"id": "east", "url": str(CLIP.write(tmp_path)), "facades": [FACADE]}],
    }
    gateway, go = Gateway(parse(document, "test", folder=tmp_path), KEY), threading.Event()

    def another_cameras() -> None:
        go.wait(30)

    gateway._workshop.picture(another_cameras)
    task = asyncio.create_task(gateway.run())
    watch = gateway._cameras["east"].watch
    assert isinstance(watch, FallWatch)
    async with asyncio.timeout(30):
        while not watch._untold:
            assert not task.done()
            await asyncio.sleep(0.02)
    threading.Timer(1.0, go.set).start()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    told = Outbox(
        tmp_path / "data" / OUTBOX,
        identity=Identity("demo", "gw-1"),
        key=KEY,
        config_version="test",
        budget_bytes=10**8,
        reserve_bytes=0,
    )
    (alarm,) = (parse_event(record.body) for record in told.pending(Lane.ALARM, 0, 100))
    assert isinstance(alarm, ObjectThrown)
    told.close()


def of(kind: type[Event], gateway: Gateway) -> list[Event]:
    """The events of one kind in the outbox."""
    records = [record for lane in (Lane.ALARM, Lane.EVENT) for record in gateway._outbox.pending(lane, 0, 100)]
    return [event for event in (parse_event(record.body) for record in records) if isinstance(event, kind)]
