"""What a line can do to a gateway: time and memory stay in proportion to what was sent, whatever it is.

Time is counted in looks at a buffer, not in seconds: that tells the same on a slow machine.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from firmware_bridge.codecs import bridge, cjt188, dlt645, scanner
from firmware_bridge.codecs.scanner import Scanner
from tests.unit.bridge.codecs.streams import Decoder, every, raw

MAKERS: dict[str, tuple[Callable[[], Decoder[Any]], int]] = {
    "dlt645": (dlt645.Decoder, dlt645.LONGEST_FRAME),
    "cjt188": (cjt188.Decoder, cjt188.LONGEST_FRAME),
    "board": (bridge.Decoder, bridge.LONGEST_FRAME),
}
ROUNDS = 2000
FLOODS = {
    "start bytes": b"\x68" * 12 * ROUNDS,
    "heads that claim 200 bytes": bytes.fromhex("68 00 00 00 00 00 00 68 91 C8") * ROUNDS,
    "water heads that claim 100 bytes": bytes.fromhex("68 10 00 00 00 00 00 00 00 81 64") * ROUNDS,
    "heads within heads": bytes.fromhex("68 68 68 68 68 68 68 68 68 C8") * ROUNDS,
    "wake-up bytes": b"\xfe" * 12 * ROUNDS,
    "wake-up bytes and noise in turn": b"\xfe\x00" * 6 * ROUNDS,
    "zeros": b"\0" * 12 * ROUNDS,
    "never a zero": b"\x11" * 12 * ROUNDS,
    "COBS codes that point at the end": b"\x01" * 12 * ROUNDS,
}


@pytest.mark.parametrize("protocol", MAKERS)
@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("size", [1, 64, 1_000_000])
def test_less_than_a_frame_is_kept(protocol: str, flood: str, size: int) -> None:
    make, longest = MAKERS[protocol]
    decoder, data = make(), FLOODS[flood]
    out = []
    for part in every(data, size):
        out += decoder.feed(part)
        assert len(decoder._buffer) < longest  # type: ignore[attr-defined]
    out += decoder.flush()
    assert len(decoder._buffer) == 0  # type: ignore[attr-defined]
    assert raw(out) == data


class Counted(bytearray):
    """A buffer that counts what is read and removed."""

    work = 0

    def __getitem__(self, key: Any) -> Any:
        Counted.work += len(range(*key.indices(len(self)))) if isinstance(key, slice) else 1
        return super().__getitem__(key)


@contextmanager
def counting(decoder: Scanner[Any]) -> Iterator[None]:
    decoder._buffer = Counted()
    Counted.work = 0
    yield


@pytest.mark.parametrize("make", [dlt645.Decoder, cjt188.Decoder])
@pytest.mark.parametrize("flood", FLOODS)
def test_work_is_in_proportion(make: Callable[[], Scanner[Any]], flood: str) -> None:
    work = []
    for share in (4, 1):
        data = FLOODS[flood][: len(FLOODS[flood]) // share]
        decoder = make()
        with counting(decoder):
            decoder.feed(data)
            decoder.flush()
        work.append(Counted.work / len(data))
    assert work[1] < 300  # looks a byte: one candidate frame and its head
    assert work[1] < 1.2 * work[0] + 1


def test_wake_up_is_what_the_scanner_says() -> None:
    assert bytes([scanner.WAKE_UP]) * 4 == dlt645.WAKE_UP_BYTES == cjt188.WAKE_UP_BYTES
