"""Finding meters by wild addresses."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from firmware_bridge.codecs import cjt188, dlt645
from firmware_bridge.drivers.search import MOST_FOUND, Cjt188Probe, Conflict, Dlt645Probe, Found, Noise, Told, search
from firmware_bridge.errors import Garbled
from firmware_bridge.sessions import Patience, Session
from tests.unit.bridge.drivers.scene import electric, on_a_line, water
from tests.unit.bridge.virtual_time import run

ONCE = Patience(answer_s=0.2, silence_s=0.1, gap_s=0.03, tries=1)

LINES = [
    # name,                          numbers on the line,                          questions
    ("nobody", [], 1),
    ("one", ["000000000161"], 1),
    ("two, other last digits", ["000000000161", "000000000162"], 101),
    ("two, the same last digits", ["000000000161", "000000000261"], 201),
    ("two, other first digits", ["100000000161", "000000000161"], 601),
    ("three, of which two look like a fourth", ["000000000161", "000000000162", "000000000262"], 201),
]


@pytest.mark.parametrize(("name", "numbers", "questions"), LINES, ids=[row[0] for row in LINES])
def test_electricity_meters(name: str, numbers: list[str], questions: int) -> None:
    asked: list[tuple[int, int]] = []

    async def main(session: Session[dlt645.Frame]) -> list[Told]:
        probe = Dlt645Probe(session, ONCE)
        return [one async for one in search(probe, lambda done, known: asked.append((done, known)))]

    found = on_a_line(dlt645.Decoder, [electric(dlt645.Address(number)) for number in numbers], main)
    assert sorted(one.device for one in found if isinstance(one, Found)) == sorted(f"dlt645:{one}" for one in numbers)
    assert len(found) == len(numbers)
    assert asked[-1] == (questions, questions)
    assert [done for done, _ in asked] == list(range(1, questions + 1))


def test_two_meters_with_one_address_are_a_conflict() -> None:
    async def main(session: Session[dlt645.Frame]) -> list[Told]:
        return [one async for one in search(Dlt645Probe(session, ONCE))]

    twins = [electric(), replace(electric(), power_kw=Decimal("2.34"))]
    assert on_a_line(dlt645.Decoder, twins, main) == [Conflict("000000000161")]


def test_water_meters() -> None:
    async def main(session: Session[cjt188.Frame]) -> list[Told]:
        return [one async for one in search(Cjt188Probe(session, ONCE))]

    numbers = ["00001122334455", "A0011122334466"]
    found = on_a_line(cjt188.Decoder, [water(cjt188.Address(number)) for number in numbers], main)
    assert found == [Found(f"cjt188:10:{number}", number) for number in numbers]


@dataclass(slots=True)
class Scripted:
    """A line that answers as a function says: a meter, None, or `Garbled`; `loud` if something comes unasked, too."""

    says: Callable[[str], Found | None]
    loud: Callable[[], bool] = lambda: False
    pairs: int = 6
    questions: int = 0

    async def ask(self, suffix: str) -> Found | None:
        self.questions += 1
        return self.says(suffix)

    async def is_silent(self) -> bool:
        return not self.loud()


def searched(probe: Scripted) -> list[Told]:
    async def main() -> list[Told]:
        return [one async for one in search(probe)]

    return run(main())


def garble(_suffix: str) -> Found | None:
    raise Garbled("x")


def whole(suffix: str) -> str:
    return suffix.rjust(12, "0")


def test_noise_is_not_searched() -> None:
    probe = Scripted(garble, loud=lambda: True)
    assert searched(probe) == [Noise("")]
    assert probe.questions == 1


def test_noise_that_was_there_once_is_not_searched_either() -> None:
    answers = iter([True])

    def once(_suffix: str) -> Found | None:
        if next(answers, False):
            raise Garbled("x")
        return None

    probe = Scripted(once)
    assert searched(probe) == []
    assert probe.questions == 2


def test_something_that_answers_garbage_to_everything_is_given_up() -> None:
    """Only when asked, so it looks like a collision; but no digits resolve it."""
    probe = Scripted(garble)
    assert {type(one) for one in searched(probe)} == {Noise}
    assert probe.questions == 3


def test_collisions_that_nobody_resolves_are_given_up() -> None:
    """Something garbles the answer to each wild address, and no whole address answers."""

    def wild_alone(suffix: str) -> Found | None:
        if len(suffix) < 12:
            raise Garbled("x")
        return None

    probe = Scripted(wild_alone)
    assert searched(probe) == [Noise("")]
    assert probe.questions < 1500


def test_a_line_of_more_meters_than_any_can_carry() -> None:
    """Whoever answers soundly to each wild address would be searched for ever."""

    def anybody(suffix: str) -> Found | None:
        if len(suffix) < 6:
            raise Garbled("x")
        return Found(f"dlt645:{whole(suffix)}", whole(suffix))

    told = searched(Scripted(anybody))
    assert len(told) == MOST_FOUND + 1
    assert isinstance(told[-1], Noise)
