"""All meters, gates and sensors of a gateway, put together from its configuration."""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final, NoReturn
from zoneinfo import ZoneInfo

from contract.device import LineHealth
from contract.gating import GateAlarmKind, SensorAlarmKind
from contract.metering import Medium, MeterAlarmKind
from edge.app.instruments.alarms import Alarms
from edge.app.instruments.boards import BoardDesk
from edge.app.instruments.gates import ContactDesk, GateDesk
from edge.app.instruments.households import HouseholdDesk, is_simulated
from edge.app.instruments.ledger import Ledger
from edge.app.instruments.meter_desk import MeterDesk
from edge.app.instruments.meters import Meters
from edge.config import Board, Config, Household, Input
from edge.devices.meter_line import MeterLine
from edge.values import Moment
from firmware_bridge.transports import Port

TICK_S: Final = 5.0
NO_PORTS: Final[Mapping[str, Port]] = {}
BY_INPUT: Final = {
    GateAlarmKind.STUCK_OPEN: Input.DOOR,
    GateAlarmKind.FORCED: Input.DOOR,
    GateAlarmKind.FIRE_LANE: Input.FIRE_LANE,
}
"""Which input of a gate ends an alarm of some kinds."""


class Instruments:
    """Reads the meters, listens to the boards, judges and tells.

    Args:
        clock: the gateway's.
        ports: instead of those that the configuration names, by line and board.

    Raises:
        Misconfigured: a device or its register map cannot be used; the text names the meter.
    """

    def __init__(
        self,
        config: Config,
        ledger: Ledger,
        *,
        clock: Callable[[], Moment],
        draw: Callable[[], float] = random.random,
        ports: Mapping[str, Port] = NO_PORTS,
    ) -> None:
        self._config = config
        self._ledger = ledger
        self._clock = clock
        self._draw = draw
        self._timezone = config.gateway.timezone
        self._zone = ZoneInfo(self._timezone)
        self._alarms = Alarms(ledger, clock)
        households = {one.id: self._household(one) for one in config.households}
        self._meters = self._all_meters(tuple(households.values()))
        self._lines = [
            MeterLine(line, self._meters, clock=self._local, zone=self._zone, draw=draw, port=ports.get(line.id))
            for line in config.lines
        ]
        self._boards = [self._board(board, households, ports.get(board.id)) for board in config.boards]

    @property
    def meters(self) -> Meters:
        """All meters, for readings that come by another way than a line."""
        return self._meters

    async def run(self) -> None:
        """Work until cancelled.

        Raises:
            Misconfigured: in a group: a port does not take its settings.
        """
        self._alarms.give_up(dict(_judged(self._config)))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._ledger.commit(), name="alarms of devices that are gone")
            for line in self._lines:
                group.create_task(line.run(), name=f"line {line.line.id}")
            for board in self._boards:
                group.create_task(board.run(), name=f"board {board.board.id}")
            if self._lines:
                group.create_task(self._meters.run(), name="meters")
            if self._boards:
                group.create_task(self._ticks(), name="boards")

    def health(self) -> list[LineHealth]:
        """How each line is now."""
        return [line.health() for line in self._lines] + [board.health() for board in self._boards]

    async def _ticks(self) -> NoReturn:
        while True:
            await asyncio.sleep(TICK_S)
            for board in self._boards:
                await board.tick()

    def _local(self) -> datetime:
        return self._clock().seen_at.astimezone(self._zone)

    def _all_meters(self, households: tuple[HouseholdDesk, ...]) -> Meters:
        desks = [
            MeterDesk(meter, line=line.id, simulated=line.simulated, ledger=self._ledger, timezone=self._timezone)
            for line in self._config.lines
            for meter in line.meters
        ]
        return Meters(
            desks,
            households,
            ledger=self._ledger,
            alarms=self._alarms,
            clock=self._clock,
            timezone=self._timezone,
        )

    def _household(self, household: Household) -> HouseholdDesk:
        simulated = is_simulated(household, self._config)
        return HouseholdDesk(household, simulated=simulated, ledger=self._ledger, timezone=self._timezone)

    def _board(self, board: Board, households: Mapping[str, HouseholdDesk], port: Port | None) -> BoardDesk:
        doors = [one for one in self._config.households if one.door is not None and one.door.board == board.id]
        return BoardDesk(
            board,
            desks=[*self._gates(board), *self._contacts(board)],
            households=[households[one.id] for one in doors],
            ledger=self._ledger,
            alarms=self._alarms,
            clock=self._clock,
            local=self._local,
            draw=self._draw,
            port=port,
        )

    def _gates(self, board: Board) -> Iterator[GateDesk]:
        for gate in self._config.gates:
            if gate.board == board.id:
                yield GateDesk(
                    gate,
                    simulated=board.simulated,
                    ledger=self._ledger,
                    alarms=self._alarms,
                    timezone=self._timezone,
                )

    def _contacts(self, board: Board) -> Iterator[ContactDesk]:
        for sensor in self._config.sensors:
            if sensor.board == board.id:
                yield ContactDesk(
                    sensor,
                    simulated=board.simulated,
                    ledger=self._ledger,
                    alarms=self._alarms,
                    timezone=self._timezone,
                    started=self._clock().seen_at,
                )


def _judged(config: Config) -> Iterator[tuple[str, set[str]]]:
    """Devices, each with the kinds of alarms that it is judged for."""
    for meter in config.wiring.meters.values():
        kinds = () if meter.medium is Medium.HEAT else tuple(MeterAlarmKind)
        yield meter.id, {kind for kind in kinds if meter.leak or kind is not MeterAlarmKind.LEAK}
    for household in config.households:
        yield household.id, {MeterAlarmKind.WELFARE}
    for gate in config.gates:
        yield gate.id, {kind for kind in GateAlarmKind if BY_INPUT.get(kind) in {None, *gate.inputs}}
    for sensor in config.sensors:
        yield sensor.id, set(SensorAlarmKind)
