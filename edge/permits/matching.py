"""Which plates a text with unsure characters may be, and which it may have been misread from."""

from collections.abc import Iterator
from itertools import product
from typing import Final

from contract.plates import FORMS, UNSURE, fits

MAX_UNSURE: Final = 2  # beside the province: each multiplies by some 34 what must be tried, and what fits by chance
ALIKE: Final = ("0DQ", "8B3", "5S", "2Z", "1T7L", "6G", "CG0", "4A", "VYU", "MNHW", "EF", "PR", "KX", "UJ")  # misread


def unsure(text: str) -> int:
    """How many characters nobody is sure of, the first one aside: that is the province, which is never guessed."""
    return text[1:].count(UNSURE)


def is_searchable(text: str) -> bool:
    """Whether so much of it is sure that it can be looked for."""
    return unsure(text) <= MAX_UNSURE and any(fits(text, form) for _, form in FORMS)


def candidates(text: str) -> Iterator[str]:
    """Every plate of a known form that the text may be, each once; at most 31 · 41 · 34, some 43,000.

    Args:
        text: for which `is_searchable` holds.
    """
    forms = [form for _, form in FORMS if fits(text, form)]
    tried: list[tuple[str, ...]] = []
    for form in forms:
        choices = tuple(
            allowed if character == UNSURE else character for character, allowed in zip(text, form, strict=True)
        )
        for letters in product(*choices):
            if not any(_among(letters, earlier) for earlier in tried):
                yield "".join(letters)
        tried.append(choices)


def _among(letters: tuple[str, ...], choices: tuple[str, ...]) -> bool:
    return all(letter in choice for letter, choice in zip(letters, choices, strict=True))


def misread_from(text: str) -> Iterator[str]:
    """Texts that one look-alike character makes this one: a `B` for an `8`. The province is left as it is."""
    for place, character in enumerate(text[1:], start=1):
        for group in ALIKE:
            if character in group:
                yield from (text[:place] + other + text[place + 1 :] for other in group if other != character)
