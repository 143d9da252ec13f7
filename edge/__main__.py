"""The gateway's command line."""

import asyncio
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from contract.signatures import public_text
from edge.app.findings import Findings
from edge.app.gateway import Gateway
from edge.app.parts import detector, masker, signing_key
from edge.app.replay import begin
from edge.app.replay import replay as replay_recording
from edge.app.zone_picture import draw
from edge.config import Camera, Config, load
from edge.errors import Misconfigured, SourceLost, Transient
from edge.evidence.jpeg import PICTURE_QUALITY, encode
from edge.sources.camera import CameraSource
from edge.sources.recording import Recording
from edge.uplink import check as check_uplink
from edge.values import ClockTrust, Image, Moment

TRY_AGAIN: Final = 1
PERSON_MUST_FIX: Final = 2

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="markdown", help="Linli 邻里 gateway.")
config_app = typer.Typer(no_args_is_help=True, help="Write and check configuration files.")
app.add_typer(config_app, name="config")

ConfigFile = Annotated[Path, typer.Option("--config", "-c", help="The gateway's TOML file.")]


@app.command()
def run(config: ConfigFile, verbose: Annotated[bool, typer.Option("--verbose", "-v")] = False) -> None:
    """Watch the cameras and send what is found, until stopped.

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
    realtime: Annotated[bool, typer.Option("--realtime", help="No faster than it was recorded.")] = False,
) -> None:
    """Run a recording through the pipeline; one CloudEvents JSON a line on standard output.

    For people a table comes at the end on standard error, and in `summary.txt` beside the pictures.

    The same recording, configuration and start give the same bytes again.

    Example: `linli-edge replay street.mp4 --config gateway.toml --start 2026-05-01T08:00:00 --out found`
    """
    settings = load(config)
    begun = begin(start, settings)
    chosen = _camera(settings, camera)
    findings = Findings(out, ZoneInfo(settings.gateway.timezone))
    with _progress(_duration_s(source, chosen, begun), realtime=realtime) as advance:
        for body in replay_recording(source, settings, camera=chosen, start=begun, out=out, progress=advance):
            sys.stdout.write(body.decode() + "\n")
            sys.stdout.flush()
            findings.add(body)
    console = Console(stderr=True, highlight=False)
    findings.show(console, folder=out)
    console.print(f"也在 also in {findings.keep()}", soft_wrap=True, markup=False)


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
    cameras: Annotated[bool, typer.Option("--cameras", help="Also look through each camera once.")] = False,
    pictures: Annotated[
        Path | None, typer.Option(help="A folder for each camera's picture with its zones and a grid; not masked.")
    ] = None,
) -> None:
    """Say whether a file is right, and what is not.

    Examples: `linli-edge config check gateway.toml`, `linli-edge config check gateway.toml --cameras`,
    `linli-edge config check gateway.toml --pictures zones`
    """
    settings = load(config)
    detector(settings)
    masker(settings)
    if settings.uplink:
        check_uplink(settings.uplink)
    console = Console(highlight=False)
    console.print(f"{config}: right, version {settings.version}")
    unseen = 0
    for camera in settings.cameras:
        zones = ", ".join(f"{zone.id} ({zone.kind.value})" for zone in camera.zones) or "no zones: it will tell nothing"
        console.print(f"  camera {camera.id}: {zones}")
        unseen += bool(cameras or pictures) and not _seen(camera, console, pictures)
    raise typer.Exit(1 if unseen else 0)


def _duration_s(source: Path, camera: Camera, start: datetime) -> float | None:
    return Recording(source, camera=camera.id, start=start, look_every=camera.look_every).duration_s


def _seen(camera: Camera, console: Console, pictures: Path | None) -> bool:
    """Whether the camera gives one picture now; it is kept in `pictures` with its zones drawn."""
    start = Moment(0.0, datetime.now(UTC), ClockTrust.UNSYNCED)
    source = CameraSource(camera, moment=lambda: start)
    try:
        frame = next(source.frames(threading.Event()))
    except SourceLost as error:
        console.print(f"  camera {camera.id}: [red]no picture[/red]: {error}")
        return False
    height, width = frame.image.shape[:2]
    console.print(f"  camera {camera.id}: a picture of {width}×{height}")
    if pictures:
        console.print(f"  camera {camera.id}: {_kept(pictures / f'{camera.id}.jpg', draw(frame.image, camera.zones))}")
    return True


def _kept(path: Path, image: Image) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(image, PICTURE_QUALITY))
    except OSError as error:
        raise Misconfigured(f"--pictures: {path} cannot be written ({error.strerror})") from None
    return path


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
