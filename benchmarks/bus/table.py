"""The report in words, for a terminal; Chinese first."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.bus.codec import Ratio
from benchmarks.bus.cycles import ITEMS, State
from benchmarks.bus.report import MOST_OVER_LINE, MOST_OVER_LINE_8_DEAD, Report, Row

HEADINGS = (
    "线路\nline",
    "项\nitems",
    "失联\ndead",
    "周期 s\ncycle",
    "下限 s\nleast",
    "周期÷下限\nover",
    "在线÷下限\nliving",
    "占用 %\nbusy",
)
ITEM_COUNTS = {load: str(len(items)) for load, items in ITEMS.items()}
STATES = {State.NONE_DEAD: "0", State.NEWLY: "8 新 new", State.KNOWN: "8 旧 old"}


def show(report: Report, console: Console) -> None:
    """Print what was found."""
    console.print("\n模拟线路 A simulated line, 64 块电表 electricity meters", style="bold", highlight=False)
    for words in report.assumed:
        console.print(f"  {words}", style="dim", highlight=False, markup=False)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for place, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if place > 2 else "left", no_wrap=True)
    for row in report.cycles:
        table.add_row(*_cells(row, row.form))
    table.add_row(*_cells(report.terminal, f"{report.terminal.form} *"))
    console.print(table)
    console.print(
        f"* 实时，伪终端 in real time, a pseudo-terminal: the least of {report.terminal_rounds}, "
        f"the most {report.terminal_most:.3f}; load {report.machine.load:g} on {report.machine.cores} cores",
        highlight=False,
        markup=False,
    )
    codec = report.codec
    console.print(
        f"编解码 codec: {codec.ours} 次/秒 exchanges a CPU second, dlt645 {codec.peer}: {_ratio(codec.over_peer)} ×; "
        f"without its log text {codec.peer_without_text}: {_ratio(codec.over_peer_without_text)} ×",
        highlight=False,
    )
    console.print(f"目标 wanted: ≤ {MOST_OVER_LINE:g}; 8 dead ≤ {MOST_OVER_LINE_8_DEAD:g}", highlight=False)
    for words in report.targets_missed:
        console.print(f"未达到 missed: {words}", style="bold red", highlight=False)


def _cells(row: Row, name: str) -> tuple[str, ...]:
    return (
        name,
        ITEM_COUNTS[row.load],
        STATES[row.state],
        f"{row.cycle_s:.1f}",
        f"{row.minimum_s:.1f}",
        f"{row.over_line_time:.3f}",
        f"{row.living_over_line_time:.3f}",
        f"{100 * row.busy_share:.1f}",
    )


def _ratio(ratio: Ratio) -> str:
    return f"{ratio.median:.2f} ({ratio.least:.2f} – {ratio.most:.2f})"
