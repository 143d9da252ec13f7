"""What a replay of falls found, for a person: the falls, and how many other things moved and why they are none."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contract.events import parse_event
from contract.throwing import Estimate, FloorEstimate, ObjectThrown
from edge.app.fall_watch import Glimpse
from edge.app.findings import SUMMARY, SUMMARY_WIDTH, Finding, picture_of
from edge.errors import Misconfigured
from edge.perception.falls.verdict import WORDS
from edge.sources.film import Gaps
from edge.trajectory import Rejected, Rejection

NOTHING: Final = "没有发现高空抛物 nothing fell"
FACADE: Final = "立面 façade"  # the one that may be long
COLUMNS: Final = ("", "时间 time", FACADE, "楼层 floor", "末速 speed", "落下 fell")
GAPS: Final = {
    "repeated": "时间重复、未用的画面 pictures left out, their time does not rise",
    "unstamped": "没有时间的数据包 packets without a time",
    "jumps": "时间跳变 jumps in time",
    "damaged": "损坏的数据包 damaged packets",
}


@dataclass(slots=True)
class FallFindings:
    """What was found so far. `out` is the folder with the pictures, `timezone` the one that times are told in."""

    out: Path
    timezone: ZoneInfo
    rows: list[Finding] = field(default_factory=list)
    rejected: Counter[Rejection] = field(default_factory=Counter)
    gaps: Gaps = field(default_factory=Gaps)

    def look(self, glimpse: Glimpse) -> None:
        """Count the tracks that are no falls."""
        self.rejected.update(verdict.reason for _, verdict in glimpse.verdicts if isinstance(verdict, Rejected))

    def note(self, gaps: Gaps) -> None:
        """Take what of the recording was left out."""
        self.gaps = gaps

    def add(self, body: bytes) -> None:
        """Take an event as a gateway sends it; what is no fall is passed over."""
        event = parse_event(body)
        if not isinstance(event, ObjectThrown):
            return
        data = event.data
        when = data.began_at.astimezone(self.timezone).strftime("%m-%d %H:%M:%S.%f")[:-3]
        cells = when, data.facade_name or data.facade, _floor(data.floor), f"{data.speed_m_s:.0f} m/s"
        picture = picture_of(self.out, data.evidence[0].sha256) if data.evidence else ""
        self.rows.append(Finding((*cells, f"{_interval(data.fell_m)} m"), picture))

    def show(self, console: Console, *, folder: Path) -> None:
        """Print the falls with where in `folder` their pictures lie, then what else moved, and what was not seen."""
        if self.rows:
            console.print(self._table())
            console.print("照片 pictures:")
            for number, row in enumerate(self.rows, 1):
                where = folder / row.picture if row.picture else "—"
                console.print(f"{number:>4}  {where}", soft_wrap=True, markup=False)
        else:
            console.print(NOTHING)
        if self.rejected:
            console.print("其他移动 what else moved:")
        for reason, count in self.rejected.most_common():
            console.print(f"{count:>6}  {' '.join(WORDS[reason])}", markup=False)
        for name, words in GAPS.items():
            if count := getattr(self.gaps, name):
                console.print(f"{count:>6}  {words}", markup=False)

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
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for name in COLUMNS:
            table.add_column(name, no_wrap=name != FACADE, overflow="fold")
        for number, row in enumerate(self.rows, 1):
            table.add_row(str(number), *(Text(cell) for cell in row.cells))
        return table


def _floor(floor: FloorEstimate | None) -> str:
    return "—" if floor is None else f"{floor.likely} ({floor.low}…{floor.high})"


def _interval(estimate: Estimate) -> str:
    return f"{estimate.value:.0f} ({estimate.low:.0f}…{estimate.high:.0f})"
