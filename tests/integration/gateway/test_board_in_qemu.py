"""A gate on the board's real program, in real time: an event is told once, whether the gateway lives or is killed."""

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contract.envelope import Lane
from edge.app.instruments.boards import Heard
from edge.app.instruments.instruments import Instruments
from edge.app.instruments.ledger import Ledger
from edge.health import Clock
from edge.outbox import Identity, Outbox
from firmware_bridge.transports import DescriptorLine
from tests.firmware.qemu import Qemu
from tests.integration.gateway.community import KEY, configured

WITHIN_S = 60.0
OPEN, SHUT = bytes([0xF2]), bytes([0xF0])
WIRED = {
    "boards": [{"id": "south", "port": "/dev/serial/by-id/none"}],
    "gates": [{"id": "barrier", "board": "south", "inputs": ["door"], "stuck_after": "1s"}],
}


@dataclass(frozen=True, slots=True)
class QemuPort:
    """The board's pseudo-terminal, which stays open in the test."""

    qemu: Qemu
    name: str = "qemu"

    async def open(self) -> DescriptorLine:
        return DescriptorLine(os.dup(self.qemu.line), self.name)


def opened(folder: Path) -> Outbox:
    config = configured(WIRED, folder)
    return Outbox(
        folder / "outbox.sqlite",
        identity=Identity("demo", "gw-1"),
        key=KEY,
        config_version=config.version,
        budget_bytes=64 * 1024 * 1024,
        reserve_bytes=0,
    )


def alarms(outbox: Outbox) -> list[dict[str, Any]]:
    records = [record for lane in (Lane.ALARM, Lane.EVENT) for record in outbox.pending(lane, 0, 100)]
    return [json.loads(record.body) for record in records]


async def live(folder: Path, qemu: Qemu, enough: Callable[[Outbox], bool]) -> None:
    """Be a gateway until there is enough, and then be gone."""
    with opened(folder) as outbox:
        ledger = Ledger(outbox, wake=lambda: None)
        instruments = Instruments(
            configured(WIRED, folder), ledger, clock=Clock("yes").moment, ports={"south": QemuPort(qemu)}
        )
        running = asyncio.create_task(instruments.run())
        async with asyncio.timeout(WITHIN_S):
            while not enough(outbox):
                await asyncio.sleep(0.05)
                if running.done():
                    running.result()
        running.cancel()
        await asyncio.wait([running])


def test_a_gate_that_is_stuck_and_shut_while_the_gateway_is_away(qemu: Qemu, tmp_path: Path) -> None:
    begun = datetime.now(UTC)
    qemu.start()
    asyncio.run(live(tmp_path, qemu, lambda outbox: outbox.state("board/south") is not None))
    qemu.drive(OPEN)
    asyncio.run(live(tmp_path, qemu, lambda outbox: len(alarms(outbox)) == 1))
    qemu.drive(SHUT)
    asyncio.run(live(tmp_path, qemu, lambda outbox: len(alarms(outbox)) == 2))
    with opened(tmp_path) as outbox:
        stuck, over = alarms(outbox)
        assert Heard.parse(outbox.state("board/south") or b"").number >= 3
    assert (stuck["type"], stuck["data"]["kind"]) == ("gate.alarm.opened.v1", "stuck_open")
    assert over["type"] == "gate.alarm.cleared.v1"
    assert over["data"]["alarm"] == stuck["data"]["alarm"]
    times = [datetime.fromisoformat(event["data"]["found_at"]) for event in (stuck, over)]
    assert begun < times[0] < times[1] < datetime.now(UTC)
