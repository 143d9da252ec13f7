"""From a text network's steps to characters: runs, blanks, the mask, and how sure."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.decoders.ctc import ALPHABET, MOST_CHARACTERS, PROVINCES, Columns, collapse
from models.detection import Character

LISTED = ["A", "B", "0", "1", "O", "I", "京", "苏", "猫"]
COLUMNS = Columns.of(LISTED, len(LISTED) + 2)
"""With a blank before and a space behind, as PP-OCR has them."""


def steps(*said: str | dict[str, float]) -> NDArray[np.float32]:
    """Steps that say one character with certainty (`-` none, `_` a space), or several with a probability each."""
    places = {"-": 0, "_": len(LISTED) + 1} | {character: place for place, character in enumerate(LISTED, 1)}
    answer = np.zeros((len(said), len(LISTED) + 2), np.float32)
    for step, shares in enumerate(said):
        for character, share in ({shares: 1.0} if isinstance(shares, str) else shares).items():
            answer[step, places[character]] = share
    return answer


def told(character: Character) -> list[tuple[str, float]]:
    """What a character may be, how sure to a thousandth."""
    return [(candidate, round(sure, 3)) for candidate, sure in character.ranked]


READ = [
    # name, steps, text
    ("nothing at all", "", ""),
    ("blanks only", "----", ""),
    ("one", "-A-", "A"),
    ("a run is one", "AAAB", "AB"),
    ("a blank parts equal ones", "A-A", "AA"),
    ("a space parts equal ones", "A_A", "AA"),
    ("from the first step to the last", "B-A", "BA"),
    ("what no plate has is passed over", "A猫B", "AB"),
    ("what no plate has parts nothing equal but itself", "猫猫", ""),
    ("letters that look like digits", "OI", "01"),
    ("a letter and its digit are one run", "O0-1I", "01"),
    ("a whole plate", "-京-A-0-0-1-B-B", "京A001BB"),
]


@pytest.mark.parametrize(("said", "text"), [case[1:] for case in READ], ids=[case[0] for case in READ])
def test_what_is_read(said: str, text: str) -> None:
    assert collapse(steps(*said), COLUMNS).text == text


def test_a_run_is_as_sure_as_its_surest_step() -> None:
    (found,) = collapse(steps({"A": 0.6, "-": 0.4}, {"A": 0.7, "B": 0.2}, {"A": 0.5, "B": 0.3}), COLUMNS).characters
    assert told(found) == [("A", 0.7), ("B", 0.2)]
    assert found.at == pytest.approx(0.5)


def test_letters_that_look_alike_add_up() -> None:
    (found,) = collapse(steps({"O": 0.4, "0": 0.35, "B": 0.2, "-": 0.05}), COLUMNS).characters
    assert told(found)[0] == ("0", 0.75)


def test_what_may_be_no_plate_character_stays_doubt() -> None:
    (found,) = collapse(steps({"猫": 0.7, "A": 0.2, "-": 0.1}), COLUMNS).characters
    assert told(found) == [("A", 0.2)]


def test_the_blank_must_be_less_likely_than_the_character() -> None:
    assert collapse(steps({"-": 0.3, "_": 0.3, "A": 0.4}), COLUMNS).text == ""
    assert collapse(steps({"-": 0.3, "A": 0.4}), COLUMNS).text == "A"


def test_where_a_character_stands_is_told_of_the_plate_without_its_padding() -> None:
    places = [character.at for character in collapse(steps(*"A-B-----"), COLUMNS, within=0.5).characters]
    assert places == pytest.approx([0.125, 0.625])
    (beyond,) = collapse(steps(*"-------A"), COLUMNS, within=0.5).characters
    assert beyond.at == 1


@pytest.mark.parametrize(("said", "less"), [(0.5, 0.31), (0.9, 0.574), (0.99, 0.817), (1.0, 0.934)])
def test_of_the_province_less_is_told_than_the_network_says(said: float, less: float) -> None:
    (province,) = collapse(steps({"京": said}), COLUMNS).characters
    assert told(province) == [("京", less)]
    (letter,) = collapse(steps({"A": 0.9}), COLUMNS).characters
    assert told(letter) == [("A", 0.9)]


def test_doubt_keeps_the_order_and_never_sums_above_one() -> None:
    random = np.random.default_rng(5)
    columns = Columns.of(list(ALPHABET), len(ALPHABET) + 1)
    for spread in (0.01, 0.1, 1.0, 10.0):
        for shares in random.dirichlet(np.full(len(PROVINCES), spread), 200):
            step = np.zeros((1, len(ALPHABET) + 1), np.float32)
            step[0, 1 : len(PROVINCES) + 1] = shares
            (found,) = collapse(step, columns).characters
            sure = [share for _, share in found.ranked]
            assert sure == sorted(sure, reverse=True)
            assert sum(sure) <= 1
            assert 1 <= len(sure) <= 5


def test_a_line_without_end_has_an_end() -> None:
    assert len(collapse(steps(*"A-" * 500), COLUMNS).characters) == MOST_CHARACTERS


def test_the_alphabet_has_each_character_once_and_neither_i_nor_o() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 31 + 34 + 7
    assert not set("IO") & set(ALPHABET)


@pytest.mark.parametrize("width", [0, 3, 6, 100])
def test_characters_that_do_not_fit_the_answer_are_refused(width: int) -> None:
    with pytest.raises(ValueError, match="3 characters and a blank do not lie in"):
        Columns.of(["A", "B", "C"], width)


def test_a_listed_name_of_several_letters_is_no_character() -> None:
    assert Columns.of(["AB", "A"], 3).sums.sum() == 1
