"""What is wrong with a simulated device."""

import random
from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of answers, 0 to 1, that go wrong.

    Attributes:
        silence: no answer at all.
        noise: of the bytes that change.
        wrong_checksum: of answers whose checksum does not fit.
        delay_s: before each answer; a meter of DL/T 645 is slow from 0.5 on.
        battery: charge that is left, 1 to 0; below `LOW_BATTERY` a meter says so, at 0 it says nothing.

    Raises:
        ValueError: a share is outside 0 to 1, or the delay is negative.
    """

    silence: float = 0.0
    noise: float = 0.0
    wrong_checksum: float = 0.0
    delay_s: float = 0.02
    battery: float = 1.0

    def __post_init__(self) -> None:
        shares = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "delay_s"}
        if wrong := [name for name, share in shares.items() if not 0 <= share <= 1]:
            raise ValueError(f"{', '.join(wrong)}: 应在 0 与 1 之间 between 0 and 1")
        if self.delay_s < 0:
            raise ValueError(f"delay_s {self.delay_s}: 不能为负 not negative")

    def spoil(self, answer: bytes, draw: random.Random) -> bytes:
        """Give what is left of an answer on the line; nothing if the device keeps silent."""
        if self.battery == 0 or draw.random() < self.silence:
            return b""
        if draw.random() < self.wrong_checksum and len(answer) >= _SHORTEST:
            answer = answer[:-2] + bytes([answer[-2] ^ 0xFF, answer[-1]])
        return bytes(byte ^ draw.randrange(1, 256) if draw.random() < self.noise else byte for byte in answer)

    @property
    def battery_is_low(self) -> bool:
        return self.battery < LOW_BATTERY


LOW_BATTERY: Final = 0.2
_SHORTEST: Final = 2  # bytes of an answer with a checksum
SOUND: Final = Faults()
