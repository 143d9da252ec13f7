"""The box's command line."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from deploy.onebox import demo as demonstration
from deploy.onebox.box import Plan, running
from deploy.onebox.errors import Misconfigured, PartFailed
from deploy.onebox.folder import Folder, default_root
from deploy.onebox.gateway import CAMERAS_FILE, own_cameras
from deploy.onebox.news import tell
from deploy.onebox.once import play_once
from deploy.onebox.telling import Terminal

T = TypeVar("T")

NO: Final = 1
PERSON_MUST_FIX: Final = 2
ONCE_FOLDER: Final = "demo-once"
DEMO_FOLDER: Final = "demo"

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Linli 邻里 on one machine: broker, database, cloud and a gateway, data in one folder.",
)

Data = Annotated[Path | None, typer.Option("--data", help="The folder that holds everything of this box.")]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65_535, help="The page's port on 127.0.0.1.")]


@app.command()
def run(data: Data = None, port: Port = None) -> None:
    """Run a box with the cameras that its cameras.toml names, until stopped.

    Example: linli-onebox run --data /srv/linli
    """
    folder, terminal = Folder(data or default_root()), Terminal()
    with folder.locked():
        _ask(_run(folder, terminal, port))


async def _run(folder: Folder, terminal: Terminal, port: int | None) -> None:
    cameras = folder.root / CAMERAS_FILE
    plan = Plan(lambda _: own_cameras(folder), written_in=str(cameras), console_port=port)
    async with running(folder, plan, terminal) as box:
        demonstration.greet(box, terminal)
        terminal.say(f"摄像机配置 the cameras are in {cameras}")
        await box.supervisor.guard(tell(box.cloud.dsn, box.gateway.started_at, terminal))


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play the story once, print a JSON summary, end.")] = False,
    camera: Annotated[str | None, typer.Option(envvar="LINLI_CAMERA", help="A camera of yours: rtsp://…")] = None,
    port: Port = None,
    data: Data = None,
) -> None:
    """Show the product with arranged footage, or with a camera of yours.

    Examples: linli-onebox demo; linli-onebox demo --camera rtsp://192.0.2.10/stream1; linli-onebox demo --once
    """
    if once and camera:
        raise Misconfigured(
            "--once 演的是情景，不能与 --camera 同用  --once plays the story; it cannot be had with --camera"
        )
    terminal = Terminal()
    if not once:
        if camera:
            demonstration.check_camera(camera)
        folder = Folder(data or default_root().with_name(DEMO_FOLDER))
        with folder.locked():
            _ask(demonstration.show(folder, terminal, camera=camera, console_port=port))
        return
    folder = Folder(data or default_root().with_name(ONCE_FOLDER))
    with folder.locked():
        if data is None:
            folder.empty()  # the story before this one
        summary = _ask(play_once(folder, terminal, console_port=port))
    if summary is None:
        raise typer.Exit(NO)
    faults = summary.faults()
    for fault in faults:
        terminal.say(f"✗ {fault}", "red")
    print(json.dumps(asdict(summary)), flush=True)
    raise typer.Exit(NO if faults else 0)


def _ask(work: Coroutine[object, object, T]) -> T | None:
    """Do the work until it ends or a person stops it, which ends it in good order and gives nothing."""
    return asyncio.run(_until_signalled(work))


async def _until_signalled(work: Coroutine[object, object, T]) -> T | None:
    task = asyncio.ensure_future(work)
    stopped = asyncio.Event()

    def stop() -> None:
        if stopped.is_set():  # a second Ctrl-C while everything ends: leave the rest to the kernel
            os._exit(128 + signal.SIGINT)
        stopped.set()
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        return None


def main() -> None:
    """Run the command; what is expected to go wrong ends it with a sentence and exit code 1 or 2."""
    try:
        app()
    except (Misconfigured, PartFailed) as error:
        Terminal().say(f"linli-onebox: {error}", "red")
        sys.exit(PERSON_MUST_FIX if isinstance(error, Misconfigured) else NO)


if __name__ == "__main__":
    main()
