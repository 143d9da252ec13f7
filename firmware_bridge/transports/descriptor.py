"""A line over a file descriptor: a serial adapter, or either side of a pseudo-terminal."""

import asyncio
import os
from typing import Final

from firmware_bridge.errors import LineLost
from firmware_bridge.transports.inbox import Inbox

PIECE: Final = 4096  # bytes of one read
STUCK_S: Final = (
    10.0  # an adapter that takes no byte for so long is gone: 4096 bytes take 19 s at 2400 baud, 255 take 1.2
)


class DescriptorLine:
    """Owns a non-blocking descriptor; no thread, the event loop says when there is something to read."""

    def __init__(self, descriptor: int, name: str, byte_s: float = 0.0) -> None:
        self.name = name
        self.byte_s = byte_s
        self._descriptor: int | None = descriptor
        self._inbox = Inbox(name)
        self._loop = asyncio.get_running_loop()
        os.set_blocking(descriptor, False)
        self._loop.add_reader(descriptor, self._receive)

    async def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._inbox.check()
            try:
                rest = rest[os.write(self._open_descriptor(), rest) :]
            except BlockingIOError:
                await self._wait_for_room()
            except OSError as error:
                self._lose(error.strerror or str(error))

    async def read(self, within_s: float) -> bytes:
        return await self._inbox.take(within_s)

    async def close(self) -> None:
        if self._descriptor is not None:
            self._inbox.lose("已关闭 closed")
            self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    def _receive(self) -> None:
        try:
            data = os.read(self._open_descriptor(), PIECE)
        except BlockingIOError:
            return
        except OSError as error:  # what an adapter that was pulled gives
            self._lose(error.strerror or str(error))
            return
        if data:
            self._inbox.put(data)
        else:
            self._lose("适配器已拔出 the adapter is gone")

    def _lose(self, why: str) -> None:
        self._inbox.lose(why)
        if self._descriptor is not None:
            self._loop.remove_reader(self._descriptor)

    def _open_descriptor(self) -> int:
        if self._descriptor is None:
            raise LineLost(f"{self.name}: 已关闭 closed")
        return self._descriptor

    async def _wait_for_room(self) -> None:
        descriptor, room = self._open_descriptor(), asyncio.Event()
        self._loop.add_writer(descriptor, room.set)
        try:
            async with asyncio.timeout(STUCK_S):
                await room.wait()
        except TimeoutError:
            self._lose(f"{STUCK_S:.0f} s 内写不进数据 takes no bytes")
        finally:
            self._loop.remove_writer(descriptor)
