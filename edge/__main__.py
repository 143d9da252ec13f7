"""The gateway's command line."""

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from contract.signatures import public_text
from edge.app.account import Account
from edge.app.fall_findings import FallFindings
from edge.app.fall_video import Verdicts, write_film
from edge.app.fall_watch import Glimpse
from edge.app.findings import Findings
from edge.app.gateway import Gateway
from edge.app.inspection import NO_ZONES, Inspection
from edge.app.line_inspection import LineInspection, check_devices
from edge.app.parts import check_lists, detector, plate_detector, plate_reader, signing_key
from edge.app.permit_commands import permits_app
from edge.app.reading_commands import readings_app
from edge.app.replay import begin, replay_falls
from edge.app.replay import replay as replay_recording
from edge.app.replay_video import open_video
from edge.config import Camera, Config, Seconds, load
from edge.errors import Misconfigured, Transient
from edge.sources.recording import Recording
from edge.uplink import check as check_uplink
from models.detection import Detector

TRY_AGAIN: Final = 1
PERSON_MUST_FIX: Final = 2
MOST_WATCH_S: Final = 3600.0

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="markdown", help="Linli 邻里 gateway.")
config_app = typer.Typer(no_args_is_help=True, help="Write and check configuration files.")
app.add_typer(config_app, name="config")
app.add_typer(permits_app, name="permits")
app.add_typer(readings_app, name="readings")

ConfigFile = Annotated[Path, typer.Option("--config", "-c", help="The gateway's TOML file.")]


@app.command()
def run(config: ConfigFile, verbose: Annotated[bool, typer.Option("--verbose", "-v")] = False) -> None:
    """Watch the cameras, read the meters, listen to the boards, and send what is found, until stopped.

    Example: `linli-edge run --config /etc/linli/gateway.toml`
    """
    level = logging.DEBUG if verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    for chatty in ("httpx", "httpcore", "libav"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    settings = load(config)
    asyncio.run(_until_signalled(Gateway(settings, signing_key(settings))))


async def _until_signalled(gateway: Gateway) -> None:
    task = asyncio.ensure_future(gateway.run())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


@app.command()
def replay(
    source: Annotated[Path, typer.Argument(help="A recording that FFmpeg reads.")],
    config: ConfigFile,
    start: Annotated[
        datetime | None,
        typer.Option(
            help="Wall clock at the first picture; in the file's gateway.timezone where no zone is given.",
            metavar="2026-05-01T08:00:00",
            formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"],
        ),
    ] = None,
    camera: Annotated[str, typer.Option(help="Which of the file's cameras; needed where it has several.")] = "",
    out: Annotated[Path, typer.Option(help="Where the evidence is left.")] = Path("replay"),
    video: Annotated[
        Path | None,
        typer.Option(
            help="An MP4 with what was seen and decided drawn over each look, or each picture of façades; not masked."
        ),
    ] = None,
    realtime: Annotated[bool, typer.Option("--realtime", help="No faster than it was recorded.")] = False,
) -> None:
    """Run a recording through the pipeline; one CloudEvents JSON a line on standard output.

    For people a table comes at the end on standard error, and in `summary.txt` beside the pictures.

    The same recording, configuration and start give the same bytes again.

    Examples: `linli-edge replay street.mp4 --config gateway.toml --start 2026-05-01T08:00:00 --out found`,
    `linli-edge replay street.mp4 --config gateway.toml --video why.mp4`
    """
    settings = load(config)
    begun = begin(start, settings)
    chosen = _camera(settings, camera)
    if video and video.exists() and source.exists() and video.samefile(source):
        raise Misconfigured(f"--video: {video} 就是录像本身，会被覆盖 is the recording itself: name another file")
    run_through = _replay_falls if chosen.facades else _replay_stays
    findings = run_through(source, settings, chosen, begun, out, video, realtime=realtime)
    console = Console(stderr=True, highlight=False)
    findings.show(console, folder=out)
    console.print(f"也在 also in {findings.keep()}", soft_wrap=True, markup=False)


def _replay_stays(
    source: Path, settings: Config, camera: Camera, begun: datetime, out: Path, video: Path | None, *, realtime: bool
) -> Findings:
    findings = Findings(out, ZoneInfo(settings.gateway.timezone))
    with ExitStack() as stack:
        advance = stack.enter_context(_progress(_duration_s(source, camera, begun), realtime=realtime))
        film = stack.enter_context(open_video(video, camera)) if video else None

        def witness(account: Account) -> None:
            findings.read(account)
            if film:
                film.show(account)

        for body in replay_recording(
            source, settings, camera=camera, start=begun, out=out, progress=advance, witness=witness
        ):
            _print(body)
            findings.add(body)
    return findings


def _replay_falls(
    source: Path, settings: Config, camera: Camera, begun: datetime, out: Path, video: Path | None, *, realtime: bool
) -> FallFindings:
    findings, verdicts = FallFindings(out, ZoneInfo(settings.gateway.timezone)), Verdicts()
    duration_s = _duration_s(source, camera, begun)

    def witness(glimpse: Glimpse) -> None:
        findings.look(glimpse)
        if video:
            verdicts.add(glimpse)

    with _progress(duration_s, realtime=realtime) as advance:
        for body in replay_falls(
            source,
            settings,
            camera=camera,
            start=begun,
            out=out,
            progress=advance,
            witness=witness,
            noted=findings.note,
        ):
            _print(body)
            findings.add(body)
    if video:
        with _progress(duration_s, realtime=False) as advance:
            write_film(video, source, camera, verdicts, progress=advance)
    return findings


def _print(body: bytes) -> None:
    sys.stdout.write(body.decode() + "\n")
    sys.stdout.flush()


@app.command()
def key(config: ConfigFile) -> None:
    """Print the gateway's public key, to be let in by the cloud; the key is made if there is none yet.

    Example: `linli-cloud gateway add sunny-garden gw-1 "$(linli-edge key --config gateway.toml)"`
    """
    sys.stdout.write(public_text(signing_key(load(config)).public_key()) + "\n")


@config_app.command()
def example() -> None:
    """Print a file with every setting explained.

    Example: `linli-edge config example > gateway.toml`
    """
    sys.stdout.write(files("edge.app").joinpath("example.toml").read_text())


@config_app.command()
def check(
    config: Annotated[Path, typer.Argument(help="The gateway's TOML file.")],
    cameras: Annotated[bool, typer.Option("--cameras", help="Also look through each camera.")] = False,
    lines: Annotated[bool, typer.Option("--lines", help="Also read each meter and ask each board.")] = False,
    watch: Annotated[
        str, typer.Option(help="Watch each camera for so long and say whether what moves is detected.", metavar="5m")
    ] = "",
    pictures: Annotated[
        Path | None, typer.Option(help="A folder for each camera's picture with its zones and a grid; not masked.")
    ] = None,
) -> None:
    """Say whether a file is right, and what is not.

    A camera that is a recording is judged over its first minute: is what moves in it detected?

    Examples: `linli-edge config check gateway.toml`, `linli-edge config check gateway.toml --cameras`,
    `linli-edge config check gateway.toml --watch 5m`, `linli-edge config check gateway.toml --pictures zones`,
    `linli-edge config check gateway.toml --lines` (stop the gateway first: a line has one reader)
    """
    settings = load(config)
    found = _models(settings)
    check_lists(settings)
    check_devices(settings)
    if settings.uplink:
        check_uplink(settings.uplink)
    console = Console(highlight=False)
    console.print(f"{config}: right, version {settings.version}")
    inspection = Inspection(console, found, pictures, _watch_s(watch)) if found else None
    failed = 0
    for camera in settings.cameras:
        console.print(f"  camera {camera.id}: {_watched(camera)}")
        if inspection and (cameras or watch or pictures):
            failed += not inspection.passes(camera)
    for line in settings.lines:
        console.print(f"  line {line.id}: {len(line.meters)} 块表 meters, {line.port}")
    for board in settings.boards:
        console.print(f"  board {board.id}: {board.port}")
    failed += LineInspection(console).failures(settings) if lines else 0
    raise typer.Exit(1 if failed else 0)


def _models(settings: Config) -> Detector | None:
    """What cameras are looked through with; no model is wanted where there is none."""
    if not settings.cameras:
        return None
    found = detector(settings)
    plate_detector(settings)
    plate_reader(settings)
    return found


def _watched(camera: Camera) -> str:
    facades = [f"{facade.id} (立面 façade{', 有网格 with a grid' if facade.grid else ''})" for facade in camera.facades]
    return ", ".join(facades or (f"{zone.id} ({zone.kind.value})" for zone in camera.zones)) or NO_ZONES


def _watch_s(text: str) -> float | None:
    if not text:
        return None
    try:
        watch_s = TypeAdapter(Seconds).validate_python(text)
    except ValidationError as error:
        raise Misconfigured(f"--watch: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None
    if not 0 < watch_s <= MOST_WATCH_S:
        raise Misconfigured("--watch: 大于 0，最多 1h more than 0 and at most 1h")
    return watch_s


def _duration_s(source: Path, camera: Camera, start: datetime) -> float | None:
    return Recording(source, camera=camera.id, start=start, look_every=camera.look_every).duration_s


def _camera(config: Config, name: str) -> Camera:
    found = [camera for camera in config.cameras if name in {"", camera.id}]
    if len(found) == 1:
        return found[0]
    known = ", ".join(camera.id for camera in config.cameras) or "none"
    raise Misconfigured(f"--camera: name one of the file's cameras ({known})" + (f", not {name!r}" if name else ""))


@contextmanager
def _progress(duration_s: float | None, *, realtime: bool) -> Iterator[Callable[[float], None]]:
    """A bar on standard error, and the recording's own pace where that is wished for."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    begun = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("replay", total=duration_s)

        def advance(at_s: float) -> None:
            bar.update(task, completed=at_s)
            if realtime:
                time.sleep(max(0.0, begun + at_s - time.monotonic()))

        yield advance


def main() -> None:
    """Run the command; a setting that a person must change ends it with exit code 2."""
    try:
        app()
    except Misconfigured as error:
        Console(stderr=True, highlight=False, markup=False).print(f"linli-edge: {error}", soft_wrap=True)
        sys.exit(PERSON_MUST_FIX)
    except Transient as error:  # a full disk at the start: the service manager tries again
        Console(stderr=True, highlight=False, markup=False).print(f"linli-edge: {error}", soft_wrap=True)
        sys.exit(TRY_AGAIN)


if __name__ == "__main__":
    main()
