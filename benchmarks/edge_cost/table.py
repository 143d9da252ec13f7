"""The report in words, for a terminal of 80 columns."""

from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.edge_cost.report import GATEWAY, KEY_FRAMES, SUPERVISION, Figure, Growth, Report, Scene, Settled, Stages
from benchmarks.edge_cost.street import Traffic

TRAFFIC: Final = {
    Traffic.STILL: "Still street: a car stands, nothing moves",
    Traffic.BUSY: "Busy street: a car stands, others pass before it half of the time",
}
NAMES: Final = {GATEWAY: "gateway", SUPERVISION: "supervision", KEY_FRAMES: "key frames"}
HEADINGS: Final = ("in all", "least – most", "decode", "gate", "infer", "rest", "per min")
EXPLAINED: Final = (
    "gateway      key frames, motion gate, detection, slots, rules, evidence, outbox",
    "supervision  OpenCV decodes every frame, 5 a second are detected on, a zone",
    "key frames   PyAV decodes them and nothing is done with them",
    "per min      runs of the vehicle detector in a minute of stream",
)


def show(report: Report, console: Console) -> None:
    """Print what was measured, on what, and what it means."""
    video, machine = report.stream, report.machine
    console.print("\nCPU milliseconds for one second of stream", style="bold")
    console.print(
        f"{video.width} × {video.height} H.264, {video.fps} frames a second, a key frame each {video.key_every_s} s, "
        f"{video.kilobits_per_s / 1000:.1f} Mbit/s."
    )
    console.print(f"Median of {report.rounds} rounds on {machine.cpu}, {machine.cores} cores.\n")
    for traffic, scene in report.scenes.items():
        console.print(_table(traffic, scene))
        console.print(f"gateway ÷ supervision  {_spread(scene.over_supervision)}: the smaller the better")
        console.print(f"gateway ÷ key frames   {_spread(scene.over_keyframe_decode)}: 1 would be judging for nothing")
        if scene.settled:
            _show_settled(scene.settled, console)
        console.print()
    for line in EXPLAINED:
        console.print(line, highlight=False, style="dim")
    _show_growth(report.growth, console)


def _show_settled(settled: Settled, console: Console) -> None:
    ms, arrival = settled.gateway_ms, settled.arrival_ms
    console.print(f"settled ÷ key frames   {_spread(settled.over_keyframe_decode)}, nothing new: {ms.median:.1f} ms")
    console.print(f"what came before cost  {arrival.median:.0f} ms once: a car, its plate, an alarm with pictures")


def _show_growth(growth: Growth, console: Console) -> None:
    table = Table(
        title="Several cameras, busy street: one gateway, all of them at the same time",
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for heading in ("cameras", "CPU ms a second", "least – most", "a camera", "MB in all", "looks"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in growth.rows:
        ms = row.ms_per_stream_s
        spread = f"{ms.least:.1f} – {ms.most:.1f}"
        each = f"{ms.median / row.cameras:.1f}"
        table.add_row(str(row.cameras), f"{ms.median:.1f}", spread, each, f"{row.mb.most:.0f}", str(row.looks))
    console.print()
    console.print(table)
    console.print(f"grows with the power  {growth.exponent:.3f} of the cameras: 1 is a straight line")
    console.print(f"each camera more      {growth.ms_per_extra_camera:.1f} ms a second (R² {growth.r2:.3f})")
    console.print(f"                      {growth.mb_per_extra_camera:.0f} MB (R² {growth.memory_r2:.3f})")


def _table(traffic: Traffic, scene: Scene) -> Table:
    table = Table(
        title=TRAFFIC[traffic], title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    table.add_column("", no_wrap=True)
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, stages in ((GATEWAY, scene.gateway), (SUPERVISION, scene.supervision), (KEY_FRAMES, scene.key_frames)):
        table.add_row(NAMES[name], *_cells(stages))
    return table


def _cells(stages: Stages) -> list[str]:
    total = stages.total_ms
    parts = (stages.decode_ms, stages.gate_ms, stages.inference_ms, stages.rest_ms)
    a_minute = stages.inferences * 60 / stages.read_s
    return [
        f"{total.median:.1f}",
        f"{total.least:.1f} – {total.most:.1f}",
        *(f"{part.median:.1f}" if part.most else "" for part in parts),
        f"{a_minute:.0f}" if a_minute else "",
    ]


def _spread(figure: Figure) -> str:
    return f"{figure.median:.3f} ({figure.least:.3f} – {figure.most:.3f})"
