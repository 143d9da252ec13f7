"""The simulated board on a line."""

import asyncio
from typing import Final

from firmware_bridge.codecs.bridge import Decoder
from firmware_bridge.codecs.garbage import Garbage
from firmware_bridge.simulators.board import BoardSimulator
from firmware_bridge.transports import Line

STEP_S: Final = 0.02  # at which it looks for something to tell


async def serve_board(line: Line, board: BoardSimulator) -> None:
    """Answer and tell events until the line is lost.

    Raises:
        LineLost: the line is gone.
    """
    decoder, time = Decoder(), asyncio.get_running_loop().time
    while True:
        data = await line.read(STEP_S)
        for item in decoder.feed(data):
            answer = None if isinstance(item, Garbage) else board.answer(item, time())
            if answer is not None:
                await line.write(answer.raw)
        for frame in board.due(time()):
            await line.write(frame.raw)
