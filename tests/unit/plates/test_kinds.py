"""Kinds of plates, against regular expressions written apart from the forms."""

import re
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.plates import FORMS, PROVINCES, UNSURE, PlateKind, is_whole, kind_of

S: Final = "[A-HJ-NP-Z0-9]"
PATTERNS: Final = {
    PlateKind.ORDINARY: rf"[{PROVINCES}][A-Z]{S}{{5}}",
    PlateKind.NEW_ENERGY: rf"[{PROVINCES}][A-Z](?:[0-9]{{5}}[A-HJK]|[A-HJK]{S}[0-9]{{4}})",
    PlateKind.TRAILER: rf"[{PROVINCES}][A-Z]{S}{{4}}挂",
    PlateKind.LEARNER: rf"[{PROVINCES}][A-Z]{S}{{4}}学",
    PlateKind.POLICE: rf"[{PROVINCES}][A-Z]{S}{{4}}警",
    PlateKind.HONG_KONG: rf"粤Z{S}{{4}}港",
    PlateKind.MACAU: rf"粤Z{S}{{4}}澳",
    PlateKind.EMBASSY: r"[0-9]{6}使|使[0-9]{6}",
    PlateKind.CONSULATE: rf"[{PROVINCES}][A-Z][0-9]{{4}}领",
    PlateKind.ARMED_POLICE: rf"WJ[{PROVINCES}]?[0-9]{{4}}[TDSHBXJ0-9]",
}
plates = st.sampled_from(sorted(PATTERNS)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.from_regex(PATTERNS[kind], fullmatch=True))
)

KINDS = [
    ("京A12345", PlateKind.ORDINARY),
    ("鲁EMC139", PlateKind.ORDINARY),
    ("粤O12345", PlateKind.ORDINARY),
    ("京A1234O", PlateKind.UNKNOWN),  # neither O nor I in the serial number
    ("京AI2345", PlateKind.UNKNOWN),
    ("京AD12345", PlateKind.NEW_ENERGY),
    ("京AK12345", PlateKind.NEW_ENERGY),
    ("京AFA2345", PlateKind.NEW_ENERGY),
    ("京A12345D", PlateKind.NEW_ENERGY),
    ("京A12345J", PlateKind.NEW_ENERGY),
    ("京A12345L", PlateKind.UNKNOWN),
    ("京AI12345", PlateKind.UNKNOWN),
    ("京A1B345D", PlateKind.UNKNOWN),
    ("冀B1234挂", PlateKind.TRAILER),
    ("沪A1234学", PlateKind.LEARNER),
    ("川A0001警", PlateKind.POLICE),
    ("粤ZF023港", PlateKind.HONG_KONG),
    ("粤ZX12澳", PlateKind.UNKNOWN),
    ("粤ZX123澳", PlateKind.MACAU),
    ("粤B1234港", PlateKind.UNKNOWN),
    ("京Z1234港", PlateKind.UNKNOWN),
    ("224578使", PlateKind.EMBASSY),
    ("使224578", PlateKind.EMBASSY),
    ("沪A0023领", PlateKind.CONSULATE),
    ("WJ12345", PlateKind.ARMED_POLICE),
    ("WJ京1234J", PlateKind.ARMED_POLICE),
    ("?EMC139", PlateKind.ORDINARY),
    ("?A12345", PlateKind.ORDINARY),
    ("京A1234?", PlateKind.UNKNOWN),  # may be 挂, 学, 警 or an ordinary one
    ("?Z1234港", PlateKind.HONG_KONG),
    ("?AD12345", PlateKind.NEW_ENERGY),
    ("?A1234??", PlateKind.NEW_ENERGY),
    ("???????", PlateKind.UNKNOWN),
    ("", PlateKind.UNKNOWN),
    ("京A", PlateKind.UNKNOWN),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_a_text_is_of_the_kind_that_every_filling_gives(text: str, kind: PlateKind) -> None:
    assert kind_of(text) is kind


@given(plates)
def test_every_plate_of_a_form_is_known(plate: tuple[PlateKind, str]) -> None:
    assert kind_of(plate[1]) is plate[0]
    assert is_whole(plate[1])


@given(plates, st.sets(st.integers(0, 7)))
def test_what_is_unsure_never_makes_another_kind_of_it(plate: tuple[PlateKind, str], hidden: set[int]) -> None:
    text = "".join(UNSURE if i in hidden else character for i, character in enumerate(plate[1]))
    assert kind_of(text) in {plate[0], PlateKind.UNKNOWN}
    assert is_whole(text) == (UNSURE not in text)


@given(st.text(max_size=12) | st.text("京粤A1O?使领WJ", max_size=9))
def test_any_text_has_a_kind_and_only_plates_a_known_one(text: str) -> None:
    kind = kind_of(text)
    if UNSURE not in text:
        matching = {name for name, pattern in PATTERNS.items() if re.fullmatch(pattern, text)}
        assert matching == ({kind} - {PlateKind.UNKNOWN})


def test_no_plate_is_of_two_kinds() -> None:
    """So that `kind_of` of a whole plate never has to choose."""
    for number, (kind, form) in enumerate(FORMS):
        for other, rival in FORMS[number + 1 :]:
            if other is not kind and len(form) == len(rival):
                assert any(not set(a) & set(b) for a, b in zip(form, rival, strict=True)), (kind, other)
