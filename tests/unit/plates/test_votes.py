"""What many looks at a plate say together."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contract.plates import PROVINCES, SERIAL, UNSURE, PlateKind, PlateState
from edge.perception import plates as plates_module
from edge.perception.plates import LEAST_LOOKS, LEGIBLE, LONG_S, MANY_LOOKS, MAX_CHARACTERS, Seen, Votes, lay_out
from models.detection import PlateGlimpse
from tests.unit.plates.glimpses import character, glimpse

NEAR = Seen(0.0, 100.0, 50.0, 60.0, 120.0)


def voted(texts: Iterable[str], *, every_s: float = 2.0, apart: float = 0.0, sure: float = 0.98) -> Votes:
    votes = Votes()
    for number, text in enumerate(texts):
        seen = replace(NEAR, at_s=number * every_s, x=NEAR.x + number * apart)
        votes = votes.add(glimpse(text, sure), seen)
    return votes


READ = [
    # name,                                  looks,                                           text
    ("always the same", ["京EMC139"] * 5, "?EMC139"),
    ("new energy", ["京AD12345"] * 5, "?AD12345"),
    ("without its province", ["EMC139"] * 5, "?EMC139"),
    ("its province read as a letter", ["RCKR023"] * 5, "?CKR023"),
    ("now with, now without", ["京EMC139", "EMC139", "皖EMC139", "REMC139", "EMC139"], "?EMC139"),
    ("one look wrong in one place", ["京EMC139"] * 5 + ["京EMG139"], "?EMC139"),
    ("two readings of one place", ["京EMC139", "京EMG139"] * 4, "?EM?139"),
    ("one look of another plate", ["京EMC139"] * 6 + ["沪BD7777"], "?EMC139"),
    ("one look with a character too many", ["京EMC139"] * 5 + ["京EMC1139"], "?EMC139"),
    ("one look with a character too few", ["京EMC139"] * 5 + ["京EM139"], "?EMC139"),
    ("police", ["川A0001警"] * 6, "?A0001警"),
    ("Hong Kong", ["粤ZF023港"] * 6, "?ZF023港"),
    ("embassy", ["224578使"] * 6, "224578使"),
]


@pytest.mark.parametrize(("label", "looks", "text"), READ, ids=[row[0] for row in READ])
def test_a_plate_that_is_read(label: str, looks: list[str], text: str) -> None:
    plate = voted(looks, apart=20).reading()
    assert (plate.state, plate.text) == (PlateState.READ, text)
    assert plate.text is not None
    assert len(plate.confidences) == len(plate.text)
    assert all(
        (sure > 0.99) == (letter != UNSURE) for letter, sure in zip(text[1:], plate.confidences[1:], strict=True)
    )


NOT_READ = [
    ("nothing", []),
    ("too few looks", ["京EMC139"] * (LEAST_LOOKS - 1)),
    ("never the same", ["京EMC139", "沪BD7777", "苏H2K9P1", "粤W8X6Y5"]),
    ("two lengths", ["京A12345", "京AD12345"] * 4),
    ("no plate at all", ["ABC"] * 9),
    ("only a part", ["C139"] * 9),
    ("the letter of the city in doubt", ["京EMC139", "京FMC139"] * 4),
]


@pytest.mark.parametrize(("label", "looks"), NOT_READ, ids=[row[0] for row in NOT_READ])
def test_a_plate_that_is_not_read_has_no_text(label: str, looks: list[str]) -> None:
    plate = voted(looks, apart=20).reading()
    assert (plate.state, plate.text, plate.kind) == (PlateState.UNKNOWN, None, PlateKind.UNKNOWN)


def test_looks_of_one_view_count_less_and_less() -> None:
    """A standing car is misread alike on every look: ten of them are no ten witnesses."""
    alike = voted(["京EM0139"] * 10)
    moved = voted(["京EM0139"] * 10, apart=20)
    hours = voted(["京EM0139"] * 10, every_s=3600)
    assert alike.sheets[0].weight == pytest.approx(sum(1 / n for n in range(1, 11)))
    assert moved.sheets[0].weight == hours.sheets[0].weight == 10
    then = alike
    for number in range(8):
        then = then.add(glimpse("京EMC139"), replace(NEAR, at_s=10_000.0 + number * 3600, x=300))
    assert then.reading().text == "?EMC139", "eight looks of other hours outweigh ten of one minute"


def test_quite_another_plate_twice_in_a_row_is_another_vehicle() -> None:
    votes = voted(["京EMC139"] * 6, apart=20)
    once = votes.add(glimpse("沪BD7777"), replace(NEAR, at_s=100.0, x=500))
    assert once.reading().text == "?EMC139"
    assert once.sheets == votes.sheets
    back = once.add(glimpse("京EMC139"), replace(NEAR, at_s=102.0, x=520))
    assert back.reading().looks == 7
    anew = once.add(glimpse("沪BD7777"), replace(NEAR, at_s=102.0, x=520))
    assert anew.reading().text is None
    for number in range(4):
        anew = anew.add(glimpse("沪BD7777"), replace(NEAR, at_s=104.0 + number, x=540 + 20.0 * number))
    assert anew.reading().text == "?BD7777"
    misread = votes.add(glimpse("京EMG138"), replace(NEAR, at_s=100.0, x=500))
    assert misread.odd == 0, "two characters misread are no other plate"


def test_another_light_is_another_view() -> None:
    votes = Votes()
    for number in range(6):
        votes = votes.add(glimpse("京EMC139"), replace(NEAR, at_s=float(number), light=60.0 + 60 * (number % 2)))
    assert votes.sheets[0].weight == 6


PROVINCE = [
    # name,                        province looks,                      how sure,  told
    ("always and sure", ["京"] * 8, 0.8, "京"),
    ("always, but not sure", ["京"] * 8, 0.5, "?"),
    ("sure, but too few looks", ["京"] * 5, 0.8, "?"),
    ("once another", ["京"] * 8 + ["沪"], 0.8, "?"),
    ("once another of many", ["京"] * 19 + ["沪"], 0.8, "京"),
    ("what a reader says that cannot tell", ["皖"] * 20, 0.86, "?"),
]


@pytest.mark.parametrize(("label", "looks", "sure", "told"), PROVINCE, ids=[row[0] for row in PROVINCE])
def test_the_province_is_told_on_strong_evidence_only(label: str, looks: list[str], sure: float, told: str) -> None:
    votes = Votes()
    for number, province in enumerate(looks):
        votes = votes.add(
            glimpse(province + "EMC139", province=sure), replace(NEAR, at_s=float(number), x=number * 20.0)
        )
    assert votes.reading().text == told + "EMC139"


def test_a_form_only_dismisses_rivals_and_never_puts_a_character_in() -> None:
    """In a new-energy plate's number a `D` cannot stand where a `0` may; but a `0` nobody read is not made of it."""
    disputed = PlateGlimpse((*glimpse("京AD12").characters, *(character("0", 0.55, "D") for _ in range(3))))
    votes = Votes()
    for number in range(6):
        votes = votes.add(disputed, replace(NEAR, at_s=float(number), x=number * 20.0))
    assert votes.reading().text == "?AD12000"
    letters = voted(["京AD12DDD"] * 6, apart=20).reading()
    assert letters.state is PlateState.UNKNOWN
    assert letters.text is None


LAID = [
    ("京EMC139", "京EMC139"),
    ("EMC139", "?EMC139"),
    ("RCKR023", "?CKR023"),
    ("22457B使", "22457?使"),
    ("AD12345", None),  # a city, D and five digits of a new-energy plate, or a misread province before them
    ("京AD12345", "京AD12345"),
    ("京E0C13挂", "京E0C13挂"),
    ("京0MC139", "京?MC139"),
    ("京00C139", "京?0C139"),
    ("京AD12J4J", None),
    ("", None),
    ("京", None),
    ("京EMC1399999", None),
]


@pytest.mark.parametrize(("text", "row"), LAID)
def test_characters_get_their_places(text: str, row: str | None) -> None:
    laid = lay_out(glimpse(text))
    shown = None if laid is None else "".join(one.ranked[0][0] if one is not None else UNSURE for one in laid)
    assert shown == row


def many(
    count: int,
    span_s: float,
    *,
    found: bool,
    lights: tuple[float, float] = (40.0, 140.0),
    width: float = LEGIBLE,
    text: str = "",
) -> Votes:
    votes = Votes()
    for number in range(count):
        at_s = span_s * number / (count - 1)
        light = lights[number % 2]
        seen = replace(NEAR, at_s=at_s, light=light, width=width)
        votes = votes.add(glimpse(text), seen) if found else votes.none_shown(at_s, light)
    return votes


STATES = [
    ("unreadable", many(MANY_LOOKS, LONG_S, found=True), PlateState.UNREADABLE),
    ("too few looks to be unreadable", many(MANY_LOOKS - 1, LONG_S, found=True), PlateState.UNKNOWN),
    ("too short to be unreadable", many(MANY_LOOKS, LONG_S - 60, found=True), PlateState.UNKNOWN),
    ("always too small", many(99, 9 * LONG_S, found=True, width=LEGIBLE - 1), PlateState.UNKNOWN),
    ("unreadable by day, never seen by night", many(99, LONG_S, found=True, lights=(90, 120)), PlateState.UNKNOWN),
    ("hard to read", many(99, LONG_S, found=True, text="京0MC1"), PlateState.UNREADABLE),
    ("missing", many(MANY_LOOKS, LONG_S, found=False), PlateState.MISSING),
    ("too few looks to be missing", many(MANY_LOOKS - 1, LONG_S, found=False), PlateState.UNKNOWN),
    ("too short to be missing", many(MANY_LOOKS, LONG_S - 60, found=False), PlateState.UNKNOWN),
    ("always in one light", many(MANY_LOOKS, LONG_S, found=False, lights=(90.0, 120.0)), PlateState.UNKNOWN),
    ("once found", many(99, 9 * LONG_S, found=False).add(PlateGlimpse(()), NEAR), PlateState.UNKNOWN),
]


@pytest.mark.parametrize(("label", "votes", "state"), STATES, ids=[row[0] for row in STATES])
def test_what_is_said_of_a_plate_that_is_not_read(label: str, votes: Votes, state: PlateState) -> None:
    assert votes.reading().state is state
    assert votes.reading().text is None


def test_a_plate_of_which_some_characters_are_sure_is_not_unreadable() -> None:
    votes = Votes()
    for number in range(99):
        text = ("京EMC139", "京FNC139", "京FMQ139")[number % 3]
        seen = replace(NEAR, at_s=number * 3600.0, light=40.0 + 100 * (number % 2))
        votes = votes.add(glimpse(text), seen)
    assert votes.legible.is_long
    assert votes.reading().state is PlateState.UNKNOWN


letters = st.text(PROVINCES[:5] + SERIAL[:8] + "警使", max_size=9)


@given(st.lists(st.tuples(letters, st.floats(0.2, 1.0)), max_size=30))
def test_whatever_is_read_the_votes_stay_small_and_come_back_from_json(looks: list[tuple[str, float]]) -> None:
    votes = Votes()
    for number, (text, sure) in enumerate(looks):
        votes = votes.add(glimpse(text, sure), replace(NEAR, at_s=float(number)))
    kept = TypeAdapter(Votes)
    raw = kept.dump_json(votes)
    assert kept.validate_json(raw) == votes
    assert len(raw) < 8000
    assert all(len(place) <= MAX_CHARACTERS for sheet in votes.sheets for place in sheet.places)
    plate = votes.reading()
    assert (plate.text is not None) == (plate.state is PlateState.READ)


def test_the_same_looks_give_the_same_votes_and_the_module_keeps_no_state() -> None:
    assert voted(["京EMC139", "皖CKR023"] * 3) == voted(["京EMC139", "皖CKR023"] * 3)
    assert plates_module.Votes() == Votes()
