"""What is in a text is found by any piece of it that people would type."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.cases.search import MAX_QUERY, MAX_TERMS, case_words, plate_query, query_of, words

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
ANYTHING = st.text(
    st.one_of(HAN, st.characters(codec="utf-8"), st.sampled_from("aZ09-._ ·'\\:&|!*()，。")), max_size=60
)


def finds(query: str | None, kept: frozenset[str]) -> bool:
    """As PostgreSQL's `@@` says it of a query of quoted terms."""
    assert query is not None
    terms = re.findall(r"'([^']+)'(:\*)?", query)
    assert " & ".join(f"'{term}'{star}" for term, star in terms) == query
    return all(any(word.startswith(term) if star else word == term for word in kept) for term, star in terms)


@given(before=ANYTHING, text=st.text(HAN, min_size=2, max_size=30), after=ANYTHING, data=st.data())
def test_any_two_or_more_neighbouring_chinese_characters_of_a_field_find_it(
    before: str, text: str, after: str, data: st.DataObject
) -> None:
    begin = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(begin + 2, len(text)))
    assert finds(query_of(text[begin:end]), words([before + text + after]))


@given(text=ANYTHING, word=st.text("abcxyzABC0189", min_size=2, max_size=20), data=st.data())
def test_the_beginning_of_a_word_finds_it(text: str, word: str, data: st.DataObject) -> None:
    typed = word[: data.draw(st.integers(2, len(word)))]
    assert finds(query_of(typed), words([f"{text} {word} {text}"]))


@given(ANYTHING)
def test_whatever_is_typed_gives_a_query_of_quoted_terms_or_none(typed: str) -> None:
    query = query_of(typed)
    assert query is None or finds(query, words([typed])) or len(typed) > 0
    for text in (query, plate_query(typed)):
        assert text is None or re.fullmatch(r"'[^'\\\s]+'(:\*)?( & '[^'\\\s]+'(:\*)?)*", text)


PLATES = [
    # typed,      finds 沪A12345
    ("沪A12", True),
    ("沪a", True),
    ("沪", True),
    ("A12345", True),
    ("2345", True),
    ("345", True),
    ("沪 A·123", True),
    ("ｈｕ", False),
    ("沪Ａ１２", True),  # as a Chinese keyboard may type it
    ("沪A13", False),
    ("京A12", False),
    ("45", False),  # too short an end
]


@pytest.mark.parametrize(("typed", "found"), PLATES)
def test_a_plate_is_found_half_typed(typed: str, found: bool) -> None:
    assert finds(plate_query(typed), case_words([], "沪A12345")) is found


NUMBERS = [
    ("LL-20261121", True),
    ("ll-20261121-0001", True),
    ("LL-20261121-000", True),
    ("20261121", True),
    ("0001", True),
    ("LL-20261122", False),
    ("LL-20261121-0010", False),
]


@pytest.mark.parametrize(("typed", "found"), NUMBERS)
def test_a_number_is_found_as_far_as_it_is_typed(typed: str, found: bool) -> None:
    assert finds(query_of(typed), words(["LL-20261121-0001"])) is found


TEXTS = [
    # text,                     typed,           found
    ("3号楼北侧消防通道", "3号楼", True),
    ("13号楼北侧", "3号楼", False),
    ("3号楼北侧", "楼北", True),
    ("3号楼北侧", "道", False),
    ("消防通道", "道", True),  # one character: where it begins a pair, or ends
    ("消防通道", "防", True),
    ("消防通道", "通防", False),
    ("东门；西门", "门西", False),  # nothing joins what a comma parts
    ("Water runs in each half hour", "WATER half", True),
    ("Water runs", "waters", False),
    ("cam1.s12", "cam1", True),
    ("cam1.s12", "s1", True),
    ("３号楼", "3号", True),
]


@pytest.mark.parametrize(("text", "typed", "found"), TEXTS)
def test_words_and_pairs(text: str, typed: str, found: bool) -> None:
    assert finds(query_of(typed), words([text])) is found


@pytest.mark.parametrize("typed", ["", "   ", "'", "\\", "&|!:*()", "\x00", "…，。"])
def test_what_says_nothing_seeks_nothing(typed: str) -> None:
    assert query_of(typed) is None


def test_a_search_is_bounded() -> None:
    at_the_limit, beyond = "字词" * (MAX_QUERY // 2), "字词" * (MAX_QUERY // 2) + "尾巴"
    assert query_of(at_the_limit) == query_of(beyond)
    many = query_of("".join(chr(0x4E00 + at) for at in range(MAX_QUERY)))
    assert many is not None
    assert many.count("&") == MAX_TERMS - 1
