"""The report in words, for a terminal."""

from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.throw.report import TARGETS, AblationRow, ConfuserRow, FaultRow, Group, Number, Report, Share

GROUPS: Final = (
    ("by_size", "size"),
    ("by_weather", "weather"),
    ("by_resolution", "picture"),
    ("by_kind", "kind"),
    ("by_light", "light"),
    ("by_codec", "codec"),
    ("by_fps", "fps"),
    ("by_wall", "wall"),
)
HEADINGS: Final = ("n", "recall", "of 95", "F", "TRO", "false", "±1", "in", "MOG2", "F")
EXPLAINED: Final = (
    "all but n, falls, and false alarms are hundredths; recall lies in its interval 95 times of 100;",
    "F and TRO are FADE's; ±1: the floor, with a grid; in: the interval of floors that is told holds the true one;",
    "MOG2: the baseline's recall, and its F. Confusers: rendered, then as tracks at the rates they come",
)
CONFUSER_HEADINGS: Final = ("hours", "false", "MOG2", "days", "tracks", "false", "a day", "MOG2")
ABLATION_HEADINGS: Final = ("recall", "of 95", "rendered", "an hour", "tracks", "a day", "in all, a day")
ABLATION_EXPLAINED: Final = (
    "who decides, on the same pictures and tracks: recall, then false alarms in rendered confusers and in tracks, and",
    "in all of a camera-day. Among tracks what else moves is not known: there the classifier alone decides as both do",
)
FAULT_HEADINGS: Final = ("clips", "falls", "found", "clean", "recall", "clean", "false", "clean")
FAULTS_EXPLAINED: Final = (
    "clean: the same clips without the fault. dropped: 1 picture of 10; bursts: up to 0.3 s of them, beside falls;",
    "jumps: stamps leap an hour ahead before a fall and back after it; restart: the camera starts again before it;",
    "exposure: a step of 25 % at each whole second; infrared: the switch, before a fall",
)
PLAIN: Final = ("false_alarms_per_camera_day", "core_fraction_1080p25", "over_decode", "memory_mb")


def show(report: Report, console: Console) -> None:
    """Print what was found."""
    area = "" if report.median_area is None else f", median {report.median_area:.0f} px"
    console.print(
        f"\nSimulated falls, family {report.family}: {report.falls} in {report.clips} clips{area}", style="bold"
    )
    console.print(_head(report))
    console.print(_shares(report), highlight=False, style="dim")
    for name, title in GROUPS:
        groups: dict[str, Group] = getattr(report, name)
        if groups:
            console.print(_groups(title, groups))
    _explain(EXPLAINED, console)
    if report.by_confuser:
        console.print(_confusers(report.by_confuser))
    if report.ablation:
        console.print(_ablation(report.ablation))
        _explain(ABLATION_EXPLAINED, console)
    if report.faults:
        console.print(_faults(report.faults))
        _explain(FAULTS_EXPLAINED, console)
    console.print(_words(report), highlight=False, style="dim", markup=False)
    for words in report.targets_missed:
        console.print(f"missed: {words}", style="bold red", highlight=False)


def _head(report: Report) -> Table:
    table = _table("", ("wanted", "detector", "without grid", "MOG2"))
    for target in TARGETS:
        values = [report, report.physics_only, report.baseline]
        cells = [_cell(target.name, getattr(one, target.name, None)) for one in values]
        wanted = f"{'≥' if target.at_least else '≤'} {_cell(target.name, target.value)}"
        table.add_row(target.name, wanted, *cells)
    return table


def _shares(report: Report) -> str:
    return "\n".join(f"  {name}: {share_words(share)}" for name, share in report.shares.items())


def _groups(title: str, groups: dict[str, Group]) -> Table:
    table = _table(title, HEADINGS)
    for name, group in groups.items():
        table.add_row(
            name,
            str(group.falls),
            _hundredths(group.recall.value),
            _interval(group.recall),
            _hundredths(group.f_measure),
            _hundredths(group.tro),
            str(group.false_alarms),
            _hundredths(group.floor_within_1.value),
            _hundredths(group.interval_coverage.value),
            _hundredths(group.baseline_recall.value),
            _hundredths(group.baseline_f_measure),
        )
    return table


def _confusers(rows: dict[str, ConfuserRow]) -> Table:
    table = _table("confuser", CONFUSER_HEADINGS)
    for name, row in rows.items():
        table.add_row(
            name,
            f"{row.rendered_hours:.2f}",
            str(row.rendered_false),
            str(row.rendered_baseline_false),
            f"{row.camera_days:g}",
            str(row.tracks),
            str(row.tracks_false),
            "" if row.false_per_camera_day is None else f"{row.false_per_camera_day:.4f}",
            str(row.tracks_baseline_false),
        )
    return table


def _ablation(rows: dict[str, AblationRow]) -> Table:
    table = _table("decided by", ABLATION_HEADINGS)
    for name, row in rows.items():
        table.add_row(
            name,
            _hundredths(row.recall.value),
            _interval(row.recall),
            str(row.rendered_false),
            _number(row.false_per_rendered_hour),
            str(row.tracks_false),
            _number(row.false_per_track_day),
            _number(row.false_alarms_per_camera_day),
        )
    return table


def _faults(rows: dict[str, FaultRow]) -> Table:
    table = _table("fault", FAULT_HEADINGS)
    for name, row in rows.items():
        counts = (row.clips, row.falls, row.found, row.found_clean)
        recalls = (_hundredths(row.recall), _hundredths(row.recall_clean))
        table.add_row(name, *map(str, counts), *recalls, str(row.false_alarms), str(row.false_alarms_clean))
    return table


def _explain(lines: tuple[str, ...], console: Console) -> None:
    for line in lines:
        console.print(line, highlight=False, style="dim")


def _words(report: Report) -> str:
    false, cost = report.false_alarms, report.cost
    lines = [
        f"false alarms: {false.rendered} in {false.rendered_hours:g} h of rendered confusers, {false.throws} in "
        f"{false.throw_hours:g} h with falls, {false.tracks} in {false.camera_days:g} camera-days of tracks; "
        f"{false.told_again} falls told again",
        f"frames said to show a fall, wherever: F {_percent(report.frames_f_measure)}; "
        f"verdict at most {_number(report.delay_s)} s after the last sighting",
        _deciding(report),
        "rejected: " + (", ".join(f"{count} {what}" for what, count in report.rejected.items()) or "nothing"),
    ]
    if cost.rounds:
        lines.append(
            f"cost: 1080p at 25 fps, {cost.kilobits_per_s / 1000:.1f} Mbit/s, {cost.seconds:g} s, median of "
            f"{cost.rounds}: decoding alone {_number(cost.decode_fraction)} of a core"
        )
    return "\n".join(lines)


def _deciding(report: Report) -> str:
    who = "physics and the classifier decide" if report.classifier else "physics alone decides"
    walls = f"{report.photographed} clips show a photographed wall" if report.photographs else "all walls are drawn"
    return f"{who}; {walls}"


def share_words(share: Share) -> str:
    """A share with its interval."""
    return f"{_percent(share.value) or '–'} ({share.part} of {share.whole}{_between(share)})"


def _between(share: Share) -> str:
    return f", {_interval(share)}" if share.whole else ""


def _interval(share: Share) -> str:
    return "" if share.low is None or share.high is None else f"{100 * share.low:.0f}–{100 * share.high:.0f}"


def _table(title: str, headings: tuple[str, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(title, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _cell(name: str, value: Number) -> str:
    return _number(value) if name in PLAIN else _percent(value)


def _percent(value: Number) -> str:
    return "" if value is None else f"{_hundredths(value)} %"


def _hundredths(value: Number) -> str:
    return "" if value is None else f"{100 * value:.1f}"


def _number(value: Number) -> str:
    return "" if value is None else f"{value:.4g}"
