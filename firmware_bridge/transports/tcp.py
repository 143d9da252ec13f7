"""A serial line behind a TCP gateway that passes bytes through: raw DL/T 645, CJ/T 188, Modbus RTU over TCP."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from firmware_bridge.errors import LineLost, Misconfigured
from firmware_bridge.transports.descriptor import PIECE, STUCK_S
from firmware_bridge.transports.serial_port import FACTORY, SerialFormat

CONNECT_S: Final = 5.0
_KEEPALIVE: Final = (  # a gateway that lost its power says nothing: found after 60 + 3 × 10 s
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
)


class TcpLine:
    """Owns one connection. The stream's own limit bounds what waits to be read."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str, byte_s: float = 0.0
    ) -> None:
        self.name = name
        self.byte_s = byte_s
        self._reader = reader
        self._writer = writer

    async def write(self, data: bytes) -> None:
        if self._writer.is_closing():
            raise LineLost(f"{self.name}: 已关闭 closed")
        self._writer.write(data)
        try:
            async with asyncio.timeout(STUCK_S):
                await self._writer.drain()
        except OSError as error:  # TimeoutError is one
            raise LineLost(f"{self.name}: 写不进数据 takes no bytes: {error}") from error

    async def read(self, within_s: float) -> bytes:
        data = await self._within(within_s)
        if data is None:  # it may have come at once with the end of the time, on a machine that stalls
            data = await self._within(0.0)
        if data == b"":
            raise LineLost(f"{self.name}: 对端已断开 the gateway closed the connection")
        return data or b""

    async def _within(self, seconds: float) -> bytes | None:
        """What has come, empty at the end of the stream; None if nothing has."""
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await self._reader.read(PIECE)
        except OSError as error:
            if limit.expired():
                return None
            raise LineLost(f"{self.name}: {error}") from error  # also a TimeoutError: no answer to keepalive

    async def close(self) -> None:
        self._writer.close()
        with suppress(OSError):  # it is gone already
            await self._writer.wait_closed()


@dataclass(frozen=True, slots=True)
class TcpPort:
    """A gateway by its address; `behind` is how its serial side is set, for the timing."""

    host: str
    port: int
    behind: SerialFormat = FACTORY

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"

    async def open(self) -> TcpLine:
        """As `Port.open`; a host that cannot be one is `Misconfigured`."""
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_connection(self.host, self.port)
        except OSError as error:
            raise LineLost(f"{self.name}: 连接失败 cannot connect: {error}") from error
        except UnicodeError as error:
            raise Misconfigured(f"{self.name}: 不是主机名 no host is called so: {error}") from error
        for level, option, value in _KEEPALIVE:
            writer.get_extra_info("socket").setsockopt(level, option, value)
        return TcpLine(reader, writer, self.name, self.behind.byte_s)
