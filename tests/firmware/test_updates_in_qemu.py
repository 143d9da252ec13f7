"""Updates over the line, on the board in QEMU: good ones run, all others leave the old program running."""

import random
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from firmware_bridge.codecs.bridge import (
    BeganUpdate,
    EndedUpdate,
    HelloReply,
    Restart,
    Restarting,
    SelfTest,
    SelfTested,
    Source,
    State,
    StateReply,
    Status,
    TookData,
    UpdateBegin,
    UpdateData,
    UpdateEnd,
)
from firmware_bridge.firmware.image import Header
from firmware_bridge.firmware.signing import development_key, signature
from tests.firmware.gateway import Cable, Gateway
from tests.firmware.qemu import Qemu
from tests.firmware.toolchain import Builder, need

OLD: Final = (0, 1, 0)
NEW: Final = (0, 2, 7)
CHUNK: Final = 128
TRIES: Final = 3  # starts that a new program gets
SOFTWARE: Final = 2
WATCHDOG: Final = 3


@dataclass(slots=True)
class Bench:
    """A board and its gateway."""

    qemu: Qemu
    gateway: Gateway

    def offer(self, image: bytes, sign: bytes) -> Status:
        begin = UpdateBegin(len(image), zlib.crc32(image), *Header.of(image).version, sign)
        return self.gateway.ask(begin, BeganUpdate).status

    def send(self, image: bytes, until: int) -> None:
        """Send bytes up to `until`; what was lost on the way is sent again from where the board says."""
        at = 0
        while at < until:
            took = self.gateway.ask(UpdateData(at, image[at : min(until, at + CHUNK)]), TookData)
            assert took.status in {Status.DONE, Status.OFFSET_WRONG}
            at = took.next_offset

    def update(self, image: bytes, sign: bytes) -> Status:
        assert self.offer(image, sign) is Status.DONE
        self.send(image, len(image))
        return self.gateway.ask(UpdateEnd(), EndedUpdate).status

    def restart(self) -> None:
        assert self.gateway.ask(Restart(), Restarting).status is Status.DONE

    def boots(self) -> list[int]:
        """Reset causes of the starts that programs have told of."""
        return [event.value for event in self.gateway.taken if event.source is Source.BOOT]

    def wait_for_boots(self, count: int, within_s: float) -> None:
        """Without HELLO, which would confirm a program that is on trial."""
        self.gateway.wait_until(lambda: len(self.boots()) >= count, within_s, f"{count} starts are told")


def version(hello: HelloReply) -> tuple[int, int, int]:
    return hello.major, hello.minor, hello.patch


@pytest.fixture
def bench(qemu: Qemu) -> Bench:
    qemu.start()
    bench = Bench(qemu, Gateway(Cable(qemu, random.Random(5))))
    assert version(bench.gateway.hello()) == OLD
    return bench


@pytest.fixture(scope="session")
def new(builder: Builder) -> bytes:
    """A program that differs by its version, and that restarts soon if nobody confirms it."""
    need("make", "arm-none-eabi-gcc")
    folder = builder.make("lm3s6965evb", f"VERSION={'.'.join(map(str, NEW))}", "TRIAL_MS=1500")
    return _image(folder)


@pytest.fixture(scope="session")
def hanging(builder: Builder) -> bytes:
    """A program that hangs at its start."""
    need("make", "arm-none-eabi-gcc")
    return _image(builder.make("lm3s6965evb", "VERSION=0.3.0", "MAIN=hangs"))


def _image(folder: Path) -> bytes:
    return (folder / "lm3s6965evb" / "program.bin").read_bytes()


def test_a_good_update_runs_and_is_kept(bench: Bench, new: bytes) -> None:
    bench.gateway.cable.noise = 0.001
    assert bench.update(new, signature(new, development_key())) is Status.DONE
    bench.gateway.cable.noise = 0.0
    assert version(bench.gateway.hello()) == OLD
    bench.restart()
    bench.wait_for_boots(2, 10)
    hello = bench.gateway.hello()
    assert (version(hello), hello.slot, hello.reset_cause) == (NEW, 1, SOFTWARE)
    assert bench.gateway.ask(SelfTest(), SelfTested).failed == 0
    for _ in range(TRIES + 1):
        bench.qemu.kill()
        bench.qemu.start()
        assert version(bench.gateway.hello()) == NEW
    assert bench.boots()[1] == SOFTWARE


def test_one_cut_in_the_middle_leaves_the_old_program(bench: Bench, new: bytes) -> None:
    sign = signature(new, development_key())
    assert bench.offer(new, sign) is Status.DONE
    bench.send(new, len(new) // 2 // CHUNK * CHUNK)
    bench.qemu.kill()
    bench.qemu.start()
    assert version(bench.gateway.hello()) == OLD
    assert bench.gateway.ask(UpdateEnd(), EndedUpdate).status is Status.NOTHING_BEGUN
    assert bench.offer(new, sign) is Status.DONE
    bench.send(new, len(new))
    bench.qemu.kill()  # all is there, and nobody has said that it is meant
    bench.qemu.start()
    assert version(bench.gateway.hello()) == OLD
    assert bench.update(new, sign) is Status.DONE  # and it can be made up for
    bench.restart()
    bench.wait_for_boots(4, 10)
    assert version(bench.gateway.hello()) == NEW


def test_one_with_a_wrong_signature_leaves_the_old_program(bench: Bench, new: bytes) -> None:
    good = signature(new, development_key())
    wrong = bytes([good[0] ^ 1]) + good[1:]
    assert bench.update(new, wrong) is Status.SIGNATURE_WRONG
    bench.restart()
    bench.wait_for_boots(2, 10)
    hello = bench.gateway.hello()
    assert (version(hello), hello.slot) == (OLD, 0)


def test_one_that_nobody_confirms_is_given_up(bench: Bench, new: bytes) -> None:
    assert bench.update(new, signature(new, development_key())) is Status.DONE
    bench.restart()
    bench.wait_for_boots(1 + TRIES + 1, 30)
    hello = bench.gateway.hello()
    assert (version(hello), hello.slot, hello.boots) == (OLD, 0, 1 + TRIES + 1)
    assert bench.boots()[1:] == [SOFTWARE] * (TRIES + 1)


def test_one_that_hangs_is_given_up(bench: Bench, hanging: bytes) -> None:
    assert bench.update(hanging, signature(hanging, development_key())) is Status.DONE
    bench.restart()
    bench.wait_for_boots(2, 40)
    hello = bench.gateway.hello()
    assert (version(hello), hello.slot, hello.boots) == (OLD, 0, 1 + TRIES + 1)
    assert bench.boots()[1] == WATCHDOG


def test_state_is_no_confirmation(bench: Bench, new: bytes) -> None:
    """What the tests above lean on."""
    assert bench.update(new, signature(new, development_key())) is Status.DONE
    bench.restart()
    bench.wait_for_boots(2, 10)
    assert bench.gateway.ask(State(), StateReply).dropped == 0
    bench.wait_for_boots(3, 10)
