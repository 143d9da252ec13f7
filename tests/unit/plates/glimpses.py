"""Readings of plates as a reader gives them."""

from models.detection import Character, PlateGlimpse


def character(best: str, sure: float = 0.98, second: str = "", at: float = 0.5) -> Character:
    rest = ((second, round((1 - sure) * 0.9, 4)),) if second else ()
    return Character(((best, sure), *rest), at)


def glimpse(text: str, sure: float = 0.98, province: float = 0.45) -> PlateGlimpse:
    """A look that reads `text`; a province is never as sure as the rest."""
    return PlateGlimpse(
        tuple(
            character(letter, province if letter >= "\u4e00" and place == 0 else sure, at=(place + 0.5) / len(text))
            for place, letter in enumerate(text)
        )
    )
