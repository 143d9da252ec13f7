"""10,000 events over a noisy line that is pulled and unplugged, of a board that is killed: none lost, none doubled."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from firmware_bridge.codecs.bridge import SetSetting, SetSettingDone, Setting, Source, Status
from tests.firmware.gateway import Cable, Gateway
from tests.firmware.qemu import Qemu

EVENTS: Final = 10_000
SEED: Final = 20261122
KILLS: Final = 6
TOLD_WITHIN_S: Final = 80.0  # 30 s on two cores that are busy
ON_THEIR_WAY: Final = 4  # levels sent ahead
WAITING: Final = 2300  # events that the driver lets queue up: the board has room for 2,624
INPUTS: Final = 4
LASTS_S: Final = {"fine": 0.8, "noisy": 0.8, "pulled": 1.4, "unplugged": 0.3}  # at most
WEATHER: Final = ("fine", "fine", "noisy", "noisy", "noisy", "pulled", "unplugged")

Told = tuple[int, int, int]  # input, level, rising edges so far


@dataclass(slots=True)
class Driver:
    """Whoever moves the contacts: sends levels, knows which the board has seen, and what it has to tell of them."""

    qemu: Qemu
    chance: random.Random
    levels: int = 0
    unseen: list[int] = field(default_factory=list)
    seen: int = 0
    told: list[Told] = field(default_factory=list)
    rises: list[int] = field(default_factory=lambda: [0] * INPUTS)

    def step(self) -> None:
        """Send one more change of some inputs, if the board keeps up."""
        self.note()
        if len(self.unseen) < ON_THEIR_WAY:
            mask = self.chance.choice((15, 15, 15, 15, 7, 11, 13, 14, 5, 8))
            self._expect(mask)
            self.levels ^= mask
            self.unseen.append(self.levels)
            self.qemu.drive(bytes([self.levels]))

    def note(self) -> None:
        for level in self.qemu.driven():
            self.seen = level
            if self.unseen and self.unseen[0] == level:
                del self.unseen[0]

    def after_a_kill(self) -> bytes:
        """What has to be sent again: contacts stand as they stood, and what was on its way was not seen."""
        self.note()
        return bytes(self.unseen or [self.seen])

    def _expect(self, mask: int) -> None:
        for i in range(INPUTS):
            if mask >> i & 1:
                level = (self.levels ^ mask) >> i & 1
                self.rises[i] += level
                self.told.append((i, level, self.rises[i]))


@dataclass(slots=True)
class Story:
    """What happens to the board, by the seed."""

    qemu: Qemu
    gateway: Gateway
    driver: Driver
    chance: random.Random
    starts: int = 1
    until: float = 0.0
    seen: Counter[str] = field(default_factory=Counter)

    def play(self) -> None:
        kills = [EVENTS * (i + 1) // (KILLS + 1) for i in range(KILLS)]
        deadline = time.monotonic() + TOLD_WITHIN_S
        while len(self.driver.told) < EVENTS:
            assert time.monotonic() < deadline, f"{len(self.gateway.taken)} events taken of {len(self.driver.told)}"
            if kills and len(self.driver.told) >= kills[0]:
                del kills[0]
                self._kill()
            self._weather()
            if len(self.driver.told) - len(self.gateway.taken) < WAITING:
                self.driver.step()
            self.gateway.turn()
        self._clear_up()

    def _weather(self) -> None:
        now = time.monotonic()
        if now < self.until:
            return
        kind = self.chance.choice(WEATHER)
        self.seen[kind] += 1
        self._mend()
        self.gateway.cable.noise = 0.004 if kind == "noisy" else 0.0
        self.gateway.cable.pulled = kind == "pulled"
        if kind == "unplugged":
            self.qemu.unplug()
        self.until = now + self.chance.uniform(0.1, LASTS_S[kind])
        self.gateway.poke()

    def _mend(self) -> None:
        if self.qemu.line < 0:
            self.qemu.plug_in()
        self.gateway.cable.noise = 0.0
        self.gateway.cable.pulled = False

    def _kill(self) -> None:
        self.qemu.kill()
        self.qemu.start(self.driver.after_a_kill())
        self.starts += 1
        self.until = 0.0

    def _clear_up(self) -> None:
        self._mend()
        self.gateway.wait_until(self._all_taken, 20.0, "the board has told everything")

    def _all_taken(self) -> bool:
        """An empty queue alone says little: a level that was seen becomes an event only when it has stood a while."""
        return len(told_of(self.gateway)) >= len(self.driver.told) and self.gateway.state().queued == 0


def told_of(gateway: Gateway) -> list[Told]:
    """What the board has told of its inputs, in the order of its numbers."""
    return [(int(event.source), event.value, event.counter) for event in gateway.taken if event.source < INPUTS]


def test_none_lost_none_doubled(qemu: Qemu) -> None:
    qemu.start(b"\0")
    chance = random.Random(SEED)
    gateway = Gateway(Cable(qemu, random.Random(SEED + 1)))
    for key, value in ((Setting.DEBOUNCE_MS, 5), (Setting.LINK_TIMEOUT_MS, 1000), (Setting.RESEND_MS, 100)):
        assert gateway.ask(SetSetting(key, value), SetSettingDone).status is Status.DONE
    story = Story(qemu, gateway, Driver(qemu, random.Random(SEED + 2)), chance)
    story.play()

    numbers = [event.number for event in gateway.taken]
    assert numbers == list(range(1, len(numbers) + 1))
    told = told_of(gateway)
    assert told == story.driver.told
    assert len(told) >= EVENTS
    kinds = Counter(event.source for event in gateway.taken)
    assert kinds[Source.BOOT] == story.starts == KILLS + 1
    assert kinds[Source.DROPPED] == 0
    assert kinds[Source.LINK_LOST] > 0
    state = gateway.state()
    assert [state.loop_count, state.door_count, state.beam_count, state.fire_lane_count] == story.driver.rises
    # The cable was as bad as meant, or the above says little.
    assert gateway.again > 0
    assert gateway.garbage > 0
    assert gateway.cable.spoilt > 100
    assert min(story.seen[kind] for kind in ("fine", "noisy", "pulled", "unplugged")) > 0
