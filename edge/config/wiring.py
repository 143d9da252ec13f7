"""Whether lines, boards and what hangs on them fit together: no place taken twice, nothing named that is not there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contract.metering import MAX_METERS, Medium
from edge.config.boards import Board, Gate, Input, Sensor
from edge.config.households import Household
from edge.config.lines import Line, Meter
from edge.config.measures import first_double, no_doubles

MAX_LINES: Final = 32  # lines and boards together, as a heartbeat tells them


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a configuration says of meters, gates and sensors."""

    lines: Sequence[Line]
    boards: Sequence[Board]
    gates: Sequence[Gate]
    sensors: Sequence[Sensor]
    households: Sequence[Household]

    @property
    def meters(self) -> dict[str, Meter]:
        """Those of all lines, by id."""
        return {meter.id: meter for line in self.lines for meter in line.meters}

    def check(self) -> None:
        """Look whether it can be wired so.

        Raises:
            ValueError: it cannot; the text names the settings.
        """
        self._check_amounts()
        self._check_names()
        self._check_ports()
        self._check_boards()
        self._check_households()

    def _check_amounts(self) -> None:
        ways = len(self.lines) + len(self.boards)
        if ways > MAX_LINES:
            raise ValueError(f"lines, boards: 合起来最多 {MAX_LINES} 条，现有 at most {MAX_LINES} in all, not {ways}")
        meters = sum(len(line.meters) for line in self.lines)
        if meters > MAX_METERS:
            raise ValueError(
                f"lines.meters: 一台网关最多 {MAX_METERS} 块表，现有 a gateway has at most {MAX_METERS} meters, "
                f"not {meters}"
            )

    def _check_names(self) -> None:
        """An alarm names its device by the id alone."""
        no_doubles("lines, boards", [line.id for line in self.lines] + [board.id for board in self.boards])
        meters = [meter.id for line in self.lines for meter in line.meters]
        contacts = [gate.id for gate in self.gates] + [sensor.id for sensor in self.sensors]
        households = [household.id for household in self.households]
        no_doubles("lines.meters, gates, sensors, households", meters + contacts + households)

    def _check_ports(self) -> None:
        if port := first_double([line.port for line in self.lines] + [board.port for board in self.boards]):
            raise ValueError(f"port: {port} 写了两次，一个端口只接一条线 {port} stands twice; a port has one line")

    def _check_boards(self) -> None:
        known = {board.id for board in self.boards}
        for what, board, _ in self._inputs():
            if board not in known:
                raise ValueError(f"{what}: board {board!r} 不在 boards 里 is not among the boards")
        used = [f"{board}.{name.value}" for _, board, name in self._inputs()]
        if double := first_double(used):
            raise ValueError(f"{double}: 这一路输入用了两次 this input of a board is used twice")

    def _check_households(self) -> None:
        for household in self.households:
            self._check_meter(household, "water", household.water, Medium.WATER)
            if household.electricity is not None:
                self._check_meter(household, "electricity", household.electricity, Medium.ELECTRICITY)
        if water := first_double([household.water for household in self.households]):
            raise ValueError(f"households: 水表 {water!r} 属于两户 the water meter {water!r} is of two households")

    def _check_meter(self, household: Household, setting: str, name: str, medium: Medium) -> None:
        meter = self.meters.get(name)
        if meter is None:
            raise ValueError(f"households {household.id}: {setting}: 没有这块表 there is no meter {name!r}")
        if meter.medium is not medium:
            raise ValueError(f"households {household.id}: {setting}: {name!r} 的 medium 不是 is no meter of {medium}")

    def _inputs(self) -> Iterator[tuple[str, str, Input]]:
        """Whose, of which board, and which: each input that something hangs on."""
        for gate in self.gates:
            yield from ((f"gates {gate.id}", gate.board, name) for name in gate.inputs)
        for sensor in self.sensors:
            yield f"sensors {sensor.id}", sensor.board, sensor.input
        for household in self.households:
            if household.door is not None:
                yield f"households {household.id}.door", household.door.board, household.door.input
