"""A fall as it is shown: floor and speed in words, and the path drawn."""

from dataclasses import dataclass
from typing import Final

from cloud.cases.domain import Fall
from cloud.console.facts import Eye, Fact, Moment, moment
from cloud.console.words import WORDS, Word
from contract.throwing import Estimate, FloorEstimate, PathPoint, ThrownData

WIDTH: Final = 1000.0  # units of a drawing across; its height is as the picture's
LEAST_DOT: Final = 4.0  # units: a thing of two pixels is to be seen


@dataclass(frozen=True, slots=True)
class Dot:
    """Where the thing was seen, in units of the drawing."""

    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The path in the camera's picture. `line` is its corners as SVG writes them."""

    width: float
    height: float
    line: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class FallView:
    """One fall on a case's page."""

    id: str
    at: Moment
    words: Word
    facts: tuple[Fact, ...]
    drawing: Drawing


def fall_view(fall: Fall, eye: Eye) -> FallView:
    said = fall.said
    return FallView(
        id=fall.event_id,
        at=moment(said.began_at, eye),
        words=Word(said.words_zh, said.words_en),
        facts=tuple(_facts(said)),
        drawing=drawing(said),
    )


def launch_word(said: ThrownData) -> Word:
    """From where, in a few words: `约 12 层（11–13），第 4 列窗口`."""
    floor = _floor(said.floor)
    if said.column is None:
        return floor
    column = WORDS["fall.column_of"].fill(n=said.column)
    return Word(f"{floor.zh}，{column.zh}", f"{floor.en}, {column.en}")


def drawing(said: ThrownData) -> Drawing:
    """The path as a drawing in the proportions of the camera's picture."""
    wide, high = said.picture_size
    height = round(WIDTH * high / wide, 1)
    dots = tuple(_dot(point, height) for point in said.path)
    return Drawing(WIDTH, height, " ".join(f"{dot.x},{dot.y}" for dot in dots), dots)


def _dot(point: PathPoint, height: float) -> Dot:
    radius = max(LEAST_DOT, point.size * height / 2)
    return Dot(round(point.x * WIDTH, 1), round(point.y * height, 1), round(radius, 1))


def _facts(said: ThrownData) -> list[Fact]:
    told = [Fact(WORDS["fall.floor"], _floor(said.floor), hint=_by(said.floor))]
    if said.column is not None:
        told.append(Fact(WORDS["fall.column"], WORDS["fall.column_of"].fill(n=said.column)))
    return [
        *told,
        Fact(WORDS["fall.height"], _metres(said.height_m)),
        Fact(WORDS["fall.fell"], _metres(said.fell_m)),
        Fact(WORDS["fall.speed"], _speed(said.speed_m_s)),
        Fact(WORDS["fall.across"], _speed(said.horizontal_m_s)),
        Fact(WORDS["fall.score"], Word.same(f"{said.score * 100:.0f} %")),
    ]


def _floor(floor: FloorEstimate | None) -> Word:
    if floor is None:
        return WORDS["fall.floor_unknown"]
    if floor.low == floor.high:
        return WORDS["fall.floor_one"].fill(n=floor.likely)
    return WORDS["fall.floor_about"].fill(n=floor.likely, low=floor.low, high=floor.high)


def _by(floor: FloorEstimate | None) -> Word | None:
    return None if floor is None else WORDS[f"fall.by_{floor.by}"]


def _metres(told: Estimate) -> Word:
    return WORDS["fall.metres"].fill(n=f"{told.value:.1f}", low=f"{told.low:.1f}", high=f"{told.high:.1f}")


def _speed(metres_a_second: float) -> Word:
    return WORDS["fall.metres_a_second"].fill(n=f"{metres_a_second:.1f}", kmh=f"{metres_a_second * 3.6:.0f}")
