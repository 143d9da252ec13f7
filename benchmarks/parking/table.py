"""The report in words, for a terminal."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.parking.report import TARGETS, Figures, Report, Share

HEADINGS = ("weeks", "stays", "dwell within", "switches / 1000", "false openings / week", "swaps apart", "looks / week")


def show(report: Report, console: Console) -> None:
    """Print what was found, kind by kind."""
    console.print(f"\nSimulated parking, family {report.family}: {report.camera_weeks:g} camera-weeks", style="bold")
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("noise", no_wrap=True)
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    for kind, row in report.kinds.items():
        table.add_row(kind, *_cells(row))
    table.add_row("wanted", "", "", *(_wanted(name) for name in range(4)), "")
    console.print(table)
    for kind, row in report.kinds.items():
        console.print(f"{kind}: {_words(row)}", highlight=False, style="dim", markup=False)
    zombies = report.zombies
    console.print(
        f"\nzombie vehicles: {zombies.zombie_recall} of {zombies.vehicles} confirmed, "
        f"{zombies.zombie_false} of {zombies.lookalikes} lookalikes",
        highlight=False,
    )
    for kind, shares in zombies.by_kind.items():
        console.print(f"  {kind}: {shares}", highlight=False, style="dim")
    for words in report.targets_missed:
        console.print(f"missed: {words}", style="bold red", highlight=False)


def _cells(row: Figures) -> list[str]:
    return [
        f"{row.camera_weeks:g}",
        str(row.stays),
        _percent(row.dwell_within_one_look),
        _plain(row.switches_per_1000_stays),
        _plain(row.false_openings_per_camera_week),
        _percent(row.swaps_told_apart),
        f"{row.looks / row.camera_weeks:.0f}" if row.camera_weeks else "",
    ]


def _words(row: Figures) -> str:
    said = ", ".join(f"{count} {what}" for what, count in row.said.items())
    false = ", ".join(f"{count} {what}" for what, count in row.false.items())
    swaps = ", ".join(f"{cover} {shares}" for cover, shares in row.swaps.items())
    parts = (said, f"missed openings {row.missed_openings}", false and f"false: {false}", swaps and f"swaps {swaps}")
    return "; ".join(part for part in parts if part)


def _wanted(i: int) -> str:
    target = TARGETS[i]
    sign = "≥" if target.at_least else "≤"
    return f"{sign} {100 * target.value:g} %" if i in {0, 3} else f"{sign} {target.value:g}"


def _percent(share: Share) -> str:
    return "" if share is None else f"{100 * share:.2f} %"


def _plain(figure: Share) -> str:
    return "" if figure is None else f"{figure:.2f}"
