"""`python -m deploy.story`: make the story's clips, serve a stage as an RTSP camera."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from aio_rtsp_toolkit.server import RtspServer  # type: ignore[import-untyped]  # comes without types

from deploy.story.clip import ensure_clips
from deploy.story.yard import Yard, serve_yard
from models.errors import FetchFailed, ModelRefused

app = typer.Typer(help="The demo's camera, real footage arranged, and its simulated yard.", no_args_is_help=True)


@app.command()
def make() -> None:
    """Make the clips and say where they are."""
    try:
        clips = ensure_clips(lambda step, done: print(f"{done:4.0%} {step}", file=sys.stderr))
    except (FetchFailed, ModelRefused) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2 if isinstance(error, ModelRefused) else 1) from None
    for scene, path in clips.items():
        print(f"{scene}\t{path}")


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="the stage: the folder with camera.mp4", exists=True, file_okay=False)],
    port: Annotated[int, typer.Option(help="on 127.0.0.1")],
) -> None:
    """Be an RTSP camera on this machine until ended."""
    server = RtspServer(str(folder), host="127.0.0.1", port=port, session_name="Linli story: arranged footage")
    asyncio.run(server.serve_forever())


@app.command()
def yard(
    folder: Annotated[Path, typer.Argument(help="where the links to its two lines go", exists=True, file_okay=False)],
) -> None:
    """Be the meters and the board at the gate until ended; all of it is made up."""
    asyncio.run(serve_yard(Yard(folder)))


if __name__ == "__main__":
    app()
