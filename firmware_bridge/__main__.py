"""The command line of everything on a wire: `linli-bridge`."""

from typing import Final

import typer

from firmware_bridge.app.decode import decode
from firmware_bridge.app.read import read
from firmware_bridge.app.scan import scan
from firmware_bridge.app.simulate import simulate
from firmware_bridge.app.watch import watch

COMMANDS: Final = (scan, read, watch, decode, simulate)

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="markdown")


@app.callback()
def bridge() -> None:
    """Linli 邻里，表计、道闸与传感板 meters, gates and the board on the wire."""


for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    main()
