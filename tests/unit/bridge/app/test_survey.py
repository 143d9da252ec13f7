"""Finding meters at an unknown speed and parity."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from firmware_bridge.app.scan import USUAL_FORMATS
from firmware_bridge.app.survey import ONCE, Seen, Skipped, survey
from firmware_bridge.codecs import cjt188, dlt645
from firmware_bridge.drivers.search import Conflict, Found, Noise
from firmware_bridge.errors import FormatNotTaken
from firmware_bridge.simulators import Station
from firmware_bridge.simulators.station import Listening
from firmware_bridge.transports import Parity, SerialFormat
from tests.unit.bridge.app.wires import Otherwise, Wire, babbling, careless, garbled, noisy, silent
from tests.unit.bridge.drivers.scene import electric, water
from tests.unit.bridge.virtual_time import run

FORMS = [SerialFormat.parse(form) for form in USUAL_FORMATS]
ANY = "any"
LONGEST_QUESTION_S = ONCE.answer_s + ONCE.gap_s + 20 * SerialFormat.parse("1200-8E1").byte_s


@dataclass(frozen=True, slots=True)
class Outcome:
    """`told` in order, how long it took, the formats opened, and what progress said."""

    told: list[Seen | Skipped]
    took_s: float
    tried: list[SerialFormat]
    progress: list[tuple[str, int, int]]

    @property
    def meters(self) -> list[tuple[str, str]]:
        seen = (one for one in self.told if isinstance(one, Seen))
        return sorted((one.what.device, str(one.form)) for one in seen if isinstance(one.what, Found))

    @property
    def noise(self) -> list[str]:
        return [str(one.form) for one in self.told if isinstance(one, Seen) and isinstance(one.what, Noise)]


def surveyed(wire: Wire, forms: Sequence[SerialFormat] = FORMS) -> Outcome:
    async def scene() -> Outcome:
        progress: list[tuple[str, int, int]] = []
        told = [one async for one in survey(wire.at, forms, lambda *said: progress.append(said))]
        took_s = asyncio.get_running_loop().time()
        await asyncio.wait(wire.ends)
        return Outcome(told, took_s, wire.tried, progress)

    return run(scene())


def searched(outcome: Outcome) -> set[str]:
    """Formats at which addresses were searched."""
    return {said.split()[2] for said, _, _ in outcome.progress if "searching" in said}


def wire(
    form: str, electric_meters: Sequence[str], water_meters: Sequence[str] = (), otherwise: Otherwise = silent
) -> Wire:
    def stations() -> Sequence[Listening]:
        return (
            Station(dlt645.Decoder(), [electric(dlt645.Address(number)) for number in electric_meters]),
            Station(cjt188.Decoder(), [water(cjt188.Address(number)) for number in water_meters]),
        )

    forms = FORMS if form == ANY else [SerialFormat.parse(form)]
    return Wire(frozenset(forms), stations, otherwise)


ONE = ["000000000161"]
THREE = ["000000000161", "000000000162", "000000000262"]
WATER = ["00001122334455"]
LINES: list[tuple[str, list[str], list[str], str, int]] = [
    # name,                                 electricity, water, at,         formats that were opened
    ("one, as most are", ONE, [], "2400-8E1", 2),
    ("one, at the last of the formats", ONE, [], "1200-8N1", 9),
    ("two that speak another protocol each", ONE, WATER, "9600-8E1", 4),
    ("water alone", [], WATER, "4800-8E1", 5),
    ("three that collide", THREE, [], "1200-8E1", 9),
]


@pytest.mark.parametrize("otherwise", [silent, garbled, noisy], ids=["silent", "garbled", "noisy"])
@pytest.mark.parametrize("row", LINES, ids=[row[0] for row in LINES])
def test_meters_are_found_at_their_format_alone(
    row: tuple[str, list[str], list[str], str, int], otherwise: Otherwise
) -> None:
    _, numbers, waters, form, opened = row
    outcome = surveyed(wire(form, numbers, waters, otherwise))
    expected = [*(f"dlt645:{one}" for one in numbers), *(f"cjt188:10:{one}" for one in waters)]
    assert outcome.meters == sorted((device, form) for device in expected)
    assert form not in outcome.noise
    if otherwise is silent:
        assert len(outcome.tried) == opened
        assert outcome.noise == []


def test_a_line_that_takes_no_notice_of_formats_is_searched_once() -> None:
    """As a pseudo-terminal: several meters collide at each."""
    outcome = surveyed(wire(ANY, THREE))
    assert outcome.meters == [(f"dlt645:{number}", str(FORMS[0])) for number in THREE]
    assert searched(outcome) == {"2400-8E1"}


def test_a_collision_is_not_searched_where_another_format_is_sound() -> None:
    outcome = surveyed(wire("9600-8N1", ONE, otherwise=careless))
    assert outcome.meters == [("dlt645:000000000161", "9600-8N1")]
    assert searched(outcome) == {"9600-8N1"}


def test_a_quiet_line_takes_no_longer_than_the_waits_of_one_question_each() -> None:
    outcome = surveyed(wire("300-8E1", ONE))
    assert outcome.told == []
    assert outcome.tried == FORMS
    assert outcome.took_s <= 2 * len(FORMS) * LONGEST_QUESTION_S
    assert [done for _, done, _ in outcome.progress] == list(range(16))
    assert {of for _, _, of in outcome.progress} == {16}
    assert outcome.progress[3][0] == "试 trying 9600-8E1 CJ/T 188"


@pytest.mark.parametrize("otherwise", [noisy, babbling], ids=["noisy", "babbling"])
def test_noise_is_told_and_not_searched(otherwise: Otherwise) -> None:
    outcome = surveyed(wire("300-8E1", ONE, otherwise=otherwise))
    assert outcome.meters == []
    assert outcome.noise
    assert searched(outcome) == set()


def test_what_garbles_each_answer_is_given_up() -> None:
    outcome = surveyed(wire("300-8E1", ONE, otherwise=garbled))
    assert outcome.meters == []
    assert len(outcome.noise) == len(FORMS)
    assert searched(outcome) == set()


def test_a_port_without_parity_skips_what_it_does_not_take() -> None:
    line = wire("2400-8N1", ONE)
    line.takes = frozenset({Parity.NONE})
    outcome = surveyed(line)
    assert outcome.told[:4] == [Skipped(form) for form in FORMS[:4]]
    assert outcome.meters == [("dlt645:000000000161", "2400-8N1")]


def test_a_port_that_takes_nothing_is_a_wrong_setting() -> None:
    line = wire("2400-8E1", ONE)
    line.takes = frozenset()
    with pytest.raises(FormatNotTaken, match="2400-8E1"):
        surveyed(line)


def test_twins_are_a_conflict() -> None:
    def stations() -> Sequence[Listening]:
        return (Station(dlt645.Decoder(), [electric(), replace(electric(), power_kw=Decimal("2.34"))]),)

    form = SerialFormat.parse("2400-8E1")
    assert surveyed(Wire(frozenset({form}), stations)).told == [Seen(form, Conflict("000000000161"))]
