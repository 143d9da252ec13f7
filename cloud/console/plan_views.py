"""A community's map as it is shown: cases as marks by how they press, and what stands where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cloud.cases.domain import Case
from cloud.console.card_views import Card, card
from cloud.console.facts import Eye
from cloud.console.plan_words import PLAN
from cloud.console.words import Word
from cloud.plans.domain import Place, PlaceKind, Plan

# By form too, not by colour alone; each is drawn by static/map.js and named in the key.
MARKS: Final[Mapping[str, str]] = {"over": "◆", "alert": "▲", "todo": "●", "busy": "■"}
STANDING: Final[Mapping[PlaceKind, str]] = {PlaceKind.CAMERA: "+", PlaceKind.ZONE: "#", PlaceKind.DEVICE: "="}
PER_CENT: Final = 100.0
DOTS: Final = 60.0  # so many marks would stand beside each other

Key = tuple[PlaceKind, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """A case on the map, or in the list where nobody has said where it is. `x` and `y` in per cent."""

    card: Card
    tone: str
    sign: str
    urgency: Word
    x: float | None
    y: float | None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one case is, in pixels of its plan; `r` is the radius of its mark."""

    plan: Plan
    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Fixed:
    """What stands on the plan."""

    kind: PlaceKind
    name: str
    sign: str
    label: Word
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Thing:
    """What may be placed; `value` names it in a form."""

    value: str
    label: Word
    is_placed: bool


def keys(case: Case) -> tuple[Key, ...]:
    """What a case may stand at, the most telling first."""
    if case.device is not None:
        return ((PlaceKind.DEVICE, f"{case.gateway}/{case.device.id}"),)
    if case.report is not None:
        return ()
    camera = f"{case.gateway}/{case.camera}"
    return ((PlaceKind.ZONE, f"{camera}/{case.zone}"), (PlaceKind.CAMERA, camera))


def spot(case: Case, places: Mapping[Key, Place]) -> Place | None:
    """Where a case is, as far as anybody said."""
    return next((places[key] for key in keys(case) if key in places), None)


def spot_view(case: Case, plan: Plan | None, places: Mapping[Key, Place]) -> Spot | None:
    """Where a case is on its community's plan; None: there is none, or nobody said."""
    place = spot(case, places)
    if plan is None or place is None:
        return None
    return Spot(plan, round(place.x * plan.width, 1), round(place.y * plan.height, 1), round(plan.width / DOTS, 1))


def by_key(places: Sequence[Place]) -> dict[Key, Place]:
    """Places by what they are of."""
    return {(place.kind, place.name): place for place in places}


def mark(case: Case, places: Mapping[Key, Place], eye: Eye) -> Mark:
    """A case as a mark."""
    shown, place = card(case, None, eye), spot(case, places)
    tone = urgency(shown)
    return Mark(
        card=shown,
        tone=tone,
        sign=MARKS[tone],
        urgency=PLAN[tone],
        x=None if place is None else per_cent(place.x),
        y=None if place is None else per_cent(place.y),
    )


def urgency(shown: Card) -> str:
    """How a case presses: its time is over, somebody may be hurt or must look, somebody must take it, or neither."""
    if shown.due is not None and shown.due.tone == "over":
        return "over"
    if shown.tone == "alert":
        return "alert"
    return "todo" if shown.tone == "todo" else "busy"


def fixed(place: Place) -> Fixed:
    """What stands on the plan, as it is shown."""
    return Fixed(
        place.kind,
        place.name,
        STANDING[place.kind],
        label(place.kind, place.name),
        per_cent(place.x),
        per_cent(place.y),
    )


def label(kind: PlaceKind, name: str) -> Word:
    """What something is called on the map: 摄像机 cam1."""
    found, last = PLAN[kind.value], name.rpartition("/")[2]
    return Word(f"{found.zh} {last}", f"{found.en} {last}")


def things(keys_of: Sequence[Key], places: Mapping[Key, Place]) -> tuple[Thing, ...]:
    """What may be placed, by kind and name; what is placed already may be placed anew."""
    return tuple(
        Thing(f"{kind.value}:{name}", label(kind, name), (kind, name) in places)
        for kind, name in sorted({*keys_of, *places})
    )


def per_cent(part: float) -> float:
    """A part as per cent, to a tenth."""
    return round(part * PER_CENT, 1)
