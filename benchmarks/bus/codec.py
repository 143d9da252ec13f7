"""The codec beside the PyPI package `dlt645`: the same questions built, the same answers read, to the same numbers.

Of each exchange: a request with four wake-up bytes is built; its answer, with as many, is found among the bytes,
checked, matched to the meter and decoded by the table of identifiers. Ours gives `Decimal`s with unit and resolution,
and says of each byte what it was; the package gives floats.

The package's parser makes a text of each frame for its log, also where the log is off, as it is by default. So it is
measured as it is, and with that text empty (`Frame.__repr__`), which no user of it has.
"""

import gc
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Final

from dlt645 import DLT645Protocol, MeterClientService  # type: ignore[import-untyped]  # comes without types
from dlt645.protocol.frame import Frame as PeerFrame  # type: ignore[import-untyped]  # comes without types
from pydantic import BaseModel, ConfigDict

from benchmarks.bus.line import METERS, NothingMeasured
from firmware_bridge.codecs.dlt645 import (
    WAKE_UP_BYTES,
    Address,
    Decoder,
    Frame,
    Reading,
    ReadReply,
    decode,
    meaning,
    read,
)
from firmware_bridge.codecs.values import Quantity
from firmware_bridge.devices import USUAL_ITEMS
from firmware_bridge.simulators import ElectricitySimulator

READ: Final = 0x11


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question to a meter, and the bytes of its answer."""

    address: Address
    identifier: int
    answer: bytes


class Ratio(BaseModel):
    """A ratio within each round: median and extremes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Ratio":
        return cls(median=round(median(values), 3), least=round(min(values), 3), most=round(max(values), 3))


class Speed(BaseModel):
    """Exchanges built and read a second of CPU time, median over the rounds; ratios: ours ÷ the package."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ours: int
    peer: int
    peer_without_text: int
    over_peer: Ratio
    over_peer_without_text: Ratio


def exchanges() -> list[Exchange]:
    """What is asked and answered in one reading cycle."""
    since = datetime(2026, 1, 1)  # noqa: DTZ001  # the wall clock of meters has no zone
    out: list[Exchange] = []
    for number in range(METERS):
        address = Address(f"{number:012d}")
        meter = ElectricitySimulator(address, lambda: since + timedelta(days=10), since, Decimal(number) / 16)
        for identifier in USUAL_ITEMS:
            answer = meter.answer(read(address, identifier))
            assert answer is not None
            out.append(Exchange(address, identifier, WAKE_UP_BYTES + answer))
    return out


def compare(rounds: int, repeats: int) -> Speed:
    """Measure both in turn, `rounds` times, each over all exchanges so many times.

    Raises:
        NothingMeasured: they do not give the same bytes and numbers.
    """
    work = exchanges()
    peer = Peer()
    _agree(work, peer)
    ours, whole, lean = list[float](), list[float](), list[float]()
    for _ in range(rounds):
        ours.append(_rate(_ours, work, repeats))
        whole.append(_rate(peer, work, repeats))
        with _no_text():
            lean.append(_rate(peer, work, repeats))
    return Speed(
        ours=round(median(ours)),
        peer=round(median(whole)),
        peer_without_text=round(median(lean)),
        over_peer=Ratio.of([one / other for one, other in zip(ours, whole, strict=True)]),
        over_peer_without_text=Ratio.of([one / other for one, other in zip(ours, lean, strict=True)]),
    )


def _ours(exchange: Exchange) -> tuple[bytes, Decimal | None]:
    request = WAKE_UP_BYTES + read(exchange.address, exchange.identifier).raw
    for item in Decoder().feed(exchange.answer):
        if isinstance(item, Frame) and item.address == exchange.address:
            said = meaning(item)
            if isinstance(said, ReadReply) and said.identifier == exchange.identifier:
                return request, _value(decode(said.identifier, said.data))
    return request, None


def _value(reading: object) -> Decimal | None:
    value = reading.value if isinstance(reading, Reading) else None
    return value.value if isinstance(value, Quantity) else None


class Peer:
    """The package as a client, without a line."""

    def __init__(self) -> None:
        self._client = MeterClientService(None)

    def __call__(self, exchange: Exchange) -> tuple[bytes, float | None]:
        address = exchange.address.to_bytes()
        self._client.address = bytearray(address)
        request = DLT645Protocol.build_frame(address, READ, struct.pack("<I", exchange.identifier))
        _, frame = DLT645Protocol.deserialize_with_remaining(exchange.answer)
        item = self._client.handle_response(frame)
        return bytes(request), None if item is None else float(item.value)


def _agree(work: Sequence[Exchange], peer: Peer) -> None:
    for exchange in work:
        (our_request, value), (peer_request, other) = _ours(exchange), peer(exchange)
        if our_request != peer_request or value is None or other is None or abs(float(value) - other) > 1e-9:
            raise NothingMeasured(f"{exchange}: {value}, the package: {other}")


def _rate(does: Callable[[Exchange], object], work: Sequence[Exchange], repeats: int) -> float:
    """Exchanges a second of CPU time."""
    gc.collect()
    began = time.process_time()
    for _ in range(repeats):
        for exchange in work:
            does(exchange)
    return repeats * len(work) / (time.process_time() - began)


@contextmanager
def _no_text() -> Iterator[None]:
    before = PeerFrame.__repr__
    PeerFrame.__repr__ = lambda _frame: ""
    try:
        yield
    finally:
        PeerFrame.__repr__ = before
