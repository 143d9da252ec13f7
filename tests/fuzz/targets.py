"""What must hold for any bytes on a line; run by hypothesis and, guided by coverage, by atheris.

Nothing here needs a test runner: a target takes bytes and raises if something does not hold.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from firmware_bridge.app.decoding import LineProtocol, explain
from firmware_bridge.codecs import bridge, cjt188, dlt645
from firmware_bridge.codecs.cjt188 import PROFILES, STANDARD_2004
from firmware_bridge.codecs.garbage import Garbage
from firmware_bridge.devices.register_map import Entry, Type, WordOrder
from firmware_bridge.drivers.mbus_frames import LONGEST_FRAME as LONGEST_MBUS
from firmware_bridge.drivers.mbus_frames import MbusDecoder, MbusFrame
from firmware_bridge.drivers.mbus_telegram import Telegram, telegram
from firmware_bridge.drivers.modbus_frames import LONGEST_RTU, LONGEST_TCP, rtu_decoder, tcp_decoder
from tests.unit.bridge.codecs.streams import Decoder, decoded

Make = Callable[[], Decoder[Any]]
LINES: Final[dict[LineProtocol, tuple[Make, int]]] = {
    LineProtocol.DLT645: (dlt645.Decoder, dlt645.LONGEST_FRAME),
    LineProtocol.CJT188: (cjt188.Decoder, cjt188.LONGEST_FRAME),
    LineProtocol.BOARD: (bridge.Decoder, bridge.LONGEST_FRAME),
}


ANY_UNIT: Final = 1
ANY_METER: Final = dlt645.Address("000000000001")


def hold(condition: bool, what: str) -> None:
    """Raise where a property does not hold, also under `python -O`."""
    if not condition:
        raise AssertionError(what)


def line(protocol: LineProtocol, data: bytes) -> None:
    """Any bytes: all accounted for, split as may be; bounded; and sound frames come back as they were."""
    framed(*LINES[protocol], data)
    hold(b"".join(part.raw for part in explain(data, protocol, STANDARD_2004)) == data, "words for every byte")


def framed(make: Make, longest: int, data: bytes) -> None:
    """Any bytes: all in a frame or in garbage, however they are split; bounded."""
    whole = decoded(make, [data])
    hold(b"".join(item.raw for item in whole) == data, "every byte is in a frame or in garbage")
    hold(all(item.raw for item in whole), "nothing is empty")
    hold(decoded(make, _bounded(make(), data, longest)) == whole, "a split changes nothing")
    for item in whole:
        if not isinstance(item, Garbage):
            hold(decoded(make, [item.raw]) == [item], "a sound frame is one again")


def _bounded(decoder: Decoder[Any], data: bytes, longest: int) -> Iterator[bytes]:
    """Cut the data where its own bytes say, and feed a second decoder to look at its buffer."""
    at = 0
    while at < len(data):
        part = data[at : at + 1 + data[at] % 32]
        decoder.feed(part)
        hold(len(decoder._buffer) < longest, "less than a frame is kept")  # type: ignore[attr-defined]
        yield part
        at += len(part)


def dlt645_values(data: bytes) -> None:
    """Any identifier, any data: values or a reason."""
    identifiers = tuple(dlt645.ITEMS)
    head, rest = data[:2], data[2:]
    number = int.from_bytes(head, "little") % len(identifiers)
    reading = dlt645.decode(identifiers[number], rest)
    if isinstance(reading, dlt645.Reading):
        hold(all(str(value) for value in reading.values if value != ""), "every value has words")
    identifier = dlt645.read(ANY_METER, identifiers[number]).data
    told = dlt645.Frame(ANY_METER, dlt645.Control(dlt645.Function.READ, reply=True), (identifier + rest)[:200])
    explain(told.raw, LineProtocol.DLT645, STANDARD_2004)
    for code in data[:1]:
        frame = dlt645.Frame(ANY_METER, dlt645.Control.from_byte(code), rest[: dlt645.LONGEST_DATA])
        explain(frame.raw, LineProtocol.DLT645, STANDARD_2004)


def cjt188_values(data: bytes) -> None:
    """Any meter, any data, each profile: values or a reason."""
    if len(data) < 2:
        return
    kind = (0x10, 0x20, 0x30, 0x40)[data[0] % 4]
    frame = cjt188.Frame(kind, cjt188.ANY, cjt188.Control.from_byte(data[1]), data[2 : 2 + cjt188.LONGEST_DATA])
    reading = cjt188.read(kind, cjt188.ANY, 0).data
    told = cjt188.Frame(kind, cjt188.ANY, cjt188.Control(cjt188.Function.READ, reply=True), (reading + data[1:])[:46])
    for profile in PROFILES.values():
        explain(frame.raw, LineProtocol.CJT188, profile)
        explain(told.raw, LineProtocol.CJT188, profile)


def board_values(data: bytes) -> None:
    """Any kind, any payload: a payload that gives the same bytes again, or a reason."""
    if not data:
        return
    frame = bridge.Frame(data[0], 0, data[1 : 1 + bridge.LONGEST_PAYLOAD])
    payload = bridge.payload_of(frame)
    if frame.kind in bridge.PAYLOADS and isinstance(payload, bridge.PAYLOADS[frame.kind]):
        hold(bridge.frame_of(payload, 0) == frame, "a payload is its bytes")
    explain(frame.raw, LineProtocol.BOARD, STANDARD_2004)


def mbus_values(data: bytes) -> None:
    """Any content of an answer: numbers of which each has a unit and a step, or a reason."""
    content = bytes([0x08, 0x05, *data[:250]])
    raw = bytes([0x68, len(content), len(content), 0x68]) + content + bytes([sum(content) & 0xFF, 0x16])
    for frame in MbusDecoder().feed(raw):
        told = telegram(frame) if isinstance(frame, MbusFrame) else ""
        if isinstance(told, Telegram):
            hold(all(one.quantity.value.is_finite() for one in told.records), "every number is one")
            hold(all(one.quantity.unit and one.quantity.resolution > 0 for one in told.records), "and has a unit")


def modbus_values(data: bytes) -> None:
    """Any registers: a number of each form, or none."""
    for form in Type:
        for order in WordOrder:
            entry = Entry(key="any", zh="任意", en="any", address=0, type=form, word_order=order)
            raw = data[: 2 * form.size].ljust(2 * form.size, b"\0")
            registers = tuple(int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))
            told = entry.value(registers)
            hold(told is None or told.value.is_finite(), "a number, or none")


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "dlt645": lambda data: line(LineProtocol.DLT645, data),
    "cjt188": lambda data: line(LineProtocol.CJT188, data),
    "board": lambda data: line(LineProtocol.BOARD, data),
    "modbus": lambda data: framed(rtu_decoder(ANY_UNIT), LONGEST_RTU, data),
    "modbus-tcp": lambda data: framed(tcp_decoder(), LONGEST_TCP, data),
    "mbus": lambda data: framed(MbusDecoder, LONGEST_MBUS, data),
    "dlt645-values": dlt645_values,
    "cjt188-values": cjt188_values,
    "board-values": board_values,
    "modbus-values": modbus_values,
    "mbus-values": mbus_values,
}
