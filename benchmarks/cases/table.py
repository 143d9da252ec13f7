"""The report in words, for a terminal; Chinese first."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.cases.report import GROWTH, P95_MS, Report

NAMES = {
    "list": "列表 list",
    "filter": "筛选 filter",
    "search": "搜索 search",
    "case": "案件 case",
    "list of 200": "200 张 of 200",
    "evaluation of a month": "考核：月 a month",
    "evaluation of a half-year": "半年 a half-year",
    "evaluation of a year": "年 a year",
    "evaluation of a street": "街道的年 of a street",
    "a community's page": "一院一案 community",
}


def show(report: Report, console: Console) -> None:
    """Print what was found."""
    console.print("\n模拟事件 Simulated events", style="bold", highlight=False)
    for words in report.assumed:
        console.print(f"  {words}", style="dim", highlight=False, markup=False)
    small, large = report.small, report.large
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in (
        "页面\npage",
        f"{small.events:,}\np50 ms",
        "\np95",
        f"{large.events:,}\np50 ms",
        "\np95",
        "增长\ngrowth",
    ):
        table.add_column(heading, justify="left" if heading.startswith("页面") else "right", no_wrap=True)
    for name, page in report.pages.items():
        figures = (page.small_p50, page.small_p95, page.large_p50, page.large_p95)
        table.add_row(NAMES[name], *(f"{figure:.1f}" for figure in figures), f"{page.growth:.2f}")
    console.print(table)
    intake = report.intake
    console.print(
        f"入库 taken in: {intake.small:g} 件/秒 events a second; on top of {large.events:,}: {intake.large:g}. "
        f"COPY {intake.copied:g} (÷ {report.over_copy:.4f}), single inserts {intake.inserted:g} "
        f"(÷ {report.over_single_insert:.3f})",
        highlight=False,
    )
    console.print(
        f"{large.cases:,} 案件 cases, {large.megabytes:,} MB; "
        f"load {report.machine.load:g} on {report.machine.cores} cores",
        highlight=False,
    )
    console.print(f"目标 wanted: p95 ≤ {P95_MS:g} ms, growth ≤ {GROWTH:g}", highlight=False)
    for words in report.targets_missed:
        console.print(f"未达到 missed: {words}", style="bold red", highlight=False)
