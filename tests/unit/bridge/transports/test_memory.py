"""The null modem's faults: seeded, and really there."""

import asyncio

import pytest

from firmware_bridge.transports import NullModem, Wear
from tests.unit.bridge.virtual_time import run

DATA = bytes(range(256)) * 4


async def _through(wear: Wear, seed: int = 0) -> tuple[bytes, list[int], float]:
    """What comes out, in which pieces, and when the last of it."""
    modem = NullModem(wear, seed)
    await modem.near.write(DATA)
    pieces, last = [], 0.0
    while piece := await modem.far.read(60.0):
        pieces.append(piece)
        last = asyncio.get_running_loop().time()
    return b"".join(pieces), [len(piece) for piece in pieces], last


def test_a_good_cable() -> None:
    assert run(_through(Wear())) == (DATA, [len(DATA)], 0.0)


def test_the_time_of_bytes_and_the_delay() -> None:
    data, _, last = run(_through(Wear(byte_s=0.01, delay_s=0.5)))
    assert data == DATA
    assert last == pytest.approx(len(DATA) * 0.01 + 0.5)


def test_pieces() -> None:
    data, pieces, _ = run(_through(Wear(byte_s=0.01, longest_piece=100)))
    assert data == DATA
    assert pieces == [100] * 10 + [24]


def test_loss() -> None:
    data, _, _ = run(_through(Wear(loss=0.1)))
    assert 0.85 * len(DATA) < len(data) < 0.95 * len(DATA)


def test_noise() -> None:
    data, _, _ = run(_through(Wear(noise=0.1)))
    assert len(data) == len(DATA)
    assert 0.05 * len(DATA) < sum(a != b for a, b in zip(data, DATA, strict=True)) < 0.15 * len(DATA)


def test_the_same_seed_gives_the_same_faults() -> None:
    wear = Wear(loss=0.1, noise=0.1)
    assert run(_through(wear, 1)) == run(_through(wear, 1)) != run(_through(wear, 2))


def test_echo() -> None:
    async def talk() -> tuple[bytes, bytes]:
        modem = NullModem(Wear(echo=True))
        await modem.near.write(b"\x68")
        return await modem.near.read(1.0), await modem.far.read(1.0)

    assert run(talk()) == (b"\x68", b"\x68")
