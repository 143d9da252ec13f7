"""The report in words, for a terminal; Chinese first."""

from collections.abc import Callable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.households.report import TARGETS, Interval, Report, Share


def show(report: Report, console: Console) -> None:
    """Print what was found, beside the baseline."""
    console.print(
        f"\n模拟住户 Simulated households, {report.family} seeds {report.seeds}: "
        f"{report.households} × {report.days} 天 days, 独居 alone {report.alone_years:g} 户年 household-years",
        style="bold",
        highlight=False,
    )
    for words in report.assumed:
        console.print(f"  {words}", style="dim", highlight=False, markup=False)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("", "漏水 leaks", "独居 welfare, 26 h", "误报/户年 false a household-year"):
        table.add_column(heading, justify="left" if not heading else "right")
    row = report.leak_recall, report.welfare_recall, report.welfare_false_per_household_year
    table.add_row("规则 rules", _percent(row[0]), _percent(row[1]), _plain(row[2]))
    recalls = (_within(interval, _percent) for interval in (report.leak_recall_95, report.welfare_recall_95))
    table.add_row("  95 %", *recalls, _within(report.welfare_false_95, _plain))
    for naive in report.naive:
        name = f"只看水表 water alone, {naive.hours:g} h"
        table.add_row(name, "", _percent(naive.welfare_recall), _plain(naive.welfare_false_per_household_year))
    wanted = [f"{'≥' if target.at_least else '≤'} {target.value:g}" for target in TARGETS]
    table.add_row("目标 wanted", *wanted)
    console.print(table)
    for name, words in _details(report):
        console.print(f"{name}: {words}", highlight=False, markup=False)
    for words in report.targets_missed:
        console.print(f"未达到 missed: {words}", style="bold red", highlight=False)


def _details(report: Report) -> list[tuple[str, str]]:
    return [
        ("发病 illnesses told in time", f"{report.illnesses}, {_counts(report.told_late_or_never) or 'none late'}"),
        ("延迟 delay, h", ", ".join(f"{name} {value:g}" for name, value in report.delay_h.items())),
        ("误报 false welfare alarms", _counts(report.false_by) or "none"),
        ("漏水 leaks", ", ".join(f"{name} {value}" for name, value in report.leaks.items())),
        ("更小或更短的漏水 below the rule", ", ".join(f"{name} {value}" for name, value in report.leaks_below.items())),
        ("漏水误报/户年 false leaks a household-year", _plain(report.leak_false_per_household_year)),
        ("全部报警 alarms opened", _counts(report.opened)),
    ]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _within(interval: Interval, told: Callable[[Share], str]) -> str:
    return "–" if interval is None else f"{told(interval[0])} – {told(interval[1])}"


def _percent(share: Share) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _plain(figure: Share) -> str:
    return "–" if figure is None else f"{figure:.2f}"
