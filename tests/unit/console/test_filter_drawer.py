"""The drawer over the list: everything that can be asked lies in it once, and a fold that holds something says so."""

from cloud.console.filter_drawer import drawer
from cloud.console.list_query import PageQuery
from cloud.console.list_words import FOLDS
from cloud.console.words import Word

ASKED_ELSEWHERE = {"q", "mine", "after"}  # in the search box, as a tick of its own, by the pager


def test_everything_that_can_be_asked_lies_in_it_once() -> None:
    shown = drawer(PageQuery(), {"lantian": Word("蓝天小区", "Lantian"), "beishan": Word("北山", "Beishan")})
    names = [row.name for row in shown.rows]
    names += [row.name for fold in shown.folds for row in fold.rows]
    names += [field.name for fold in shown.folds for field in fold.fields]
    assert sorted(names) == sorted(set(PageQuery.model_fields) - ASKED_ELSEWHERE)


def test_every_fold_has_its_words_and_none_is_empty() -> None:
    shown = drawer(PageQuery(), {"lantian": Word("蓝天小区", "Lantian")})
    assert [fold.name for fold in shown.folds] == list(FOLDS)
    assert all(fold.rows or fold.fields for fold in shown.folds)


def test_a_fold_says_how_much_it_holds() -> None:
    assert {fold.held for fold in drawer(PageQuery(), {}).folds} == {0}
    query = PageQuery.of("stage=filed&stage=handling&priority=1&plate=A1&handler=wang&opened_from=2026-11-01&order=due")
    held = {fold.name: fold.held for fold in drawer(query, {}).folds}
    assert held == {"where": 0, "stage": 3, "who": 2, "when": 1, "order": 1}


def test_what_is_written_stands_in_its_field() -> None:
    query = PageQuery.of("plate=A1&opened_until=2026-11-02")
    written = {each.name: each.value for fold in drawer(query, {}).folds for each in fold.fields if each.value}
    assert written == {"plate": "A1", "opened_until": "2026-11-02"}
