"""What a replay found, for a person: a table with times, places and where the pictures lie."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contract.events import parse_event
from contract.parking import (
    ParkingCleared,
    ParkingMilestone,
    ParkingOpened,
    VehicleClass,
)
from edge.app.account import Account
from edge.errors import Misconfigured

MAX_PLATES: Final = 200
SUMMARY: Final = "summary.txt"
SUMMARY_WIDTH: Final = 140  # columns of the file; not the terminal's, so that it is the same each time
NOTHING: Final = "没有发现停车超时 nothing was found"
ZONE: Final = "区域 zone"  # the one that may be long
COLUMNS: Final = ("", "时间 time", "事件 event", ZONE, "车辆 vehicle", "已停 dwell")
KINDS: Final = {
    ParkingOpened: "超时 opened",
    ParkingMilestone: "仍在 milestone",
    ParkingCleared: "开走 cleared",
}
VEHICLES: Final = {
    VehicleClass.CAR: "轿车 car",
    VehicleClass.TRUCK: "货车 truck",
    VehicleClass.BUS: "客车 bus",
    VehicleClass.MOTORCYCLE: "摩托车 motorcycle",
    VehicleClass.BICYCLE: "自行车 bicycle",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A row: cells under `COLUMNS` without the number, and the first picture's path below the folder, if any."""

    cells: tuple[str, ...]
    picture: str


@dataclass(frozen=True, slots=True)
class Span:
    """Whose plate it was, by stay or as a vehicle that passes, and over which seconds of the recording it was known."""

    name: str
    first_s: float
    last_s: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found so far. `out` is the folder with the pictures, `timezone` the one that times are told in.

    `plates` holds every text that was read, at most 200: while votes come in, one vehicle may have several.
    """

    out: Path
    timezone: ZoneInfo
    rows: list[Finding] = field(default_factory=list)
    plates: dict[str, Span] = field(default_factory=dict)

    def read(self, account: Account) -> None:
        """Take what a look knew of plates: also those of vehicles that merely pass."""
        at_s = account.frame.moment.at_s
        for reading in account.readings:
            text = reading.plate.text
            if text is None or (text not in self.plates and len(self.plates) >= MAX_PLATES):
                continue
            known = self.plates.get(text, Span(reading.name, at_s, at_s))
            self.plates[text] = replace(known, name=reading.name, last_s=at_s)

    def add(self, body: bytes) -> None:
        """Take an event as a gateway sends it; what is not about a vehicle's stay is passed over."""
        event = parse_event(body)
        if not isinstance(event, ParkingOpened | ParkingMilestone | ParkingCleared):
            return
        data = event.data
        when = event.time.astimezone(self.timezone).strftime("%m-%d %H:%M:%S")
        dwell = str(timedelta(seconds=round(data.dwell_s)))
        zone = data.zone_name or data.zone
        picture = picture_of(self.out, data.evidence[0].sha256) if data.evidence else ""
        plate = data.plate.text if data.plate else None
        vehicle = f"{VEHICLES[data.vehicle]} {plate or ''}".rstrip()
        self.rows.append(Finding((when, KINDS[type(event)], zone, vehicle, dwell), picture))

    def show(self, console: Console, *, folder: Path) -> None:
        """Print the table and, by the rows' numbers, where in `folder` each first picture lies."""
        if self.rows:
            self._show_rows(console, folder)
        else:
            console.print(NOTHING)
        if self.plates:
            console.print("读到的车牌 plates read:")
        for text, span in sorted(self.plates.items(), key=lambda item: item[1].first_s):
            console.print(f"      {text}  {span.name}  {span.first_s:.0f}–{span.last_s:.0f} s", markup=False)

    def _show_rows(self, console: Console, folder: Path) -> None:
        console.print(self._table())
        console.print("第一张照片 first pictures:")
        for number, row in enumerate(self.rows, 1):
            where = folder / row.picture if row.picture else "—"
            console.print(f"{number:>4}  {where}", soft_wrap=True, markup=False)

    def keep(self) -> Path:
        """Write the same beside the pictures, and give the file.

        Raises:
            Misconfigured: it cannot be written.
        """
        path = self.out / SUMMARY
        try:
            with path.open("w", encoding="utf-8") as file:
                self.show(Console(file=file, width=SUMMARY_WIDTH, color_system=None), folder=Path())
        except OSError as error:
            raise Misconfigured(f"--out: {path} cannot be written ({error.strerror})") from None
        return path

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))  # narrow: 80 columns have to do
        for name in COLUMNS:
            table.add_column(name, no_wrap=name != ZONE, overflow="fold")
        for number, row in enumerate(self.rows, 1):
            table.add_row(str(number), *(Text(cell) for cell in row.cells))
        return table


def picture_of(out: Path, sha256: str) -> str:
    """Where a picture lies below the folder `out`; empty where it is not there."""
    found = sorted(out.glob(f"{sha256[:2]}/{sha256}.*"))
    return found[0].relative_to(out).as_posix() if found else ""
