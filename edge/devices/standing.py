"""How a line is, as the heartbeat tells it."""

from typing import Final

from contract.device import LineHealth, LineState
from firmware_bridge.buses import Standing

MAX_DETAIL: Final = 200  # characters
STATES: Final = {None: LineState.STARTING, True: LineState.LIVE, False: LineState.LOST}


def health_of(line: str, standing: Standing, *, devices: int, answering: int) -> LineHealth:
    """One line of the heartbeat."""
    return LineHealth(
        line=line,
        state=STATES[standing.live],
        detail=standing.detail[:MAX_DETAIL],
        devices=devices,
        answering=answering,
    )
