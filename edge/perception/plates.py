"""What many looks at one vehicle's plate say together. Pure: no pixels, no clock.

A look's reading is laid out on 7 or 8 places. Each place sums what the looks say of each character, as log-odds. Looks
of a car that stands are much alike, so that each further one of the same view counts less: 1, 1/2, 1/3 …; a view is new
when the plate lies elsewhere in the picture, when the light differs, or after half an hour.
"""

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

from pydantic import ConfigDict

from contract.plates import FORMS, PROVINCES, UNSURE, fits, kind_of
from edge.values import Plate, PlateState
from models.detection import Character, PlateGlimpse

LENGTHS: Final = (7, 8)  # of every form
# The figures below were chosen on 400 plates drawn in the computer, eight looks each at 36 to 90 pixels of width,
# blurred, noisy and askew; the reader shipped reads 54 % of them in one look. Others, drawn apart, and real footage
# judge them.
MOST_SURE: Final = 0.9  # a look is believed no further: wrong characters come with up to .99
OTHERS: Final = 34  # characters among which what a look leaves over is spread
MAX_CHARACTERS: Final = 8  # kept a place; a ninth pushes out the least likely
MARGIN: Final = 10.0  # log-odds over the next best from which a character is sure
DISPUTED: Final = 0.4  # of its evidence at most for the next best: what a third of the looks deny is not sure, ever
LEAST_LOOKS: Final = 3
DOMINANT: Final = 2.0  # one length has so many times the other's evidence, or neither is believed
READ_UNSURE: Final = 2  # unsure places beside the province with which a plate still counts as read

ANOTHER: Final = 3  # sure characters that a look has otherwise, from which it is of another plate
ANOTHER_LOOKS: Final = 2

UNKNOWING: Final = (
    "皖"  # what readers of plates say where they cannot tell: the photographs they learn from are Anhui's
)
PROVINCE_LOOKS: Final = 6
PROVINCE_SHARE: Final = 0.9  # of these looks that put it first
PROVINCE_SURE: Final = 0.7  # how sure these are of it on average

SAME_VIEW_S: Final = 1800.0
MOVED: Final = 0.25  # of the plate's width
RELIT: Final = 30.0  # grey levels of 255

LEGIBLE: Final = 60.0  # pixels of a plate's width that a person reads at a glance: if no look could, it is the plate
PARTLY: Final = 3  # sure characters from which a plate is hard to read rather than unreadable
MANY_LOOKS: Final = 20
LONG_S: Final = 24 * 3600.0
LIGHTS: Final = 40.0  # grey levels between the darkest and the brightest look: two conditions of light


@dataclass(frozen=True, slots=True)
class Seen:
    """How a plate lay in a look.

    Attributes:
        at_s: the camera's timeline.
        x, y: the plate's centre in pixels.
        width: of the plate in pixels.
        light: mean grey of the vehicle's crop, 0 to 255.
    """

    at_s: float
    x: float
    y: float
    width: float
    light: float


Score = tuple[str, float]
Provinces = tuple[tuple[str, int, float], ...]
Row = tuple[Character | None, ...]  # a look's characters in their places; None where nothing was read


@dataclass(frozen=True, slots=True)
class Sheet:
    """Evidence for a plate of as many places. `places` hold each character's log-odds over one that no look named."""

    places: tuple[tuple[Score, ...], ...]
    weight: float = 0.0
    looks: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Looks that had something in common: how many, over which time, in which light."""

    looks: int = 0
    since_s: float = 0.0
    until_s: float = 0.0
    darkest: float = 255.0
    brightest: float = 0.0

    def grown(self, at_s: float, light: float) -> "Span":
        """The same with one look more."""
        since_s = self.since_s if self.looks else at_s
        return Span(self.looks + 1, since_s, at_s, min(self.darkest, light), max(self.brightest, light))

    @property
    def is_long(self) -> bool:
        """Whether many looks over a long time agree, in more than one kind of light."""
        lights = self.brightest - self.darkest >= LIGHTS
        return self.looks >= MANY_LOOKS and self.until_s - self.since_s >= LONG_S and lights


@dataclass(frozen=True, slots=True)
class Votes:
    """All that was seen of one vehicle's plate; of a few kilobytes, whatever the number of looks.

    Attributes:
        sheets: evidence by length, 7 and 8.
        found: looks in which there was a plate, read or not.
        legible: those of them in which it was large enough to be read.
        blank: looks that would have shown a plate and showed none.
        view: the last look that was read, and how many before it were of the same view.
        provinces: by the province that looks put first: how many, and how sure they were together.
        odd: looks in a row that read quite another plate.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    sheets: tuple[Sheet, Sheet] = (Sheet(((),) * 7), Sheet(((),) * 8))
    found: int = 0
    legible: Span = Span()
    blank: Span = Span()
    view: Seen | None = None
    run: int = 0
    provinces: Provinces = ()
    odd: int = 0
    version: Literal[1] = 1

    def add(self, glimpse: PlateGlimpse, seen: Seen) -> "Votes":
        """Count a look that found a plate; what it read is voted with if it can be laid out on a plate's places.

        A look that reads quite another plate is not voted with, and the second of two in a row begins anew: that is
        another vehicle, taken for this one by whoever follows vehicles by where they are.
        """
        legible = self.legible.grown(seen.at_s, seen.light) if seen.width >= LEGIBLE else self.legible
        counted = replace(self, found=self.found + 1, legible=legible)
        row = lay_out(glimpse)
        if row is None:
            return counted
        if self._contradicted(row):
            return Votes().add(glimpse, seen) if self.odd + 1 >= ANOTHER_LOOKS else replace(counted, odd=self.odd + 1)
        run = self.run + 1 if self.view is not None and _same_view(self.view, seen) else 0
        weight = 1.0 / (1 + run)
        number = LENGTHS.index(len(row))
        sheets = list(self.sheets)
        sheets[number] = _voted(sheets[number], row, weight)
        return replace(
            counted,
            sheets=(sheets[0], sheets[1]),
            view=seen,
            run=run,
            provinces=_tallied(self.provinces, row[0]),
            odd=0,
        )

    def none_shown(self, at_s: float, light: float) -> "Votes":
        """Count a look that would have shown a plate and did not."""
        return replace(self, blank=self.blank.grown(at_s, light))

    def reading(self) -> Plate:
        """What all looks say together, as `Plate` puts it.

        READ: at most two places beside the province are unsure, and none of those that tell one length from the other.
        UNREADABLE: large enough in 20 looks over 24 hours in two kinds of light, and not three characters were ever
        sure. MISSING: in as many such looks, each of which would have shown one, none was ever found. A text comes only
        with READ. The province is `?` unless its own evidence is strong and hardly disputed.
        """
        sheet = self._believed()
        looks, partly = sheet.looks if sheet is not None else 0, False
        if sheet is not None and looks >= LEAST_LOOKS:
            text, confidences = _text(sheet, self.provinces)
            if _is_read(text):
                return Plate(state=PlateState.READ, text=text, kind=kind_of(text), confidences=confidences, looks=looks)
            partly = len(text) - 1 - text[1:].count(UNSURE) >= PARTLY
        if self.legible.is_long and not partly:
            return Plate(state=PlateState.UNREADABLE, looks=self.legible.looks)
        if not self.found and self.blank.is_long:
            return Plate(state=PlateState.MISSING, looks=self.blank.looks)
        return Plate(state=PlateState.UNKNOWN, looks=looks)

    @property
    def is_settled(self) -> bool:
        """Whether every character beside the province is sure: further looks tell little."""
        plate = self.reading()
        return plate.state is PlateState.READ and plate.text is not None and UNSURE not in plate.text[1:]

    def _contradicted(self, row: Row) -> bool:
        """Whether a look has so many other characters than those that are sure that it is of another plate."""
        text = self.reading().text
        if text is None:
            return False
        pairs = zip(reversed(text[1:]), reversed(row), strict=False)
        other = [one for one, seen in pairs if one != UNSURE and seen is not None and seen.ranked[0][0] != one]
        return len(other) >= ANOTHER

    def _believed(self) -> Sheet | None:
        less, more = sorted(self.sheets, key=lambda sheet: sheet.weight)
        return more if more.weight >= DOMINANT * less.weight and more.weight > 0 else None


def lay_out(glimpse: PlateGlimpse) -> Row | None:
    """Give a look's characters their places on a plate of 7 or 8; None where that is not clear.

    A province that was not read, or read as something that is none, leaves the first place empty. Beside a first
    character that is right, one other may be such as no form has there; its place is left empty.
    """
    characters = glimpse.characters
    if not characters:
        return None
    headed = _repaired(characters)
    if headed is not None or characters[0].ranked[0][0] in PROVINCES:
        return headed
    beheaded = [row for row in ((None, *characters), (None, *characters[1:])) if _is_plate(_best(row))]
    return beheaded[0] if len(beheaded) == 1 else None


def _repaired(row: Row) -> Row | None:
    """The row if it fits a form, with at most one place beside the first taken for unread."""
    text = _best(row)
    if _is_plate(text):
        return row
    for place in range(1, len(row)):
        if _is_plate(text[:place] + UNSURE + text[place + 1 :]):
            return (*row[:place], None, *row[place + 1 :])
    return None


def _is_plate(text: str) -> bool:
    return any(fits(text, form) for _, form in FORMS)


def _best(row: Row) -> str:
    return "".join(character.ranked[0][0] if character is not None else UNSURE for character in row)


def _same_view(before: Seen, now: Seen) -> bool:
    moved = math.hypot(now.x - before.x, now.y - before.y)
    return (
        now.at_s - before.at_s < SAME_VIEW_S
        and moved < MOVED * before.width
        and abs(now.width - before.width) < MOVED * before.width
        and abs(now.light - before.light) < RELIT
    )


def _voted(sheet: Sheet, row: Row, weight: float) -> Sheet:
    places = tuple(
        scores if character is None else _summed(scores, character, weight)
        for scores, character in zip(sheet.places, row, strict=True)
    )
    return Sheet(places, sheet.weight + weight, sheet.looks + 1)


def _summed(scores: tuple[Score, ...], character: Character, weight: float) -> tuple[Score, ...]:
    """Add a look's log-odds of each character it names over one that it does not name."""
    told = {letter: min(sure, MOST_SURE) for letter, sure in character.ranked}
    left = max(1.0 - sum(told.values()), 1.0 - MOST_SURE) / OTHERS
    total = dict(scores)
    for letter, sure in told.items():
        total[letter] = round(total.get(letter, 0.0) + weight * max(0.0, math.log(sure / left)), 3)
    return tuple(sorted(total.items(), key=lambda score: (-score[1], score[0]))[:MAX_CHARACTERS])


def _tallied(provinces: Provinces, first: Character | None) -> Provinces:
    if first is None or first.ranked[0][0] not in PROVINCES:
        return provinces
    province, sure = first.ranked[0]
    tally = {name: (looks, total) for name, looks, total in provinces}
    looks, total = tally.get(province, (0, 0.0))
    tally[province] = (looks + 1, round(total + sure, 3))
    return tuple((name, *counted) for name, counted in sorted(tally.items()))


def _text(sheet: Sheet, provinces: Provinces) -> tuple[str, tuple[float, ...]]:
    """The sure characters, the rest as `?`, and how sure each place's best one is."""
    best = "".join(scores[0][0] if scores else UNSURE for scores in sheet.places)
    text, confidences = "", []
    for place, scores in enumerate(sheet.places):
        rivals = [score for letter, score in scores[1:] if _possible(best, place, letter)]
        rival = max(rivals, default=0.0)
        margin = scores[0][1] - rival if scores else 0.0
        clear = margin >= MARGIN and rival <= DISPUTED * scores[0][1]
        sure = clear and (place > 0 or best[0] not in PROVINCES or _is_sure(best[0], provinces))
        text += best[place] if sure else UNSURE
        confidences.append(round(_sureness(scores[0][1], margin) if scores else 0.0, 4))
    return (text if _is_plate(text) else UNSURE * len(text)), tuple(confidences)


def _sureness(best: float, margin: float) -> float:
    """From log-odds to a figure between 0 and 1; no more than the share of the evidence that is not for a rival."""
    return min(1.0 / (1.0 + math.exp(-margin)), margin / best if margin < (1 - DISPUTED) * best else 1.0)


def _is_read(text: str) -> bool:
    """Whether enough is sure; without the letters before the last five a character may have been dropped or doubled."""
    return text[1:].count(UNSURE) <= READ_UNSURE and UNSURE not in text[1:-5]


def _possible(best: str, place: int, letter: str) -> bool:
    """Whether a rival would make a plate too. What fits no form is no rival; nothing is ever put in its stead."""
    text = best[:place] + letter + best[place + 1 :]
    if place:
        text = UNSURE + text[1:]
    return _is_plate(text)


def _is_sure(province: str, provinces: Provinces) -> bool:
    """The stricter bar of the province: many looks, hardly any of them another, and themselves sure of it."""
    looks = sum(count for _, count, _ in provinces)
    own, total = next(((count, total) for name, count, total in provinces if name == province), (0, 0.0))
    often = looks >= PROVINCE_LOOKS and own >= PROVINCE_SHARE * looks
    return province != UNKNOWING and often and total >= PROVINCE_SURE * own
