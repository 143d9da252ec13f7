"""What GA/T 832-2014 asks of pictures of a standing vehicle, and how far a case's pictures meet it.

道路交通安全违法行为图像取证技术规范: at least two panoramas taken at different times, for a standing vehicle at least
10 s apart; the clock right to 1.0 s; 24-bit colour, at least 1280 x 720. A program says yes where it knows; whether
a panorama shows front or rear, colour, type and a landmark is for a person to see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cloud.console.sheet_words import SHEET
from cloud.console.shots import Measured, Shot
from cloud.console.words import Word
from contract.envelope import ClockTrust, PictureKind
from contract.plates import UNSURE, Plate

PANORAMAS: Final = 2
APART_S: Final = 10.0
WIDTH: Final = 1280
HEIGHT: Final = 720
BITS: Final = 24
OF_STAY: Final = frozenset({PictureKind.ENTER, PictureKind.INTERVAL, PictureKind.DUE})


class Verdict(StrEnum):
    """How an item of the standard stands."""

    YES = "yes"
    NO = "no"
    OPEN = "open"  # a person has to look, or it is not known


@dataclass(frozen=True, slots=True)
class Check:
    """One item of the standard, how it stands, and why."""

    item: Word
    verdict: Verdict
    why: Word


def checks(shots: Sequence[Shot], *, clock: str, odd_time: bool, plate: Plate | None) -> tuple[Check, ...]:
    """Every item, in the standard's order.

    Args:
        shots: all on the sheet; only those that show the vehicle standing, and are here, count.
        clock: `ClockTrust` of the finding.
        odd_time: its time lies oddly far from when the cloud received it.
    """
    here = [shot for shot in shots if shot.shown and shot.kind in OF_STAY]
    coming = sum(shot.kind in OF_STAY for shot in shots) - len(here)
    return (
        _panoramas(here, coming),
        _interval([shot.taken_at for shot in here]),
        _clock(clock, odd_time=odd_time),
        _resolution([shot.measured for shot in here if shot.measured is not None]),
        _colour([shot.measured for shot in here if shot.measured is not None]),
        _plate(plate),
        Check(SHEET["item.scene"], Verdict.OPEN, SHEET["why.scene"]),
    )


def _panoramas(here: Sequence[Shot], coming: int) -> Check:
    why = SHEET["why.panoramas"].fill(n=len(here))
    if coming:
        rest = SHEET["why.coming"].fill(n=coming)
        why = Word(f"{why.zh}，{rest.zh}", f"{why.en}, {rest.en}")
    return Check(SHEET["item.panoramas"], _yes(len(here) >= PANORAMAS), why)


def _interval(times: Sequence[datetime]) -> Check:
    item = SHEET["item.interval"]
    if len(times) < PANORAMAS:
        return Check(item, Verdict.NO, SHEET["why.no_two"])
    apart_s = (max(times) - min(times)).total_seconds()
    return Check(item, _yes(apart_s >= APART_S), SHEET["why.interval"].fill(s=f"{_floor(apart_s):.1f}"))


def _clock(clock: str, *, odd_time: bool) -> Check:
    item = SHEET["item.clock"]
    if odd_time:
        return Check(item, Verdict.NO, SHEET["clock.odd"])
    return Check(item, _yes(clock == ClockTrust.SYNCED), clock_word(clock))


def clock_word(clock: str) -> Word:
    """How far a gateway's clock can be trusted, in words."""
    return SHEET.get(f"clock.{clock}", Word(clock, clock))


def _resolution(measured: Sequence[Measured]) -> Check:
    item = SHEET["item.resolution"]
    frames = [each.frame for each in measured if each.frame is not None]
    if not frames or len(frames) < len(measured):
        return Check(item, Verdict.OPEN, SHEET["why.no_frame"] if measured else SHEET["why.no_picture"])
    least = min(frames, key=lambda frame: frame[0] * frame[1])
    enough = all(_reaches(frame) for frame in frames)
    return Check(item, _yes(enough), SHEET["why.frame" if enough else "why.small"].fill(w=least[0], h=least[1]))


def _reaches(frame: tuple[int, int]) -> bool:
    """A camera that hangs on its side gives as much."""
    return max(frame) >= WIDTH and min(frame) >= HEIGHT


def _colour(measured: Sequence[Measured]) -> Check:
    item = SHEET["item.colour"]
    if not measured:
        return Check(item, Verdict.OPEN, SHEET["why.no_picture"])
    least = min(each.bits for each in measured)
    return Check(item, _yes(least >= BITS), SHEET["why.colour"].fill(bits=least))


def _plate(plate: Plate | None) -> Check:
    item = SHEET["item.plate"]
    if plate is None:
        return Check(item, Verdict.OPEN, SHEET["why.plate_unread"])
    if plate.text is None:
        return Check(item, Verdict.OPEN, SHEET[f"why.plate_{plate.state.value}"])
    said = {"text": plate.text, "n": plate.looks}
    if UNSURE in plate.text:  # which is no word on whether a person can make it out
        return Check(item, Verdict.OPEN, SHEET["why.plate_unsure"].fill(**said))
    return Check(item, Verdict.YES, SHEET["why.plate_read"].fill(**said))


def _yes(holds: bool) -> Verdict:
    return Verdict.YES if holds else Verdict.NO


def _floor(seconds: float) -> float:
    """To a tenth, never upwards: 9.96 s are not 10.0."""
    return int(seconds * 10) / 10
