"""The list's words: each value that can be chosen has one, in both languages, and none lies about unused."""

import re

from cloud.cases.filters import Order, Show, Timing
from cloud.cases.vocabulary import CaseKind
from cloud.console.case_filter import COUNTED, USUAL, chips, choices, tabs
from cloud.console.list_query import PageQuery
from cloud.console.list_words import FOLDS, KINDS, LIST, ORDERS, SHOWS, TIMINGS
from cloud.console.rendering import HERE
from cloud.console.words import Word

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_each_value_has_a_name_in_both_languages() -> None:
    assert (set(KINDS), set(SHOWS), set(TIMINGS), set(ORDERS)) == (set(CaseKind), set(Show), set(Timing), set(Order))
    for word in (
        *LIST.values(),
        *FOLDS.values(),
        *KINDS.values(),
        *SHOWS.values(),
        *TIMINGS.values(),
        *ORDERS.values(),
    ):
        assert HAN.search(word.zh)
        assert not HAN.search(word.en)


def test_no_word_of_the_list_lies_about_unused() -> None:
    said = "".join(path.read_text() for path in HERE.rglob("*") if path.suffix in {".py", ".html"})
    two = {each: Word(each, each) for each in ("a", "b")}
    named = {choice.name for choice in choices(PageQuery(), two)} | {"opened_from", "opened_until"}
    unused = [key for key in LIST if said.count(f'"{key}"') + said.count(f"'{key}'") < 2 and key not in named]
    assert unused == []


def test_the_usual_lists_hold_where_they_lead() -> None:
    for query, tab in zip(USUAL, tabs(PageQuery(), ()), strict=False):
        shown = PageQuery.of(tab.path.partition("?")[2])
        assert shown.address() == query.address()
        assert [each.holds for each in tabs(shown, ())].count(True) == 1
    assert USUAL[: len(COUNTED)] == COUNTED


def test_a_chip_leads_to_the_list_without_it() -> None:
    query = PageQuery.of("kind=gate&stage=filed&mine=true&timing=soon&opened_from=2026-11-01&plate=A1&q=a b&size=200")
    assert len(list(chips(query))) == 7
    for chip in chips(query):
        assert len(list(chips(PageQuery.of(chip.path.partition("?")[2])))) == 6
        assert "size=200" in chip.path
